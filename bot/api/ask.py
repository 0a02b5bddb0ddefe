"""POST /api/ask and /api/ask/stream, GET /api/search."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Generator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from bot.answerer import Found, Token
from bot.api.errors import ApiError, api_error, error_body, json_response
from bot.api.job import BEAT, EventStream, Job
from bot.api.metrics import Metrics
from bot.api.models import AnswerOut, AskIn, Day, FiltersIn, HitsOut, Name
from bot.api.serves import Serve, Serves
from bot.api.who import caller_of
from bot.errors import SettingsError
from bot.schema import Answer, Turn, answer_to_json, hits_to_json
from bot.verify.check import Verdict
from index.filters import Filters
from index.schema import Hit
from index.search import check_question

Item = Found | Token | Verdict | Answer


def start(
    serves: Serves,
    question: str,
    history: list[Turn],
    filters: Filters | None = None,
    k: int | None = None,
    answerer: str | None = None,
) -> Job[Item]:
    """The work on a question, in its place in the queue. Raises BusyError."""

    def make() -> Generator[Item, None, None]:
        yield from serves.bot(answerer).stream(question, history, k, filters or None)

    settings = serves.settings
    return Job(make, serves.pool(answerer), settings.max_waiting, settings.answer_seconds)


def check(serve: Serve, request: Request, question: str, answerer: str | None) -> Serves:
    """What will answer the one who asks, if the question can be asked at all. Raises what is wrong with the question,
    the settings or the index."""
    request.state.question = question  # for the log, if the operator asks for it
    serves = serve(caller_of(request.scope))
    check_question(question)
    try:
        serves.check(answerer)
    except SettingsError as error:
        raise ApiError(400, "answerer_unavailable", str(error), "answerer") from error
    _ = serves.version  # there is an index
    return serves


def router(serve: Serve, metrics: Metrics) -> APIRouter:
    """The routes over what `serve` gives."""
    found = APIRouter(tags=["answers"])

    @found.post("/api/ask", response_model=AnswerOut)
    async def ask(given: AskIn, request: Request) -> Response:
        """The answer to a question, each sentence with its footnotes."""
        serves = await run_in_threadpool(check, serve, request, given.question, given.answerer)
        answer = await _started(serves, given).last(request)
        assert isinstance(answer, Answer)  # the last item of a bot's stream
        metrics.answered(answer)
        return json_response(answer_to_json(answer))

    @found.post(
        "/api/ask/stream",
        response_class=StreamingResponse,
        responses={200: {"description": _EVENTS, "content": {"text/event-stream": {"schema": {}}}}},
    )
    async def stream(given: AskIn, request: Request) -> Response:
        """The same as server-sent events, so that a reader sees what is going on."""
        serves = await run_in_threadpool(check, serve, request, given.question, given.answerer)
        job = _started(serves, given)
        return EventStream(_events(job, metrics), job)

    @found.get("/api/search", response_model=HitsOut)
    async def search(
        request: Request,
        q: Annotated[str, Query(description="the question")],
        k: Annotated[int, Query(ge=1, le=200, description="how many passages")] = 10,
        source: Annotated[list[Name], Query(description="only this source, with * and ?")] = [],  # noqa: B006  never changed
        outlet: Annotated[list[Name], Query(description="only this outlet")] = [],  # noqa: B006
        language: Annotated[list[Name], Query(description="only this language, as en")] = [],  # noqa: B006
        since: Annotated[Day | None, Query(description="published on or after")] = None,
        until: Annotated[Day | None, Query(description="published on or before")] = None,
    ) -> Response:
        """The passages that fit a question best, best first."""
        serves = await run_in_threadpool(check, serve, request, q, "extractive")
        chosen = FiltersIn(sources=source, outlets=outlet, languages=language, since=since, until=until).filters()

        def make() -> Generator[list[Hit], None, None]:
            yield serves.bot("extractive").search(q, k=k, filters=chosen or None)

        settings = serves.settings
        job = Job(make, serves.pool("extractive"), settings.max_waiting, settings.answer_seconds)
        hits = await job.last(request)
        return json_response({"question": check_question(q), "hits": hits_to_json(hits)})

    return found


def _started(serves: Serves, given: AskIn) -> Job[Item]:
    filters = given.filters.filters() if given.filters else None
    history = [turn.turn() for turn in given.history]
    return start(serves, given.question, history, filters, given.k, given.answerer)


async def _events(job: Job[Item], metrics: Metrics) -> AsyncIterator[str]:
    wrote = False
    try:
        async for item in job.items():
            if item is None:
                yield BEAT
            elif isinstance(item, Found):
                yield event("passages", {"passages": hits_to_json(item.hits)})
            elif isinstance(item, Token) and item.text:
                wrote = True
                yield event("token", {"text": item.text, "checked": False})
            elif isinstance(item, Answer):
                metrics.answered(item)
                if not wrote:
                    for piece in pieces(item.answer):
                        yield event("token", {"text": piece, "checked": True})
                yield event("answer", answer_to_json(item))
        yield event("done", {})
    except Exception as error:  # the status is sent already: what went wrong is the last event
        yield event("error", error_body(api_error(error), ""))


def pieces(markdown: str) -> list[str]:
    """An answer line by line; joined, they are the answer."""
    return markdown.splitlines(keepends=True)


def event(name: str, data: Any) -> str:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


_EVENTS = (
    'Events, each with JSON: `passages` {"passages": [...]} once they are found; `token` {"text", "checked"} as a chat '
    "model writes (not checked yet), or the checked answer line by line; `answer`, the answer as /api/ask gives it, "
    'which takes the place of the tokens; `done` {}. Where that fails: `error` {"error": {"code", "message"}}.'
)
