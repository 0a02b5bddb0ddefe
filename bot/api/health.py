"""GET /api/health, /api/ready and /metrics."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from bot.api.errors import json_response
from bot.api.metrics import MEDIA_TYPE, Metrics
from bot.api.models import HealthOut, ReadyOut
from bot.api.serves import Serve
from bot.callers import ANYONE
from bot.errors import FootnoteError
from bot.status import index_status
from index.errors import FootnoteIndexError

# One route for both, and it is asked first (the lowest decorator acts first): to other methods it says both in Allow.
_PROBES = ["GET", "HEAD"]


def router(serve: Serve, metrics: Metrics) -> APIRouter:
    """The routes over what `serve` gives."""
    found = APIRouter(tags=["operations"])

    @found.get("/api/health", response_model=HealthOut)  # for the schema
    @found.api_route("/api/health", methods=_PROBES, include_in_schema=False)
    async def health() -> Response:
        """The process answers."""
        return json_response({"status": "ok"})

    @found.get("/api/ready", response_model=ReadyOut)  # for the schema
    @found.api_route("/api/ready", methods=_PROBES, include_in_schema=False)
    def ready() -> Response:
        """The index can be asked: its size; 503 with why it cannot."""
        status = index_status(serve(ANYONE).settings)
        return json_response({"status": "ready", "documents": status.documents, "passages": status.passages})

    @found.get(
        "/metrics",
        response_class=Response,
        responses={200: {"description": "Prometheus text", "content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    def measured() -> Response:
        """What is measured: requests, stages of answers, what is open."""
        try:
            serves = serve(ANYONE)
            quoting, writing = serves.pool("extractive").open, serves.pool("llm").open
        except (FootnoteError, FootnoteIndexError):  # /api/ready says it; what was counted so far is still worth having
            quoting = writing = 0
        return Response(metrics.text(quoting, writing), media_type=MEDIA_TYPE)

    return found
