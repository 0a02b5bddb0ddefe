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


def router(serve: Serve, metrics: Metrics) -> APIRouter:
    """The routes over what `serve` gives."""
    found = APIRouter(tags=["operations"])

    @found.head("/api/health", include_in_schema=False)
    @found.get("/api/health", response_model=HealthOut)
    async def health() -> Response:
        """The process answers."""
        return json_response({"status": "ok"})

    @found.head("/api/ready", include_in_schema=False)
    @found.get("/api/ready", response_model=ReadyOut)
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
