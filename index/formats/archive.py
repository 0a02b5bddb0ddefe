"""ZIP archives, read within bounds: no file in one unpacks to more than it says, or to more than there is room for."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from index.errors import SourceError

MAX_MEMBERS = 2_000
MAX_BYTES = 64 * 2**20  # of the members read, unpacked
MAX_RATIO = 200  # unpacked to packed; documents stay under 50
MAX_NAME_SHOWN = 80  # characters of a member's name in a message
_SMALL = 2**20  # bytes; so small a member may be packed as tightly as it likes
_PIECE = 2**16
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError)


def read_members(data: bytes, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """The members of a ZIP archive by name, in its order; b"" for those not wanted, which are not unpacked.

    Raises SourceError for what is no archive, is damaged or encrypted, or is over the limits.
    """
    # Before the library makes an object of each entry; archives within the archive have entries too.
    if data.count(b"PK\x01\x02") > 10 * MAX_MEMBERS:
        raise SourceError(f"an archive of over {10 * MAX_MEMBERS:,} files is no document; unpack it")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise SourceError(f"{len(members):,} files in the archive (limit {MAX_MEMBERS:,}); it is no document")
            _check_sizes([member for member in members if wanted(member.filename)])
            return {m.filename: _unpacked(archive, m) if wanted(m.filename) else b"" for m in members}
    except _DAMAGE as error:
        reason = " ".join(str(error).split())[:120]
        raise SourceError(f"not a ZIP archive, or a damaged one ({reason}); get or save the file again") from error


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    for member in members:
        name = member.filename[:MAX_NAME_SHOWN]
        if member.flag_bits & 1:
            raise SourceError(f"{name!r} in the archive is encrypted; save the file without a password")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise SourceError(f"{name!r} in the archive is packed in an unusual way; save the file again")
        if member.file_size > max(_SMALL, MAX_RATIO * member.compress_size):
            raise SourceError(f"{name!r} in the archive unpacks to over {MAX_RATIO} times its size; refused")
    total = sum(member.file_size for member in members)
    if total > MAX_BYTES:
        raise SourceError(
            f"{total / 2**20:.0f} MB unpacked is over the limit of {MAX_BYTES // 2**20} MB; split the document"
        )


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    # Piece by piece: reading all at once would unpack all that is there, and cut it to the size given afterwards.
    pieces = []
    with archive.open(member) as file:
        while piece := file.read(_PIECE):
            pieces.append(piece)
    return b"".join(pieces)
