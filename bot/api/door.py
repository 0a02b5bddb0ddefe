"""The door of the API: who comes in, how often, and for how long."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.errors import REQUEST, ApiError, api_error, refused
from bot.api.rates import Limits
from bot.api.who import Who
from bot.callers import ANYONE, Caller
from bot.errors import FootnoteError
from bot.settings import Settings

_QUESTIONS = ("/api/ask", "/api/ask/stream", "/api/search", "/v1/chat/completions")
_ALWAYS = ("/api/health", "/api/ready", "/api/docs", "/api/openapi.json")
_SENDING_S = 30.0
_log = logging.getLogger(__name__)


class Door:
    """ASGI middleware: notes who asks in scope["state"]["caller"], and refuses who may not, or asks too much."""

    def __init__(
        self, app: ASGIApp, who: Who, limits: Limits, settings: Callable[[], Settings] = Settings.load
    ) -> None:
        self._app, self._who, self._limits, self._settings = app, who, limits, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _question(scope):
            scope.setdefault("state", {})["asked"] = scope["path"].rstrip("\n")  # for who counts it, if it is refused
        try:
            settings, caller = self._seen(scope)
            scope.setdefault("state", {})["caller"] = caller
            asks = scope["method"] != "OPTIONS" and _question(scope)
            if asks:
                self._limits.enter(caller, settings)
        except (ApiError, FootnoteError) as error:
            await refused(api_error(error), Request(scope))(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            if asks:
                self._limits.leave(caller)

    def _seen(self, scope: Scope) -> tuple[Settings, Caller]:
        try:
            settings = self._settings()
        except FootnoteError:
            if scope["path"] in _ALWAYS:  # they tell what is wrong, or do not need any
                return Settings(), ANYONE
            raise
        return settings, self._who.of_api(scope, settings)


def _question(scope: Scope) -> bool:
    """True for a question's path; a line's end may follow, and the route is found all the same."""
    return scope["path"].rstrip("\n") in _QUESTIONS


class LimitedTime:
    """ASGI middleware that ends a response `_SENDING_S` after an answer has to be there: one who does not read what is
    sent holds it no longer. What has begun cannot end well then, so the connection is closed."""

    def __init__(self, app: ASGIApp, seconds: Callable[[], float]) -> None:
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        seconds = self._seconds() + _SENDING_S
        try:
            await asyncio.wait_for(self._app(scope, receive, noted), seconds)
        except TimeoutError:
            _log.warning("request %s was ended after %g seconds", REQUEST.get(), seconds)
            if not begun:
                slow = ApiError(504, "too_slow", f"there was no answer within {seconds:g} seconds; ask again later")
                await refused(slow, Request(scope))(scope, receive, send)
            # Else nothing more is sent: the server sees an end that is none, and closes the connection.
