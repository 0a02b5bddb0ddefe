"""What a setting may say: from the text of a variable, or a value of footnote.toml, to the value in force.

Each function takes the value and `shown`, which names the setting with its value, and raises SettingsError with the
remedy. What may hold a secret is not repeated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from bot.errors import SettingsError
from bot.origins import parse_origins
from index.access import parse_labels
from index.errors import LabelError

_HEADER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,60}")
# Written by browsers, by proxies on the way, or read for something else: a user's name in one of these is a slip.
_TAKEN = {"authorization", "cookie", "host", "origin", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}


def switch(value: Any, shown: str) -> bool:
    """1 or 0, and the words for them."""
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    try:
        return known[str(value).lower()]
    except KeyError:
        raise SettingsError(f"{shown}; give 1 or 0") from None


def number(value: Any, shown: str, kind: type[int] | type[float], low: float, high: float) -> float:
    """A number in bounds."""
    try:
        found = kind(value)
    except (TypeError, ValueError):
        raise SettingsError(f"{shown}; give a number from {low} to {high}") from None
    if not low <= found <= high:
        raise SettingsError(f"{shown}; give a number from {low} to {high}")
    return found


def one_of(value: Any, shown: str, known: Sequence[str]) -> str:
    """One of a few words."""
    if str(value) not in known:
        raise SettingsError(f"{shown}; give {' or '.join(known)}")
    return str(value)


def labels(value: Any, shown: str) -> tuple[str, ...]:
    """Access labels, of a text with commas, or a list in the file."""
    try:
        return parse_labels(",".join(_listed(value)))
    except LabelError as error:
        raise SettingsError(f"{shown}; {error}") from error


def origins(value: Any, shown: str) -> tuple[str, ...]:
    """Origins of web pages, of a text with commas, or a list in the file."""
    try:
        return parse_origins(_listed(value))
    except ValueError as error:
        raise SettingsError(f"{shown}; {error}") from error


def networks(value: Any, shown: str) -> tuple[str, ...]:
    """Addresses and networks, of a text with commas, or a list in the file."""
    found = []
    for part in _listed(value):
        try:
            found.append(str(ip_network(part.strip())))
        except ValueError:
            remedy = "give addresses or networks such as 127.0.0.1, 10.0.0.0/8, ::1, with commas"
            raise SettingsError(f"{shown}; {part.strip()[:60]!r} is no network; {remedy}") from None
    return tuple(found)


def header(value: Any, shown: str) -> str:
    """The name of a header of a request, in small letters; "off" for none."""
    name = str(value).lower()
    if not _HEADER.fullmatch(name) or name in _TAKEN:
        raise SettingsError(f"{shown}; give the name of a header that only the proxy sets, as X-Forwarded-User, or off")
    return name


def url(value: str, name: str) -> str:
    """A base URL without a slash at its end. The value is not repeated, as there may be a password in it."""
    remedy = "give an address such as http://127.0.0.1:8080/v1"
    try:
        parts = urlsplit(value)
        named, user = parts.scheme in ("http", "https") and bool(parts.hostname), parts.username or parts.password
        parts.port  # noqa: B018  raises where it is no number
    except ValueError:
        raise SettingsError(f"{name} is no address; {remedy}") from None
    if user:
        raise SettingsError(f"{name} holds a user or a password; take it out (a chat model's key is FOOTNOTE_LLM_KEY)")
    if not named or parts.query or parts.fragment:
        raise SettingsError(f"{name} is no address of a server; {remedy}")
    return value.rstrip("/")


def _listed(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(part) for part in value]
    return str(value).split(",") if str(value).strip() else []
