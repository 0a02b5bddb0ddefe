"""From what a provider's package raises to an error that says what to do, without any key in it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from bot.llm.errors import ContextTooLongError, LlmError

_LONGEST = 240  # characters of a provider's message that are passed on
_SHORTEST_SECRET = 4
_HIDDEN = "[hidden]"
_SECRET_LIKE = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|key|lsv2)[-_][\w*.\-]{6,}|\bAIza[\w-]{10,}|\bBearer\s+[^\s,;'\"}]+"
    r"|(?<=//)[^/@\s]+(?=@)|(?<=key=)[^\s&'\"]+",
    re.I,
)
_TOO_LONG = re.compile(
    r"context[ _](?:length|window|size)|maximum context|prompt is too long|too many (?:input )?tokens"
    r"|input (?:is )?too long|input tokens exceed|exceeds? the (?:available )?context",
    re.I,
)
_BUSY = frozenset({408, 429, 500, 502, 503, 504, 529})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a failure comes from: the model's name, the variable with its key, whether it has an address of its own,
    whether each whole answer ends with the reason why."""

    model: str
    key: str | None = None
    own_url: bool = False
    tells_end: bool = False
    secrets: Collection[str] = field(default=(), repr=False)


def scrub(text: str, secrets: Collection[str] = ()) -> str:
    """`text` on one line without the secrets, and without anything that looks like a key."""
    for secret in sorted((s for s in secrets if len(s) >= _SHORTEST_SECRET), key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    return " ".join(_SECRET_LIKE.sub(_HIDDEN, text).split())


def status_of(error: BaseException) -> int | None:
    """The HTTP status that a provider's error carries, None if it carries none."""
    response = getattr(error, "response", None)
    for value in (getattr(error, "status_code", None), getattr(response, "status_code", None)):
        if isinstance(value, int):
            return value
    return None


def is_connection(error: BaseException) -> bool:
    """True if no answer came at all. Told by name, for each package has its own classes."""
    if isinstance(error, ConnectionError):
        return True
    names = {base.__name__ for base in type(error).__mro__}
    wanted = ("APIConnectionError", "ConnectError", "ConnectTimeout", "TransportError", "ClientConnectionError")
    return bool(names.intersection(wanted))


def may_pass(error: BaseException) -> bool:
    """True if the same request may well succeed a little later: the server is busy, broken or out of reach."""
    if getattr(error, "code", None) == "insufficient_quota" or is_too_long(error):
        return False
    status = status_of(error)
    return status in _BUSY if status is not None else is_connection(error)


def is_too_long(error: BaseException) -> bool:
    """True if the prompt does not fit into the model's window."""
    named = any(base.__name__ == "ContextOverflowError" for base in type(error).__mro__)
    return named or (status_of(error) != 429 and bool(_TOO_LONG.search(str(error))))


def retry_after(error: BaseException) -> float | None:
    """The seconds that the server asks to wait, None if it does not say."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None) or {}
    given = headers.get("retry-after")
    if not given:
        return None
    try:
        seconds = float(given)
    except ValueError:
        try:
            moment = parsedate_to_datetime(given)
        except ValueError:
            return None
        seconds = (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds()
    return max(0.0, seconds) if seconds < float("inf") else None


def explain(error: BaseException, origin: Origin, *, begun: bool = False) -> LlmError:
    """The error to raise for what a provider's package raised; `begun` if part of an answer had come."""
    if isinstance(error, LlmError):
        return error
    where = f"the model {origin.model}"
    said = scrub(str(error), origin.secrets)
    said = said if len(said) <= _LONGEST else said[: _LONGEST - 1].rstrip() + "…"
    said = said or type(error).__name__
    if begun:
        return LlmError(f"{where} broke off in the middle of its answer ({said}); ask again")
    if is_too_long(error):
        return ContextTooLongError(f"{where} has too small a window ({said}); set FOOTNOTE_LLM_CONTEXT to its size")
    status = status_of(error)
    if status in (401, 403):
        return LlmError(f"{where} refused the key ({said}); check {origin.key or 'its credentials'}")
    if status == 404:
        check = "FOOTNOTE_LLM and FOOTNOTE_LLM_URL (it usually ends in /v1)" if origin.own_url else "FOOTNOTE_LLM"
        return LlmError(f"{where} was not found ({said}); check {check}")
    if status == 429:
        return LlmError(f"{where} takes no more requests for now ({said}); wait, or check your quota")
    if status is not None and status >= 500:
        return LlmError(f"{where} failed with status {status} ({said}); try again later")
    if status is not None:
        return LlmError(f"{where} refused the request with status {status} ({said})")
    if is_connection(error):
        check = "is the server running, and is FOOTNOTE_LLM_URL right?" if origin.own_url else "check the network"
        return LlmError(f"{where} cannot be reached ({said}); {check}")
    return LlmError(f"{where} sent what cannot be read as an answer ({said}); check that it is a chat model")
