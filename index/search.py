"""A question to ranked passages: dense and lexical hits, fused by rank, spread over the sources."""

from __future__ import annotations

from functools import partial

import numpy as np

from index.access import EVERYTHING, Access
from index.encode import Encoder
from index.errors import QueryError
from index.filters import Filters
from index.fuse import diversify, reciprocal_rank_fusion
from index.schema import Document, Hit
from index.terms import stem
from index.view import Index, View, check_model

MAX_QUESTION_CHARS = 4000
_POOL = 60


class Searcher:
    """Searches one opened index. Raises ModelMismatchError if the encoder is not the one it was built with."""

    def __init__(self, index: Index, encoder: Encoder) -> None:
        check_model(index, encoder)
        self.index = index
        self._encoder = encoder

    def search(
        self, question: str, k: int = 10, filters: Filters | None = None, access: Access = EVERYTHING
    ) -> list[Hit]:
        """The `k` best passages of the documents that both the filters and the access admit, best first. Raises
        QueryError on an empty or overlong question, or k < 1."""
        question = check_question(question)
        if k < 1:
            raise QueryError(f"k is {k}; ask for at least 1 passage")
        view = self.index.view(access)
        if not view.documents:
            return []
        query = self._encoder.encode([question])[0]
        pool = max(_POOL, k)
        rows, cosines = view.nearest(query, pool, filters)
        dense = dict(zip(rows.tolist(), cosines.tolist(), strict=True))
        rows, bm25 = view.matching(question, pool, filters)
        lexical = dict(zip(rows.tolist(), bm25.tolist(), strict=True))
        fused = reciprocal_rank_fusion([list(dense), list(lexical)])
        documents = dict(zip(fused, view.holders(np.array(list(fused), np.int64)), strict=True))
        scores = _one_of_each_story(view, fused, documents)
        chosen = diversify(scores, documents, k)
        absent = [row for row in chosen if row not in dense]
        if absent:  # found by its words only: its similarity is wanted all the same
            found = view.similarities(query, np.array(absent, np.int64))
            dense.update(zip(absent, found.tolist(), strict=True))
        return [
            Hit(
                view.passage(row),
                view.documents[documents[row]],
                scores[row],
                dense[row],
                lexical.get(row, 0.0),
                also=_others(view, documents[row], filters),
            )
            for row in chosen
        ]

    def respell(self, question: str, access: Access = EVERYTHING) -> str:
        """The question with slips mended in words that neither the documents that the access admits nor the encoder
        know as whole words."""
        view = self.index.view(access)
        return view.vocabulary.respell(question, partial(self._is_word, view))

    def _is_word(self, view: View, word: str) -> bool:
        return view.words.knows(stem(word.lower())) or self._encoder.count_tokens([word]) == [1]


def _one_of_each_story(view: View, scores: dict[int, float], documents: dict[int, str]) -> dict[int, float]:
    """Of documents that tell one story in nearly the same words, only the passages of the one that fits best."""
    twins = view.twins
    told_by: dict[tuple[str, ...], str] = {}
    for row in sorted(scores, key=lambda row: (-scores[row], row)):
        document = documents[row]
        if document in twins:
            told_by.setdefault(twins[document], document)
    return {
        row: score
        for row, score in scores.items()
        if (document := documents[row]) not in twins or told_by[twins[document]] == document
    }


def _others(view: View, document: str, filters: Filters | None) -> tuple[Document, ...]:
    others = (view.documents[d] for d in view.twins.get(document, ()) if d != document)
    return tuple(d for d in others if not filters or filters.admit(d))


def check_question(question: str) -> str:
    """The question without control characters and outer white space; QueryError if nothing to ask remains."""
    plain = printable(question).strip()
    if len(plain) > MAX_QUESTION_CHARS:
        raise QueryError(f"the question has {len(plain):,} characters; the limit is {MAX_QUESTION_CHARS:,}, shorten it")
    if not any(c.isalnum() for c in plain):
        raise QueryError("the question is empty; type a question in words")
    return " ".join(plain.split())


def printable(text: str) -> str:
    """The text with what cannot be shown or encoded (controls, lone surrogates) made spaces."""
    return "".join(c if c.isprintable() else " " for c in text)
