"""How much one may ask: so many questions a minute, so many at once."""

from __future__ import annotations

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

from bot.api.errors import ApiError
from bot.api.peer import is_loopback
from bot.callers import Caller
from bot.settings import Settings

_KEPT = 10_000
_MINUTE = 60.0
_BUSY_S = 5
_RATE, _STREAMS = 60, 4


class Rates:
    """Token buckets by name: full at first, refilled evenly, so many as were used last are kept. Safe to use from any
    thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, kept: int = _KEPT) -> None:
        self._clock, self._kept = clock, kept
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # what is left, and when
        self._lock = Lock()

    def take(self, wanted: Sequence[tuple[str, int]]) -> float:
        """Takes one from each of these buckets, named with how many there are for a minute (0: no end), if none of them
        is empty; 0 then, else the seconds after which all have one again."""
        with self._lock:
            now, wait = self._clock(), 0.0
            left: dict[str, float] = {}
            for name, most in wanted:
                if most:
                    had, when = self._buckets.get(name, (float(most), now))
                    left[name] = min(float(most), had + (now - when) * most / _MINUTE)
                    if left[name] < 1:
                        wait = max(wait, (1 - left[name]) * _MINUTE / most)
            for name, number in left.items():
                self._buckets[name] = (number if wait else number - 1, now)
                self._buckets.move_to_end(name)
            while len(self._buckets) > self._kept:
                self._buckets.popitem(last=False)
            return wait

    def __len__(self) -> int:
        return len(self._buckets)


class Limits:
    """The limits of all who ask a server."""

    def __init__(self, rates: Rates | None = None) -> None:
        self._rates = Rates() if rates is None else rates
        self._at_work: Counter[str] = Counter()
        self._lock = Lock()

    def enter(self, caller: Caller, settings: Settings) -> None:
        """Begins a question of this caller, to be ended by `leave`. Raises ApiError 429 if it is one too many."""
        name = caller.counted
        with self._lock:
            most = _most(settings.max_streams, _STREAMS, caller)
            if most and self._at_work.get(name, 0) >= most:
                said = f"{most} questions of yours are being answered; ask again when one is done"
                raise ApiError(429, "busy", said, headers={"Retry-After": str(_BUSY_S)})
            self.count(caller, settings)
            self._at_work[name] += 1

    def leave(self, caller: Caller) -> None:
        """Ends a question."""
        with self._lock:
            self._at_work[caller.counted] -= 1
            if not self._at_work[caller.counted]:
                del self._at_work[caller.counted]

    def count(self, caller: Caller, settings: Settings) -> None:
        """Counts a question. Raises ApiError 429 with the seconds after which the next one is answered."""
        most = _most(settings.rate_per_minute, _RATE, caller)
        wanted = [(caller.counted, most)]
        if caller.kind == "origin":
            wanted.append((f"all of {caller.name}", settings.origin_per_minute))
        if wait := self._rates.take(wanted):
            said = f"{most} questions a minute are answered"
            if caller.kind == "origin":
                said += f", {settings.origin_per_minute} of all readers of {caller.name}"
            seconds = math.ceil(round(wait, 6))
            raise ApiError(
                429, "rate_limited", f"{said}; ask again in {seconds} s", headers={"Retry-After": str(seconds)}
            )


def _most(given: int | None, usual: int, caller: Caller) -> int:
    """The limit that was set, else the usual one; none then for a program on the server's own machine, such as a script
    that evaluates, which could as well load the index itself."""
    if given is not None:
        return given
    return 0 if caller.kind == "anyone" and is_loopback(caller.address) else usual
