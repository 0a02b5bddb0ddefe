"""Bodies that may be compressed, taken in piece by piece and stopped at a size: a bomb never unfolds."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from index.errors import SourceError

GZIP_MAGIC = b"\x1f\x8b"
ENCODINGS = ("", "identity", "gzip", "x-gzip")
_PIECE_BYTES = 64 * 1024
# What unfolds to less than this does no harm, however well it is packed.
_FREE_BYTES = 1024 * 1024


def read_bounded(chunks: Iterable[bytes], encoding: str, *, most_bytes: int, most_ratio: int) -> bytes:
    """The whole body, unfolded. Takes no more chunks than it needs to know that a limit is passed.

    Raises SourceError (without a URL) for more than `most_bytes`, for more than `most_ratio` bytes out of one,
    for an encoding not in ENCODINGS, and for compressed data that is damaged or cut off.
    """
    if encoding not in ENCODINGS:
        raise SourceError(f"is packed as {encoding[:40]!r}, which was not asked for; save the page and give the file")
    packed = _Gzip() if encoding.endswith("gzip") else None
    body = bytearray()
    taken = 0
    for chunk in chunks:
        taken += len(chunk)
        for piece in packed.feed(chunk) if packed else (chunk,):
            body += piece
            if len(body) > most_bytes:
                raise SourceError(f"is over the limit of {most_bytes / 2**20:g} MB; give a part of it")
            if packed and len(body) > max(_FREE_BYTES, most_ratio * taken):
                raise SourceError(f"unfolds to over {most_ratio} times its size, as no page does; it was left out")
    if packed:
        packed.finish()
    return bytes(body)


class _Gzip:
    """One gzip stream after another, as the format allows; what follows the last one is padding."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._rest = b""
        self._started = False
        self._padding = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What the data unfolds to, in small pieces."""
        data, self._rest = self._rest + data, b""
        while data and not self._padding:
            if self._stream.eof:
                data = data.lstrip(b"\0")
                if len(data) < len(GZIP_MAGIC):
                    self._rest = data
                    return
                if not data.startswith(GZIP_MAGIC):
                    self._padding = True
                    return
                self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
            self._started = True
            try:
                yield self._stream.decompress(data, _PIECE_BYTES)
                while not self._stream.eof and not self._stream.unconsumed_tail:
                    # All data is in, but what it unfolds to may not all be out.
                    if not (piece := self._stream.decompress(b"", _PIECE_BYTES)):
                        break
                    yield piece
            except zlib.error as error:
                raise SourceError("says that it is packed as gzip, but is not; check the address") from error
            data = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail

    def finish(self) -> None:
        """Raises SourceError if the data ended too early."""
        if self._started and not self._stream.eof:
            raise SourceError("ends in the middle of its packed data; try again later")
