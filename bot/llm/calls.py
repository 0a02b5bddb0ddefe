"""One question to a chat model: its text as it comes, within time limits, tried again only while nothing has come.

LangChain's asynchronous streams run on one loop in a background thread: a request that takes too long or that nobody
waits for any more is cancelled there, which closes its connection whatever the provider's package is.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass
from itertools import count
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

from bot.llm.errors import LlmError
from bot.llm.failures import Origin, explain, may_pass, retry_after

Messages = Sequence[tuple[str, str]]
_BEAT = 0.25  # seconds without text after which whoever waits is given the chance to stop


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect, to the first text, between two texts, for all of it; how often to try, and how to wait."""

    connect: float = 5.0
    first: float = 180.0  # a local model on a plain processor reads a full prompt for minutes
    between: float = 30.0
    whole: float = 600.0
    attempts: int = 4
    backoff: float = 0.5
    longest_wait: float = 20.0


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of the answer, empty now and then while none comes; `finish` is why the model stopped, in the last one
    ("stop", "length", ...)."""

    text: str
    finish: str | None = None


def stream(
    model: Any,
    messages: Messages,
    origin: Origin,
    limits: Limits,
    *,
    sleep: Callable[[float], None] = time.sleep,
    chance: Callable[[], float] = random.random,
) -> Generator[Chunk, None, None]:
    """The answer as it comes; at least one chunk has text. Closing the iterator stops the request.

    `model` is a LangChain chat model. Raises LlmError, or ContextTooLongError before any text.
    """
    deadline = time.monotonic() + limits.whole
    for attempt in count(1):
        begun, finish = False, None
        failure: Exception | None = None
        with closing(_once(model, messages, limits, deadline - time.monotonic())) as items:
            for item in items:
                if isinstance(item, Exception):
                    failure = item
                    break
                begun, finish = begun or bool(item.text.strip()), item.finish or finish
                yield item
        if failure is None and begun and not finish and origin.tells_end:
            failure = EOFError("the connection was closed")
        if failure is None and begun:
            return
        if failure is None:
            raise LlmError(f"the model {origin.model} gave an empty answer; ask again or choose another model")
        wait = _wait(failure, attempt, limits, chance) if not begun else None
        if wait is None or time.monotonic() + wait >= deadline:
            raise explain(failure, origin, begun=begun)  # not from it: its message may hold the key
        sleep(wait)


def _wait(failure: Exception, attempt: int, limits: Limits, chance: Callable[[], float]) -> float | None:
    """Seconds to wait before the next attempt, None if there is to be none."""
    if attempt >= limits.attempts or not may_pass(failure):
        return None
    asked = retry_after(failure)
    if asked is not None:
        return asked if asked <= limits.longest_wait else None
    # Half fixed, half by chance, so that many clients do not come back at the same moment.
    longest = min(limits.longest_wait, limits.backoff * 2.0 ** (attempt - 1))
    return longest * (0.5 + 0.5 * chance())


def _once(model: Any, messages: Messages, limits: Limits, left: float) -> Generator[Chunk | Exception, None, None]:
    """The chunks of one request; the last item is the exception if it failed."""
    items: SimpleQueue[Chunk | Exception | None] = SimpleQueue()
    request = asyncio.run_coroutine_threadsafe(_pump(model, messages, limits, left, items.put), _loop())
    try:
        while True:
            try:
                item = items.get(timeout=_BEAT)
            except Empty:
                item = Chunk("")
            if item is None:
                return
            yield item
    finally:
        request.cancel()


async def _pump(
    model: Any, messages: Messages, limits: Limits, left: float, put: Callable[[Chunk | Exception | None], None]
) -> None:
    begun, task = False, asyncio.current_task()
    late: LlmError | None = None
    try:
        async with asyncio.timeout(left) as whole, aclosing(model.astream(list(messages))) as chunks:
            while True:
                patience = limits.between if begun else limits.first
                late = LlmError(f"the model sent nothing for {patience:g} seconds; try again or choose a faster one")
                async with asyncio.timeout(patience) as gap:
                    chunk = await anext(chunks, None)
                if task and task.cancelling():  # asyncio.wait_for of Python 3.11 loses a cancellation as text comes
                    raise asyncio.CancelledError
                if chunk is None:
                    break
                text = str(chunk.text)
                begun = begun or bool(text)
                put(Chunk(text, _finish(chunk)))
    except TimeoutError as error:
        if whole.expired():
            put(LlmError(f"the model took longer than {limits.whole:g} seconds; try again or choose a faster one"))
        else:
            put(late if gap.expired() and late else error)
    except Exception as error:
        put(error)  # explained where it is read
    else:
        put(None)


def _finish(chunk: Any) -> str | None:
    found: dict[str, str | None] = chunk.response_metadata
    return found.get("finish_reason") or found.get("stop_reason") or found.get("done_reason")


_starting = Lock()
_running: list[asyncio.AbstractEventLoop] = []


def _loop() -> asyncio.AbstractEventLoop:
    """The loop that all requests run on: clients keep connections that belong to the loop which opened them."""
    with _starting:
        if not _running:
            loop = asyncio.new_event_loop()
            Thread(target=loop.run_forever, name="footnote-llm", daemon=True).start()
            _running.append(loop)
        return _running[0]
