"""The bot: question and history in, checked answer out. With a fake encoder; the real one is in test_extractive.py."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import sleep

import pytest

from bot.chat import Bot
from bot.schema import Draft, DraftSentence, Evidence, Turn, answer_to_json
from index.build import ingest
from index.errors import QueryError
from index.opened import open_index
from index.reader import Reading, Text
from index.rerank import READ
from index.schema import Hit
from index.search import Searcher
from tests.fakes import FirstSentence, HashedWords, WordReader, write_articles


@pytest.fixture
def searcher(small: Path, encoder: HashedWords) -> Searcher:
    return Searcher(open_index(small), encoder)


class Recording(FirstSentence):
    """Remembers what it was asked, and what it was given last."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.hits: Sequence[Hit] = ()

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        self.asked.append((question, len(hits)))
        self.hits = hits
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
    assert times.total >= times.retrieve + times.rerank + times.answer + times.verify > 0


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


@pytest.fixture
def many(tmp_path: Path, encoder: HashedWords) -> Searcher:
    """Forty articles with the words "ferry" and "winter"; the answer to QUESTION is in one that says little else."""
    articles = {
        f"{n:02}.txt": f"Note {n}\n\nThe ferry, the winter and the ferry: note {n} says nothing of when or why."
        for n in range(39)
    }
    articles["answer.txt"] = "Note\n\nThe board of Oldmouth gave its reason to stop: the harbour froze, the ferry too."
    ingest([str(write_articles(tmp_path / "many", articles))], tmp_path / "many-index", encoder)
    return Searcher(open_index(tmp_path / "many-index"), encoder)


QUESTION = "Which reason to stop had the board when the harbour froze?"


def test_the_first_passages_are_read_and_put_in_order(many: Searcher) -> None:
    reader, plain, recording = WordReader(), Recording(), Recording()
    question = "What does note 7 of the ferry in winter say, nothing?"
    Bot(many, plain, passages=READ).ask(question)
    Bot(many, recording, reader, passages=READ).ask(question)
    assert reader.asked == [(question, text) for _, text in reader.asked]
    assert [text.text for _, text in reader.asked] == [hit.passage.text for hit in plain.hits]
    assert {hit.passage.id for hit in recording.hits} == {hit.passage.id for hit in plain.hits}
    assert all(hit.reading for hit in recording.hits)
    assert [hit.score for hit in recording.hits] == sorted((hit.score for hit in recording.hits), reverse=True)


def test_a_reader_changes_which_passage_comes_first(many: Searcher) -> None:
    class Contrary(WordReader):
        def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
            return [Reading(-reading.relevance) for reading in super().read(question, texts)]

    first, contrary = (Bot(many, FirstSentence(), reader).search(QUESTION) for reader in (WordReader(), Contrary()))
    assert first[0].document.source == "answer.txt"
    assert contrary[0].document.source != "answer.txt"


def test_fewer_passages_than_are_read_are_the_best_of_all_read(many: Searcher) -> None:
    reader, recording = WordReader(), Recording()
    bot = Bot(many, recording, reader, passages=3)
    bot.ask(QUESTION)
    assert (recording.asked, len(reader.asked)) == ([(QUESTION, 3)], READ)
    assert [hit.passage.id for hit in bot.search(QUESTION, k=3)] == [hit.passage.id for hit in recording.hits]
    assert [hit.passage.id for hit in bot.search(QUESTION, k=READ)][:3] == [hit.passage.id for hit in recording.hits]


def test_more_passages_than_are_read_follow_unread(many: Searcher) -> None:
    reader, recording = WordReader(), Recording()
    Bot(many, recording, reader).ask(QUESTION, k=30)
    assert (len(recording.hits), len(reader.asked)) == (30, READ)
    assert [hit.reading is not None for hit in recording.hits] == [True] * READ + [False] * 10


def test_without_a_reader_nothing_is_read_and_the_order_is_the_searchs(many: Searcher) -> None:
    recording = Recording()
    bot = Bot(many, recording)
    bot.ask(QUESTION, k=7)
    assert list(recording.hits) == many.search(QUESTION, 7) == bot.search(QUESTION, k=7)
    assert [hit.reading for hit in recording.hits] == [None] * 7


def test_reading_is_timed(many: Searcher) -> None:
    class Slow(WordReader):
        def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
            sleep(0.05)
            return super().read(question, texts)

    slow, without = (Bot(many, FirstSentence(), reader).ask(QUESTION).timings_ms for reader in (Slow(), None))
    assert without.rerank < 50 <= slow.rerank <= slow.total
    assert answer_to_json(Bot(many, FirstSentence(), Slow()).ask(QUESTION))["timings_ms"]["rerank"] >= 50


def test_the_standalone_question_is_what_is_read(searcher: Searcher) -> None:
    reader = WordReader()
    history = [Turn("user", "What did Jory Penhale say about the engine?"), Turn("assistant", "The wire won. [1]")]
    Bot(searcher, FirstSentence(), reader).ask("And Ulla Brandt?", history)
    assert {question for question, _ in reader.asked} == {"What did Ulla Brandt say about the engine?"}
