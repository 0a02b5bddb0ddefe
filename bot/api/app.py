"""The API put together: a FastAPI application, and the routes by which the page's server reaches it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.api import ask, chat, documents, feedback, health, widget
from bot.api.access import Observed, write_to_stderr
from bot.api.docs import docs_html
from bot.api.door import Door, LimitedTime
from bot.api.errors import ApiError, api_error, refused
from bot.api.limits import LimitedBody
from bot.api.metrics import Metrics, metrics
from bot.api.models import ErrorOut, OpenAiErrorOut
from bot.api.origins import Guarded
from bot.api.rates import Limits
from bot.api.serves import Serve, Serves
from bot.api.who import Who
from bot.callers import Caller
from bot.errors import FootnoteError
from bot.serving import serving
from bot.settings import Settings
from index.errors import FootnoteIndexError

_CODES = {404: "not_found", 405: "method_not_allowed"}
_DOCS_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'"


def make_api(exchanges: feedback.Exchanges, serve: Serve, counts: Metrics) -> FastAPI:
    """The application. `serve` is asked at each request for what answers it."""
    app = FastAPI(
        title="Footnote",
        version="1",
        description="Answers from your own articles, with a footnote on every sentence.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for router in (
        ask.router(serve, counts),
        documents.router(serve),
        feedback.router(exchanges),
        health.router(serve, counts),
        widget.router(_settings),
    ):
        app.include_router(router, responses=_problems(ErrorOut))
    app.include_router(chat.router(serve, counts), responses=_problems(OpenAiErrorOut))
    for kind in (ApiError, FootnoteError, FootnoteIndexError, Exception):
        app.add_exception_handler(kind, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _unrouted)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _without_422(get_openapi(**_about(app), routes=app.routes))
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]

    @app.get("/api/docs", include_in_schema=False)
    async def docs() -> Response:
        page = docs_html(app.openapi())
        return Response(page, 200, {"Content-Security-Policy": _DOCS_POLICY}, "text/html; charset=utf-8")

    return app


def make_routes(
    exchanges: feedback.Exchanges,
    serve: Serve | None = None,
    counts: Metrics | None = None,
    who: Who | None = None,
) -> list[BaseRoute]:
    """Routes of a server that has others too: /api, /v1 and /metrics lead to the application, by its door. `who` tells
    who asks."""
    api = LimitedTime(make_api(exchanges, serve or _serve, counts or metrics()), lambda: _settings().answer_seconds)
    app = Guarded(Door(LimitedBody(api, lambda: _settings().max_body_kib), who or Who(), Limits()), _settings)
    routes = [Route(path, app) for path in ("/api/{rest:path}", "/v1/{rest:path}", "/metrics")]
    for route in routes:  # the rest of a path may hold a line's end, and its 404 is ours all the same
        route.path_regex = re.compile(route.path_regex.pattern, re.DOTALL)
    return [*routes]


def observed(counts: Callable[[], Metrics] = metrics) -> Middleware:
    """The middleware that names, counts and logs each request of a server."""
    write_to_stderr()
    return Middleware(Observed, metrics=counts, settings=_settings)


def _serve(caller: Caller) -> Serves:
    return serving(Settings.load().with_labels(caller.labels))


def _settings() -> Settings:
    """Those in force; the defaults where they cannot be used, which whoever answers will say."""
    try:
        return Settings.load()
    except FootnoteError:
        return Settings()


async def _refused(request: Request, error: Exception) -> Response:
    return refused(api_error(error), request)


async def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if request.method == "POST" and not feedback.is_json(request):
        return refused(ApiError(415, "unsupported_media_type", "send the body as application/json"), request)
    first = error.errors()[0]
    place = ".".join(str(part)[:80] for part in first["loc"] if part not in ("body", "query", "path"))
    said = f"{place or 'the body'}: {first['msg']}; GET /api/docs says what is taken"
    return refused(ApiError(400, "invalid_request", said, place or None), request)


async def _unrouted(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    path = request.url.path[:80]
    if error.status_code == 400:  # FastAPI's, for a body that is no JSON at all
        return refused(ApiError(400, "invalid_request", "the body cannot be read as JSON; send an object"), request)
    said = {
        404: f"there is no {path!r} here; GET /api/docs lists what there is",
        405: f"{request.method[:10]} cannot be used with {path!r}; GET /api/docs says what can",
    }.get(error.status_code, str(error.detail))
    code = _CODES.get(error.status_code, "refused")
    return refused(ApiError(error.status_code, code, said, headers=error.headers), request)


def _problems(model: type[ErrorOut] | type[OpenAiErrorOut]) -> dict[int | str, dict[str, Any]]:
    said = {
        400: "Not of the form asked for, or a question that cannot be asked.",
        401: "A key is wanted, or is not known, or a user is.",
        403: "A page of another site may not ask this, or its token does not open it.",
        404: "There is no such thing.",
        408: "The body came too slowly.",
        413: "The body is too large.",
        415: "The body is not sent as JSON.",
        429: "More is asked than can be answered; `Retry-After` says when to ask again.",
        503: "The index, a model or a setting cannot be used.",
        504: "There was no answer in the time allowed.",
    }
    return {status: {"model": model, "description": text} for status, text in said.items()}


def _about(app: FastAPI) -> dict[str, Any]:
    return {"title": app.title, "version": app.version, "description": app.description}


def _without_422(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without FastAPI's own errors: here they are 400, in the form of all others."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(name, None)
    return schema
