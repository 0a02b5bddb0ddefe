"""What an index directory holds, and how a new version of it takes the place of the old one.

DIR/current            the name of the version in use; replaced in one step
DIR/current.new        the name of the version about to be in use
DIR/v-<id>/            one complete version: manifest.json, documents.jsonl, passages.jsonl, vectors, word index
DIR/building-<id>/     a version being built
DIR/lock               held while an ingest writes

Only a killed ingest leaves anything but `current`, one version and the lock behind; the next one removes it.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from index.chunk import ChunkSettings
from index.encode import ModelSpec
from index.errors import FootnoteIndexError, IndexBusyError, IndexCorruptError, IndexMissingError

FORMAT_VERSION = 2
_CURRENT = "current"
_PENDING = "current.new"
_LOCK = "lock"
_MANIFEST = "manifest.json"
_LONGEST_NAME = 100
_FULL, _FORBIDDEN = "free disk space there", "make it writable or give another directory (--index)"
_REMEDIES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), _FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), _FORBIDDEN),
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of one version of an index. `files` maps each file's name to its SHA-256, `chunks` tells how the
    passages were cut."""

    model: ModelSpec
    documents: int
    passages: int
    created: str
    files: dict[str, str]
    chunks: ChunkSettings
    format_version: int = FORMAT_VERSION


def current_version(directory: Path) -> Path:
    """The folder of the version in use. Raises IndexMissingError or IndexCorruptError, FootnoteIndexError if it may
    not be read."""
    name = ""
    for _ in range(2):  # again, as an ingest may have put another in its place and removed this one in between
        name = _named(directory)
        version = directory / name
        if name.startswith("v-") and os.sep not in name and len(name) <= _LONGEST_NAME and version.is_dir():
            return version
    raise _corrupt(directory, f"the version {name[:40]!r} that it names is missing")


def _named(directory: Path) -> str:
    """What the pointer says."""
    try:
        return (directory / _CURRENT).read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        # A version still to be named is that of a first ingest which was killed: nothing has ever been in use.
        if {version.name for version in directory.glob("v-*")} - {_pending(directory)}:
            raise _corrupt(directory, f"the file {_CURRENT!r} is missing") from None
        raise IndexMissingError(
            f"there is no index at {directory}; make one: python ingest.py PATH --index {directory}"
        ) from None
    except PermissionError as error:
        raise _unreadable(directory, error) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _corrupt(directory, f"the file {_CURRENT!r} cannot be read") from error


def _pending(directory: Path) -> str:
    try:
        return (directory / _PENDING).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def read_manifest(directory: Path, version: Path) -> Manifest:
    """The manifest of a version, its files checked against their checksums. Raises IndexCorruptError,
    FootnoteIndexError if a file may not be read."""
    try:
        raw = json.loads((version / _MANIFEST).read_text("utf-8"))
        found = raw["format_version"]
        if found != FORMAT_VERSION:
            raise IndexCorruptError(
                f"the index at {directory} has format version {found}, this Footnote reads {FORMAT_VERSION}; "
                "delete that directory and ingest your articles again"
            )
        manifest = Manifest(**{**raw, "model": ModelSpec(**raw["model"]), "chunks": ChunkSettings(**raw["chunks"])})
        for name, checksum in manifest.files.items():
            if file_checksum(version / name) != checksum:
                raise _corrupt(directory, f"{name} is damaged")
    except FileNotFoundError as error:
        raise _corrupt(directory, f"{Path(str(error.filename)).name} is missing") from error
    except PermissionError as error:
        raise _unreadable(directory, error) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _corrupt(directory, f"{_MANIFEST} cannot be read") from error
    return manifest


def file_checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def writing(directory: Path, busy: Callable[[], None] | None = None) -> Iterator[Path]:
    """A fresh folder to build a version in, under the index's lock. When the block ends, the version in use stays and
    all others go, finished or not.

    While another ingest holds the lock it is waited for, and `busy` called once; without `busy`, IndexBusyError is
    raised. Raises FootnoteIndexError if `directory` is no place for an index or cannot be written. The lock is the
    operating system's, so a killed ingest does not leave it behind.
    """
    with write_errors(directory):
        _check_place(directory)
        _make(directory)
        lock = _locked(directory, busy)
    with lock:
        try:
            building = directory / f"building-{uuid4().hex[:12]}"
            with write_errors(directory):
                _remove_others(directory)
                building.mkdir()
            yield building
        finally:
            _remove_others(directory)


def publish(directory: Path, building: Path, manifest: Manifest) -> None:
    """Makes the finished folder the version in use, in one atomic step. Raises OSError if it cannot be written."""
    (building / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=1, ensure_ascii=False), "utf-8")
    for path in [*building.rglob("*"), building]:
        _sync(path)
    version = directory / f"v-{building.name.removeprefix('building-')}"
    pending = directory / _PENDING
    pending.write_text(version.name, "utf-8")
    _sync(pending)
    building.rename(version)
    _sync(directory)  # after a power cut, no pointer may stand on the disk without the version that it names
    pending.replace(directory / _CURRENT)
    _sync(directory)


@contextmanager
def write_errors(directory: Path) -> Iterator[None]:
    """Turns what fails in the block into a FootnoteIndexError that names the index and the remedy."""
    try:
        yield
    except OSError as error:
        number = error.errno or errno.ENOSPC  # numpy does not say why an array could be written in part only
        raise FootnoteIndexError(
            f"the index at {directory} cannot be written ({os.strerror(number)}); "
            f"{_REMEDIES.get(number, 'free disk space or check permissions')}. The previous index is untouched"
        ) from error


def _locked(directory: Path, busy: Callable[[], None] | None) -> AbstractContextManager[object]:
    lock = FileLock(directory / _LOCK)
    try:
        return lock.acquire(timeout=0)
    except Timeout as error:
        if busy is None:
            raise IndexBusyError(
                f"another ingest is writing the index at {directory}; try again when it is done"
            ) from error
    busy()
    return lock.acquire()


def _make(directory: Path) -> None:
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    directory.mkdir(parents=True, exist_ok=True)
    for made in missing:
        _sync(made.parent)


def _remove_others(directory: Path) -> None:
    """Removes all but the version in use: half built, finished but never in use, or in use before."""
    for leftover in directory.glob("building-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        current = current_version(directory)
    except IndexMissingError:
        current = None
    except FootnoteIndexError:
        return  # which version counts cannot be told: nothing more is deleted
    for version in directory.glob("v-*"):
        if version != current:
            shutil.rmtree(version, ignore_errors=True)
    with suppress(OSError):  # last, for it tells what a version is that nothing else names
        (directory / _PENDING).unlink()


def built_files(folder: Path) -> dict[str, str]:
    """The files of a version and their checksums."""
    return {p.relative_to(folder).as_posix(): file_checksum(p) for p in sorted(folder.rglob("*")) if p.is_file()}


def _check_place(directory: Path) -> None:
    for path in (directory, *directory.parents):
        if path.exists() and not path.is_dir():
            raise FootnoteIndexError(f"{path} is a file; give a directory for the index")
    if directory.is_dir():
        others = [p.name for p in directory.iterdir() if not _ours(p.name)]
        if others:
            raise FootnoteIndexError(
                f"{directory} holds other files ({sorted(others)[0]!r}); give a new or empty directory for the index"
            )


def _ours(name: str) -> bool:
    return name in (_CURRENT, _PENDING, _LOCK) or name.startswith(("v-", "building-"))


def _corrupt(directory: Path, what: str) -> IndexCorruptError:
    return IndexCorruptError(
        f"the index at {directory} is damaged ({what}); delete that directory and ingest your articles again"
    )


def _unreadable(directory: Path, error: OSError) -> FootnoteIndexError:
    return FootnoteIndexError(
        f"no permission to read the index at {directory} ({error.filename}); change its permissions (chmod -R +rX)"
    )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some file systems (of networks and containers) know no fsync of folders; the files themselves are synced.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP) or not path.is_dir():
            raise
    finally:
        os.close(descriptor)
