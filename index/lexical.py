"""The word index: BM25 over stemmed words (bm25s, Lucene's variant, k1 1.5, b 0.75; Snowball stemming)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS

from index.errors import IndexCorruptError
from index.store import Rows, Scores

_FOLDER = "lexical"
_TOKEN = re.compile(r"\w+(?:[.,]\d+)*")
_ACRONYM = re.compile(r"\b(?:[A-Z]\.){2,}")
_POSSESSIVE = re.compile(r"['’]s\b")
STOP_WORDS = frozenset(STOPWORDS_EN_PLUS)
_stemmer = Stemmer.Stemmer("english")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The Snowball stem of a lower-case word."""
    return str(_stemmer.stemWord(word))


def terms(text: str) -> list[str]:
    """The stems that a text is indexed by: lower-case words without stop words; "U.S." counts as "US"."""
    plain = _POSSESSIVE.sub("", _ACRONYM.sub(lambda m: m.group(0).replace(".", ""), text))
    # "us" beside capitals is the pronoun; in a text all in small letters it may as well be the country.
    cased = not plain.islower()
    return [term for token in _TOKEN.findall(plain) if (term := _term(token)) and not (cased and token == "us")]


@lru_cache(maxsize=65536)
def _term(token: str) -> str:
    """What a word is indexed by; empty for a stop word."""
    low = token.lower()
    return "" if low in STOP_WORDS else stem(low)


class LexicalIndex:
    """BM25 over numbered texts, or over some of them: `rows` are those that count, None for all."""

    def __init__(self, model: bm25s.BM25, rows: Rows | None = None) -> None:
        self._model = model
        self._counts: npt.NDArray[np.bool_] | None = None
        if rows is not None:
            self._counts = np.zeros(int(model.scores["num_docs"]), bool)
            self._counts[rows] = True

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """An index of the texts, numbered in order."""
        model = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        corpus = [terms(text) for text in texts]
        if not any(corpus):
            corpus = [[""]] * max(1, len(corpus))  # bm25s can index neither no texts nor texts without any word
        model.index(corpus, show_progress=False)
        return cls(model)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """The index saved in `folder`; IndexCorruptError if it is not one."""
        try:
            return cls(bm25s.BM25.load(folder / _FOLDER, allow_pickle=False, show_progress=False))
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise IndexCorruptError(f"{folder / _FOLDER} cannot be read; ingest again into a new directory") from error

    def save(self, folder: Path) -> None:
        """Writes the index into an existing folder."""
        self._model.save(folder / _FOLDER, allow_pickle=False, show_progress=False)

    def among(self, rows: Rows) -> LexicalIndex:
        """The same index as if only these rows were in it. What still comes from all of them is the average length of a
        text, by which BM25 measures each."""
        return LexicalIndex(self._model, rows)

    def search(self, question: str, k: int, among: Rows | None = None) -> tuple[Rows, Scores]:
        """Rows and BM25 scores of the best texts that share a word with the question, best first. `among`: only these
        rows are looked at."""
        known = [term for term in terms(question) if self.knows(term)]
        if not known or k < 1:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        scores = self._model.get_scores(known) if self._counts is None else self._scores(known)
        if among is not None:
            others = np.ones(len(scores), bool)
            others[among] = False
            scores[others] = 0
        k = min(k, int(np.count_nonzero(scores)))
        best = np.argsort(-scores, kind="stable")[:k]
        return best.astype(np.int64), scores[best].astype(np.float32)

    def _scores(self, known: Sequence[str]) -> Scores:
        """The BM25 score of each text that counts, 0 for the others, with the weights that words have among those."""
        scores = np.zeros(int(self._model.scores["num_docs"]), np.float32)
        whole = LexicalIndex(self._model)
        for term in known:
            rows, values = self._entries(term)
            scores[rows] += values * np.float32(self.idf(term) / whole.idf(term))
        return scores

    def _entries(self, term: str) -> tuple[Rows, Scores]:
        """The texts with a term, of those that count, and what it adds to the score of each."""
        row = self._model.vocab_dict.get(term)
        if row is None:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        scores = self._model.scores
        part = slice(int(scores["indptr"][row]), int(scores["indptr"][row + 1]))
        rows, values = scores["indices"][part], scores["data"][part]
        if self._counts is not None:
            chosen = self._counts[rows]
            rows, values = rows[chosen], values[chosen]
        return rows.astype(np.int64), values.astype(np.float32)

    def idf(self, term: str) -> float:
        """Inverse document frequency, ln(1 + (N - df + .5) / (df + .5)) (Lucene); highest for an unknown term."""
        count = int(self._model.scores["num_docs"] if self._counts is None else np.count_nonzero(self._counts))
        found = len(self._entries(term)[0])
        return float(np.log1p((count - found + 0.5) / (found + 0.5)))

    def knows(self, term: str) -> bool:
        """True if the term stands anywhere in the texts."""
        return term in self._model.vocab_dict and (self._counts is None or len(self._entries(term)[0]) > 0)
