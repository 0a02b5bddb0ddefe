"""Paths to bytes: finds the files and reads them, bounded. One bad file never stops the rest."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from index.errors import SourceError
from index.formats.detect import SUFFIXES

MAX_FILE_BYTES = 32 * 2**20
MAX_COLLECTION_BYTES = 256 * 2**20
MAX_DEPTH = 100  # of folders in each other
_LEADS_OUT = "a link that leads out of the folder; give its target as a path of its own"
_UNREADABLE = ("Cc", "Cs", "Zl", "Zp")
_TURNS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")  # what turns the direction of text
_COLLECTIONS = (".mbox", ".xml", ".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".pdf")


@dataclass(frozen=True)
class SourceFile:
    """A file to read. `source` is how it is cited: relative to the folder given, or the path as given."""

    path: Path
    source: str
    root: Path

    @cached_property
    def origin(self) -> str:
        return os.path.realpath(self.path)


@dataclass(frozen=True, slots=True)
class SourceUrl:
    """A web address to fetch: a page, a feed, a sitemap or a list of addresses."""

    url: str

    @property
    def source(self) -> str:
        return self.url

    @property
    def origin(self) -> str:
        return self.url


@dataclass(frozen=True, slots=True)
class Skipped:
    """A source that was not ingested, and why (one line, with the remedy)."""

    source: str
    reason: str


def find_sources(given: Iterable[str]) -> Iterator[SourceFile | SourceUrl | Skipped]:
    """The files behind the given paths, folders walked in name order, and the addresses; each once.

    Hidden files and folders are left out silently, as page furniture of the file system; any other file that
    is not text by its name is reported as skipped. Links that lead out of the folder given are not followed.
    """
    seen: set[str] = set()
    for name in given:
        for item in _expand(name):
            if not isinstance(item, Skipped):
                if item.origin in seen:
                    continue
                seen.add(item.origin)
            yield item


def _expand(name: str) -> Iterator[SourceFile | SourceUrl | Skipped]:
    if not name.strip() or "\x00" in name:
        yield Skipped(repr(name), "not a path; give a file or a folder")
        return
    if not _is_readable(name):
        yield Skipped(ascii(name), "the name is not readable text; rename the file or folder")
        return
    if "://" in name:
        yield SourceUrl(name)
        return
    path = Path(name)
    try:
        if path.is_dir():
            yield from _walk(path, name)
        elif not os.path.lexists(path):
            yield Skipped(name, "no such file or folder; check the path")
        elif not path.is_file():
            yield Skipped(name, "not a regular file; give a text file or a folder")
        elif path.suffix and path.suffix.lower() not in SUFFIXES:
            yield Skipped(name, _unsupported(path))
        else:
            yield SourceFile(path, name, path.parent)
    except OSError as error:
        yield Skipped(name, os_reason(error))


def _walk(folder: Path, name: str) -> Iterator[SourceFile | Skipped]:
    root = os.path.realpath(folder)
    problems: list[OSError] = []
    found = False
    for directory, subfolders, files in os.walk(folder, onerror=problems.append):
        subfolders[:] = sorted(s for s in subfolders if not s.startswith("."))
        here = Path(directory)
        for link in (
            s for s in subfolders if (here / s).is_symlink() and not _is_inside(os.path.realpath(here / s), root)
        ):
            found = True
            yield Skipped(_shown(here / link, folder), _LEADS_OUT)
        if subfolders and len(here.relative_to(folder).parts) >= MAX_DEPTH:
            found = True
            subfolders.clear()
            yield Skipped(
                _shown(here, folder), f"folders over {MAX_DEPTH} deep in it; give one of them as a path of its own"
            )
        for file in sorted(f for f in files if not f.startswith(".")):
            found = True
            path = here / file
            source = path.relative_to(folder).as_posix()
            article = SourceFile(path, source, folder)
            if not _is_readable(source):
                yield Skipped(ascii(source), "the file name is not readable text; rename the file")
            elif path.suffix and path.suffix.lower() not in SUFFIXES:
                yield Skipped(source, _unsupported(path))
            elif not _is_inside(article.origin, root):
                yield Skipped(source, _LEADS_OUT)
            elif _is_special(path):
                yield Skipped(source, "not a regular file; give a text file or a folder")
            else:
                yield article
    for problem in problems:
        yield Skipped(_shown(Path(str(problem.filename)), folder), os_reason(problem))
    if not found and not problems:
        yield Skipped(name, f"the folder holds no files; put articles in it ({', '.join(SUFFIXES)})")


def read_source(file: SourceFile) -> bytes:
    """The bytes of a file. Raises SourceError if it cannot be read, is no regular file any more, or too large."""
    limit = MAX_COLLECTION_BYTES if file.path.suffix.lower() in _COLLECTIONS else MAX_FILE_BYTES
    try:
        with file.path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            data = stream.read(limit + 1) if size <= limit else b""
    except OSError as error:
        raise SourceError(os_reason(error)) from error
    if max(size, len(data)) > limit:
        raise SourceError(f"{size / 2**20:.1f} MB is over the limit of {limit // 2**20} MB; split the file")
    return data


def _is_readable(name: str) -> bool:
    """False for a name with control characters, line ends, orders of direction or bytes that are no UTF-8: cited in a
    line, it would break the line or read differently."""
    return not any(unicodedata.category(c) in _UNREADABLE or unicodedata.bidirectional(c) in _TURNS for c in name)


def _is_inside(path: str, root: str) -> bool:
    return os.path.commonpath([root, path]) == root


def _is_special(path: Path) -> bool:
    """True for what is no file; False also for what cannot be looked at: reading it will tell why."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _shown(path: Path, folder: Path) -> str:
    """A folder as it is named in a report: relative to the one given, if it is within, and on one line."""
    name = path.relative_to(folder).as_posix() if path != folder and path.is_relative_to(folder) else str(path)
    return name if _is_readable(name) else ascii(name)


def _unsupported(path: Path) -> str:
    kind = path.suffix or "no suffix"
    return f"file type not supported ({kind}); supported: {', '.join(SUFFIXES)}"


def os_reason(error: OSError) -> str:
    """Why a file cannot be read, with the remedy."""
    if isinstance(error, FileNotFoundError):
        return "the file is gone; check the path and ingest again"
    if isinstance(error, PermissionError):
        return "no permission to read it; change its permissions (chmod +r)"
    return f"cannot be read ({error.strerror or error}); check the file and ingest again"
