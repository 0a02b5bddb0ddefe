"""What is served beside the page on the same port: the API, the page's script, security headers."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from threading import Timer
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import URL, Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.access import API_PATHS
from bot.api.app import make_routes, observed
from bot.api.who import Who
from bot.errors import FootnoteError
from bot.settings import Settings
from bot.ui.html.render import SCRIPT
from bot.ui.login import signed_in
from bot.ui.routes.conversations import routes as conversation_routes
from bot.ui.routes.document import routes as document_routes
from bot.ui.routes.door import PageDoor
from bot.ui.routes.feedback import PageExchanges
from bot.ui.routes.framing import NOBODY_ELSE, frame_ancestors
from bot.ui.routes.sockets import OwnSockets
from bot.ui.routes.widget import routes as widget_routes
from bot.ui.service import desk, loading
from bot.ui.visitor import COOKIE, cookie_for_new, is_visitor
from index.errors import FootnoteIndexError

_SOON_S = 4.0
_log = logging.getLogger(__name__)
_SCRIPT_FILE = Path(__file__).parents[1] / "static" / "page.js"
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)


async def script(_request: Request) -> Response:
    """GET /footnote/page.js: a file rather than inline code, so that the policy need not allow any inline code."""
    return FileResponse(_SCRIPT_FILE, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """From the server's start to its end: loading begins soon, and what is being answered at the end is stopped."""
    # Not at once: a page that is opened right away begins it once it is drawn, and has the processors to itself before.
    soon = Timer(_SOON_S, _load)
    soon.daemon = True
    soon.start()
    yield
    soon.cancel()
    settings = await run_in_threadpool(_settings)
    if settings:
        desk(settings).close()


def _load() -> None:
    settings = _settings()
    try:
        if settings:
            loading(settings)
    except FootnoteIndexError as error:
        _log.warning("%s", error)  # the page tells it to whoever comes


def _settings() -> Settings | None:
    try:
        return Settings.load()
    except FootnoteError as error:
        _log.warning("%s", error)
        return None


class SecurityHeaders:
    """ASGI middleware that adds security headers to every HTTP response; web sockets pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                framed = NOBODY_ELSE if scope["path"].startswith(API_PATHS) else frame_ancestors()
                headers.setdefault("Content-Security-Policy", content_security_policy(framed))
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                if _wants_a_name(scope):
                    headers.append("Set-Cookie", cookie_for_new(secure=scope["scheme"] == "https"))
                headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
            await send(message)

        await self._app(scope, receive, send_with_headers)


class EmbedTheme:
    """ASGI middleware that lets an embedded page say its theme plainly, ?embed=true&theme=dark, in place of the option
    that Streamlit has for it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            url = URL(scope=scope)
            query = dict(parse_qsl(url.query))
            theme = query.get("theme")
            if query.get("embed") == "true" and theme in ("light", "dark") and "embed_options" not in query:
                asked = f"?{url.query}&embed_options={theme}_theme"  # relative: a proxy may serve it elsewhere
                await RedirectResponse(asked, 307)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _wants_a_name(scope: Scope) -> bool:
    """True for a page of its own (not one in a wiki's frame) in a browser that has not been here before."""
    headers = Headers(scope=scope)
    page = scope["method"] == "GET" and "text/html" in headers.get("accept", "")
    embedded = b"embed=true" in scope["query_string"].lower()
    return page and not embedded and not is_visitor(Request(scope).cookies.get(COOKIE, ""))


@lru_cache(maxsize=8)
def content_security_policy(framed: str = NOBODY_ELSE) -> str:
    """Everything from this server; no inline script but those of Streamlit's own page, by their hashes. `framed` is the
    directive on who may frame it.

    Inline styles must stay allowed: Streamlit's front end makes its styles at run time.
    """
    from streamlit.file_util import get_static_dir

    page = Path(get_static_dir(), "index.html").read_text("utf-8")
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"
        for code in _INLINE_SCRIPT.findall(page)
    ]
    return "; ".join(
        [
            "default-src 'self'",
            " ".join(["script-src 'self'", *hashes]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-src 'self'",
            framed,
        ]
    )


_WHO = Who(signed_in)
routes: list[BaseRoute] = [
    Route(f"/{SCRIPT}", script, methods=["GET"]),
    *conversation_routes,
    *document_routes,
    *widget_routes,
    *make_routes(PageExchanges(), who=_WHO),
]
middleware = [
    observed(),
    Middleware(OwnSockets),
    Middleware(SecurityHeaders),
    Middleware(PageDoor, who=_WHO),
    Middleware(EmbedTheme),
]
