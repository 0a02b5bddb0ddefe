"""The bot: question and history in, checked answer out. With a fake encoder; the real one is in test_extractive.py."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.chat import Bot
from bot.schema import Draft, DraftSentence, Evidence, Turn, answer_to_json
from index.errors import QueryError
from index.opened import open_index
from index.schema import Hit
from index.search import Searcher
from tests.fakes import FirstSentence, HashedWords


@pytest.fixture
def searcher(small: Path, encoder: HashedWords) -> Searcher:
    return Searcher(open_index(small), encoder)


class Recording(FirstSentence):
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        self.asked.append((question, len(hits)))
        return super().answer(question, hits)


class Liar:
    """Proposes a sentence whose quote is not in its document, and one without any evidence."""

    name = "liar"

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        wrong = Evidence(hits[0].document, hits[0].passage.id, 10**6, 10**6 + 5)
        return Draft((DraftSentence("All is well.", (wrong,), "verbatim"), DraftSentence("Yes.", (), "verified")), 0.99)


def test_an_answer_is_numbered_and_timed(searcher: Searcher) -> None:
    answer = Bot(searcher, FirstSentence()).ask("When does the ferry of Oldmouth stop?")
    assert not answer.abstained
    assert answer.answer.endswith("[1]")
    assert (answer.answerer, answer.model, answer.confidence) == ("first-sentence", "none", 0.9)
    assert answer.nearest == ()
    times = answer.timings_ms
    assert times.total >= times.retrieve + times.answer + times.verify > 0


def test_what_cannot_be_verified_is_not_shown(searcher: Searcher) -> None:
    answer = Bot(searcher, Liar()).ask("Is all well with the ferry?")
    assert answer.abstained
    assert (answer.sentences, answer.citations) == ((), ())
    assert answer.answer.startswith("My sources don't say")
    assert 1 <= len(answer.nearest) <= 3


def test_the_answerer_gets_the_standalone_question_and_as_many_passages_as_set(searcher: Searcher) -> None:
    recording = Recording()
    bot = Bot(searcher, recording, passages=4)
    history = [Turn("user", "What did Jory Penhale say about the engine?"), Turn("assistant", "The wire won. [1]")]
    answer = bot.ask("And Ulla Brandt?", history)
    bot.ask("ferry", k=2)
    assert recording.asked == [("What did Ulla Brandt say about the engine?", 4), ("ferry", 2)]
    assert (answer.question, answer.standalone_question) == ("And Ulla Brandt?", recording.asked[0][0])


@pytest.mark.parametrize("question", ["", " \n ", "\x00\x1b", "?!", "x" * 20_000])
def test_an_unusable_question_is_an_error(searcher: Searcher, question: str) -> None:
    bot = Bot(searcher, FirstSentence())
    for action in (bot.ask, bot.search):
        with pytest.raises(QueryError, match="; "):
            action(question)


def test_control_characters_are_gone_from_the_answer(searcher: Searcher) -> None:
    answer = Bot(searcher, FirstSentence()).ask("When\x00 does\x1b the\n\n ferry\u202e stop?")
    assert answer.question == "When does the ferry stop?"


def test_search_takes_the_history_into_account(searcher: Searcher) -> None:
    bot = Bot(searcher, FirstSentence())
    history = [Turn("user", "What does a loaf of bread cost at the bakery in Crowle?")]
    assert bot.search("Why?", history, 1)[0].document.source == "bakery.txt"


def test_the_json_form_has_the_keys_of_the_contract(searcher: Searcher) -> None:
    shown = answer_to_json(Bot(searcher, FirstSentence()).ask("When does the ferry stop?"))
    silent = answer_to_json(Bot(searcher, Liar()).ask("When does the ferry stop?"))
    assert set(silent) - set(shown) == {"nearest"}
    assert silent["sentences"] == silent["citations"] == []
