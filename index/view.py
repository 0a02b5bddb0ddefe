"""What one reader may see of an index, as if there were nothing else in it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from index.access import Access
from index.lexical import LexicalIndex
from index.schema import Document, Passage
from index.store import Rows
from index.twins import groups
from index.vocabulary import Vocabulary

if TYPE_CHECKING:
    from index.opened import OpenIndex

_KEPT = 16  # views at hand; a view is cheap but for its vocabulary, counted with its first question


@dataclass(frozen=True)
class View:
    """The documents that an access admits, and all that is told by documents, by these alone. `rows` are those of their
    passages in the index, None if it is all of them. Row numbers are those of the whole index."""

    documents: dict[str, Document]
    rows: Rows | None
    lexical: LexicalIndex
    twins: dict[str, tuple[str, ...]]
    _all: list[Passage]

    @cached_property
    def passages(self) -> list[Passage]:
        """The documents' passages."""
        return self._all if self.rows is None else [self._all[row] for row in self.rows]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of the documents' titles and texts; counted when first asked for."""
        return vocabulary_of(self.documents.values())


class Views:
    """The views of one index that were asked for last. Accesses that differ only in labels that no document has are one
    view."""

    def __init__(self, labels: frozenset[str]) -> None:
        """`labels` are all that the documents have."""
        self._labels = labels
        self._made: OrderedDict[frozenset[str], View] = OrderedDict()
        self._lock = Lock()

    def of(self, index: OpenIndex, access: Access) -> View:
        """The view of the index for an access."""
        labels = self._labels if access.labels is None else self._labels & access.labels
        with self._lock:
            if labels not in self._made:
                self._made[labels] = _whole(index) if labels == self._labels else _part(index, Access(labels))
            self._made.move_to_end(labels)
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
            return self._made[labels]


def vocabulary_of(documents: Iterable[Document]) -> Vocabulary:
    """The words of the documents' titles and texts."""
    return Vocabulary(f"{d.title}\n{d.text}" for d in documents)


def _whole(index: OpenIndex) -> View:
    return View(index.documents, None, index.lexical, index.twins, index.passages)


def _part(index: OpenIndex, access: Access) -> View:
    documents = {d.id: d for d in index.documents.values() if access.admit(d)}
    rows = np.array([row for row, p in enumerate(index.passages) if p.document_id in documents], np.int64)
    return View(documents, rows, index.lexical.among(rows), _twins(index, documents), index.passages)


def _twins(index: OpenIndex, documents: dict[str, Document]) -> dict[str, tuple[str, ...]]:
    """The twins among the documents. A group that loses one is told anew: what is left may be alike only through it."""
    row_of = {document: row for row, document in enumerate(index.documents)}
    found: dict[str, tuple[str, ...]] = {}
    for group in set(index.twins.values()):
        left = [document for document in group if document in documents]
        same = [group] if len(left) == len(group) else groups({d: index.signatures[row_of[d]] for d in left})
        found.update({document: one for one in same for document in one})
    return found
