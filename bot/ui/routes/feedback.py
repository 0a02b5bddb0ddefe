"""What the page knows of an answer that is judged, for the API's /api/feedback."""

from __future__ import annotations

import logging
from typing import Any

from starlette.requests import Request

from bot.api.who import caller_of
from bot.feedback import Verdict
from bot.schema import answer_to_json
from bot.settings import Settings
from bot.ui.conversations.errors import ConversationError
from bot.ui.service import conversations, desk
from bot.ui.view.exchange import history
from bot.ui.visitor import COOKIE, owner_of

_log = logging.getLogger(__name__)


class PageExchanges:
    """Answers in conversations of this user or browser, and those that the server still has at hand."""

    def known(self, settings: Settings, request: Request, id: str) -> dict[str, Any] | None:
        return _known(settings, _owner(request), id)

    def note(self, settings: Settings, request: Request, id: str, verdict: Verdict) -> None:
        _note(settings, _owner(request), id, verdict)


def _owner(request: Request) -> str | None:
    return owner_of(caller_of(request.scope), request.cookies.get(COOKIE, ""))


def _known(settings: Settings, owner: str | None, id: str) -> dict[str, Any] | None:
    """All that is known of an answer of the reader's own, or of one that the server still has at hand."""
    found = None
    if owner:
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


def _note(settings: Settings, owner: str | None, id: str, verdict: Verdict) -> None:
    """Notes the verdict in the conversation, if that is the reader's own."""
    try:
        if owner and conversations(settings).find_exchange(owner, id):
            if task := desk(settings).find(id):
                task.judge(verdict)  # first: what is still added to the answer is kept in place of what is there
            conversations(settings).judge(owner, id, verdict)
    except ConversationError as error:  # the log has it
        _log.error("%s", error)
