"""The part of an opened index that one reader may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from index.access import Access
from index.documents import Documents, Mask
from index.encode import Vectors
from index.filters import Filters
from index.latest import Latest
from index.lexical import LexicalIndex
from index.schema import Document, Passage
from index.store import Rows, Scores
from index.twins import groups
from index.vocabulary import Vocabulary

if TYPE_CHECKING:
    from index.opened import OpenIndex

_PARTS = 16  # parts at hand; one is cheap but for its vocabulary
_FILTERS = 32  # filters of which is known what they admit: a mask of a bit or eight a passage


class Part:
    """A `View` of an opened index: of the documents whose label sets are `seen`, as `DocumentFile` numbers these, of
    all with None."""

    def __init__(self, index: OpenIndex, seen: Mask | None) -> None:
        self._index, self._seen = index, seen
        shown = None if seen is None else index.documents.file.labelled(seen)
        self._shown = shown
        self._admitted: Latest[Filters, Rows] = Latest(_FILTERS)
        self.documents = index.documents if shown is None else Documents(index.documents.file, shown)
        self.rows = None if shown is None else np.flatnonzero(shown[index.passages.documents])
        self.words: LexicalIndex = index.lexical if self.rows is None else index.lexical.among(self.rows)

    @cached_property
    def twins(self) -> Mapping[str, tuple[str, ...]]:
        """See `View`. A group that loses one is told anew: what is left may be alike only through it."""
        if self._shown is None:
            return self._index.twins
        found: dict[str, tuple[str, ...]] = {}
        for group in set(self._index.twins.values()):
            left = [document for document in group if document in self.documents]
            same = [group] if len(left) == len(group) else groups({d: self._index.signature(d) for d in left})
            found.update({document: one for one in same for document in one})
        return found

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """See `View`."""
        return Vocabulary(self._index.spellings, self._seen)

    def counts(self) -> Mapping[str, int]:
        """See `View`."""
        held = self._index.passages.documents
        rows, counts = np.unique(held if self.rows is None else held[self.rows], return_counts=True)
        return dict(zip(map(self.documents.file.id, rows.tolist()), counts.tolist(), strict=True))

    def passage(self, row: int) -> Passage:
        """See `View`."""
        return self._index.passages[row]

    def holders(self, rows: Rows) -> list[str]:
        """See `View`."""
        return [self.documents.file.id(row) for row in self._index.passages.documents[rows].tolist()]

    def nearest(self, query: Vectors, k: int, filters: Filters | None = None) -> tuple[Rows, Scores]:
        """See `View`."""
        return self._index.store.search(query, k, self._among(filters))

    def matching(self, question: str, k: int, filters: Filters | None = None) -> tuple[Rows, Scores]:
        """See `View`."""
        return self.words.search(question, k, self._among(filters))

    def similarities(self, query: Vectors, rows: Rows) -> Scores:
        """See `View`."""
        found: Scores = self._index.store.vectors()[rows] @ query
        return found

    def _among(self, filters: Filters | None) -> Rows | None:
        """The rows of the part that the filters admit; None for all of the index."""
        if not filters:
            return self.rows
        return self._admitted.once(filters, lambda: self._passing(filters.admit))

    def _passing(self, admit: Callable[[Document], bool]) -> Rows:
        passing = np.zeros(len(self.documents.file), bool)
        for row, document in zip(self.documents.rows, self.documents.values(), strict=True):
            passing[row] = admit(document)
        return np.flatnonzero(passing[self._index.passages.documents])


class Parts:
    """The parts of one index that were asked for last. Accesses that differ only in labels that no document has are one
    part."""

    def __init__(self) -> None:
        self._made: Latest[frozenset[str], Part] = Latest(_PARTS)

    def of(self, index: OpenIndex, access: Access) -> Part:
        """The part of the index that an access admits."""
        known = index.manifest.labels
        labels = known if access.labels is None else known & access.labels
        seen = (
            None
            if labels == known
            else np.array([True, *(not labels.isdisjoint(joined.split(",")) for joined in index.manifest.label_sets)])
        )
        return self._made.once(labels, lambda: Part(index, seen))
