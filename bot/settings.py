"""Settings: defaults, then footnote.toml, then FOOTNOTE_* variables. The sole reader of the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from bot import parsing
from bot.errors import SettingsError
from index.access import Access
from index.address import IndexPlace, MilvusAddress, index_place
from index.encode import DEFAULT_MODEL
from index.errors import FootnoteIndexError

_PREFIX = "FOOTNOTE_"
_FILE = "footnote.toml"
ANSWERERS = ("extractive", "llm")
OFF = "off"
_UNSUPPORTED = ("drop", "show")
_API_KEYS = ("optional", "required")
_PATHS = ("feedback", "conversations", "keys", "secret", "cache")
_NUMBERS: dict[str, tuple[type[int] | type[float], float, float]] = {
    "passages": (int, 1, 200),
    "llm_context": (int, 512, 10_000_000),
    "abstain_below": (float, 0, 1),
    "max_waiting": (int, 0, 10_000),
    "answer_seconds": (float, 1, 3600),
    "max_body_kib": (int, 1, 65_536),
    "rate_per_minute": (int, 0, 1_000_000),
    "origin_per_minute": (int, 0, 1_000_000),
    "max_streams": (int, 0, 10_000),
    "token_seconds": (int, 60, 3600),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set. Each field `name` is the variable FOOTNOTE_NAME and the key `name` in footnote.toml.

    `index` is a directory, or an address of Milvus (milvus:URI), to which `milvus_token` is shown. docs/milvus.md tells
    more. `cache` is a folder for what can be found out again.

    `llm` is "provider:model", or the name of the model at the OpenAI-compatible server at `llm_url`, whose key is
    `llm_key`, or that server's address itself; `llm_context` is the model's window in tokens. Where a model is named,
    `answerer` is "llm" unless it is given. docs/llm.md tells more.

    The API lets `max_waiting` questions wait for their turn, gives an answer `answer_seconds`, takes a body of at most
    `max_body_kib`, and writes a line of JSON for each request with `access_log`, questions in it with `log_questions`.
    docs/api.md tells more.
    One who asks may ask `rate_per_minute` questions a minute and have `max_streams` answered at once, an origin
    `origin_per_minute` for all its readers; 0 is no limit, None is 60 and 4, but none for this machine's own programs.
    `public_url` is the address that readers reach the page by, where it is not the one that requests come with.
    `labels` are the access labels of all who ask through a server or its page: they see documents that have one of
    these, and those that have none.

    Who may ask, and with what labels beside these (docs/access.md tells more): `keys` is the file of the API's keys,
    which `api_keys` makes "optional" or "required". From the addresses `trusted_proxies` alone it is believed who asks:
    `user_header` names the user ("off": none is named, only addresses are forwarded), `labels_header` the labels.
    `login` has readers of the page sign in; the claim `login_labels_claim` holds their labels.
    `origins` are those of other sites whose pages may frame the page and show the widget, which asks with tokens that
    live `token_seconds`, signed with what the file `secret` holds. docs/widget.md tells more.

    `readonly` keeps the page from changing the index; `language` is that of the interface, "auto" for the reader's own.
    """

    index: IndexPlace = Path(".footnote/index")
    milvus_token: str = field(default="", repr=False)
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
    max_waiting: int = 64
    answer_seconds: float = 120.0
    max_body_kib: int = 256
    access_log: bool = False
    log_questions: bool = False
    rate_per_minute: int | None = None
    origin_per_minute: int = 600
    max_streams: int | None = None
    public_url: str = ""
    labels: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    token_seconds: int = 600
    secret: Path = Path(".footnote/secret")
    cache: Path = Path(".footnote/cache")
    keys: Path = Path(".footnote/keys.json")
    api_keys: str = "optional"
    trusted_proxies: tuple[str, ...] = ()
    user_header: str = "x-forwarded-user"
    labels_header: str = OFF
    login: bool = False
    login_labels_claim: str = ""

    @property
    def proxy_names_users(self) -> bool:
        """True if a proxy says who asks."""
        return bool(self.trusted_proxies) and self.user_header != OFF

    def with_labels(self, labels: Iterable[str]) -> Settings:
        """The settings of a reader who has these labels beside those of all."""
        return replace(self, labels=tuple(sorted({*self.labels, *labels})))

    @property
    def access(self) -> Access:
        """What readers may see who have no labels of their own."""
        return Access(frozenset(self.labels))

    def with_index(self, place: str | IndexPlace) -> Settings:
        """The settings with another index, such as `--index` names. Raises FootnoteIndexError for what is none."""
        if isinstance(place, str):
            place = index_place(place, self.milvus_token)
        elif isinstance(place, MilvusAddress):
            place = replace(place, token=self.milvus_token)
        return replace(self, index=place)

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
        found = cls(**{name: _checked(name, value) for name, value in values.items()})
        if found.trusted_proxies and environment.get("FORWARDED_ALLOW_IPS"):
            # Read by the web server, which then puts a forwarded address in the place of the proxy's own.
            raise SettingsError("FORWARDED_ALLOW_IPS is set; unset it: FOOTNOTE_TRUSTED_PROXIES says who is believed")
        return found.with_index(found.index)


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
    if name == "index":
        return _index(value)
    if name in _PATHS:
        return Path(str(value)).expanduser()
    if name in _NUMBERS:
        return parsing.number(value, shown, *_NUMBERS[name])
    if name in ("readonly", "access_log", "log_questions", "login"):
        return parsing.switch(value, shown)
    if name == "labels":
        return parsing.labels(value, shown)
    if name == "origins":
        return parsing.origins(value, shown)
    if name == "trusted_proxies":
        return parsing.networks(value, shown)
    if name in ("user_header", "labels_header"):
        return parsing.header(value, shown)
    if name == "answerer":
        return check_answerer(str(value), shown)
    if name in ("llm_url", "public_url"):
        return parsing.url(str(value), _PREFIX + name.upper())
    if name == "unsupported":
        return parsing.one_of(value, shown, _UNSUPPORTED)
    if name == "api_keys":
        return parsing.one_of(value, shown, _API_KEYS)
    return str(value)


def _index(value: Any) -> IndexPlace:
    try:
        return index_place(str(value))
    except FootnoteIndexError as error:
        raise SettingsError(f"{_PREFIX}INDEX: {error}") from error


def check_answerer(value: str, shown: str) -> str:
    """`value` if there is such an answerer; SettingsError otherwise. `shown` says where the value came from."""
    if value not in ANSWERERS:
        raise SettingsError(f"{shown}; this version has: {', '.join(ANSWERERS)}")
    return value


def process_environment() -> Mapping[str, str]:
    """The variables of this process, for packages of providers that have their own; each is read where it is used."""
    return os.environ
