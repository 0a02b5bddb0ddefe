"""Threads in which questions are answered, as many as can be at once, and a queue before them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from bot.errors import BusyError
from index.memory import Tidying


class Pool:
    """Does `at_once` pieces of work at the same time, the others in turn.

    `prepare` is called in the thread of each before it begins, with how many are being worked on.
    """

    def __init__(self, at_once: int, prepare: Callable[[int], None] = lambda at_work: None) -> None:
        self._workers = ThreadPoolExecutor(at_once, thread_name_prefix="answer")
        self._at_once, self._prepare, self._open = at_once, prepare, 0
        self._lock, self._tidy = Lock(), Tidying()

    def submit(self, work: Callable[[], None], waiting: int | None = None) -> Future[None]:
        """Does it when its turn comes; the future tells of its end, and its `cancel` gives up its place in the queue.

        Raises BusyError if so many wait already as `waiting` says, RuntimeError once the pool is closed.
        """
        with self._lock:
            if waiting is not None and self._open - self._at_once >= waiting:
                raise BusyError(f"{waiting} questions wait to be answered already; ask again in a moment")
            future = self._workers.submit(self._do, work)
            self._open += 1
        future.add_done_callback(self._done)
        return future

    def _do(self, work: Callable[[], None]) -> None:
        with self._lock:  # which is held until this work is counted
            at_work = min(self._open, self._at_once)
        self._prepare(at_work)
        try:
            work()
        finally:
            self._tidy()

    def _done(self, _future: Future[None]) -> None:
        with self._lock:
            self._open -= 1

    @property
    def crowded(self) -> bool:
        """True if there is more to do than can be done at once."""
        return self._open > self._at_once

    @property
    def open(self) -> int:
        """How many pieces of work are under way or wait."""
        return self._open

    def close(self) -> None:
        """Takes no more; what waits is given up, what is under way goes on."""
        self._workers.shutdown(wait=False, cancel_futures=True)
