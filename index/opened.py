"""An index opened for reading: documents, passages, vectors and words of one version, read from its files as needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np
import numpy.typing as npt

from index.access import EVERYTHING, Access
from index.address import IndexPlace, MilvusAddress
from index.documents import DocumentFile, Documents, Passages
from index.errors import IndexCorruptError
from index.faiss_store import FaissStore
from index.lexical import LexicalIndex
from index.manifest import Manifest, current_version, read_manifest
from index.origins import Origin
from index.part import Part, Parts
from index.spellings import Spellings
from index.store import VectorStore
from index.twins import Signature
from index.vocabulary import Vocabulary

if TYPE_CHECKING:
    from index.milvus.opened import MilvusIndex

ORIGINS_FILE = "origins.jsonl"
SIGNATURES_FILE = "signatures.npy"
TWINS_FILE = "twins.jsonl"
CHROME_FILE = "chrome.jsonl"
PLACES_FILE = "places.jsonl"  # there if labels were given
_T = TypeVar("_T")


@dataclass(frozen=True)
class OpenIndex:
    """One complete version of an index. Row i of `store` and of `lexical` is `passages[i]`; row i of `signatures` is
    the i-th of `documents`. `twins` maps a document to all that tell its story in nearly the same words, itself among
    them; those without any are not in it. `chrome` is what sites repeat, as `index.chrome` has it, `places` are those
    that access labels were given to, as `index.labels` has them."""

    directory: Path
    manifest: Manifest
    documents: Documents
    passages: Passages
    store: VectorStore
    lexical: LexicalIndex
    spellings: Spellings
    origins: dict[str, Origin]
    signatures: npt.NDArray[np.uint32]
    twins: dict[str, tuple[str, ...]]
    chrome: dict[str, list[str]]
    places: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the index is called in messages."""
        return str(self.directory)

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of all titles and texts; as they are spelt."""
        return self.view(EVERYTHING).vocabulary

    def signature(self, document: str) -> Signature:
        """What `index.twins` tells the document with this id by. Raises KeyError."""
        row = self.documents.file.row(document)
        if row is None:
            raise KeyError(document)
        found: Signature = self.signatures[row]
        return found

    def view(self, access: Access) -> Part:
        """What a reader may see of it, as if there were nothing else. Quick for an access that was used lately."""
        return self._parts.of(self, access)

    @cached_property
    def _parts(self) -> Parts:
        return Parts()


@overload
def open_index(place: Path) -> OpenIndex: ...
@overload
def open_index(place: MilvusAddress) -> MilvusIndex: ...
def open_index(place: IndexPlace) -> OpenIndex | MilvusIndex:
    """Opens the version in use. Raises IndexMissingError or IndexCorruptError, FootnoteIndexError if Milvus cannot be
    reached; changes nothing."""
    if isinstance(place, MilvusAddress):
        from index.milvus.opened import open_milvus  # its libraries may be missing

        return open_milvus(place)
    return _open_directory(place)


def version_in_use(place: IndexPlace) -> str:
    """The name of the version in use: quick, to see whether there is a new one. Raises what `open_index` raises."""
    if isinstance(place, MilvusAddress):
        from index.milvus.opened import version_of

        return version_of(place)
    return current_version(place).name


def manifest_in_use(place: IndexPlace) -> Manifest:
    """What the version in use holds. Raises what `open_index` raises."""
    if isinstance(place, MilvusAddress):
        return open_index(place).manifest
    version = current_version(place)
    try:
        return read_manifest(place, version)
    except IndexCorruptError:
        newer = current_version(place)  # as in `_open_directory`
        if newer == version:
            raise
        return read_manifest(place, newer)


def _open_directory(directory: Path) -> OpenIndex:
    version = current_version(directory)
    try:
        return _open_version(directory, version)
    except IndexCorruptError:
        # An ingest may have published a new version, and removed this one, while it was being read.
        newer = current_version(directory)
        if newer == version:
            raise
        return _open_version(directory, newer)


def _open_version(directory: Path, version: Path) -> OpenIndex:
    manifest = read_manifest(directory, version)
    file = DocumentFile.load(version)
    origins = {o.origin: o for o in _read_lines(version / ORIGINS_FILE, _origin)}
    chrome = dict(_read_lines(version / CHROME_FILE, lambda raw: (str(raw["site"]), list(raw["lines"]))))
    labelled = version / PLACES_FILE
    places = {} if PLACES_FILE not in manifest.files else dict(_read_lines(labelled, _place))
    twins = _read_lines(version / TWINS_FILE, lambda raw: tuple(raw["documents"]))
    passages = Passages.load(version, file)
    store, lexical = FaissStore.load(version), LexicalIndex.load(version)
    if not len(store) == len(lexical) == len(passages) == manifest.passages or len(file) != manifest.documents:
        raise IndexCorruptError(f"the index at {directory} is damaged (its parts differ in length); ingest again")
    signatures = _read_signatures(version / SIGNATURES_FILE, len(file))
    return OpenIndex(
        directory=directory,
        manifest=manifest,
        documents=Documents(file),
        passages=passages,
        store=store,
        lexical=lexical,
        spellings=Spellings.load(version),
        origins=origins,
        signatures=signatures,
        twins=twins_of(twins),
        chrome=chrome,
        places=places,
    )


def twins_of(groups: Iterable[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Each document of the groups, with the group that it is in."""
    return {document: group for group in groups for document in group}


def _place(raw: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    return str(raw["place"]), tuple(raw["labels"])


def _origin(raw: dict[str, Any]) -> Origin:
    skipped = tuple((source, reason) for source, reason in raw["skipped"])
    return Origin(**{**raw, "documents": tuple(raw["documents"]), "skipped": skipped})


def _read_signatures(path: Path, count: int) -> npt.NDArray[np.uint32]:
    try:
        found: npt.NDArray[np.uint32] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise IndexCorruptError(f"{path} cannot be read; delete the index and ingest again") from error
    if len(found) != count:
        raise IndexCorruptError(f"{path} has {len(found)} rows for {count} documents; ingest again")
    return found


def _read_lines(path: Path, make: Callable[[dict[str, Any]], _T]) -> list[_T]:
    try:
        with path.open(encoding="utf-8") as stream:
            return [make(json.loads(line)) for line in stream]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexCorruptError(f"{path} cannot be read; delete the index and ingest again") from error
