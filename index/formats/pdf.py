"""PDF to a page. pypdf shows pieces of text and where they stand; here they become lines, bounded in size and time, and
in `pdf_layout` paragraphs."""

from __future__ import annotations

import io
import logging
import math
import re
import time
from collections.abc import Sequence
from datetime import date
from typing import Any

from index.errors import SourceError
from index.formats import Page
from index.formats.pdf_layout import Line, blocks_of, is_of_contents, without_furniture
from index.formats.properties import sensible_author, sensible_title
from index.formats.text import without_controls, without_surrogates

MAX_PAGES = 2_000
MAX_SECONDS = 180.0
MAX_STREAM_BYTES = 16 * 2**20  # of one stream of the file, unpacked
MAX_STREAM_TOKENS = 1_000_000
MAX_CHARS = 20_000_000
MAX_PAGE_BYTES = 500_000  # of strings shown on a page; a font may make hundreds of letters of each
MAX_PAGE_FONTS = 100
_SHOW = (b"Tj", b"TJ", b"'", b'"')  # the operators that show text
_FIRST_YEAR = 1993  # before, there was no PDF: such a date is a clock that was not set

_LETTERS = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
    | {"\x7f": "•", "\uf0b7": "•", "\uf0a7": "▪"}  # what stands for a bullet in common encodings
)
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")


class _Stop(BaseException):
    """Stops the library, which would catch any Exception in a part of a page and go on; says why."""


class _TimedBytes(io.BytesIO):
    """The bytes of a file, which end the work on them when its time is up."""

    def __init__(self, data: bytes, deadline: float) -> None:
        super().__init__(data)
        self.deadline = deadline

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self.check_time()
        return super().seek(offset, whence)

    def check_time(self) -> None:
        if time.monotonic() > self.deadline:
            raise _Stop(f"the PDF takes longer than {MAX_SECONDS:.0f} s to read; split it")


def read(data: bytes, name: str) -> list[Page]:
    """One page with a block for each paragraph; its place is the page of the PDF that it begins on.

    Raises SourceError for what needs a password or OCR, is too long or takes too long, or is damaged beyond repair.
    """
    from pypdf import apply_configuration
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

    # It warns of every oddity that it mends.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        with apply_configuration(
            maximum_declared_stream_length=max(len(data), 2**26),
            array_based_stream_maximum_output_length=MAX_STREAM_BYTES,
            zlib_maximum_output_length=MAX_STREAM_BYTES,
            lzw_maximum_output_length=MAX_STREAM_BYTES,
            run_length_maximum_output_length=MAX_STREAM_BYTES,
            stream_decoding_work_maximum_length=4 * MAX_STREAM_BYTES,
            stream_parsing_work_maximum_count=MAX_STREAM_TOKENS,
            jbig2dec_binary=None,
        ):
            return [_read(_TimedBytes(data, time.monotonic() + MAX_SECONDS), name)]
    except SourceError:
        raise
    except FileNotDecryptedError as error:
        raise SourceError("the PDF needs a password; save a copy without one and give that") from error
    except DependencyError as error:
        raise SourceError(
            f"the PDF is encrypted and needs another library ({error}); pip install cryptography, "
            "or save a copy that is not encrypted"
        ) from error
    except _Stop as error:
        raise SourceError(str(error)) from error
    except Exception as error:  # damaged and hostile files end in errors of every kind
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        what = "over a limit" if isinstance(error, LimitReachedError) else "damaged"
        raise SourceError(f"the PDF is {what} ({reason}); open it in a viewer and print it to a new PDF") from error


def _read(stream: _TimedBytes, name: str) -> Page:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    reader = PdfReader(stream)
    count = len(reader.pages)
    if count > MAX_PAGES:
        raise SourceError(f"{count:,} pages are over the limit of {MAX_PAGES:,}; split the PDF")
    try:
        info = reader.metadata
        title, author = (info.title, info.author) if info else (None, None)
        created, changed = (info.creation_date_raw, info.modification_date_raw) if info else (None, None)
    except (PyPdfError, AttributeError, TypeError, ValueError):
        title = author = created = changed = None  # a damaged entry says nothing; the text is read all the same
    collector = _Collector(stream)
    for number, page in enumerate(reader.pages, 1):
        collector.take(number, page, reader)
    lines = collector.lines
    if len({line.page for line in lines}) * 10 < count or not lines:
        raise SourceError("no text in the PDF (scanned pages?); make it searchable with OCR first, such as ocrmypdf")
    if collector.unreadable * 3 > collector.shown:
        raise SourceError("the fonts in the PDF do not say which letters they show; make it searchable with OCR")
    return Page(
        blocks_of(without_furniture(lines, count) or lines),
        title=sensible_title(str(title or ""), name),
        author=sensible_author(str(author or "")),
        # No date of publication: a scan's, a template's or a reprint's file is made long after, or before. What the
        # text says at its head is read from there.
        updated=_iso(changed) or _iso(created),
    )


def _iso(written: object) -> str | None:
    match = _DATE.match(str(written or "").strip())
    try:
        found = date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
    return found.isoformat() if found and found.year >= _FIRST_YEAR else None


class _Collector:
    """Makes lines of the pieces of text that the library shows, page by page."""

    def __init__(self, stream: _TimedBytes) -> None:
        self.lines: list[Line] = []
        self.shown = self.unreadable = 0  # characters
        self._stream = stream
        self._page = self._page_bytes = 0
        self._pieces: list[tuple[str, float, float, float, bool]] = []

    def take(self, number: int, page: Any, reader: Any) -> None:
        def before(operator: bytes, operands: list[Any], *_: object) -> None:
            self._stream.check_time()
            if operator == b"Do":  # the library keeps each unpacked stream: a file of small bombs would add up
                reader.resolved_objects.clear()
            for operand in operands if operator in _SHOW else ():
                strings = operand if isinstance(operand, list) else [operand]
                self._page_bytes += sum(len(string) for string in strings if isinstance(string, (bytes, str)))
            if self._page_bytes > MAX_PAGE_BYTES:
                raise _Stop(f"page {number} shows over {MAX_PAGE_BYTES:,} bytes of text; split the PDF")

        resources = page.get("/Resources")
        fonts = resources.get_object().get("/Font") if resources is not None else None
        if fonts is not None and len(fonts.get_object()) > MAX_PAGE_FONTS:
            raise SourceError(f"page {number} has over {MAX_PAGE_FONTS} fonts; open it in a viewer and print it anew")
        self._page, self._page_bytes = number, 0
        page.extract_text(visitor_text=self._show, visitor_operand_before=before)
        self._end_line()
        reader.resolved_objects.clear()

    def _show(self, text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        x, y = (_finite(tm[4] * cm[i] + tm[5] * cm[i + 2] + cm[i + 4]) for i in (0, 1))
        height = _finite(size * math.hypot(tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3]))
        bold = "bold" in str((font or {}).get("/BaseFont", "")).lower()
        for i, part in enumerate(text.split("\n")):
            if i:
                self._end_line()
            if part:
                self._pieces.append((part, x, y, height, bold))

    def _end_line(self) -> None:
        pieces, self._pieces = self._pieces, []
        raw = "".join(piece[0] for piece in pieces).translate(_LETTERS).rstrip()
        self.shown += len(raw)
        self.unreadable += sum(not c.isprintable() or c == "\ufffd" for c in raw)
        if self.shown > MAX_CHARS:
            raise _Stop(f"over {MAX_CHARS:,} characters of text; split the PDF")
        text = " ".join(without_controls(without_surrogates(raw)).split())
        if text and not is_of_contents(text):
            first = next(piece for piece in pieces if piece[0].strip())
            _, _, y, size, bold = max(pieces, key=lambda piece: len(piece[0].strip()))
            text += "\xad" * raw.endswith("\xad")  # a word cut at the line's end
            self.lines.append(Line(text, self._page, first[1], y, size, bold))


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0
