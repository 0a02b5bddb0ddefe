"""POST /api/feedback: what somebody thought of an answer, into the log that `python -m eval from-feedback` reads."""

from __future__ import annotations

import json
from typing import Any, Protocol

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.api.errors import ApiError, json_response
from bot.api.models import FeedbackIn, StoredOut
from bot.api.who import caller_of, needs_key
from bot.errors import InputError
from bot.feedback import Verdict, append_feedback, parse_feedback
from bot.settings import Settings

_SHOWN = 300  # characters of what is wrong


class Exchanges(Protocol):
    """The answers that the page gave. Neither raises: what cannot be looked up is not known."""

    def known(self, settings: Settings, request: Request, id: str) -> dict[str, Any] | None:
        """The verdict's JSON but for the verdict, of an answer with this id; None if the one who asks has none."""
        ...

    def note(self, settings: Settings, request: Request, id: str, verdict: Verdict) -> None:
        """Notes the verdict where the answer is kept."""
        ...


def router(exchanges: Exchanges) -> APIRouter:
    """The route; `exchanges` tells of answers by their id."""
    found = APIRouter(tags=["feedback"])
    # Checked by hand: the line of the log has its own rules, and errors a code of their own.
    shape = FeedbackIn.model_json_schema(ref_template="#/components/schemas/{model}")
    shape.pop("$defs")  # they are in the schema of the whole already
    schema = {"required": True, "content": {"application/json": {"schema": shape}}}

    @found.post("/api/feedback", status_code=201, response_model=StoredOut, openapi_extra={"requestBody": schema})
    async def feedback(request: Request) -> Response:
        """Stores {"question", "verdict": "up"|"down", "history"?, "reason"?, "expected"?, "answer"?}.

        With {"exchange": id} in place of question, history and answer, of an answer that this server gave to this
        browser or in this hour: what was retrieved for it is stored too. 404 if it knows of none.
        """
        if not is_json(request):
            raise ApiError(415, "unsupported_media_type", "send the verdict as application/json")
        id = None
        try:
            raw = json.loads(await request.body())
            settings = Settings.load()
            judges = isinstance(raw, dict) and "exchange" in raw
            if settings.api_keys == "required" and not judges and caller_of(request.scope).kind == "anyone":
                raise needs_key()  # the page has none, and judges answers of its own
            if judges:
                id = str(raw["exchange"])
                known = await run_in_threadpool(exchanges.known, settings, request, id)
                if known is None:
                    said = "this server knows of no such answer; send the question too"
                    raise ApiError(404, "exchange_unknown", said)
                raw = {**{name: raw.get(name) for name in ("verdict", "reason", "expected")}, **known}
            found = parse_feedback(raw, "the request")
        except (InputError, ValueError, RecursionError) as error:  # the last for what is nested too deeply
            said = f"{str(error)[:_SHOWN]}; send question and verdict (up or down)"
            raise ApiError(400, "invalid_feedback", said) from error
        try:
            await run_in_threadpool(append_feedback, settings.feedback, found)
        except RecursionError as error:
            raise ApiError(400, "invalid_feedback", "the answer is nested too deeply; leave it out") from error
        except InputError as error:
            raise ApiError(503, "unavailable", "the feedback log cannot be written; set FOOTNOTE_FEEDBACK") from error
        if id:
            await run_in_threadpool(exchanges.note, settings, request, id, found.verdict)
        return json_response({"stored": True}, 201)

    return found


def is_json(request: Request) -> bool:
    """True for a body that is sent as JSON: a form of another site cannot do that unasked."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower() == "application/json"
