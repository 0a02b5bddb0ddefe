"""The word index: terms, and BM25 against a plain computation of it."""

from __future__ import annotations

import math
import random
from pathlib import Path

import bm25s
import numpy as np
import pytest
from bm25s.stopwords import STOPWORDS_EN_PLUS

from index.errors import IndexCorruptError
from index.lexical import LexicalIndex
from index.stop_words import STOP_WORDS
from index.terms import stem, terms

TEXTS = [
    "The ferry stops for the winter. The ferry is old.",
    "A bakery sells bread by the minute.",
    "Owls nest in the forest, and the ferry passes it.",
    "",
    "Ferries, bakeries, owls: 1,550 of them.",
]


def bm25(texts: list[str], question: str) -> list[float]:
    """Lucene's BM25 with k1 1.5 and b 0.75, written down as the formula stands."""
    corpus = [terms(t) for t in texts]
    average = sum(map(len, corpus)) / len(corpus)
    scores = []
    for found in corpus:
        score = 0.0
        for term in terms(question):
            having = sum(term in other for other in corpus)
            idf = math.log(1 + (len(corpus) - having + 0.5) / (having + 0.5))
            f = found.count(term)
            score += idf * f / (f + 1.5 * (1 - 0.75 + 0.75 * len(found) / average))
        scores.append(score)
    return scores


def test_terms_are_stems_without_stop_words() -> None:
    assert terms("The ferries were stopping") == [stem("ferries"), stem("stopping")]
    assert stem("ferries") == stem("ferry")
    assert terms("What is it of the?") == []


def test_numbers_keep_their_marks() -> None:
    assert terms("1,550 warheads, 3.5 crowns.") == ["1,550", stem("warheads"), "3.5", stem("crowns")]


def test_possessives_and_acronyms() -> None:
    assert terms("Russia’s") == terms("Russia's") == terms("Russia")
    assert terms("the U.S. Navy") == terms("the US Navy") == ["us", stem("navy")]


def test_the_pronoun_is_not_the_country() -> None:
    assert terms("He told us about Calder") == terms("He told about Calder")
    assert "us" in terms("us navy")


@pytest.mark.parametrize("question", ["ferry", "Where do owls nest?", "bread and ferries", "1,550 owls", "ferry ferry"])
def test_scores_are_bm25(question: str) -> None:
    rows, scores = LexicalIndex.build(TEXTS).search(question, 10)
    expected = bm25(TEXTS, question)
    assert rows.tolist() == [r for r in sorted(range(len(TEXTS)), key=lambda r: -expected[r]) if expected[r] > 0]
    np.testing.assert_allclose(scores, [expected[r] for r in rows], rtol=1e-4)


def test_scores_are_bm25_on_random_texts() -> None:
    chance = random.Random(3)
    words = [f"w{i}" for i in range(30)]
    texts = [" ".join(chance.choices(words, k=chance.randint(0, 25))) for _ in range(50)]
    index = LexicalIndex.build(texts)
    for _ in range(20):
        question = " ".join(chance.choices([*words, "unknown"], k=4))
        rows, scores = index.search(question, 50)
        expected = bm25(texts, question)
        np.testing.assert_allclose(scores, sorted((s for s in expected if s > 0), reverse=True), rtol=1e-4)
        np.testing.assert_allclose([expected[r] for r in rows], scores, rtol=1e-4)


def test_scores_and_stop_words_are_those_of_bm25s() -> None:
    """Another program's figures, so that ours can be compared with what is published."""
    chance = random.Random(4)
    texts = [" ".join(chance.choices(["ferry", "owls", "bread", "and", "winter", "Sand"], k=n)) for n in range(40)]
    model = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    model.index([terms(text) for text in texts], show_progress=False)
    index = LexicalIndex.build(texts)
    for question in ("ferry in winter", "owls and bread", "Sand"):
        expected = model.get_scores(terms(question))
        rows, scores = index.search(question, 100)
        assert len(rows) == np.count_nonzero(expected)
        np.testing.assert_allclose(scores, expected[rows], rtol=1e-4)
    assert set(STOPWORDS_EN_PLUS) == STOP_WORDS


def test_no_shared_word_is_no_hit() -> None:
    index = LexicalIndex.build(TEXTS)
    for question, k in (("zebra", 5), ("the of and", 5), ("", 5), ("ferry", 0)):
        rows, scores = index.search(question, k)
        assert len(rows) == len(scores) == 0


def test_k_cuts_the_list() -> None:
    assert (
        LexicalIndex.build(TEXTS).search("ferry", 2)[0].tolist()
        == LexicalIndex.build(TEXTS).search("ferry", 9)[0].tolist()[:2]
    )


def test_idf_and_knows() -> None:
    index = LexicalIndex.build(TEXTS)
    assert index.knows(stem("ferry")) and not index.knows("zebra")
    assert index.idf("zebra") > index.idf(stem("bread")) > index.idf(stem("ferry")) > 0
    assert index.idf(stem("bread")) == pytest.approx(math.log(1 + 4.5 / 1.5))


@pytest.mark.parametrize("texts", [["the of and", "is it"], ["", ""], ["!!"]])
def test_texts_without_any_word_can_be_indexed(texts: list[str], tmp_path: Path) -> None:
    index = LexicalIndex.build(texts)
    index.save(tmp_path)
    assert len(LexicalIndex.load(tmp_path).search("anything", 5)[0]) == 0


def test_saved_and_loaded_it_answers_the_same(tmp_path: Path) -> None:
    built = LexicalIndex.build(TEXTS)
    built.save(tmp_path)
    loaded = LexicalIndex.load(tmp_path)
    for question in ("ferry", "owls bread", "nothing"):
        assert [a.tolist() for a in built.search(question, 5)] == [a.tolist() for a in loaded.search(question, 5)]


def test_what_is_no_word_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexCorruptError, match="ingest again"):
        LexicalIndex.load(tmp_path)
