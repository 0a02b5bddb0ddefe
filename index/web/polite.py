"""Good manners: one request at a time to a host, a pause between two of them, longer where the host asks for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


class _Host:
    def __init__(self, delay: float) -> None:
        self.turn = threading.Lock()
        self.delay = delay
        self.free_at = 0.0


class Turns:
    """Whose turn it is, by host; times in seconds. Threads may share it."""

    def __init__(self, delay: float, longest: float) -> None:
        self._delay = delay
        self._longest = longest
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Waits until the host may be asked, and keeps others from it until the block ends."""
        state = self._host(host)
        with state.turn:
            time.sleep(max(0.0, state.free_at - time.monotonic()))
            try:
                yield
            finally:
                state.free_at = max(state.free_at, time.monotonic() + state.delay)

    def hold(self, host: str, seconds: float) -> None:
        """The next turn begins not before so many seconds from now (at most the longest wait)."""
        state = self._host(host)
        state.free_at = max(state.free_at, time.monotonic() + min(seconds, self._longest))

    def slow_down(self, host: str, delay: float) -> None:
        """From now on this pause between two requests, within the usual and the longest."""
        self._host(host).delay = max(self._delay, min(delay, self._longest))

    def _host(self, host: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(host, _Host(self._delay))


def retry_after(written: str | None) -> float | None:
    """The seconds that a Retry-After header asks for, as a number or a date; None if it says nothing."""
    text = (written or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
