"""Slips in a question are mended to what the articles say; words are left alone."""

from __future__ import annotations

import pytest

from index.vocabulary import Vocabulary

TEXTS = [
    "Darchiyev met Stoltenberg in Reykjavik. The embassy and its diplomats were there.",
    "The embassy closed. A route over the mountains; the museum of clocks.",
]


@pytest.fixture
def words() -> Vocabulary:
    return Vocabulary.of(TEXTS)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("embasy", "embassy"),  # a letter too few
        ("embasssy", "embassy"),  # too many
        ("embossy", "embassy"),  # wrong
        ("emabssy", "embassy"),  # two swapped
        ("mebassy", "embassy"),  # the first two swapped
        ("Stoltenburg", "Stoltenberg"),
        ("darchyiev", "Darchiyev"),  # spelt as the articles do
        ("diplmoatss", "diplomats"),  # two slips in a long word
    ],
)
def test_slips_are_mended(words: Vocabulary, slip: str, meant: str) -> None:
    assert words.nearest(slip) == meant


@pytest.mark.parametrize(
    "word",
    [
        "embers",  # two slips in a short word
        "xmbassy",  # the first letter alone
        "cock",  # too short to tell
        "router",  # a known word with more at its end
        "Stavanger",
    ],
)
def test_other_words_have_no_neighbour(words: Vocabulary, word: str) -> None:
    assert words.nearest(word) is None


def test_the_commoner_of_two_equally_near_words_is_meant() -> None:
    words = Vocabulary.of(["planet planet planet", "planer"])
    assert words.nearest("planex") == "planet"


def test_a_question_keeps_what_is_known_and_all_marks(words: Vocabulary) -> None:
    asked = "Did Stoltenburg, in 2021, call the EMBASSY “a musem of clocks” (really)?"
    assert words.respell(asked, lambda word: word in ("Did", "call", "really", "in", "the")) == (
        "Did Stoltenberg, in 2021, call the EMBASSY “a museum of clocks” (really)?"
    )


def test_a_word_that_is_one_is_not_touched(words: Vocabulary) -> None:
    assert words.respell("the embossy", lambda word: word == "embossy") == "the embossy"
    assert "EMBASSY" in words
    assert "embasy" not in words


def test_nothing_is_near_to_nothing() -> None:
    empty = Vocabulary.of([])
    assert empty.nearest("embassy") is None
    assert empty.respell("embassy?", lambda word: False) == "embassy?"
