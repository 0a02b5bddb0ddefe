"""Output that nobody wants any more: `python -m bot ask ... | head` ends quietly."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

_ENDED_BY_PIPE = 141  # as shells tell of a program that SIGPIPE ended


def piped(command: Callable[[], int]) -> int:
    """Runs a command that prints. Returns what it returns, or 141 if whoever read its output stopped reading."""
    try:
        code = command()
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still held would be written as Python ends, and fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _ENDED_BY_PIPE
    return code
