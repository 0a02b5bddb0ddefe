"""Searching an opened index."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.build import ingest
from index.encode import Encoder
from index.errors import ModelMismatchError, QueryError
from index.opened import OpenIndex, open_index
from index.search import MAX_QUESTION_CHARS, Searcher, check_question
from tests.fakes import HashedWords, write_articles


@pytest.fixture
def searcher(small: Path, encoder: HashedWords) -> Searcher:
    return Searcher(open_index(small), encoder)


@pytest.mark.parametrize("question", ["", "   ", "?!…", "\n\t", "\x00\x01\x1b", "—", "\u200b"])
def test_nothing_to_ask_is_an_error_with_the_remedy(searcher: Searcher, question: str) -> None:
    with pytest.raises(QueryError, match="the question is empty; type a question in words"):
        searcher.search(question)


def test_a_far_too_long_question_names_its_length_and_the_limit(searcher: Searcher) -> None:
    with pytest.raises(QueryError, match="20,000 characters; the limit is 4,000, shorten it"):
        searcher.search("x" * 20_000)
    assert searcher.search("ferry " * (MAX_QUESTION_CHARS // 6))


def test_control_characters_do_not_reach_the_question() -> None:
    assert check_question(" What\x00 did\x1b[31m the\u202e\nboard say?\ud800 ") == "What did [31m the board say?"


@pytest.mark.parametrize("k", [0, -1])
def test_k_must_be_positive(searcher: Searcher, k: int) -> None:
    with pytest.raises(QueryError, match=f"k is {k}; ask for at least 1"):
        searcher.search("ferry", k)


def test_hits_are_passages_of_their_documents_best_first(searcher: Searcher) -> None:
    hits = searcher.search("What will the repairs of the ferry's engine cost?", 5)
    assert hits[0].document.source == "ferry.txt"
    assert [h.score for h in hits] != []
    for h in hits:
        assert h.document.text[h.passage.start : h.passage.end] == h.passage.text
        assert h.passage.document_id == h.document.id
        assert -1.001 <= h.dense <= 1.001
        assert h.lexical >= 0
    assert len({h.passage.id for h in hits}) == len(hits)


def test_k_is_the_most_and_more_than_there_is_is_all(searcher: Searcher) -> None:
    assert len(searcher.search("ferry", 1)) == 1
    everything = searcher.search("ferry", 10**9)
    assert len(everything) == searcher.index.manifest.passages


def test_a_passage_found_by_its_words_alone_has_its_cosine_too(tmp_path: Path) -> None:
    many = {
        f"{i}.txt": f"Title {i}\n\nThe xylophone number{i} plays. It plays on and on, they said.\n" for i in range(90)
    }
    encoder = HashedWords()
    ingest([str(write_articles(tmp_path / "a", many))], tmp_path / "i", encoder)
    index = open_index(tmp_path / "i")
    searcher = Searcher(index, encoder)
    hits = searcher.search("number77 " + "they said on and " * 8, 90)
    query = encoder.encode([check_question("number77 " + "they said on and " * 8)])[0]
    vectors = index.store.vectors()
    rows = {p.id: row for row, p in enumerate(index.passages)}
    for h in hits:
        assert h.dense == pytest.approx(float(vectors[rows[h.passage.id]] @ query), abs=1e-5)


def test_another_model_is_refused_before_anything_is_searched(small: Path) -> None:
    with pytest.raises(ModelMismatchError, match="was built with the model 'hashed-words'") as caught:
        Searcher(open_index(small), HashedWords(dimension=32, name="other"))
    assert "FOOTNOTE_MODEL=hashed-words" in str(caught.value)


def test_a_question_about_several_articles_hears_several(bundled_index: OpenIndex, model: Encoder) -> None:
    hits = Searcher(bundled_index, model).search("What conditions do Russia and America set for better relations?", 8)
    assert len({h.document.id for h in hits}) >= 5


def test_the_real_model_finds_the_article(bundled_index: OpenIndex, model: Encoder) -> None:
    searcher = Searcher(bundled_index, model)
    for question, source in (
        ("How much did the restoration of the clock museum cost?", "2021-11-brennick-clock-museum.md"),
        ("Why did the harvest turn out better than feared?", "2022-08-tolm-valley-wheat.txt"),
        ("What losses did the football club report?", "2022-07-dunmere-rovers-accounts.txt"),
    ):
        assert searcher.search(question)[0].document.source == source
