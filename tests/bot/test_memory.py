"""Follow-up questions."""

from __future__ import annotations

import pytest

from bot.memory import standalone_question
from bot.schema import Turn


def turns(*contents: str) -> list[Turn]:
    """User and assistant in turn, the user first."""
    return [Turn("user" if i % 2 == 0 else "assistant", c) for i, c in enumerate(contents)]


ASKED = turns("What did Jory Penhale say about the engine?", "“The wire has won,” said Jory Penhale. [1]")


@pytest.mark.parametrize("question", ["When does the ferry sail again?", "How many owls nest in the Varn forest?"])
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert standalone_question(question, []) == question
    assert standalone_question(question, ASKED) == question


def test_without_an_earlier_question_nothing_is_filled_in() -> None:
    assert standalone_question("And Brandt?", []) == "And Brandt?"
    assert standalone_question("And Brandt?", [Turn("assistant", "Hello.")]) == "And Brandt?"


def test_another_name_takes_the_place_of_the_first() -> None:
    assert standalone_question("And Brandt?", ASKED) == "What did Brandt say about the engine?"
    assert standalone_question("What about Edwin Sarn?", ASKED) == "What did Edwin Sarn say about the engine?"


def test_a_pronoun_becomes_the_person() -> None:
    found = standalone_question("When did he repair the ferry?", ASKED)
    assert "Penhale" in found
    assert " he " not in found


def test_a_bare_follow_up_carries_the_question_before() -> None:
    assert "engine" in standalone_question("Why?", ASKED)


def test_a_chain_of_follow_ups() -> None:
    history = [*ASKED, *turns("And Brandt?", "Nothing. [1]")]
    assert standalone_question("And Sarn?", history) == "What did Sarn say about the engine?"


def test_any_history_is_survived() -> None:
    for content in ("", "?", "\x00", "A" * 5000, "[1]", "\ud800"):
        standalone_question("And he?", turns(content, content, content))


def test_a_conversation_of_thousands_of_turns() -> None:
    history = turns(*["What did Jory Penhale say?", "Nothing."] * 2000)
    assert "Penhale" in standalone_question("When did he leave the harbour?", history)
