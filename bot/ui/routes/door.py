"""The door of the page: who may open it, its web socket, and what is served beside it. The API has its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.api.errors import ApiError, api_error, refused
from bot.api.peer import address_of
from bot.api.who import Who, needs_user
from bot.callers import ANYONE, Caller
from bot.errors import FootnoteError
from bot.settings import Settings
from bot.ui.html.markup import text
from bot.ui.reader import HEADER, written
from bot.ui.words import language_of, words_for

_API = re.compile(r"/(api|v1)/.*|/metrics", re.S)
# What shows something before the page has asked to sign in. The rest is the page itself, which asks, and its files.
_SHOWS = re.compile(r"/*(document|conversation|media|_stcore/(upload_file|agent))(/.*)?", re.S)
_WIDGET = "/widget.js"  # a script that is the same for all, for pages elsewhere
_POLICY_VIOLATION = 1008


class PageDoor:
    """ASGI middleware: notes who reads in scope["state"]["caller"], and in a header for the page's script; refuses who
    is no user where users are wanted, web sockets before they are accepted."""

    def __init__(self, app: ASGIApp, who: Who, settings: Callable[[], Settings] = Settings.load) -> None:
        self._app, self._who, self._settings = app, who, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or (scope["type"] == "http" and _API.fullmatch(scope["path"])):
            await self._app(scope, receive, send)
            return
        try:
            caller = self._seen(scope)
        except (ApiError, FootnoteError) as error:
            await _turned_away(api_error(error), scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller
        # A client's own is taken out: what the script finds there is ours.
        headers = [(name, value) for name, value in scope["headers"] if name.decode("latin-1").lower() != HEADER]
        scope["headers"] = [*headers, (HEADER.encode(), written(caller))]
        await self._app(scope, receive, send)

    def _seen(self, scope: Scope) -> Caller:
        try:
            settings = self._settings()
        except FootnoteError:
            return ANYONE  # the page says what is wrong with the settings, and shows nothing else
        where = replace(ANYONE, address=address_of(scope, settings.trusted_proxies))
        found = self._who.of_page(scope, settings)
        if found:
            return replace(found, address=where.address)
        if scope["path"] != _WIDGET and (
            settings.proxy_names_users
            or (settings.login and scope["type"] == "http" and _SHOWS.fullmatch(scope["path"]))
        ):
            raise needs_user(settings)
        return where


async def _turned_away(error: ApiError, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()  # its first message, "websocket.connect"; closed before it is accepted, it is 403
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        return
    request = Request(scope)
    html = "text/html" in Headers(scope=scope).get("accept", "") and error.status == 401
    await (_page(request, error) if html else refused(error, request))(scope, receive, send)


def _page(request: Request, error: ApiError) -> Response:
    given = request.headers.get("accept-language", "").split(",")
    words = words_for(language_of(request.query_params.get("lang"), *(part.split(";")[0].strip() for part in given)))
    title, why = text(words("login.needed")), text(words("login.needed_why"))
    page = (
        f'<!doctype html><html lang="{text(words.language)}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><h1>{title}</h1><p>{why}</p>'
    )
    return HTMLResponse(page, error.status, {"Cache-Control": "no-store", **error.headers})
