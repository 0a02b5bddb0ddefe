"""Hits in the order that the reader gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.reader import Reading, Text
from index.rerank import READ, order_features, rerank
from index.schema import Hit
from tests.fakes import WordReader, document, hit

QUESTION = "When does the ferry stop this winter?"
WORDS = ["Bread.", "The ferry stops.", "The ferry will stop this winter.", "Owls.", "This winter the ferry sails."]


class Told:
    """A `Reader` that gives the readings it was told, in turn."""

    name = "told"

    def __init__(self, *readings: Reading) -> None:
        self._readings = readings

    def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        return list(self._readings[: len(texts)])


def hits(*texts: str) -> list[Hit]:
    """Hits as a search gives them: scores far below 1, falling."""
    return [hit(document(text, source=f"{n}.txt"), 0.03 / (1 + n)) for n, text in enumerate(texts)]


def order(found: Sequence[Hit]) -> list[int]:
    return [int(h.document.source.removesuffix(".txt")) for h in found]


def test_what_answers_comes_first_and_carries_its_reading() -> None:
    found = rerank(QUESTION, hits(*WORDS), WordReader())
    assert order(found) == [2, 4, 1, 0, 3]
    for one in found:
        assert [one.reading] == WordReader().read(QUESTION, [Text(one.document.title, one.passage.text)])


def test_all_but_score_and_reading_stays() -> None:
    given = hits(*WORDS)
    for one in rerank(QUESTION, given, WordReader()):
        assert replace(one, score=0, reading=None) in [replace(h, score=0) for h in given]
    assert [h.reading for h in given] == [None] * 5


def test_the_passage_is_read_with_the_title_of_its_article() -> None:
    reader, whole = WordReader(), hit(document("The ferry stops. Owls nest.", title="Two notes"))
    part = replace(whole, passage=replace(whole.passage, start=17, text="Owls nest."))
    rerank(QUESTION, [part], reader)
    assert reader.asked == [(QUESTION, Text("Two notes", "Owls nest."))]


def test_only_the_first_are_read_and_the_rest_keep_their_places() -> None:
    reader, given = WordReader(), hits(*WORDS[1:])
    found = rerank(QUESTION, given, reader, depth=2)
    assert order(found) == [1, 0, 2, 3]
    assert found[2:] == given[2:]
    assert len(reader.asked) == 2
    rerank(QUESTION, hits(*(f"Owl {n}." for n in range(READ + 5))), reader)
    assert len(reader.asked) == 2 + READ


def test_scores_order_the_whole_list() -> None:
    for readings in (
        [Reading(float(n), float(-n)) for n in (3, -80, 800, 0)],
        [Reading(float(n)) for n in (3, -80, 800, 0)],
        [Reading(0.0)] * 4,
        [Reading(-900.0, -900.0)] * 4,
    ):
        found = rerank(QUESTION, hits(*WORDS), Told(*readings), depth=4)
        scores = [h.score for h in found]
        assert scores == sorted(scores, reverse=True)
        assert all(1 <= score <= 2 for score in scores[:4])
        assert scores[4] < 1


def test_equals_keep_the_order_of_the_search() -> None:
    assert order(rerank(QUESTION, hits(*["The ferry."] * 6), WordReader())) == list(range(6))


def test_relevance_and_answers_both_count() -> None:
    for better in (Reading(5.0, 0.0), Reading(0.0, 5.0)):
        found = rerank(QUESTION, hits("a", "b", "c"), Told(Reading(0.0, 0.0), Reading(0.0, -5.0), better))
        assert order(found) == [2, 0, 1]


def test_what_the_search_found_counts_beside_a_reader_that_knows_what_answers() -> None:
    given = hits("a", "b")
    given[1] = replace(given[1], dense=0.9, lexical=9.0)
    assert order(rerank(QUESTION, given, Told(Reading(1.0, 1.0), Reading(1.0, 1.0)))) == [1, 0]


def test_a_reader_of_relevance_decides_alone() -> None:
    given = hits("a", "b")
    given[1] = replace(given[1], dense=0.9, lexical=9.0)
    assert order(rerank(QUESTION, given, Told(Reading(1.1), Reading(1.0)))) == [0, 1]
    assert order(rerank(QUESTION, given, Told(Reading(1.0), Reading(1.1)))) == [1, 0]


def test_the_features_of_the_order() -> None:
    one = replace(hit(document("a")), dense=0.25, lexical=7.0, reading=Reading(1.5, -2.5))
    assert order_features(one) == (1.5, -2.5, 0.25, 7.0)


def test_without_hits_nothing_is_read() -> None:
    reader = WordReader()
    assert rerank(QUESTION, [], reader) == []
    assert rerank(QUESTION, given := hits(*WORDS), reader, depth=0) == given
    assert reader.asked == []


def test_a_reader_that_finds_nothing_to_the_point_leaves_the_order_of_the_search() -> None:
    doubts = [Reading(-9.0 + n, -5.0 + n) for n in range(4)]
    assert order(rerank(QUESTION, hits(*WORDS), Told(*doubts), depth=4)) == [0, 1, 2, 3, 4]
    sure = [replace(reading, relevance=reading.relevance + 12) for reading in doubts]
    assert order(rerank(QUESTION, hits(*WORDS), Told(*sure), depth=4)) == [3, 2, 1, 0, 4]
