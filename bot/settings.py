"""Settings: defaults, then footnote.toml, then FOOTNOTE_* variables. The sole reader of the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.errors import SettingsError
from bot.origins import parse_origins
from index.access import Access, parse_labels
from index.encode import DEFAULT_MODEL
from index.errors import LabelError

_PREFIX = "FOOTNOTE_"
_FILE = "footnote.toml"
ANSWERERS = ("extractive", "llm")
_UNSUPPORTED = ("drop", "show")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set. Each field `name` is the variable FOOTNOTE_NAME and the key `name` in footnote.toml.

    `llm` is "provider:model", or the name of the model at the OpenAI-compatible server at `llm_url`, whose key is
    `llm_key`, or that server's address itself; `llm_context` is the model's window in tokens. Where a model is named,
    `answerer` is "llm" unless it is given. docs/llm.md tells more.

    The API lets `max_waiting` questions wait for their turn, gives an answer `answer_seconds`, takes a body of at most
    `max_body_kib`, and writes a line of JSON for each request with `access_log`. docs/api.md tells more.
    `labels` are the access labels of all who ask through a server or its page: they see documents that have one of
    these, and those that have none.

    `origins` are those of other sites whose pages may frame the page and show the widget, which asks with tokens that
    live `token_seconds`, signed with what the file `secret` holds. docs/widget.md tells more.

    `readonly` keeps the page from changing the index; `language` is that of the interface, "auto" for the reader's own.
    """

    index: Path = Path(".footnote/index")
    model: str = DEFAULT_MODEL
    reader: str = "footnote"
    answerer: str = "extractive"
    passages: int = 20
    abstain_below: float = 0.5
    feedback: Path = Path(".footnote/feedback.jsonl")
    conversations: Path = Path(".footnote/conversations.sqlite")
    readonly: bool = False
    language: str = "auto"
    llm: str = ""
    llm_url: str = ""
    llm_key: str = field(default="", repr=False)
    llm_context: int | None = None
    unsupported: str = "drop"
    max_waiting: int = 32
    answer_seconds: float = 120.0
    max_body_kib: int = 256
    access_log: bool = False
    labels: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    token_seconds: int = 600
    secret: Path = Path(".footnote/secret")

    @property
    def access(self) -> Access:
        """What readers may see who have no labels of their own."""
        return Access(frozenset(self.labels))

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
        """The settings in force. Raises SettingsError that names the bad setting, its value and the remedy."""
        environment = os.environ if environment is None else environment
        values = _from_file((folder or Path()) / _FILE)
        known = {field.name for field in fields(cls)}
        for name in values:
            if name not in known:
                raise SettingsError(f"{_FILE}: unknown setting {name!r}; known: {', '.join(sorted(known))}")
        for name in known:
            if (given := environment.get(_PREFIX + name.upper())) is not None and given.strip():
                values[name] = given.strip()
        if str(values.get("llm", "")).startswith(("http://", "https://")):
            values["llm_url"] = values.pop("llm")
        if "answerer" not in values and (values.get("llm") or values.get("llm_url")):
            values["answerer"] = "llm"  # who names a chat model wants it to answer
        return cls(**{name: _checked(name, value) for name, value in values.items()})


def _from_file(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read ({error}); correct it or remove it") from error


def _checked(name: str, value: Any) -> Any:
    shown = f"{_PREFIX}{name.upper()} is {value!r}"
    if name in ("index", "feedback", "conversations", "secret"):
        return Path(str(value)).expanduser()
    if name == "labels":
        return _labels(value, shown)
    if name == "origins":
        return _origins(value, shown)
    if name == "token_seconds":
        return _number(value, shown, int, 60, 3600)
    if name in ("readonly", "access_log"):
        return _switch(value, shown)
    if name == "answerer":
        return check_answerer(str(value), shown)
    if name == "passages":
        return _number(value, shown, int, 1, 200)
    if name == "llm_context":
        return _number(value, shown, int, 512, 10_000_000)
    if name == "max_waiting":
        return _number(value, shown, int, 0, 10_000)
    if name == "answer_seconds":
        return _number(value, shown, float, 1, 3600)
    if name == "max_body_kib":
        return _number(value, shown, int, 1, 65_536)
    if name == "llm_url":
        return _url(str(value))
    if name == "unsupported" and value not in _UNSUPPORTED:
        raise SettingsError(f"{shown}; give {' or '.join(_UNSUPPORTED)}")
    if name == "abstain_below":
        return _number(value, shown, float, 0, 1)
    return str(value)


def check_answerer(value: str, shown: str) -> str:
    """`value` if there is such an answerer; SettingsError otherwise. `shown` says where the value came from."""
    if value not in ANSWERERS:
        raise SettingsError(f"{shown}; this version has: {', '.join(ANSWERERS)}")
    return value


def process_environment() -> Mapping[str, str]:
    """The variables of this process, for packages of providers that have their own; each is read where it is used."""
    return os.environ


def _switch(value: Any, shown: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    try:
        return known[str(value).lower()]
    except KeyError:
        raise SettingsError(f"{shown}; give 1 or 0") from None


def _labels(value: Any, shown: str) -> tuple[str, ...]:
    """Of a text with commas, or a list in the file."""
    try:
        return parse_labels(",".join(map(str, value)) if isinstance(value, list) else str(value))
    except LabelError as error:
        raise SettingsError(f"{shown}; {error}") from error


def _origins(value: Any, shown: str) -> tuple[str, ...]:
    """Of a text with commas, or a list in the file."""
    try:
        return parse_origins(map(str, value) if isinstance(value, list) else str(value).split(","))
    except ValueError as error:
        raise SettingsError(f"{shown}; {error}") from error


def _url(value: str) -> str:
    """A base URL without a slash at its end. What may hold a password is not repeated in the error."""
    remedy = "give an address such as http://127.0.0.1:8080/v1"
    try:
        parts = urlsplit(value)
        named, user = parts.scheme in ("http", "https") and bool(parts.hostname), parts.username or parts.password
        parts.port  # noqa: B018  raises where it is no number
    except ValueError:
        raise SettingsError(f"FOOTNOTE_LLM_URL is no address; {remedy}") from None
    if user:
        raise SettingsError("FOOTNOTE_LLM_URL holds a user or a password; give the key as FOOTNOTE_LLM_KEY")
    if not named or parts.query or parts.fragment:
        raise SettingsError(f"FOOTNOTE_LLM_URL is no address of a server; {remedy}")
    return value.rstrip("/")


def _number(value: Any, shown: str, kind: type[int] | type[float], low: float, high: float) -> float:
    try:
        number = kind(value)
    except (TypeError, ValueError):
        raise SettingsError(f"{shown}; give a number from {low} to {high}") from None
    if not low <= number <= high:
        raise SettingsError(f"{shown}; give a number from {low} to {high}")
    return number
