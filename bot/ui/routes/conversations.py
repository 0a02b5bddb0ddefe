"""GET /conversation/{id}.md, .html, .json: a conversation to take along, for who had it."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.api.who import caller_of
from bot.errors import FootnoteError
from bot.settings import Settings
from bot.status import public_message
from bot.ui.conversations.export import FORMATS, export
from bot.ui.routes.problems import refused
from bot.ui.service import conversations
from bot.ui.visitor import COOKIE, owner_of
from bot.ui.words import language_of, words_for


async def take_along(request: Request) -> Response:
    """The conversation as a file; 404 unless it is the user's, or was had in this browser, 503 if it cannot be read."""
    return await run_in_threadpool(_taken, request)


def _taken(request: Request) -> Response:
    owner = owner_of(caller_of(request.scope), request.cookies.get(COOKIE, ""))
    id, kind = request.path_params["id"], request.path_params["kind"]
    words = words_for(language_of(request.query_params.get("lang")))
    unknown = refused(404, "conversation_unknown", "there is no such conversation in this browser")
    if kind not in FORMATS or owner is None:
        return unknown
    try:
        store = conversations(Settings.load())
        found, exchanges = store.conversation(owner, id), store.read(owner, id)
    except FootnoteError as error:
        return refused(503, "conversations_unavailable", public_message(error))
    if found is None or exchanges is None:
        return unknown
    file = export(kind, found.title, exchanges, words, datetime.now(UTC))
    plain = file.name.encode("ascii", "ignore").decode()
    plain = f"footnote{plain}" if plain.startswith(".") else plain  # of a title in another script nothing is left
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name)}",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return Response(file.text.encode("utf-8"), 200, headers, file.media)


routes = [Route("/conversation/{id:str}.{kind:str}", take_along, methods=["GET"])]
