"""The word index: BM25 over stemmed words, Lucene's variant with k1 1.5 and b 0.75 (Robertson and Zaragoza 2009).

A term of which df of N texts hold f in a text of length l adds idf * f / (f + k1 * (1 - b + b * l / average)), where
idf = ln(1 + (N - df + .5) / (df + .5)). Nothing is worked out before it is asked for, so that texts which do not count
for a reader have no part in any of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.postings import Postings, index_terms
from index.store import Rows, Scores
from index.terms import terms

_FOLDER = "lexical"
_K1, _B = 1.5, 0.75


class Words(Protocol):
    """What is known of the words of some texts; a term is what `index.terms` makes of a word."""

    def idf(self, term: str) -> float:
        """Inverse document frequency, ln(1 + (N - df + .5) / (df + .5)) (Lucene); highest for an unknown term."""
        ...

    def knows(self, term: str) -> bool:
        """True if the term stands anywhere in the texts."""
        ...


class LexicalIndex:
    """BM25 over numbered texts, or over some of them: `rows` are those that count, None for all."""

    def __init__(self, postings: Postings, rows: Rows | None = None) -> None:
        self._postings = postings
        self._counts: npt.NDArray[np.bool_] | None = None
        if rows is not None:
            self._counts = np.zeros(len(postings.lengths), bool)
            self._counts[rows] = True
        self._held: dict[str, int] = {}

    @classmethod
    def build(
        cls, texts: Sequence[str], old: LexicalIndex | None = None, taken: Sequence[int] | None = None
    ) -> LexicalIndex:
        """An index of the texts, numbered in order. `taken` gives for each the number that it has in `old`, -1 for
        none: only those are read."""
        return cls(index_terms(texts, old._postings if old else None, taken))

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """The index saved in `folder`; IndexCorruptError if it is not one."""
        return cls(Postings.load(folder / _FOLDER))

    def save(self, folder: Path) -> None:
        """Writes the index into an existing folder."""
        (folder / _FOLDER).mkdir()
        self._postings.save(folder / _FOLDER)

    def among(self, rows: Rows) -> LexicalIndex:
        """The same index as if only these rows were in it."""
        return LexicalIndex(self._postings, rows)

    def __len__(self) -> int:
        return len(self._postings.lengths)

    def search(self, question: str, k: int, among: Rows | None = None) -> tuple[Rows, Scores]:
        """Rows and BM25 scores of the best texts that share a word with the question, best first, those of one score in
        the order of rows. `among`: only these rows are looked at."""
        known = [term for term in terms(question) if self.knows(term)]
        if not known or k < 1:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        scores = np.zeros(len(self), np.float32)
        for term in known:
            rows, found = self._entries(term)
            scores[rows] += np.float32(self.idf(term)) * found / (found + self._norms[rows])
        if among is not None:
            looked_at = np.zeros_like(scores)
            looked_at[among] = scores[among]
            scores = looked_at
        best = _best(scores, k)
        return best, scores[best]

    @cached_property
    def _norms(self) -> Scores:
        """k1 * (1 - b + b * length / average) of each text."""
        lengths = self._postings.lengths
        average = float((lengths if self._counts is None else lengths[self._counts]).mean())
        return np.float32(_K1) * (np.float32(1 - _B) + np.float32(_B / average) * lengths.astype(np.float32))

    def _entries(self, term: str) -> tuple[npt.NDArray[np.int32], Scores]:
        """The texts with a term, of those that count, and how often it stands in each."""
        part = self._postings.find(term)
        rows, found = self._postings.rows[part], self._postings.counts[part].astype(np.float32)
        if self._counts is None:
            return rows, found
        chosen = self._counts[rows]
        return rows[chosen], found[chosen]

    def _df(self, term: str) -> int:
        """How many of the texts hold a term."""
        if self._counts is None:
            part = self._postings.find(term)
            return int(part.stop - part.start)
        if term not in self._held:
            self._held[term] = len(self._entries(term)[0])
        return self._held[term]

    def idf(self, term: str) -> float:
        """See `Words`."""
        count = len(self) if self._counts is None else int(np.count_nonzero(self._counts))
        found = self._df(term)
        return float(np.log1p((count - found + 0.5) / (found + 0.5)))

    def knows(self, term: str) -> bool:
        """See `Words`."""
        return self._df(term) > 0


def _best(scores: Scores, k: int) -> Rows:
    """The rows of the `k` highest scores over 0, best first."""
    rows = np.flatnonzero(scores)
    if len(rows) > k:
        found = scores[rows]
        rows = rows[found >= np.partition(found, -k)[-k]]
    return rows[np.argsort(-scores[rows], kind="stable")][:k].astype(np.int64)
