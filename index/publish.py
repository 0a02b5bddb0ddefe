"""How a new version of an index takes the place of the old one, in a directory that holds nothing else:

DIR/current            the name of the version in use; replaced in one step
DIR/current.new        the name of the version about to be in use
DIR/v-<id>/            one complete version: manifest.json, documents.jsonl, passages.jsonl, vectors, word index
DIR/building-<id>/     a version being built
DIR/encoded            what an ingest that ended before its time had encoded (see `spool`)
DIR/lock               held while an ingest writes

Only a killed ingest leaves anything but `current`, one version and the lock behind, and one that failed `encoded`; the
next one removes it.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from index.errors import FootnoteIndexError, IndexBusyError, IndexMissingError
from index.manifest import CURRENT, PENDING, SPOOL, Manifest, current_version, write_manifest

_LOCK = "lock"
_FULL, _FORBIDDEN = "free disk space there", "make it writable or give another directory (--index)"
_REMEDIES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), _FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), _FORBIDDEN),
}


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
            with suppress(OSError):
                (directory / SPOOL).unlink()  # what it held is in the version now
        finally:
            _remove_others(directory)


def publish(directory: Path, building: Path, manifest: Manifest) -> None:
    """Makes the finished folder the version in use, in one atomic step. Raises OSError if it cannot be written."""
    write_manifest(building, manifest)
    for path in [*building.rglob("*"), building]:
        _sync(path)
    version = directory / f"v-{building.name.removeprefix('building-')}"
    pending = directory / PENDING
    pending.write_text(version.name, "utf-8")
    _sync(pending)
    building.rename(version)
    _sync(directory)  # after a power cut, no pointer may stand on the disk without the version that it names
    pending.replace(directory / CURRENT)
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
    return name in (CURRENT, PENDING, _LOCK, SPOOL) or name.startswith(("v-", "building-"))


def _make(directory: Path) -> None:
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    directory.mkdir(parents=True, exist_ok=True)
    for made in missing:
        _sync(made.parent)


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
        (directory / PENDING).unlink()


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
