"""The size of a body and the time in which it has to come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.errors import ApiError, refused

_SECONDS = 30.0


class LimitedBody:
    """ASGI middleware that reads a body before it is looked at: 413 if it is larger than `most_kib()`, 408 if it does
    not come within `seconds`. So one who sends slowly holds nothing but a connection."""

    def __init__(self, app: ASGIApp, most_kib: Callable[[], int], seconds: float = _SECONDS) -> None:
        self._app, self._most_kib, self._seconds = app, most_kib, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        try:
            messages = await asyncio.wait_for(self._read(receive), self._seconds)
        except ApiError as large:
            await refused(large, Request(scope))(scope, receive, send)
            return
        except TimeoutError:
            slow = ApiError(408, "body_too_slow", f"the body did not come within {self._seconds:g} seconds; try again")
            await refused(slow, Request(scope))(scope, receive, send)
            return
        await self._app(scope, _replay(messages, receive), send)

    async def _read(self, receive: Receive) -> list[Message]:
        messages: list[Message] = []
        most, size = self._most_kib(), 0
        while True:
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            if size > most * 1024:
                raise ApiError(413, "too_large", f"the body is over {most} KiB; send less at once")
            if not message.get("more_body", False):
                return messages


def _replay(messages: list[Message], receive: Receive) -> Receive:
    left = messages[::-1]

    async def next_one() -> Message:
        return left.pop() if left else await receive()

    return next_one
