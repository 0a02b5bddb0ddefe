"""Giving memory back that is free but still held."""

from __future__ import annotations

import ctypes
from functools import lru_cache
from threading import Lock
from time import monotonic
from typing import Any

_EVERY_S = 10.0


class Tidying:
    """Gives the process's free memory back to the system, at most every ten seconds.

    The C library keeps what each thread has freed in a pool of that thread, and texts and tensors of all sizes leave
    holes there: after some dozens of answers a server would hold twice the memory that it uses (measured in
    benchmarks/sessions.py).
    """

    def __init__(self) -> None:
        self._last = monotonic()
        self._lock = Lock()

    def __call__(self) -> bool:
        """True if memory was given back; False too soon after the last time, or where the system has no way to."""
        with self._lock:
            if monotonic() - self._last < _EVERY_S:
                return False
            self._last = monotonic()
        trim = _trim()
        if trim is None:
            return False
        trim(0)
        return True


@lru_cache(maxsize=1)
def _trim() -> Any:
    """glibc's malloc_trim; None with another C library."""
    try:
        return getattr(ctypes.CDLL(None), "malloc_trim", None)
    except (OSError, TypeError):  # Windows opens no library without a name
        return None
