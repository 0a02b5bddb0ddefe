"""Who says what, on made-up articles."""

from __future__ import annotations

import time

import pytest

from bot.attribution import speakers
from index.sentences import split_sentences


def who(text: str) -> list[str | None]:
    """The speaker of each sentence."""
    return [s.name if s else None for s in speakers(text, split_sentences(text))]


def test_a_named_subject_of_a_speech_verb() -> None:
    assert who("The engine failed, said Jory Penhale. It rained.") == ["Jory Penhale", None]
    assert who("Jory Penhale told the board that the engine had failed.") == ["Jory Penhale"]
    assert who("According to Ulla Brandt, the owls are back.") == ["Ulla Brandt"]


def test_a_pronoun_leads_back_to_the_last_speaker() -> None:
    text = "Jory Penhale said the engine had failed. He added that it was old."
    first, second = speakers(text, split_sentences(text))
    assert first is not None and not first.inferred
    assert second is not None and second.inferred
    assert (second.name, second.named_at) == ("Jory Penhale", 0)


def test_a_quotation_that_runs_on_keeps_its_speaker() -> None:
    text = "“We have mended it for years,” said Jory Penhale. “This time the wire has won.\n\n“I would rather stop.”"
    assert who(text) == ["Jory Penhale"] * 3


def test_she_is_not_the_man_who_spoke_before() -> None:
    text = "Jory Penhale said he was sorry. He said it was late. She said nothing would change."
    assert who(text)[2] != "Jory Penhale"


def test_a_name_inside_a_quotation_does_not_speak() -> None:
    assert who("“Ulla Brandt said no,” Jory Penhale told the board.") == ["Jory Penhale"]


def test_where_the_text_does_not_tell_nobody_speaks() -> None:
    assert who("The ferry was built in 1961. It is old.") == [None, None]
    assert who("“It is late.”") == [None]


def test_one_speaker_or_none_for_each_sentence_of_any_text() -> None:
    for text in (
        "",
        "”",
        "“",
        "said.",
        "He said. She said. They said.",
        "A said B said C said.",
        "\n\n“\n\n”\n",
        "Say: “",
    ):
        spans = split_sentences(text)
        found = speakers(text, spans)
        assert len(found) == len(spans)
        assert all(s is None or 0 <= s.named_at < len(spans) for s in found)


@pytest.mark.timeout(8)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Aaa Bbb " * 500 + ".", id="capitals"),
        pytest.param("Aaa Bbb," + "a" * 100 + "," + " also" * 400 + ".", id="adverbs"),
        pytest.param("according to " + "a " * 4000, id="according"),
        pytest.param("“" * 8000, id="marks"),
    ],
)
def test_hostile_sentences_take_no_more_than_a_moment(text: str) -> None:
    begun = time.process_time()
    who(text)
    assert time.process_time() - begun < 5
