"""POST /v1/chat/completions and GET /v1/models, as clients of OpenAI expect them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.api.ask import Item, check, start
from bot.api.chat_in import MODELS, ChatIn, asked
from bot.api.chat_out import Completion
from bot.api.errors import ApiError, api_error, error_body, json_response
from bot.api.job import BEAT, EventStream, Job
from bot.api.metrics import Metrics
from bot.api.serves import Serve
from bot.schema import Answer


def router(serve: Serve, metrics: Metrics) -> APIRouter:
    """The routes over what `serve` gives."""
    found = APIRouter(tags=["OpenAI-compatible"])

    both = {"description": _DESCRIPTION, "content": {"text/event-stream": {"schema": {}}}}

    @found.post("/v1/chat/completions", response_model=dict[str, Any], responses={200: both})
    async def completions(given: ChatIn, request: Request) -> Response:
        """The last message of the user answered, its footnotes as `annotations`.

        With "stream": true nothing is sent before it is checked, and it comes in chunks then.
        """
        wanted = asked(given)
        serves = await run_in_threadpool(check, serve, request, wanted.question, wanted.answerer)
        job = start(serves, wanted.question, list(wanted.history), answerer=wanted.answerer)

        def complete(answer: Answer) -> Completion:
            metrics.answered(answer)
            here = serves.settings.public_url
            return Completion.of(answer, wanted, given.model, f"{here}/" if here else str(request.base_url))

        if given.stream:
            return EventStream(_events(job, complete, usage=given.usage), job)
        answer = await job.last(request)
        assert isinstance(answer, Answer)  # the last item of a bot's stream
        return json_response(complete(answer).whole())

    @found.get("/v1/models", response_model=dict[str, Any])
    async def models() -> Response:
        """What can be asked: "footnote", as the server is set, and "footnote-extractive", which always quotes."""
        return json_response({"object": "list", "data": [_model(name) for name in MODELS]})

    @found.get("/v1/models/{model}", response_model=dict[str, Any])
    async def model(model: str) -> Response:
        """One of them."""
        if model not in MODELS:
            said = f"The model {model[:80]!r} does not exist; there are {', '.join(MODELS)}"
            raise ApiError(404, "model_not_found", said, "model")
        return json_response(_model(model))

    return found


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "footnote"}


async def _events(job: Job[Item], complete: Callable[[Answer], Completion], *, usage: bool) -> AsyncIterator[str]:
    try:
        async for item in job.items():
            if item is None:
                yield BEAT
            elif isinstance(item, Answer):
                for chunk in complete(item).chunks(usage=usage):
                    yield f"data: {json.dumps(chunk)}\n\n"
        yield "data: [DONE]\n\n"
    except Exception as error:  # the status is sent already: what went wrong is the last event
        yield f"data: {json.dumps(error_body(api_error(error), '/v1'))}\n\n"


_DESCRIPTION = (
    "A chat completion, or its chunks as server-sent events. Each annotation is a `url_citation` with `url`, `title`, "
    "`start_index` and `end_index` (code points of the [n] in `content`), and `n`, `file`, `quote`, `document_id`, "
    "`quote_start`, `quote_end` of our own. `footnote` is the answer as /api/ask gives it."
)
