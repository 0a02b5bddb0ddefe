"""What is asked of an index, whatever engine holds it: `OpenIndex` does it from files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from index.access import Access
from index.encode import Encoder, Vectors
from index.errors import ModelMismatchError
from index.filters import Filters
from index.lexical import Words
from index.manifest import Manifest
from index.origins import Origin
from index.schema import Document, Passage
from index.store import Rows, Scores
from index.vocabulary import Vocabulary


class View(Protocol):
    """What one reader may see of an index, as if there were nothing else in it. A row is the number of a passage in the
    whole index."""

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id."""
        ...

    @property
    def twins(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of those that tell one story in nearly the same words, by the id of each of them."""
        ...

    @property
    def words(self) -> Words:
        """How telling the words of the passages are."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the documents' titles and texts, as they are spelt."""
        ...

    def counts(self) -> Mapping[str, int]:
        """How many passages each document has; a document without any may be left out."""
        ...

    def passage(self, row: int) -> Passage:
        """The passage of a row that a search gave."""
        ...

    def holders(self, rows: Rows) -> list[str]:
        """The ids of the documents that passages are of, without reading them."""
        ...

    def nearest(self, query: Vectors, k: int, filters: Filters | None = None) -> tuple[Rows, Scores]:
        """Rows and cosine similarities of the passages nearest to `query`, shape (dimension,), best first."""
        ...

    def matching(self, question: str, k: int, filters: Filters | None = None) -> tuple[Rows, Scores]:
        """Rows and BM25 scores of the passages that share words with the question, best first."""
        ...

    def similarities(self, query: Vectors, rows: Rows) -> Scores:
        """The cosine similarities of passages to `query`, shape (dimension,)."""
        ...


class Index(Protocol):
    """An index opened for reading: one state of it, whatever is written meanwhile."""

    @property
    def manifest(self) -> Manifest: ...

    @property
    def origins(self) -> Mapping[str, Origin]:
        """What was read, and from where."""
        ...

    @property
    def name(self) -> str:
        """What the index is called in messages."""
        ...

    def view(self, access: Access) -> View:
        """What a reader may see of it. Quick for an access that was used lately."""
        ...


class Stored(Index, Protocol):
    """What an ingest asks of the index that it goes on from: all that is in it."""

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id."""
        ...

    @property
    def twins(self) -> Mapping[str, tuple[str, ...]]:
        """As `View` has them."""
        ...

    @property
    def chrome(self) -> dict[str, list[str]]:
        """What sites repeat, as `index.chrome` has it."""
        ...

    @property
    def places(self) -> dict[str, tuple[str, ...]]:
        """The places that access labels were given to, as `index.labels` has them."""
        ...


def check_model(index: Index, encoder: Encoder) -> None:
    """Raises ModelMismatchError unless the index was built with the encoder's model."""
    built, now = index.manifest.model, encoder.spec
    if built.checksum == now.checksum and built.dimension == now.dimension:
        return
    raise ModelMismatchError(
        f"the index at {index.name} was built with the model {built.name!r} ({built.checksum[:12]}, "
        f"{built.dimension} dimensions), but {now.name!r} ({now.checksum[:12]}, {now.dimension}) is set; "
        f"set FOOTNOTE_MODEL={built.name} or ingest again into a new directory"
    )
