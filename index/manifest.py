"""What an index directory holds, and how a new version of it takes the place of the old one.

DIR/current            the name of the version in use; replaced in one step
DIR/v-<id>/            one complete version: manifest.json, documents.jsonl, passages.jsonl, vectors, word index
DIR/building-<id>/     a version being built; left behind only by a killed ingest, removed by the next one
DIR/lock               held while an ingest writes
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from index.encode import ModelSpec
from index.errors import FootnoteIndexError, IndexBusyError, IndexCorruptError, IndexMissingError

FORMAT_VERSION = 1
_CURRENT = "current"
_LOCK = "lock"
_MANIFEST = "manifest.json"
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of one version of an index. `files` maps each file's name to its SHA-256."""

    model: ModelSpec
    documents: int
    passages: int
    created: str
    files: dict[str, str]
    format_version: int = FORMAT_VERSION


def current_version(directory: Path) -> Path:
    """The folder of the version in use. Raises IndexMissingError or IndexCorruptError."""
    if not directory.is_dir():
        raise IndexMissingError(
            f"there is no index at {directory}; make one: python ingest.py PATH --index {directory}"
        )
    pointer = directory / _CURRENT
    try:
        name = pointer.read_text("utf-8").strip()
    except FileNotFoundError:
        if any(directory.glob("v-*")):
            raise _corrupt(directory, f"the file {_CURRENT!r} is missing") from None
        raise IndexMissingError(
            f"there is no index at {directory}; make one: python ingest.py PATH --index {directory}"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _corrupt(directory, f"the file {_CURRENT!r} cannot be read") from error
    version = directory / name
    if not name.startswith("v-") or os.sep in name or len(name) > _LONGEST_NAME or not version.is_dir():
        raise _corrupt(directory, f"the version {name[:40]!r} that it names is missing")
    return version


def read_manifest(directory: Path, version: Path) -> Manifest:
    """The manifest of a version, its files checked against their checksums."""
    try:
        raw = json.loads((version / _MANIFEST).read_text("utf-8"))
        found = raw["format_version"]
        if found != FORMAT_VERSION:
            raise IndexCorruptError(
                f"the index at {directory} has format version {found}, this Footnote reads {FORMAT_VERSION}; "
                "ingest again into a new directory"
            )
        manifest = Manifest(**{**raw, "model": ModelSpec(**raw["model"])})
        for name, checksum in manifest.files.items():
            if file_checksum(version / name) != checksum:
                raise _corrupt(directory, f"{name} is damaged")
    except FileNotFoundError as error:
        raise _corrupt(directory, f"{Path(str(error.filename)).name} is missing") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _corrupt(directory, f"{_MANIFEST} cannot be read") from error
    return manifest


def file_checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def writing(directory: Path) -> Iterator[Path]:
    """A fresh folder to build a version in, under the index's lock. The folder goes when the block ends.

    Raises IndexBusyError if another ingest holds the lock, FootnoteIndexError if `directory` is no place for an
    index. The lock is the operating system's, so a killed ingest does not leave it behind.
    """
    _check_place(directory)
    directory.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(directory / _LOCK, timeout=0):
            _remove_leftovers(directory)
            folder = directory / f"building-{uuid4().hex[:12]}"
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except Timeout as error:
        raise IndexBusyError(
            f"another ingest is writing the index at {directory}; try again when it is done"
        ) from error


def publish(directory: Path, building: Path, manifest: Manifest) -> None:
    """Makes the finished folder the version in use, in one atomic step, and removes older ones."""
    (building / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=1, ensure_ascii=False), "utf-8")
    for path in [*building.rglob("*"), building]:
        _sync(path)
    version = directory / f"v-{building.name.removeprefix('building-')}"
    building.rename(version)
    pointer = directory / f"{_CURRENT}.new"
    pointer.write_text(version.name, "utf-8")
    _sync(pointer)
    pointer.replace(directory / _CURRENT)
    _sync(directory)
    for old in directory.glob("v-*"):
        if old != version:
            shutil.rmtree(old, ignore_errors=True)


def _remove_leftovers(directory: Path) -> None:
    """What killed ingests left: versions half built, finished but never put in use, or not yet removed."""
    for leftover in directory.glob("building-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    (directory / f"{_CURRENT}.new").unlink(missing_ok=True)
    try:
        current = current_version(directory)
    except FootnoteIndexError:
        return  # which version counts cannot be told: nothing more is deleted
    for version in directory.glob("v-*"):
        if version != current:
            shutil.rmtree(version, ignore_errors=True)


def built_files(folder: Path) -> dict[str, str]:
    """The files of a version and their checksums."""
    return {p.relative_to(folder).as_posix(): file_checksum(p) for p in sorted(folder.rglob("*")) if p.is_file()}


def _check_place(directory: Path) -> None:
    if directory.exists() and not directory.is_dir():
        raise FootnoteIndexError(f"{directory} is a file; give a directory for the index")
    if directory.is_dir():
        others = [p.name for p in directory.iterdir() if not _ours(p.name)]
        if others:
            raise FootnoteIndexError(
                f"{directory} holds other files ({sorted(others)[0]!r}); give a new or empty directory for the index"
            )


def _ours(name: str) -> bool:
    return name in (_CURRENT, f"{_CURRENT}.new", _LOCK) or name.startswith(("v-", "building-"))


def _corrupt(directory: Path, what: str) -> IndexCorruptError:
    return IndexCorruptError(
        f"the index at {directory} is damaged ({what}); delete that directory and ingest your articles again"
    )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
