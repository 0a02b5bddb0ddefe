"""What one reader may see of an index in Milvus: labels and filters are checked there, inside the search."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping
from functools import cached_property
from itertools import islice
from threading import Lock
from typing import Any

import numpy as np

from index.access import Access
from index.cached import Latest
from index.encode import Vectors
from index.errors import FootnoteIndexError
from index.filters import Filters
from index.milvus.client import Client, Row
from index.milvus.documents import Documents
from index.milvus.expressions import FILTERED, admits, both, filtered, seen_labels, visible
from index.milvus.state import State
from index.milvus.tables import PASSAGES
from index.milvus.twins import Twins
from index.milvus.words import MilvusWords
from index.schema import Passage
from index.store import Rows, Scores
from index.vocabulary import Vocabulary

PASSAGE = ["row", "document", "passage", "start", "end", "text"]
_KEPT_VIEWS = 16
_KEPT_PASSAGES = 10_000
_CHANGED = "the index changed while it was searched; ask again"
_VOCABULARY = 20_000  # documents whose words slips are mended to


class MilvusView:
    """A `View` (see `index.view`) whose parts are looked up as they are asked for."""

    def __init__(self, client: Client, state: State, labels: frozenset[str]) -> None:
        """`labels` are the sets of labels that the reader may see, as `expressions.seen_labels` has them."""
        self._client = client
        self._labels = labels
        every = labels.issuperset(state.sizes)
        self.where = visible(None if every else labels, state.generation, state.leaving)
        sizes = [size for name, size in state.sizes.items() if name in labels]
        self.size = sum(passages for _, passages in sizes)
        self.documents = Documents(client, self.where, sum(documents for documents, _ in sizes))
        self.twins = Twins(client, visible(None, state.generation, state.leaving), self.documents)
        self.words = MilvusWords(client, state.counted, labels, self.size)
        self._latest: Latest[int, Passage | None] = Latest(_KEPT_PASSAGES)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of titles and texts, of the first 20,000 documents if there are more; counted when first asked
        for. What stands in others is no slip either: `words` knows it."""
        return Vocabulary.of(f"{d.title}\n{d.text}" for d in islice(self.documents.all(), _VOCABULARY))

    def passage(self, row: int) -> Passage:
        """The passage in a row. Raises FootnoteIndexError if it is not there (any more)."""
        found = self._latest.get([int(row)], self._look_up)[0]
        if found is None:
            raise FootnoteIndexError(_CHANGED)
        return found

    def nearest(self, query: Vectors, k: int, filters: Filters | None = None) -> tuple[Rows, Scores]:
        """Rows and cosine similarities of the `k` passages nearest to a query of shape (dimension,), best first. More
        than 16,384 are not given."""
        return self._search("vector", np.asarray(query, np.float32).tolist(), k, filters)

    def matching(self, question: str, k: int, filters: Filters | None = None) -> tuple[Rows, Scores]:
        """Rows and BM25 scores of the `k` passages that share words with the question, best first."""
        vector = self.words.question_vector(question)
        return self._search("words", vector, k, filters) if vector else _none()

    def similarities(self, query: Vectors, rows: Rows) -> Scores:
        """The cosine similarities of passages to a query, row by row."""
        wanted = rows.tolist()
        told = self._client.rows_of(PASSAGES, "row", wanted, ["row", "vector"], self.where)
        found = {row["row"]: row["vector"] for row in told}
        if not found.keys() >= set(wanted):
            raise FootnoteIndexError(_CHANGED)
        vectors = np.array([found[row] for row in wanted], np.float32).reshape(len(wanted), -1)
        cosines: Scores = (vectors @ query).astype(np.float32)
        return cosines

    def counts(self) -> Mapping[str, int]:
        """How many passages each document has; goes through all of them."""
        found: Counter[str] = Counter()
        for rows in self._client.walk(PASSAGES, self.where, ["document"], 5000):
            found.update(row["document"] for row in rows)
        return found

    def _search(self, field: str, query: Any, k: int, filters: Filters | None) -> tuple[Rows, Scores]:
        if k < 1 or not self.size:
            return _none()
        where = both(self.where, filtered(filters))
        found = self._client.nearest(PASSAGES, field, query, k, where, [*PASSAGE, *FILTERED])
        rows = [row for row in found if row["labels"] in self._labels and admits(row, filters)]
        rows.sort(key=lambda row: (-row["score"], row["row"]))
        self._remember(rows)
        return np.array([row["row"] for row in rows], np.int64), np.array([row["score"] for row in rows], np.float32)

    def _remember(self, rows: list[Row]) -> None:
        """Keeps what was found, as it is asked for next."""
        by_row = {row["row"]: row for row in rows if _whole(row)}
        self._latest.get(list(by_row), lambda missing: [self._passage(by_row[row]) for row in missing])
        documents = list(dict.fromkeys(row["document"] for row in rows))
        self.documents.expect(documents)
        self.twins.expect(documents)

    def _look_up(self, rows: list[int]) -> list[Passage | None]:
        found = {row["row"]: row for row in self._client.rows_of(PASSAGES, "row", rows, PASSAGE, self.where)}
        return [self._passage(found[row]) if row in found else None for row in rows]

    def _passage(self, row: Row) -> Passage:
        document, start, end = row["document"], row["start"], row["end"]
        text = row["text"] if _whole(row) else self.documents[document].text[start:end]
        return Passage(row["passage"], document, start, end, text)


class MilvusViews:
    """The views of one version that were asked for last. Accesses that see the same are one view."""

    def __init__(self, client: Client, state: State) -> None:
        self._client = client
        self._state = state
        self._made: OrderedDict[frozenset[str], MilvusView] = OrderedDict()
        self._lock = Lock()

    def of(self, access: Access) -> MilvusView:
        """The view for an access."""
        labels = seen_labels(filter(None, self._state.sizes), access)
        with self._lock:
            if labels not in self._made:
                self._made[labels] = MilvusView(self._client, self._state, labels)
            self._made.move_to_end(labels)
            while len(self._made) > _KEPT_VIEWS:
                self._made.popitem(last=False)
            return self._made[labels]


def _whole(row: Row) -> bool:
    """True if the row holds the passage's text, which it does unless that is too long for a field."""
    return bool(row["text"]) or row["start"] == row["end"]


def _none() -> tuple[Rows, Scores]:
    return np.zeros(0, np.int64), np.zeros(0, np.float32)
