"""What every `Answerer` promises, checked of each: it relies on the hits' documents alone, by spans of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answerer import Answerer
from bot.extractive import ExtractiveAnswerer
from index.encode import Encoder
from index.opened import OpenIndex, open_index
from index.search import Searcher
from tests.fakes import FirstSentence, HashedWords

Make = Callable[[OpenIndex, Encoder], Answerer]
ANSWERERS: dict[str, Make] = {
    "extractive": lambda index, encoder: ExtractiveAnswerer(encoder, index.lexical, abstain_below=0),
    "extractive, shy": lambda index, encoder: ExtractiveAnswerer(encoder, index.lexical, abstain_below=1),
    "fake": lambda index, encoder: FirstSentence(),
}
QUESTIONS = [
    "When does the ferry stop?",
    "Who called the idea absurd?",
    "What are the prices and the numbers?",
    "zebra",
    "?",
    "Why " * 400,
    "他说什么",
]


@pytest.fixture(params=ANSWERERS)
def make(request: pytest.FixtureRequest) -> Make:
    return ANSWERERS[request.param]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_draft_is_made_of_spans_of_the_hits(make: Make, small: Path, encoder: HashedWords, question: str) -> None:
    index = open_index(small)
    answerer = make(index, encoder)
    hits = Searcher(index, encoder).search("ferry bakery owls", 20)
    for given in (hits, hits[:1]):
        draft = answerer.answer(question, given)
        assert 0 <= draft.confidence <= 1
        documents = {h.document.id for h in given}
        passages = {h.passage.id for h in given}
        for sentence in draft.sentences:
            assert sentence.text.strip()
            assert sentence.evidence
            assert sentence.support in ("verbatim", "verified", "unsupported")
            for evidence in sentence.evidence:
                assert evidence.document.id in documents
                assert evidence.passage_id in passages
                assert 0 <= evidence.start < evidence.end <= len(evidence.document.text)
            if sentence.support == "verbatim":
                assert any(evidence.quote in sentence.text for evidence in sentence.evidence)


def test_without_hits_there_is_no_answer(make: Make, small: Path, encoder: HashedWords) -> None:
    draft = make(open_index(small), encoder).answer("When does the ferry stop?", [])
    assert draft.sentences == ()
    assert draft.confidence == 0


def test_the_name_is_a_word(make: Make, small: Path, encoder: HashedWords) -> None:
    assert make(open_index(small), encoder).name


def test_the_threshold_decides_over_silence(small: Path, encoder: HashedWords) -> None:
    index = open_index(small)
    hits = Searcher(index, encoder).search("ferry", 20)
    assert ANSWERERS["extractive"](index, encoder).answer("When does the ferry stop?", hits).sentences
    assert not ANSWERERS["extractive, shy"](index, encoder).answer("When does the ferry stop?", hits).sentences
