"""Vectors that were made and are in no version yet, on the disk, so that an ingest that ends before its time is gone on
with: what was encoded is not encoded again.

The file `encoded` in the index directory: what it is, the model, and then one record after the other, each of a batch:

    how many (4 bytes), CRC-32 of the rest (4), the hashes of the texts (8 each), their vectors (4 bytes a number)

It is only ever appended to. What was cut off while it was written, by a kill or without power, is known by its length
or its CRC and dropped, with what is behind it.
"""

from __future__ import annotations

import hashlib
import os
import struct
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from index.encode import ModelSpec, Vectors
from index.manifest import SPOOL
from index.publish import write_errors

_MAGIC = b"FOOTNOTE vectors 1\n"
_HEAD = struct.Struct("<II")
_ID_BYTES = 8
_SYNC_S = 1.0  # as much work may be lost without power; to one that is only killed, none is


class Spool:
    """The spool of one index and model. One of another model, or of none, is begun anew when something is added.

    All that it does raises FootnoteIndexError if it cannot be done.
    """

    def __init__(self, directory: Path, spec: ModelSpec) -> None:
        self._directory = directory
        self._path = directory / SPOOL
        self._dimension = spec.dimension
        self._opening = _MAGIC + hashlib.sha256(f"{spec.checksum} {spec.dimension}".encode()).digest()
        self._places: dict[bytes, int] = {}
        self._end = 0
        self._stream: BinaryIO | None = None
        self._synced = time.monotonic()
        with write_errors(directory):
            if self._path.exists():
                with self._path.open("rb") as stream:
                    self._end = self._read(stream)

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream:
            with write_errors(self._directory):
                self._stream.close()
            self._stream = None

    def __len__(self) -> int:
        return len(self._places)

    def take(self, names: Sequence[str]) -> Iterator[tuple[str, Vectors]]:
        """Those of the texts, by their `content_id`, that are here, each with its vector, (dimension,)."""
        found = [name for name in names if bytes.fromhex(name) in self._places]
        if not found:
            return
        with write_errors(self._directory), self._path.open("rb") as stream:
            for name in found:
                stream.seek(self._places[bytes.fromhex(name)])
                yield name, np.frombuffer(stream.read(4 * self._dimension), "<f4")

    def add(self, names: Sequence[str], vectors: Vectors) -> None:
        """Keeps the vectors of texts, shape (len(names), dimension)."""
        ids = b"".join(map(bytes.fromhex, names))
        body = ids + np.ascontiguousarray(vectors, "<f4").tobytes()
        record = _HEAD.pack(len(names), zlib.crc32(body)) + body
        with write_errors(self._directory):
            stream = self._stream or self._begin()
            stream.write(record)
            stream.flush()
            if time.monotonic() - self._synced > _SYNC_S:
                os.fsync(stream.fileno())
                self._synced = time.monotonic()
        self._note(ids, self._end + _HEAD.size)
        self._end += len(record)

    def _begin(self) -> BinaryIO:
        """The file, opened behind its last whole record."""
        if not self._end:
            self._path.write_bytes(self._opening)
            self._end = len(self._opening)
        self._stream = stream = self._path.open("r+b")
        stream.truncate(self._end)
        stream.seek(self._end)
        return stream

    def _read(self, stream: BinaryIO) -> int:
        """Notes where which vector is. Returns where the last whole record ends, 0 if the file is another's."""
        if stream.read(len(self._opening)) != self._opening:
            return 0
        end, size = stream.tell(), os.fstat(stream.fileno()).st_size
        while len(head := stream.read(_HEAD.size)) == _HEAD.size:
            count, checksum = _HEAD.unpack(head)
            length = count * (_ID_BYTES + 4 * self._dimension)
            if end + _HEAD.size + length > size:
                break
            body = stream.read(length)
            if zlib.crc32(body) != checksum:
                break
            self._note(body[: count * _ID_BYTES], end + _HEAD.size)
            end += _HEAD.size + length
        return end

    def _note(self, ids: bytes, at: int) -> None:
        vectors = at + len(ids)
        for n in range(0, len(ids), _ID_BYTES):
            self._places[ids[n : n + _ID_BYTES]] = vectors + n // _ID_BYTES * 4 * self._dimension
