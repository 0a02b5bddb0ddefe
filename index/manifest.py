"""Which version of an index is in use, and its manifest: what it holds, and whether all of it is there unharmed.

`publish` tells what else is in an index directory, and how a version comes to be in use.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from index.access import Access
from index.chunk import ChunkSettings
from index.encode import ModelSpec
from index.errors import FootnoteIndexError, IndexCorruptError, IndexMissingError

FORMAT_VERSION = 3
CURRENT = "current"
SPOOL = "encoded"
PENDING = "current.new"
_MANIFEST = "manifest.json"
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of one version of an index. `files` maps each file's name to its SHA-256, `chunks` tells how the
    passages were cut, `labelled` how many documents and passages have which access labels (joined by commas)."""

    model: ModelSpec
    documents: int
    passages: int
    created: str
    files: dict[str, str]
    chunks: ChunkSettings
    format_version: int = FORMAT_VERSION
    labelled: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def labels(self) -> frozenset[str]:
        """The access labels that documents have."""
        return frozenset(label for labels in self.labelled for label in labels.split(","))

    @property
    def label_sets(self) -> list[str]:
        """The labels that documents have, those of one document joined by commas, in order."""
        return sorted(self.labelled)

    def size(self, access: Access) -> tuple[int, int]:
        """How many documents and passages a reader may see."""
        hidden = [
            size
            for labels, size in self.labelled.items()
            if access.labels is not None and access.labels.isdisjoint(labels.split(","))
        ]
        return self.documents - sum(d for d, _ in hidden), self.passages - sum(p for _, p in hidden)


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
        return (directory / CURRENT).read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        # A version still to be named is that of a first ingest which was killed: nothing has ever been in use.
        if {version.name for version in directory.glob("v-*")} - {_pending(directory)}:
            raise _corrupt(directory, f"the file {CURRENT!r} is missing") from None
        raise IndexMissingError(
            f"there is no index at {directory}; make one: python ingest.py PATH --index {directory}"
        ) from None
    except PermissionError as error:
        raise _unreadable(directory, error) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _corrupt(directory, f"the file {CURRENT!r} cannot be read") from error


def _pending(directory: Path) -> str:
    try:
        return (directory / PENDING).read_text("utf-8")
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
            if _checksum(version / name) != checksum:
                raise _corrupt(directory, f"{name} is damaged")
    except FileNotFoundError as error:
        raise _corrupt(directory, f"{Path(str(error.filename)).name} is missing") from error
    except PermissionError as error:
        raise _unreadable(directory, error) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _corrupt(directory, f"{_MANIFEST} cannot be read") from error
    return manifest


def write_manifest(version: Path, manifest: Manifest) -> None:
    """Writes the manifest of a version. Raises OSError."""
    told = asdict(manifest)
    if not manifest.labelled:
        del told["labelled"]  # without labels an index is as it was before there were any
    (version / _MANIFEST).write_text(json.dumps(told, indent=1, ensure_ascii=False), "utf-8")


def built_files(folder: Path) -> dict[str, str]:
    """The files of a version and their SHA-256, in hexadecimal."""
    return {p.relative_to(folder).as_posix(): _checksum(p) for p in sorted(folder.rglob("*")) if p.is_file()}


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _corrupt(directory: Path, what: str) -> IndexCorruptError:
    return IndexCorruptError(
        f"the index at {directory} is damaged ({what}); delete that directory and ingest your articles again"
    )


def _unreadable(directory: Path, error: OSError) -> FootnoteIndexError:
    return FootnoteIndexError(
        f"no permission to read the index at {directory} ({error.filename}); change its permissions (chmod -R +rX)"
    )
