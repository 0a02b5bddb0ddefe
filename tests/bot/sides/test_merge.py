"""The sides put into what a model wrote: what it left out, and what it told without its source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.question import analyse
from bot.schema import DraftSentence, Evidence, Support
from bot.sides.find import Side
from bot.sides.merge import Told, with_sides
from bot.sides.values import value
from bot.sides.words import label
from index.schema import Document
from tests.bot.sides.parts import FIRST, INJURED, SECOND, candidate


def told(document: Document, number: int, group: int, *, later: bool = False) -> Told:
    """The side that the document's sentence of that number gives."""
    there = candidate(document.text, document.published, document.outlet or "", number)
    found = value(analyse(INJURED), replace(there, article=replace(there.article, document=document)))
    assert found is not None
    side = Side(found, group, shown=True, later=later)
    return side, DraftSentence(f"{label(side)}: {found.candidate.text}", (evidence(document, number),), "verbatim")


def evidence(document: Document, number: int) -> Evidence:
    start, end = candidate(document.text, number=number).article.sentences[number]
    return Evidence(document, "p", start, end)


SIDES = (told(FIRST, 1, 0), told(SECOND, 0, 1, later=True))
GAZETTE, POST = (quote.text for _, quote in SIDES)


def written(text: str, *of: Document, support: Support = "verified") -> DraftSentence:
    return DraftSentence(text, tuple(evidence(document, 1 if document is FIRST else 0) for document in of), support)


def merged(*sentences: DraftSentence) -> list[str]:
    return [sentence.text for sentence in with_sides(sentences, SIDES)]


LEFT = [
    [
        written("The Harbour Gazette speaks of 12 injured.", FIRST),
        written("The Harbour Post later put it at 17.", SECOND),
    ],
    [written("The Harbour Gazette spoke of 12 injured, the Harbour Post on 5 May 2025 of 17.", FIRST, SECOND)],
    [written("Sixty firefighters fought the blaze.", FIRST)],
    [written("12 people were injured.", FIRST, support="unsupported")],
]


@pytest.mark.parametrize("sentences", LEFT, ids=["two sentences", "one sentence", "another matter", "unsupported"])
def test_what_tells_all_or_nothing_of_it_is_left_as_it_is(sentences: list[DraftSentence]) -> None:
    assert with_sides(sentences, SIDES) == tuple(sentences)


def test_without_sides_nothing_changes() -> None:
    sentences = (written("12 people were injured.", FIRST),)
    assert with_sides(sentences, ()) == sentences


def test_what_is_missing_is_quoted_and_what_is_there_attributed() -> None:
    other = written("Sixty firefighters fought the blaze.", FIRST)
    assert merged(written("12 people were injured.", FIRST), other) == [
        "Harbour Gazette, 3 May 2025: 12 people were injured.",
        POST,
        other.text,
    ]
    assert merged(other, written("17 people were injured.", SECOND)) == [
        other.text,
        GAZETTE,
        "Harbour Post, 5 May 2025, the later report: 17 people were injured.",
    ]


def test_the_later_report_is_called_that_if_the_model_does_not() -> None:
    first = written("The Harbour Gazette speaks of 12 injured.", FIRST)
    assert merged(first, written("The Harbour Post speaks of 17.", SECOND)) == [
        first.text,
        "Harbour Post, 5 May 2025, the later report: The Harbour Post speaks of 17.",
    ]


def test_a_blend_is_followed_by_what_each_source_says() -> None:
    blend = written("Between 12 and 17 people were injured.", FIRST, SECOND)
    assert merged(blend) == [blend.text, GAZETTE, POST]


def test_the_same_number_from_a_source_that_is_no_side_tells_no_side() -> None:
    elsewhere = replace(written("12 people were injured.", FIRST), evidence=(evidence(replace(FIRST, id="x"), 1),))
    assert merged(elsewhere) == [elsewhere.text]
