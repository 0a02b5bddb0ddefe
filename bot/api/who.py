"""Who asks: by a key, by a verified origin, by what a trusted proxy says, or by a sign-in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import Scope

from bot.api.errors import ApiError
from bot.api.peer import address_of, is_trusted
from bot.callers import ANYONE, Caller
from bot.keys import PREFIX, Keyring
from bot.settings import OFF, Settings
from index.access import Access
from index.errors import LabelError

SignedIn = Callable[[Scope, Settings], Caller | None]
"""Who has signed in, in the browser that a request comes from; None for nobody. Labels as the sign-in says them."""

_OPEN = {"/api/health", "/api/ready"}
_PUBLIC = {"/api/docs", "/api/openapi.json"}
_JUDGED = "/api/feedback"
_SECRET = {"key", "api_key", "apikey", "token", "access_token"}
_KEY = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{20,100}}")
_LONGEST_USER = 256
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


def nobody(_scope: Scope, _settings: Settings) -> Caller | None:
    """A `SignedIn` where nobody can sign in."""
    return None


class Who:
    """Tells who asks. Each refusal is an ApiError; what cannot be read of keys is KeysError."""

    def __init__(self, signed_in: SignedIn = nobody) -> None:
        self._signed_in = signed_in
        self._keys = Keyring()

    def of_api(self, scope: Scope, settings: Settings) -> Caller:
        """Who asks the API. A key counts more than an origin, and that more than a user."""
        check_address(scope)
        path = scope["path"]
        where = replace(ANYONE, address=address_of(scope, settings.trusted_proxies))
        if path in _OPEN:
            return where
        found = self._by_key(scope, settings) or _by_origin(scope) or self.user(scope, settings)
        if found:
            return replace(found, address=where.address)
        if settings.proxy_names_users or settings.login:
            raise needs_user(settings)
        if settings.api_keys == "required" and path not in _PUBLIC and path != _JUDGED:
            raise needs_key()
        return where

    def of_page(self, scope: Scope, settings: Settings) -> Caller | None:
        """Who opens the page or what is beside it; None for nobody in particular."""
        return self._by_key(scope, settings) or self.user(scope, settings)

    def user(self, scope: Scope, settings: Settings) -> Caller | None:
        """The user that a trusted proxy names, or who has signed in."""
        return _by_proxy(scope, settings) or (self._signed_in(scope, settings) if settings.login else None)

    def _by_key(self, scope: Scope, settings: Settings) -> Caller | None:
        given = Headers(scope=scope).getlist("authorization")
        if len(given) > 1:
            raise ApiError(400, "invalid_request", "there are several Authorization headers; send one")
        kind, _, key = given[0].partition(" ") if given else ("", "", "")
        key = key.strip()
        if kind.lower() != "bearer" or not key.startswith(PREFIX):
            return None  # as "none", which clients of OpenAI send where no key is wanted
        found = self._keys.find(settings.keys, key) if _KEY.fullmatch(key) else None
        if found is None:
            said = "this key is not known, or was revoked; ask the operator for another (python -m bot keys add NAME)"
            raise ApiError(401, "key_unknown", said, headers=_CHALLENGE)
        return Caller("key", found.name, found.labels)


def check_address(scope: Scope) -> None:
    """Raises ApiError if something in the address is named as a key is: addresses are logged, kept and passed on."""
    query = scope.get("query_string", b"").decode("latin-1")
    for name, _value in parse_qsl(query, keep_blank_values=True):
        if name.strip().lower() in _SECRET:
            said = "a key in the address is never taken, as addresses are logged and kept; send it as 'Authorization: "
            raise ApiError(400, "key_in_address", f"{said}Bearer KEY', and revoke one that was sent so")


def needs_key() -> ApiError:
    """The refusal of one who has no key where keys are required."""
    said = "this server wants a key; send it as 'Authorization: Bearer KEY' (python -m bot keys add NAME makes one)"
    return ApiError(401, "key_required", said, headers=_CHALLENGE)


def needs_user(settings: Settings) -> ApiError:
    """The refusal of one who is no user where users are wanted."""
    way = "sign in on the page" if settings.login else "come through the proxy that signs you in"
    return ApiError(
        401, "user_required", f"this server wants to know who asks; {way}, or send a key", headers=_CHALLENGE
    )


def known_labels(given: Iterable[str]) -> tuple[str, ...]:
    """The labels among names of groups, which may be anything: what is no label is left out."""
    found: set[str] = set()
    for name in given:
        try:
            found |= Access.of([name]).labels or set()
        except LabelError:
            continue  # a group of another kind
    return tuple(sorted(found))


def caller_of(scope: Scope) -> Caller:
    """Who asks, as the door found it; without a door anyone, who has no labels of their own."""
    found = scope.get("state", {}).get("caller", ANYONE)
    return found if isinstance(found, Caller) else ANYONE


def _by_origin(scope: Scope) -> Caller | None:
    origin = scope.get("state", {}).get("origin")
    return Caller("origin", str(origin)) if origin else None


def _by_proxy(scope: Scope, settings: Settings) -> Caller | None:
    if not settings.proxy_names_users or not is_trusted(scope, settings.trusted_proxies):
        return None
    headers = Headers(scope=scope)
    given = headers.getlist(settings.user_header)
    if len(given) > 1:
        raise ApiError(400, "invalid_request", "the user is named twice; the proxy has to replace what clients send")
    name = _text(given[0]).strip() if given else ""
    if not name:
        return None
    if len(name) > _LONGEST_USER or not name.isprintable():
        raise ApiError(400, "invalid_request", f"the user's name is over {_LONGEST_USER} characters, or no plain text")
    groups = headers.getlist(settings.labels_header) if settings.labels_header != OFF else []
    if len(groups) > 1:
        raise ApiError(400, "invalid_request", "the groups are named twice; the proxy has to replace what clients send")
    return Caller("user", name, known_labels(re.split(r"[,;]", _text(groups[0])) if groups else ()))


def _text(header: str) -> str:
    """A header as UTF-8, which proxies write, where it is that."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return header
