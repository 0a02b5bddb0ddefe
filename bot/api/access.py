"""Each request: its id, its line in the log, its count. No answer and no article is written down, and no question
unless the settings ask for it."""

from __future__ import annotations

import json
import logging
import re
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.errors import REQUEST
from bot.api.metrics import Metrics
from bot.api.who import caller_of
from bot.settings import Settings

REQUEST_ID = "X-Request-Id"
_SOUND_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
API_PATHS = ("/api/", "/v1/", "/metrics")
_log = logging.getLogger("footnote.access")


class Observed:
    """ASGI middleware around all that is served; the settings say whether lines are written, and with questions."""

    def __init__(self, app: ASGIApp, metrics: Callable[[], Metrics], settings: Callable[[], Settings]) -> None:
        self._app, self._metrics, self._settings = app, metrics, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        name = given if _SOUND_ID.fullmatch(given) else uuid.uuid4().hex
        REQUEST.set(name)
        state = scope.setdefault("state", {})  # one for all further in, who note here who asks and what
        status, size, started = 500, 0, perf_counter()  # a server that fails before it says anything says 500

        async def send_named(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = name
            size += len(message.get("body", b""))
            await send(message)

        counts = self._metrics()
        counts.in_flight.inc()
        try:
            await self._app(scope, receive, send_named)
        finally:
            seconds, route = perf_counter() - started, _route(scope)
            method = scope["method"] if scope["method"] in _METHODS else "other"
            counts.in_flight.dec()
            counts.requests.labels(method, route, str(status)).inc()
            counts.seconds.labels(route).observe(seconds)
            if (settings := self._settings()).access_log:
                caller = caller_of(scope)
                line = {
                    "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                    "request_id": name,
                    "client": caller.address or (scope.get("client") or ("",))[0],
                    "caller": caller.told,
                    "method": method,
                    "route": route,
                    "status": status,
                    "bytes": size,
                    "ms": round(seconds * 1000, 1),
                }
                if settings.log_questions and "question" in state:
                    line["question"] = state["question"]
                _log.info(json.dumps(line))


def _route(scope: Scope) -> str:
    """The path as the API names it, {id} and all; "page" for what is not the API's, "unknown" for what is nobody's."""
    if not scope["path"].startswith(API_PATHS):
        return "page"
    found = str(getattr(scope.get("route"), "path", "unknown"))
    if found.endswith(":path}"):  # no further than the door of the API
        return str(scope.get("state", {}).get("asked", "unknown"))
    return found


def write_to_stderr() -> None:
    """Sends the lines of the log to standard error, as they are, once however often it is called."""
    if not _log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        _log.addHandler(handler)
        _log.setLevel(logging.INFO)
        _log.propagate = False
