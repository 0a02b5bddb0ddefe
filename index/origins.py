"""What was read from where: what has not changed since need not be read, cleaned or encoded again."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

# Raised whenever reading or cleaning changes: everything is then read again, and only what differs is encoded again.
READER = 2
# A file changed within this time of being read may be changed again without its time stamp showing it.
_COARSEST_CLOCK_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Origin:
    """One file or address as it was read last.

    `origin` is its absolute path or URL, `source` what it is cited by, `checksum` the SHA-256 of its bytes, `size` in
    bytes, `modified` the file's time in nanoseconds, 0 where that is not to be trusted; `documents` are the ids of the
    documents in it, `skipped` (source, reason) of what was in it and could not be used.
    """

    origin: str
    source: str
    checksum: str
    size: int
    modified: int
    documents: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    reader: int = READER

    def unchanged(self, path: Path) -> bool:
        """True if the file's size and time are those it was read with. Raises OSError if the file is gone."""
        found = path.stat()
        same = (found.st_size, found.st_mtime_ns) == (self.size, self.modified)
        return bool(self.modified) and self.reader == READER and same


def checksum_of(data: bytes) -> str:
    """SHA-256 of the bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def trusted_time(path: Path) -> int:
    """The file's time in nanoseconds; 0 if it was changed so lately that another change might not show."""
    modified = path.stat().st_mtime_ns
    return modified if modified < time.time_ns() - _COARSEST_CLOCK_NS else 0
