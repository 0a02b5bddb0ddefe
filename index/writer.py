"""Writing an index, wherever it is kept: the right to write, what is there, and the next version of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from index.address import IndexPlace, MilvusAddress
from index.chunk import ChunkSettings
from index.contents import Contents, Written
from index.encode import Encoder
from index.errors import IndexMissingError
from index.opened import OpenIndex, open_index, version_in_use
from index.publish import writing
from index.report import Progress
from index.version import write_version
from index.view import Index, Stored, check_model
from index.workers import Workers

_I = TypeVar("_I", bound=Index)


class IndexWriter(Protocol):
    """Writes one version of an index that nobody else writes meanwhile."""

    @property
    def old(self) -> Stored | None:
        """The version in use; None if there is none."""
        ...

    def write(
        self,
        contents: Contents,
        settings: ChunkSettings | None,
        progress: Progress,
        workers: Workers | None = None,
    ) -> Written:
        """Puts a version with these contents in use. Passages are cut as the old version's unless there are `settings`,
        by the `workers` if there are any. Raises FootnoteIndexError if it cannot be written; the old version stays in
        use then."""
        ...


@contextmanager
def writing_index(place: IndexPlace, encoder: Encoder, busy: Callable[[], None] | None = None) -> Iterator[IndexWriter]:
    """A writer of the index. Another one is waited for if there is `busy`, which is then called once; else
    IndexBusyError is raised. Raises ModelMismatchError if the index was built with another model."""
    if isinstance(place, MilvusAddress):
        from index.milvus.write import MilvusWriter, writing_milvus  # its libraries may be missing

        address = place
        with writing_milvus(address, busy) as lease:
            yield MilvusWriter(lease, _existing(lambda: open_index(address), encoder), encoder)
    else:
        directory = place
        with writing(directory, busy) as building:
            old = _existing(lambda: open_index(directory), encoder)
            yield _FileWriter(directory, building, old, encoder)


@dataclass(frozen=True, slots=True)
class _FileWriter:
    """An `IndexWriter` of a directory; the version is built in the folder `building`."""

    directory: Path
    building: Path
    old: OpenIndex | None
    encoder: Encoder

    def write(
        self,
        contents: Contents,
        settings: ChunkSettings | None,
        progress: Progress,
        workers: Workers | None = None,
    ) -> Written:
        """See `IndexWriter`."""
        return write_version(
            self.directory, self.building, contents, self.old, self.encoder, settings, progress, workers
        )


def check_there(place: IndexPlace) -> None:
    """Raises IndexMissingError if there is no index; makes nothing."""
    version_in_use(place)


def _existing(opened: Callable[[], _I], encoder: Encoder) -> _I | None:
    try:
        old = opened()
    except IndexMissingError:
        return None
    check_model(old, encoder)
    return old
