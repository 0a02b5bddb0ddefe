"""Paths to raw text: finds the files, decodes them, refuses what is not text. One bad file never stops the rest."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from index.errors import SourceError

SUFFIXES = (".txt", ".text", ".md", ".markdown")
MARKDOWN_SUFFIXES = (".md", ".markdown")
MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_LINE_CHARS = 1_000_000

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read. `source` is how it is cited: relative to the folder given, or the path as given."""

    path: Path
    source: str
    root: Path

    @property
    def origin(self) -> str:
        return os.path.realpath(self.path)

    @property
    def is_markdown(self) -> bool:
        return self.path.suffix.lower() in MARKDOWN_SUFFIXES


@dataclass(frozen=True, slots=True)
class Skipped:
    """A source that was not ingested, and why (one line, with the remedy)."""

    source: str
    reason: str


def find_sources(given: Iterable[str]) -> Iterator[SourceFile | Skipped]:
    """The files behind the given paths, folders walked in name order; each file once.

    Hidden files and folders are left out silently, as page furniture of the file system; any other file that
    is not text by its name is reported as skipped. Links that lead out of the folder given are not followed.
    """
    seen: set[str] = set()
    for name in given:
        for item in _expand(name):
            if isinstance(item, SourceFile):
                real = os.path.realpath(item.path)
                if real in seen:
                    continue
                seen.add(real)
            yield item


def _expand(name: str) -> Iterator[SourceFile | Skipped]:
    if not name.strip() or "\x00" in name:
        yield Skipped(repr(name), "not a path; give a file or a folder")
        return
    if not _is_readable(name):
        yield Skipped(ascii(name), "the name is not readable text; rename the file or folder")
        return
    if "://" in name:
        yield Skipped(name, "web addresses are not supported yet; save the page as .txt or .md and give its path")
        return
    path = Path(name)
    try:
        if path.is_dir():
            yield from _walk(path, name)
        elif not os.path.lexists(path):
            yield Skipped(name, "no such file or folder; check the path")
        elif not path.is_file():
            yield Skipped(name, "not a regular file; give a text file or a folder")
        elif path.suffix.lower() not in SUFFIXES:
            yield Skipped(name, _unsupported(path))
        else:
            yield SourceFile(path, name, path.parent)
    except OSError as error:
        yield Skipped(name, _os_reason(error))


def _walk(folder: Path, name: str) -> Iterator[SourceFile | Skipped]:
    root = os.path.realpath(folder)
    problems: list[OSError] = []
    found = False
    for directory, subfolders, files in os.walk(folder, onerror=problems.append):
        subfolders[:] = sorted(s for s in subfolders if not s.startswith("."))
        for file in sorted(f for f in files if not f.startswith(".")):
            found = True
            path = Path(directory) / file
            source = path.relative_to(folder).as_posix()
            if not _is_readable(source):
                yield Skipped(ascii(source), "the file name is not readable text; rename the file")
            elif path.suffix.lower() not in SUFFIXES:
                yield Skipped(source, _unsupported(path))
            elif os.path.commonpath([root, os.path.realpath(path)]) != root:
                yield Skipped(source, "a link that leads out of the folder; give its target as a path of its own")
            elif path.exists() and not path.is_file():
                yield Skipped(source, "not a regular file; give a text file or a folder")
            else:
                yield SourceFile(path, source, folder)
    for problem in problems:
        yield Skipped(str(problem.filename), _os_reason(problem))
    if not found and not problems:
        yield Skipped(name, f"the folder holds no files; put articles in it ({', '.join(SUFFIXES)})")


def read_source(file: SourceFile) -> str:
    """The decoded text of a file, with line ends as `\\n` and control characters removed.

    Raises SourceError if it cannot be read, is empty, too large, or not text.
    """
    try:
        size = file.path.stat().st_size
        if size > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // 2**20
            raise SourceError(f"{size / 2**20:.1f} MB is over the limit of {limit} MB; split the file")
        data = file.path.read_bytes()
    except OSError as error:
        raise SourceError(_os_reason(error)) from error
    text = _without_controls(_decode(data))
    if not text.strip():
        raise SourceError("the file is empty; remove it or put text in it")
    longest = max(map(len, text.split("\n")))
    if longest > MAX_LINE_CHARS:
        raise SourceError(
            f"a line of {longest:,} characters (limit {MAX_LINE_CHARS:,}) is no article text; break it into lines"
        )
    return text


def _decode(data: bytes) -> str:
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
        text = _guess(data)
    controls = sum(1 for c in text[:65536] if ord(c) < 32 and c not in "\n\r\t\f")
    if controls > 0.05 * min(len(text), 65536):
        raise SourceError("a binary file (it is full of control characters); give plain text in UTF-8")
    return text


def _guess(data: bytes) -> str:
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


def _without_controls(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_SPACES)


def _is_readable(name: str) -> bool:
    """False for a name with control characters or bytes that are no UTF-8: it could not be cited in one line."""
    return not any(unicodedata.category(c) in ("Cc", "Cs") for c in name)


def _unsupported(path: Path) -> str:
    kind = path.suffix or "no suffix"
    return f"file type not supported ({kind}); supported: {', '.join(SUFFIXES)}"


def _os_reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "the file is gone; check the path and ingest again"
    if isinstance(error, PermissionError):
        return "no permission to read it; change its permissions (chmod +r)"
    return f"cannot be read ({error.strerror or error}); check the file and ingest again"
