"""GET /widget.js: the chat bubble for pages of other sites."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

_STATIC = StaticFiles(directory=Path(__file__).parents[1] / "static")


async def widget(request: Request) -> Response:
    """The script, the same for everybody; 304 to who has it."""
    response = await _STATIC.get_response("widget.js", request.scope)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # for pages that embed only what says so
    return response


routes = [Route("/widget.js", widget, methods=["GET"])]
