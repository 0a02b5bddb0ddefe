"""A file of lines of which any one can be read without the others: the file is mapped, not read."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import overload

import numpy as np
import numpy.typing as npt

from index.errors import IndexCorruptError

Starts = npt.NDArray[np.int64]


class Lines(Sequence[bytes]):
    """The lines of a file, as UTF-8 without their ends. Line i is `data[starts[i] : starts[i + 1] - 1]`."""

    def __init__(self, data: bytes | mmap.mmap, starts: Starts) -> None:
        self._data = data
        self._starts = starts

    @classmethod
    def of(cls, lines: Iterable[bytes]) -> Lines:
        """The lines, held in memory."""
        data = b"".join(line + b"\n" for line in lines)
        return cls(data, _starts(data))

    @classmethod
    def load(cls, path: Path) -> Lines:
        """The lines of a file that `save` wrote. Raises IndexCorruptError."""
        try:
            with path.open("rb") as stream:
                size = path.stat().st_size
                data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
            starts = np.load(starts_of(path), mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise IndexCorruptError(f"{path} cannot be read; delete the index and ingest again") from error
        if starts.ndim != 1 or not len(starts) or starts[-1] != size:
            raise IndexCorruptError(f"{path} has another length than noted; delete the index and ingest again")
        return cls(data, starts)

    def save(self, path: Path) -> None:
        """Writes the lines, and beside them where each begins. Raises OSError."""
        path.write_bytes(self._data)
        np.save(starts_of(path), self._starts, allow_pickle=False)

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> list[bytes]: ...
    def __getitem__(self, at: int | slice) -> bytes | list[bytes]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        at %= len(self)
        return self._data[int(self._starts[at]) : int(self._starts[at + 1]) - 1]


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Writes lines one by one, as `Lines.load` reads them. Raises OSError."""
    lengths = [0]
    with path.open("wb") as stream:
        for line in lines:
            lengths.append(len(line) + 1)
            stream.write(line + b"\n")
    np.save(starts_of(path), np.cumsum(np.array(lengths, np.int64)), allow_pickle=False)


def starts_of(path: Path) -> Path:
    """The file that tells where each line begins."""
    return path.with_suffix(".starts.npy")


def _starts(data: bytes) -> Starts:
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1
    return np.concatenate([np.zeros(1, np.int64), ends.astype(np.int64)])
