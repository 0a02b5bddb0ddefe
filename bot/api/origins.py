"""Which pages may ask: those of this server, and with a token those of the origins in FOOTNOTE_ORIGINS."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from time import time

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.errors import ApiError, api_error, refused
from bot.api.tokens import check, is_token, secret_of
from bot.errors import SettingsError
from bot.origins import is_at
from bot.settings import Settings

TOKEN_PATH = "/api/widget/token"
_WIDGET = (  # what a token opens
    ("POST", re.compile(r"/api/ask(/stream)?")),
    ("GET", re.compile(r"/api/search|/api/documents/[^/]+")),
)
_ELSEWHERE = ("same-site", "cross-site")  # what browsers say in Sec-Fetch-Site of another origin's doing
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type",
    "Access-Control-Max-Age": "600",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a request says of where it comes from. `own`: from a page of this server, as far as can be told."""

    method: str
    path: str
    origins: tuple[str, ...]
    own: bool
    elsewhere: bool
    navigates: bool
    preflight: bool
    token: str | None

    @classmethod
    def of(cls, scope: Scope) -> _Asked:
        headers = Headers(scope=scope)
        origins, site = tuple(headers.getlist("origin")), headers.get("sec-fetch-site", "").lower()
        kind, _, given = headers.get("authorization", "").strip().partition(" ")
        method = scope["method"]
        return cls(
            method,
            scope["path"],
            origins,
            not origins or (site not in _ELSEWHERE and is_at(origins[0], headers.get("host", ""))),
            site in _ELSEWHERE,
            method in ("GET", "HEAD") and headers.get("sec-fetch-mode") == "navigate",
            method == "OPTIONS" and "access-control-request-method" in headers,
            given.strip() if kind.lower() == "bearer" else None,
        )

    @property
    def has_widget_token(self) -> bool:
        return self.token is not None and is_token(self.token)


class Guarded:
    """ASGI middleware at the door of the API. Pages of this server and what is no browser pass. Pages of a listed
    origin pass with a token of theirs where it opens, and then the scope's state has their `origin`; they may read the
    answer. All others are refused, and may not read why."""

    def __init__(self, app: ASGIApp, settings: Callable[[], Settings]) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked, settings = _Asked.of(scope), self._settings()
        origin = asked.origins[0] if len(asked.origins) == 1 and asked.origins[0] in settings.origins else None
        send = _answering(send, origin)
        try:
            if asked.preflight and origin:
                await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, send)
                return
            if await _let_in(asked, origin, settings) and origin:
                scope.setdefault("state", {})["origin"] = origin
        except (ApiError, SettingsError) as error:
            await refused(api_error(error), Request(scope))(scope, receive, send)
            return
        await self._app(scope, receive, send)


async def _let_in(asked: _Asked, origin: str | None, settings: Settings) -> bool:
    """True for a request in the name of a listed origin, False for one that needs no origin. Raises ApiError."""
    if asked.path == TOKEN_PATH and (origin or asked.method == "POST"):  # no other method gives a token: 405
        if origin is None:
            raise _not_listed(asked)
        return True
    if not asked.origins and asked.elsewhere and not asked.navigates:
        raise _not_listed(asked)
    if asked.own and not asked.has_widget_token:
        return False
    if origin is None:
        raise _not_listed(asked)
    if asked.token is None:
        raise ApiError(401, "token_missing", f"send a token as Authorization: Bearer; get one with POST {TOKEN_PATH}")
    check(await run_in_threadpool(secret_of, settings.secret), asked.token, origin, time())
    if not _opens(asked.method, asked.path):
        said = "a widget's token opens /api/ask, /api/ask/stream, /api/search and /api/documents/{id} alone"
        raise ApiError(403, "token_not_for_this", f"{said}; use this server's own pages, or a program, for the rest")
    return True


def _opens(method: str, path: str) -> bool:
    return any(method == known and paths.fullmatch(path) for known, paths in _WIDGET)


def _not_listed(asked: _Asked) -> ApiError:
    if asked.origins:
        said = f"pages of {asked.origins[0][:80]!r} may not ask this server"
    elif asked.elsewhere:
        said = "pages of other sites may not ask this server"
    else:
        said = "tokens are for pages of listed origins, and this request has no Origin"
    return ApiError(403, "origin_refused", f"{said}; its operator can list origins in FOOTNOTE_ORIGINS")


def _answering(send: Send, origin: str | None) -> Send:
    """Lets the origin's pages, and no others, read the response."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.add_vary_header("Origin")
            if origin:
                headers["Access-Control-Allow-Origin"] = origin
                headers["Access-Control-Expose-Headers"] = "Retry-After, X-Request-Id"
        await send(message)

    return send_with_headers
