"""A piece of work in a thread of the pool, watched from the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Mapping
from concurrent.futures import Future
from contextlib import closing, suppress
from dataclasses import dataclass
from threading import Event
from typing import Generic, TypeVar

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from bot.api.errors import ApiError
from bot.pool import Pool

T = TypeVar("T")
_BEAT_S = 10.0


@dataclass(frozen=True, slots=True)
class _End:
    """The work is over; `problem` is what it ended with, if not well."""

    problem: Exception | None = None


class Job(Generic[T]):
    """Runs a generator in the pool. Make one in the event loop; it takes its place in the queue at once.

    Raises BusyError if `waiting` others wait already, ApiError if the pool is closed. Must be stopped by who made it:
    then no more is done than what is being computed at this moment. A slow reader of the items holds no thread.
    """

    def __init__(self, make: Callable[[], Generator[T, None, None]], pool: Pool, waiting: int, seconds: float) -> None:
        self._make = make
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._deadline = self._loop.time() + seconds
        self._items: asyncio.Queue[T | _End] = asyncio.Queue()
        self._stopped = Event()
        try:
            self._future = pool.submit(self._run, waiting)
        except RuntimeError:  # the pool is closed
            raise _stopping() from None
        self._future.add_done_callback(self._given_up)

    def _given_up(self, future: Future[None]) -> None:
        if future.cancelled():  # before it began; who still waits is told
            self._tell(_End(_stopping()))

    def _run(self) -> None:
        end = _End()
        try:
            with closing(self._make()) as items:
                while not self._stopped.is_set():  # not begun if nobody waits any more
                    item = next(items, end)
                    if item is end:
                        break
                    self._tell(item)
        except Exception as error:
            end = _End(error)
        self._tell(end)

    def _tell(self, item: T | _End) -> None:
        with suppress(RuntimeError):  # the loop is closed: the server has ended
            self._loop.call_soon_threadsafe(self._items.put_nowait, item)

    def stop(self) -> None:
        """Ends the work as soon as it can be."""
        self._stopped.set()
        self._future.cancel()

    async def items(self) -> AsyncIterator[T | None]:
        """What the generator gives, and None now and then while there is nothing new. Raises what it raises, and
        ApiError when the time is up."""
        while True:
            left = self._deadline - self._loop.time()
            try:
                item = await asyncio.wait_for(self._items.get(), min(_BEAT_S, max(left, 0.001)))
            except TimeoutError:
                if left <= _BEAT_S:
                    said = f"there was no answer within {self._seconds:g} seconds; ask again later, or less at once"
                    raise ApiError(504, "too_slow", said) from None
                yield None
                continue
            if isinstance(item, _End):
                if item.problem:
                    raise item.problem
                return
            yield item

    async def last(self, request: Request) -> T:
        """The last item. Stops the work, and raises ApiError, if the client goes away before it comes."""
        gone, found = asyncio.ensure_future(_gone(request)), asyncio.ensure_future(self._last())
        try:
            await asyncio.wait({gone, found}, return_when=asyncio.FIRST_COMPLETED)
            if not found.done():
                raise ApiError(499, "client_gone", "the client went away before the answer")
            return found.result()
        finally:
            self.stop()
            for task in (gone, found):
                task.cancel()

    async def _last(self) -> T:
        last: T | None = None
        async for item in self.items():
            last = item if item is not None else last
        if last is None:
            raise _stopping()
        return last


def _stopping() -> ApiError:
    return ApiError(503, "stopping", "the server is stopping; ask again in a moment")


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


class EventStream(StreamingResponse):
    """Server-sent events of a job, which ends with the connection."""

    def __init__(self, events: AsyncIterator[str], job: Job[T]) -> None:
        headers: Mapping[str, str] = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(events, headers=headers, media_type="text/event-stream")
        self._job = job

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._job.stop()


BEAT = ": still at work\n\n"
"""A comment in a stream of events, which keeps the connection open; clients pass over it."""
