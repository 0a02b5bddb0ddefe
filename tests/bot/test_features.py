"""The numbers that sentences are judged by, above all those that come from the reader."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from bot.candidates import Candidate, Read, candidates_in
from bot.features import Evidence, Numbers
from bot.question import analyse
from bot.weights import feature_names
from index.lexical import LexicalIndex
from index.rerank import rerank
from index.schema import Document
from tests.fakes import HashedWords, WordReader, document, hit

QUESTION = "When does the ferry stop for the winter?"
TEXTS = [
    "The ferry will stop for the winter on 2 December. The engine was built in 1961.",
    "Seventeen pairs of owls nested in the forest. It was a warm winter.",
    "Marta Quill opened a bakery. “Is the loaf free for the winter?”",
]
HITS = [hit(document(text, f"Title {n}", f"{n}.txt")) for n, text in enumerate(TEXTS)]
UNREAD = -6.0


def evidence(candidates: Sequence[Candidate], question: str = QUESTION) -> Evidence:
    return Evidence(analyse(question), candidates, HashedWords(), LexicalIndex.build(TEXTS))


def read_candidates(depth: int = 20) -> list[Candidate]:
    return candidates_in(rerank(QUESTION, HITS, WordReader(), depth))


def sentences(found: Evidence, name: str) -> Numbers:
    """The column of that name."""
    column: Numbers = found.sentence_features[:, feature_names(found.is_read)[0].index(name)]
    return column


def answerable(found: Evidence, order: Sequence[int]) -> dict[str, float]:
    return dict(zip(feature_names(found.is_read)[1], found.answerable_features(order).tolist(), strict=True))


@pytest.mark.parametrize("question", [QUESTION, "Who said so, according to Marta Quill?", "?", "他说什么", "the of"])
@pytest.mark.parametrize("read", [False, True])
def test_there_is_one_number_a_name(read: bool, question: str) -> None:
    candidates = read_candidates() if read else candidates_in(HITS)
    found = evidence(candidates, question)
    assert found.is_read is read
    sentence, whole = feature_names(read)
    assert found.sentence_features.shape == (len(candidates), len(sentence)) == (6, len(sentence))
    assert found.answerable_features(range(6)).shape == (len(whole),)
    assert np.isfinite(found.sentence_features).all()
    assert np.isfinite(found.answerable_features([5, 4, 3, 2, 1, 0])).all()


def test_one_candidate_is_enough() -> None:
    found = evidence(read_candidates()[:1])
    assert len(found.sentence_features) == 1
    assert answerable(found, [0])["read_lead"] == 0


def test_a_reader_changes_no_other_number() -> None:
    plain = evidence(candidates_in(HITS))
    ranks = {c.text: c for c in plain.candidates}
    read = evidence([c for c in read_candidates() if c.text in ranks])
    names = [name for name in feature_names(False)[0] if name != "top_passage"]  # the reader changes the order
    place = {c.text: i for i, c in enumerate(plain.candidates)}
    order = [place[c.text] for c in read.candidates]
    for name in names:
        np.testing.assert_allclose(sentences(read, name), sentences(plain, name)[order], err_msg=name)


def test_what_the_reader_made_of_a_sentence_stands_in_its_row() -> None:
    candidates = read_candidates()
    found = evidence(candidates)
    best = [c.text for c in candidates].index("The ferry will stop for the winter on 2 December.")
    assert candidates[best].read == Read(1.0, 1.0, 1.0)  # three words shared: ferry, stop, winter
    for i, candidate in enumerate(candidates):
        assert candidate.read
        row = (candidate.read.sentence, candidate.read.answers, candidate.read.relevance)
        assert tuple(sentences(found, name)[i] for name in ("read", "read_passage", "read_relevant")) == row


def test_what_was_not_read_gets_the_floor() -> None:
    candidates = read_candidates(depth=1)
    found = evidence(candidates)
    assert found.is_read
    assert [c.read is None for c in candidates] == [False] * 2 + [True] * 4
    for name in ("read", "read_passage", "read_relevant"):
        assert sentences(found, name)[2:].tolist() == [UNREAD] * 4
        assert (sentences(found, name)[:2] > UNREAD).all()


PLAIN = document(TEXTS[0], "Ferry", "0.txt")


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("the Varrick Herald", replace(PLAIN, outlet="Varrick Herald")),
        ("Odo Varrick", replace(PLAIN, author="Odo Varrick")),
    ],
)
def test_who_tells_a_story_is_no_stranger_to_it(asked: str, named: Document) -> None:
    question = f"What did {asked} write of the ferry?"
    before, after = (
        answerable(evidence(candidates_in([hit(article)]), question), [0, 1]) for article in (PLAIN, named)
    )
    assert before["names_missing"] > after["names_missing"] == 0
    assert before["unknown"] > after["unknown"]


def test_the_answerable_numbers_of_the_reader() -> None:
    plain = candidates_in(HITS)
    readings = [Read(3.0, 1.0, 4.0), Read(-2.0, 1.0, 4.0), Read(5.0, -1.0, -3.0), None, Read(0.0, 2.0, 1.0), None]
    given = [
        Candidate(c.article, c.number, c.passage_id, c.dense, c.rank, r) for c, r in zip(plain, readings, strict=True)
    ]
    found = answerable(evidence(given), [0, 2, 1, 3, 4, 5])
    assert (found["read_top"], found["read_top_passage"]) == (3.0, 1.0)
    assert (found["read_best"], found["read_relevance"]) == (5.0, 4.0)
    # the three best passages, each counted once however many sentences it has
    expected = math.log1p(sum(1 / (1 + math.exp(-answers)) for answers in (2.0, 1.0, -1.0)))
    assert found["read_passages"] == pytest.approx(expected)
    assert found["read_lead"] == 3.0 - (-2.0 + 0.0) / 2
    assert answerable(evidence(given), [2, 0, 1, 3, 4, 5])["read_top"] == 5.0


def test_the_numbers_that_were_there_before_the_reader() -> None:
    found = evidence(candidates_in(HITS))
    of = [c.text for c in found.candidates]
    assert of[0].startswith("The ferry")
    assert sentences(found, "words").argmax() == sentences(found, "dense").argmax() == 0
    assert sentences(found, "type_hit").tolist() == [1, 1, 0, 0, 0, 0]  # a date, a year
    assert sentences(found, "type_miss").tolist() == [0, 0, 1, 1, 1, 1]
    assert sentences(found, "interrogative").tolist() == [0, 0, 0, 0, 0, 1]
    assert sentences(found, "top_passage").tolist() == [1, 1, 0, 0, 0, 0]
