"""Errors as programs get them: {"error": {"code", "message"}}, under /v1 in OpenAI's form."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.errors import BusyError, FootnoteError, InputError
from bot.settings import Settings
from bot.status import error_code, public_message
from index.address import IndexPlace
from index.errors import FootnoteIndexError, QueryError
from index.search import printable

_RETRY_S = 5
_OPENAI_TYPES = {404: "invalid_request_error", 429: "rate_limit_error"}
_log = logging.getLogger(__name__)
REQUEST: ContextVar[str] = ContextVar("REQUEST", default="without an id")
"""The id of the request that is being answered."""


class ApiError(Exception):
    """A request that is not answered: the status, a stable code, a message that names the value and the remedy."""

    def __init__(
        self, status: int, code: str, message: str, param: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.param = status, code, message, param
        self.headers = dict(headers or {})


def json_response(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON that is not kept by anybody on its way. In ASCII: a lone surrogate, as in the name of a file that is no
    UTF-8, cannot be sent otherwise."""
    return Response(json.dumps(body), status, {"Cache-Control": "no-store", **(headers or {})}, "application/json")


def api_error(error: Exception, place: IndexPlace | None = None) -> ApiError:
    """Any error as one for programs. One that nobody foresaw is logged and told without its message."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, BusyError):
        return ApiError(429, "busy", str(error), headers={"Retry-After": str(_RETRY_S)})
    if isinstance(error, (FootnoteError, FootnoteIndexError)):
        status = 400 if isinstance(error, (QueryError, InputError)) else 503
        code = "invalid_request" if isinstance(error, InputError) else error_code(error)
        return ApiError(status, code, public_message(error, place or _place()))
    _log.error("request %s failed", REQUEST.get(), exc_info=error)
    return ApiError(500, "internal", "the server failed; its log says why, by the X-Request-Id of this response")


def _place() -> IndexPlace | None:
    try:
        return Settings.load().index
    except FootnoteError:
        return None


def error_body(error: ApiError, path: str) -> dict[str, Any]:
    """The JSON of an error on a path."""
    message = printable(error.message)
    if not is_openai(path):
        return {"error": {"code": error.code, "message": message}}
    kind = _OPENAI_TYPES.get(error.status, "invalid_request_error" if error.status < 500 else "server_error")
    return {"error": {"message": message, "type": kind, "param": error.param, "code": error.code}}


def refused(error: ApiError, request: Request) -> Response:
    """The response that says so."""
    return json_response(error_body(error, request.url.path), error.status, error.headers)


def is_openai(path: str) -> bool:
    """True for the paths of the OpenAI-compatible part."""
    return path == "/v1" or path.startswith("/v1/")
