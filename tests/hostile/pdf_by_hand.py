"""PDF files written by hand, as no library would."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from tests.hostile.case import STORY

_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>%s>>%s>>"
SHOWN = b"BT /F1 11 Tf 70 700 Td 14 TL " + b" ".join(
    b"(%s) '" % line.encode("cp1252").replace(b"\x93", b"").replace(b"\x94", b"") for line in STORY
) + b" ET"  # fmt: skip


def file_of(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1, the first its catalogue."""
    out, starts = [b"%PDF-1.7\n"], []
    for number, content in enumerate(objects, 1):
        starts.append(sum(map(len, out)))
        out.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    at, size = sum(map(len, out)), len(objects) + 1
    entries = b"".join(b"%010d 00000 n \n" % start for start in starts)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, entries)
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, at)
    return b"".join(out) + table + end


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries, content)


def packed(content: bytes, entries: bytes = b"") -> bytes:
    return stream(zlib.compress(content, 9), b"/Filter/FlateDecode" + entries)


def sound(
    content: bytes = SHOWN, *more: bytes, tree: bytes = b"<</Type/Pages/Kids[3 0 R]/Count 1>>", resources: bytes = b"",
    page: bytes = b"", catalogue: bytes = b"", trailer: bytes = b"", font: bytes = _FONT,
) -> bytes:  # fmt: skip
    """A PDF of one page, with what makes it hostile put in; `more` are the objects from number 6 on."""
    objects = [b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue, tree, _PAGE % (resources, page), stream(content), font]
    return file_of([*objects, *more], trailer)
