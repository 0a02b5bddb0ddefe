"""Bytes to text: byte order marks, UTF-8, older encodings by their look; invisible characters out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

from charset_normalizer import from_bytes

from index.errors import SourceError

_SURROGATES = re.compile("[\ud800-\udfff]")
MAX_LINE_CHARS = 1_000_000
MAX_LINES = 1_000_000
MAX_BLOCKS = 2_000_000  # of all that is in a file; each takes some hundred bytes of memory
_MOST_MARKS = 30  # on one letter; what writes more is no language
_WEB_ADDRESS = re.compile(r"https?://\S+", re.I)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decode(data: bytes) -> str:
    """The text of a file, with line ends as `\\n` and control characters removed.

    Raises SourceError if it is empty, not text, or no text of this world (a line without end, lines without end).
    """
    text = without_controls(decoded(data))
    if not text.strip():
        raise SourceError("the file is empty; remove it or put text in it")
    if (count := text.count("\n")) > MAX_LINES:
        raise SourceError(f"{count:,} lines are over the limit of {MAX_LINES:,}; split the file")
    longest = max(map(len, text.split("\n")))
    if longest > MAX_LINE_CHARS:
        raise SourceError(
            f"a line of {longest:,} characters (limit {MAX_LINE_CHARS:,}) is no article text; break it into lines"
        )
    return text


def decoded(data: bytes) -> str:
    """The text of a file as it stands. Raises SourceError if it is binary or in no known encoding."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise SourceError(f"not valid {encoding} (byte {error.start}); save it as UTF-8") from error
    if b"\x00" in data:
        raise SourceError("a binary file (it holds NUL bytes); give plain text in UTF-8")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = guess(data)
    controls = sum(1 for c in text[:65536] if ord(c) < 32 and c not in "\n\r\t\f")
    if controls > 0.05 * min(len(text), 65536):
        raise SourceError("a binary file (it is full of control characters); give plain text in UTF-8")
    return text


def check_blocks(count: int) -> None:
    """Raises SourceError for more paragraphs in one file than fit into memory."""
    if count > MAX_BLOCKS:
        raise SourceError(f"over {MAX_BLOCKS:,} paragraphs in one file; split it")


def guess(data: bytes) -> str:
    """Text in an older encoding, by its look; Western European where that looks as likely as any other."""
    matches = from_bytes(data)
    best = matches.best()
    if best is None:
        raise SourceError("no known text encoding fits; save it as UTF-8")
    western = [m for m in matches if {"cp1252", "latin_1"} & {m.encoding, *m.could_be_from_charset}]
    return str(western[0] if western and western[0].chaos <= best.chaos else best)


# C0 and C1 controls, zero-width and direction overrides: invisible, and able to make a quote read differently.
_INVISIBLE = dict.fromkeys(
    code
    for first, last in (
        *((0x00, 0x08), (0x0B, 0x0B), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD)),
        *((0x200B, 0x200B), (0x202A, 0x202E), (0x2060, 0x2060), (0x2066, 0x2069), (0xFEFF, 0xFEFF)),
    )
    for code in range(first, last + 1)
)
_SPACES = {**_INVISIBLE, 0x09: " ", 0x0C: "\n", 0x85: "\n", 0xA0: " ", 0x2028: "\n", 0x2029: "\n", 0x202F: " "}


def split_lines(text: str) -> Iterator[str]:
    """The lines with their ends; without the copy of all that a file object in memory would be."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def without_surrogates(text: str) -> str:
    """The text with halves of characters, which no encoding takes, as U+FFFD."""
    return _SURROGATES.sub("\ufffd", text)


def without_controls(text: str) -> str:
    """The text with line ends as `\\n`, without what is invisible, and with at most 30 marks on a letter."""
    return without_piles(text.replace("\r\n", "\n").replace("\r", "\n").translate(_SPACES))


def without_piles(text: str) -> str:
    """The text with at most 30 marks on a letter: to normalise a pile of them takes the square of its height."""
    return text if text.isascii() else _piles().sub(r"\1", text)


@cache
def _piles() -> re.Pattern[str]:
    marks = "".join(c for c in map(chr, range(0x300, 0x1F000)) if unicodedata.combining(c))
    return re.compile(f"([{marks}]{{{_MOST_MARKS}}})[{marks}]+")


def web_address(written: str) -> str | None:
    """An address of the web as it is written; None for anything else, or for what no program can take apart."""
    try:
        is_one = _WEB_ADDRESS.fullmatch(written) and written.isprintable() and urlsplit(written).hostname
    except ValueError:
        return None
    return written if is_one else None
