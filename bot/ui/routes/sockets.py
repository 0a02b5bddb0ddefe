"""Who may open the page's connection."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.origins import is_at


class OwnSockets:
    """ASGI middleware that refuses web sockets which pages of other origins open, listed or not.

    Streamlit, which would be asked next, admits any page of the reader's own machine whatever its port, and to tell
    others asks a host on the internet for this machine's address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            headers = Headers(scope=scope)
            origins = headers.getlist("origin")
            if origins and not (len(origins) == 1 and is_at(origins[0], headers.get("host", ""))):
                await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the server says 403
                return
        await self._app(scope, receive, send)
