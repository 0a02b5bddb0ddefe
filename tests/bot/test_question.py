"""What a question's wording shows: only what is plain."""

from __future__ import annotations

import pytest

from bot.question import Kind, analyse


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("When does the ferry sail again?", Kind.TIME),
        ("In what year was the engine built?", Kind.TIME),
        ("How many people live on Sand Isle?", Kind.NUMBER),
        ("How much will the repairs cost?", Kind.NUMBER),
        ("Where do the owls nest?", Kind.PLACE),
        ("Who called the idea absurd?", Kind.PERSON),
        ("Why does the ferry stop?", Kind.REASON),
        ("What conditions did the board set?", Kind.TERMS),
        ("Tell me about the bakery.", Kind.OPEN),
        ("", Kind.OPEN),
    ],
)
def test_kinds(text: str, kind: Kind) -> None:
    assert analyse(text).kind is kind


def test_names_and_whose_words() -> None:
    asked = analyse("What did Jory Penhale say about the engine of Oldmouth?")
    assert "Jory Penhale" in asked.names
    assert asked.said_by == ("Jory Penhale",)
    assert analyse("Who said that the engine was old?").asks_speaker


def test_lists() -> None:
    assert analyse("What are the reasons?").wants_list
    assert analyse("Which conditions did they set?").wants_list
    assert not analyse("When does the ferry sail?").wants_list


def test_whether_a_sentence_holds_the_kind_of_thing_asked_for() -> None:
    assert analyse("How many people live there?").answered_by_type("It has 84 inhabitants.") is True
    assert analyse("How many people live there?").answered_by_type("Nobody knows.") is False
    assert analyse("Tell me about the bakery.").answered_by_type("It sells bread.") is None


@pytest.mark.parametrize(
    "text", ["?", "A" * 4000, "who and " * 500, "according to " + "b " * 1900, "Aa " * 1300, "\ud800"]
)
def test_any_text_can_be_analysed(text: str) -> None:
    assert analyse(text).text == text
