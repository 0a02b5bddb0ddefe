"""POST /api/feedback: what somebody thought of an answer, into the log that `python -m eval from-feedback` reads."""

from __future__ import annotations

import json
import logging
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import FootnoteError, InputError
from bot.feedback import Verdict, append_feedback, parse_feedback
from bot.schema import answer_to_json
from bot.settings import Settings
from bot.status import error_code, public_message
from bot.ui.conversations.errors import ConversationError
from bot.ui.routes.problems import refused
from bot.ui.service import conversations, desk
from bot.ui.view.exchange import history
from bot.ui.visitor import COOKIE, is_visitor

_MOST_BYTES = 256 * 1024
_log = logging.getLogger(__name__)


async def feedback(request: Request) -> Response:
    """Stores {"question", "verdict": "up"|"down", "history"?, "reason"?, "expected"?, "answer"?}; 201 once it is kept.

    With {"exchange": id} in place of question, history and answer, of an answer that this server gave to this browser
    or in this hour: what was retrieved for it is stored too. 404 if it knows of none.

    415 unless it is sent as JSON (a form of another site cannot do that unasked), 413 over 256 KiB, 400 if it is
    no verdict, 503 if it cannot be stored.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return refused(415, "unsupported_media_type", "send the verdict as application/json")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            return refused(413, "too_large", f"the verdict is over {_MOST_BYTES // 1024} KiB; leave the answer out")
    owner, id = request.cookies.get(COOKIE, ""), None
    try:
        raw = json.loads(body)
        settings = Settings.load()
        if isinstance(raw, dict) and "exchange" in raw:
            id = str(raw["exchange"])
            known = await run_in_threadpool(_known, settings, owner, id)
            if known is None:
                return refused(404, "exchange_unknown", "this server knows of no such answer; send the question too")
            raw = {**{name: raw.get(name) for name in ("verdict", "reason", "expected")}, **known}
        found = parse_feedback(raw, "the request")
    except (InputError, ValueError) as error:
        return refused(400, "invalid_feedback", f"{error}; send question and verdict (up or down)")
    except FootnoteError as error:
        return refused(503, error_code(error), public_message(error))
    try:
        await run_in_threadpool(append_feedback, settings.feedback, found)
    except FootnoteError as error:
        return refused(503, error_code(error), public_message(error))
    if id:
        await run_in_threadpool(_note, settings, owner, id, found.verdict)
    return JSONResponse({"stored": True}, status_code=201)


def _known(settings: Settings, owner: str, id: str) -> dict[str, Any] | None:
    """All that is known of an answer of the reader's own, or of one that the server still has at hand."""
    found = None
    if is_visitor(owner):
        try:
            found = conversations(settings).find_exchange(owner, id)
        except ConversationError as error:  # the answer was given all the same
            _log.error("%s", error)
    if found is None and (task := desk(settings).find(id)):
        found = list(task.before), task.exchange
    if found is None:
        return None
    before, exchange = found
    if exchange.answer is None:
        return None
    return {
        "question": exchange.question,
        "history": [{"role": turn.role, "content": turn.content} for turn in history(before)],
        "answer": answer_to_json(exchange.answer),
        "passages": [
            {"source": p.source, "title": p.title, "start": p.start, "end": p.end, "score": round(p.score, 6)}
            for p in exchange.considered
        ],
    }


def _note(settings: Settings, owner: str, id: str, verdict: Verdict) -> None:
    """Notes the verdict in the conversation, if that is the reader's own."""
    try:
        if is_visitor(owner) and conversations(settings).find_exchange(owner, id):
            if task := desk(settings).find(id):
                task.judge(verdict)  # first: what is still added to the answer is kept in place of what is there
            conversations(settings).judge(owner, id, verdict)
    except ConversationError as error:  # the log has it
        _log.error("%s", error)
