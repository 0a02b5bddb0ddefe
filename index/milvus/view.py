"""What one reader may see of an index in Milvus: labels and filters are checked there, inside the search."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import islice
from threading import Lock
from typing import Any

import numpy as np

from index.access import Access
from index.encode import Vectors
from index.errors import FootnoteIndexError
from index.filters import Filters
from index.latest import Latest
from index.milvus.client import MOST, Client
from index.milvus.documents import Documents
from index.milvus.expressions import FILTERED, admits, both, filtered, seen_labels, visible
from index.milvus.requests import Row
from index.milvus.state import MEASURE, State
from index.milvus.tables import PASSAGES
from index.milvus.twins import Twins
from index.milvus.words import MilvusWords, scale_of, score
from index.schema import Passage
from index.store import Rows, Scores
from index.vocabulary import Vocabulary

PASSAGE = ["row", "document", "passage", "start", "end"]
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
        documents, self.size, length = state.size(labels)
        self._average = length / max(1, self.size) or 1.0
        self.documents = Documents(client, self.where, documents)
        self.twins = Twins(client, visible(None, state.generation, state.leaving), self.documents)
        self.words = MilvusWords(client, state.counted, labels, self.size)
        self._latest: Latest[int, Row | None] = Latest(_KEPT_PASSAGES)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of titles and texts, of the first 20,000 documents if there are more; counted when first asked
        for. What stands in others is no slip either: `words` knows it."""
        return Vocabulary.of(f"{d.title}\n{d.text}" for d in islice(self.documents.all(), _VOCABULARY))

    def passage(self, row: int) -> Passage:
        """The passage in a row. Raises FootnoteIndexError if it is not there (any more)."""
        (told,) = self._rows([int(row)])
        document = self.documents.get(told["document"])
        if document is None:
            raise FootnoteIndexError(_CHANGED)
        start, end = told["start"], told["end"]
        return Passage(told["passage"], document.id, start, end, document.text[start:end])

    def holders(self, rows: Rows) -> list[str]:
        """The ids of the documents that passages are of. Raises FootnoteIndexError as `passage` does."""
        return [told["document"] for told in self._rows(rows.tolist())]

    def nearest(self, query: Vectors, k: int, filters: Filters | None = None) -> tuple[Rows, Scores]:
        """Rows and cosine similarities of the `k` passages nearest to a query of shape (dimension,), best first. More
        than 16,384 are not given."""
        return self._best(self._found("vector", np.asarray(query, np.float32).tolist(), k, filters), k)

    def matching(self, question: str, k: int, filters: Filters | None = None) -> tuple[Rows, Scores]:
        """Rows and BM25 scores of the `k` passages that share words with the question, best first. Milvus weighs with
        the length that passages had on average, all of them and some time ago; of twice as many as are wanted, the
        score is then worked out by that of those which the reader sees."""
        vector = self.words.question_vector(question)
        if not vector or k < 1:
            return _none()
        rows = self._found("words", vector, 2 * k, filters, ["words", "length", "measure"])
        for row in rows:
            before = scale_of(row["length"], row["measure"] / MEASURE)
            row["score"] = score(vector, row["words"], before, scale_of(row["length"], self._average))
        return self._best(rows, k)

    def similarities(self, query: Vectors, rows: Rows) -> Scores:
        """The cosine similarities of passages to a query, row by row."""
        wanted = rows.tolist()
        told = self._client.rows_of(PASSAGES, "row", wanted, ["row", "vector"], self.where, fresh=False)
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

    def _found(self, field: str, query: Any, k: int, filters: Filters | None, also: Sequence[str] = ()) -> list[Row]:
        if k < 1 or not self.size:
            return []
        where, asked = both(self.where, filtered(filters)), min(k, MOST)
        while True:
            found = self._client.nearest(PASSAGES, field, query, asked, where, [*PASSAGE, *FILTERED, *also])
            kept = [row for row in found if row["labels"] in self._labels and admits(row, filters)]
            if len(kept) >= k or len(found) < asked or asked == MOST:
                return kept
            asked = min(4 * asked, MOST)  # what the expression admitted is not quite what was wanted

    def _best(self, rows: list[Row], k: int) -> tuple[Rows, Scores]:
        """The `k` best of the rows found, which are kept, as they are asked for next."""
        best = sorted(rows, key=lambda row: (-row["score"], row["row"]))[: max(0, k)]
        by_row = {row["row"]: {name: row[name] for name in PASSAGE} for row in best}
        self._latest.get(list(by_row), lambda missing: [by_row[row] for row in missing])
        documents = list(dict.fromkeys(row["document"] for row in best))
        self.documents.expect(documents)
        self.twins.expect(documents)
        return np.array([row["row"] for row in best], np.int64), np.array([row["score"] for row in best], np.float32)

    def _rows(self, rows: list[int]) -> list[Row]:
        found = [row for row in self._latest.get(rows, self._look_up) if row is not None]
        if len(found) < len(rows):
            raise FootnoteIndexError(_CHANGED)
        return found

    def _look_up(self, rows: list[int]) -> list[Row | None]:
        found = {row["row"]: row for row in self._client.rows_of(PASSAGES, "row", rows, PASSAGE, self.where)}
        return [found.get(row) for row in rows]


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


def _none() -> tuple[Rows, Scores]:
    return np.zeros(0, np.int64), np.zeros(0, np.float32)
