"""Follow-up questions: the rules, the readings a score may choose from, and what is left as it is."""

from __future__ import annotations

import time

import pytest

from bot.memory import standalone_question, stands_alone
from bot.schema import Turn


def turns(*contents: str) -> list[Turn]:
    """User and assistant in turn, the user first."""
    return [Turn("user" if i % 2 == 0 else "assistant", c) for i, c in enumerate(contents)]


ASKED = turns("What did Jory Penhale say about the engine?", "“The wire has won,” said Jory Penhale. [1]")
WHO = turns("Who put the rise down to the mice?", "The forester, Ulla Brandt, put the rise down to the mice. [1]")
BREAD = turns(
    "Who called the idea of the bakery absurd?",
    "The mayor of Crowle, Edwin Sarn, called the idea absurd. [1] Ms Quill said that the queue had vanished. [2]",
)
OWLS = turns("How many pairs of owls nested in the Varn forest in 2023?", "Seventeen pairs of owls nested there. [1]")
COST = turns("How much will the repairs of the ferry cost?", "Repairs will cost 240,000 crowns. [1]")
MUSEUM = turns("Who runs the clock museum?", "The museum is run by Ulla Brandt, who took over in spring. [1]")
BRIDGE = turns(
    "Why did the council reject the bridge?", "Because the cost had doubled, said the mayor, Edwin Sarn. [1]"
)
STOPS = turns(
    "When does the Oldmouth ferry stop?", "The ferry between Oldmouth and Sand Isle will stop on 2 December. [1]"
)


@pytest.mark.parametrize("history", [ASKED, WHO, BREAD, OWLS, COST, STOPS])
@pytest.mark.parametrize(
    "question",
    [
        "When does the ferry sail again?",
        "How many owls nest in the Varn forest?",
        "Why did the harbour board say that it would stop the ferry?",
        "What did Petra Holm say when she saw the owls?",
        "Did Edwin Sarn admit that he had bought four loaves?",
        "What happened to the engine after it was mended with wire?",
        "Which customers pay for the minutes that they spend choosing?",
        "Is there a shop on Sand Isle?",
        "How many inhabitants are there on Sand Isle?",
        "Who is Tobias Lunt?",
        "What is a landrace?",
        "what did marta quill charge for a minute",
        "Do the people of Crowle like their mayor?",
        "Does the fishing boat that carries the post also carry passengers?",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str, history: list[Turn]) -> None:
    assert standalone_question(question, []) == question
    assert standalone_question(question, history, score=_never) == question
    assert stands_alone(question, history)


def _never(text: str) -> float:
    raise AssertionError(f"{text!r} was scored, though there is nothing to choose")


def test_without_an_earlier_question_nothing_is_filled_in() -> None:
    assert standalone_question("And Brandt?", []) == "And Brandt?"
    assert standalone_question("And Brandt?", [Turn("assistant", "Hello.")]) == "And Brandt?"
    assert standalone_question("And Brandt?", turns("?", "Ask me something.")) == "And Brandt?"


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (ASKED, "And Brandt?", "What did Brandt say about the engine?"),
        (ASKED, "What about Edwin Sarn?", "What did Edwin Sarn say about the engine?"),
        (ASKED, "Brandt?", "What did Brandt say about the engine?"),
        (ASKED, "and about the winter?", "What did Jory Penhale say about the winter?"),
        (ASKED, "No, I meant Brandt", "What did Brandt say about the engine?"),
        (ASKED, "Ulla Brandt, not Jory Penhale", "What did Ulla Brandt say about the engine?"),
        (turns("What did Penhale say?", "“No,” he told Agnes Thule. [1]"), "and her?", "What did Agnes Thule say?"),
        (
            turns("What did Penhale say about bread?", "No. [1]"),
            "And the baker?",
            "What did the baker say about bread?",
        ),
        (turns("Who pays for the ferry?", "The town. [1]"), "who else", "Who else pays for the ferry?"),
        (OWLS, "for children?", "How many pairs of owls nested in the Varn forest in 2023 for children?"),
        (ASKED, "not Penhale, Brandt", "What did Jory Brandt say about the engine?"),
        (OWLS, "And in 1988?", "How many pairs of owls nested in the Varn forest in 1988?"),
        (OWLS, "in 1988?", "How many pairs of owls nested in the Varn forest in 1988?"),
        (OWLS, "And the year before?", "How many pairs of owls nested in the Varn forest the year before?"),
        (STOPS, "Why?", "Why does the Oldmouth ferry stop?"),
        (STOPS, "Since when?", "Since when does the Oldmouth ferry stop?"),
        (turns("Did the baker raise the price?", "No. [1]"), "Why not?", "Why didn't the baker raise the price?"),
        (turns("Did Quill sell loaves?", "She did. [1]"), "How many?", "How many did Quill sell loaves?"),
        (turns("What is Penhale's view?", "No. [1]"), "And Brandt's?", "What is Brandt's view?"),
        (turns("Where do the French live?", "In France."), "And the Dutch?", "Where do the Dutch live?"),
        (
            turns("What is the Crowle bakery?", "It sells bread."),
            "I meant the price of a loaf",
            "The price of a loaf (the Crowle bakery)?",
        ),
        (turns("Who sells bread in Crowle?", "Quill."), "And in Oldmouth?", "Who sells bread in Oldmouth?"),
    ],
)
def test_what_is_left_out_is_taken_from_the_question_before(history: list[Turn], question: str, expected: str) -> None:
    assert standalone_question(question, history) == expected


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (ASKED, "When did he repair the ferry?", "When did Jory Penhale repair the ferry (the engine)?"),
        (ASKED, "What is his job?", "What is Jory Penhale's job (the engine)?"),
        (ASKED, "What did Agnes Thule ask him?", "What did Agnes Thule ask Jory Penhale (the engine)?"),
        (ASKED, "did he say anything about gales", "did Jory Penhale say anything about gales (the engine)?"),
        (WHO, "What did she say about the winter?", "What did Ulla Brandt say about the winter (the mice)?"),
        (WHO, "What else did the forester say?", "What else did the forester Ulla Brandt say (the mice)?"),
        (BREAD, "What did she say?", "What did Quill say (called the idea of the bakery absurd)?"),
        (
            BREAD,
            "How many loaves did he buy?",
            "How many loaves did Edwin Sarn buy (called the idea of the bakery absurd)?",
        ),
        (BREAD, "What did the second one say?", "What did Quill say (called the idea of the bakery absurd)?"),
        (STOPS, "When was it built?", "When was the Oldmouth ferry built?"),
        (OWLS, "Who counted them?", "Who counted pairs (owls nested in the Varn forest in 2023)?"),
        (OWLS, "Who lives there?", "Who lives in the Varn (pairs of owls nested in the Varn forest in 2023)?"),
        (turns("What is New START?", "A treaty. [1]"), "When does it expire?", "When does New START expire?"),
        (MUSEUM, "When did she join?", "When did Ulla Brandt join (the clock museum)?"),
        (
            MUSEUM,
            "how long is the bridge that she built",
            "how long is the bridge that Ulla Brandt built (the clock museum)?",
        ),
        (BRIDGE, "How much would it cost?", "How much would the bridge cost (the council)?"),
        (BRIDGE, "who voted for it", "who voted for the bridge (the council)?"),
    ],
)
def test_a_reference_becomes_what_it_stands_for(history: list[Turn], question: str, expected: str) -> None:
    assert standalone_question(question, history) == expected


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (MUSEUM, "When was that?", "When was that (the clock museum)?"),
        (MUSEUM, "what are the opening hours", "what are the opening hours (the clock museum)?"),
        (MUSEUM, "tell me more", "tell me more (the clock museum)?"),
        (MUSEUM, "Anything else?", "Anything else (the clock museum)?"),
        (MUSEUM, "really?", "really (the clock museum)?"),
        (BRIDGE, "Who voted against?", "Who voted against (the council reject the bridge)?"),
        (
            BRIDGE,
            "And what did the opposition say?",
            "And what did the opposition say (the council reject the bridge)?",
        ),
        (BRIDGE, "was there an alternative", "was there an alternative (the council reject the bridge)?"),
        (
            STOPS,
            "and when does the summer season begin?",
            "and when does the summer season begin (the Oldmouth ferry)?",
        ),
        (
            [*MUSEUM, *turns("When did she join?", "In May. [1]")],
            "who paid",
            "who paid (Ulla Brandt, the clock museum)?",
        ),
    ],
)
def test_what_leans_on_the_conversation_is_told_what_it_was_about(
    history: list[Turn], question: str, expected: str
) -> None:
    assert standalone_question(question, history) == expected


@pytest.mark.parametrize("history", [MUSEUM, BRIDGE])
@pytest.mark.parametrize(
    "question",
    [
        "What does NATO want?",
        "what does nato want",
        "how old is biden",
        "how many people live in oldmouth",
        "Do bakers work at night?",
        "Who discovered penicillin?",
        "who invented the telephone",
        "What does New START allow?",
        "What causes earthquakes?",
        "What are the side effects of aspirin?",
        "Is it true that the bridge was closed in 2020?",
        "And what did Stoltenberg say about the hotline?",
    ],
)
def test_few_words_that_name_their_matter_stand_alone(question: str, history: list[Turn]) -> None:
    assert standalone_question(question, history) == question


def test_a_number_of_the_answer_is_named_with_what_it_counts() -> None:
    found = standalone_question("Who disputes that number?", COST)
    assert "240,000" in found
    assert "repairs of the ferry" in found


def test_what_cannot_be_told_gets_the_question_before_behind_it() -> None:
    assert standalone_question("What do you mean by that?", COST).endswith("(the repairs of the ferry)?")
    assert standalone_question("Explain?", COST).endswith("(the repairs of the ferry)?")
    assert "Oldmouth ferry" in standalone_question("What did the board say then?", STOPS)


def test_a_small_letter_name_is_known_from_the_answer() -> None:
    history = turns("who is ulla brandt", "The forester, Ulla Brandt, put the rise down to the mice. [1]")
    assert standalone_question("what did she say abt winter", history) == "what did Ulla Brandt say abt winter"
    assert standalone_question("and penhale", turns("what did brandt say", WHO[1].content)) == "what did penhale say"


def test_a_chain_of_follow_ups() -> None:
    history = [*ASKED, *turns("And Brandt?", "Nothing. [1]")]
    assert standalone_question("And Sarn?", history) == "What did Sarn say about the engine?"
    history = [*ASKED, *turns("When did he speak?", "In November. [1]")]
    assert standalone_question("And what did he want?", history) == "And what did Jory Penhale want (the engine)?"


def test_after_a_change_of_topic_the_new_topic_is_meant() -> None:
    assert standalone_question("What did she say?", [*ASKED, *WHO]) == "What did Ulla Brandt say (the mice)?"


def test_other_languages_get_the_question_before_in_front() -> None:
    assert standalone_question("¿Y Brandt?", ASKED) == "What did Jory Penhale say about the engine? ¿Y Brandt?"
    longer = "Was sagte die Försterin über die Mäuse im Wald?"
    assert standalone_question(longer, ASKED) == longer


def test_a_score_chooses_between_the_readings() -> None:
    history = turns("What did Penhale tell Brandt about the engine?", "Nothing. [1]")
    scored: list[str] = []

    def score(text: str) -> float:
        scored.append(text)
        return float("Penhale" in text)

    assert standalone_question("And Sarn?", history) == "What did Sarn tell Brandt about the engine?"
    assert standalone_question("And Sarn?", history, score) == "What did Penhale tell Sarn about the engine?"
    assert len(scored) == len(set(scored)) >= 2


def test_any_history_is_survived() -> None:
    for content in ("", "?", "\x00", "A" * 5000, "[1]", "\ud800", "and " * 1200, "(" * 500, "not a, " * 600):
        for question in ("And he?", "What did she say about that number then?", content):
            standalone_question(question, turns(content, content, content))


@pytest.mark.parametrize(
    "content", ["Jory Penhale said no. " * 400, "a " * 4000, "A. " * 3000, "the " * 2000, "Aa " * 2000]
)
def test_hostile_histories_take_no_long_time(content: str) -> None:
    started = time.process_time()
    standalone_question("What did she say about that number then?", turns(*[content] * 12))
    assert time.process_time() - started < 5  # milliseconds, unless a pattern backtracks without end


def test_a_conversation_of_thousands_of_turns() -> None:
    history = turns(*["What did Jory Penhale say?", "Nothing."] * 2000)
    assert "Penhale" in standalone_question("When did he leave the harbour?", history)
