"""The default answerer on the bundled articles: what holds for every answer, and that it stays silent off topic."""

from __future__ import annotations

import re
import warnings

import pytest

from bot.chat import Bot
from bot.schema import Answer
from index.opened import OpenIndex

ANSWERABLE = {
    "How much did the restoration of the Brennick clock museum cost?": (
        "3.8 million",
        "2021-11-brennick-clock-museum.md",
    ),
    "How many warheads does New START allow each country?": ("1,550", "2022-12-new-start-cairo.md"),
    "How large was the Tolm Valley harvest?": ("212,000", "2022-08-tolm-valley-wheat.txt"),
    "Who is the chairwoman of Dunmere Rovers?": ("Jessop", "2022-07-dunmere-rovers-accounts.txt"),
    "What did Anatoly Antonov say about 27 of his colleagues?": ("30 January", "2021-12-embassies-shrink.txt"),
    "What did Dmitry Peskov say Washington must give up?": ("hegemonism", "2022-06-peskov-conditions.txt"),
}
OFF_TOPIC = [
    "What is the boiling point of tungsten?",
    "Who won the cricket world cup in 1996?",
    "How do I reset my router password?",
    "What is the recipe for Thai green curry?",
    "What did Marcus Aurelius write about patience?",
    "他说什么？",
    "zzzz qqqq xxxx",
]
LISTS = [
    "What conditions has Russia set for normal relations?",
    "What are the different views on the sanctions count?",
    "Who is quoted on the trams, and what do they say?",
    "Summarise what Washington wants.",
]
# What the pages of the bundled articles carry beside the story.
DIRT = (
    "stores small files", "miss: our map", "winter soups", "text size", "send this page", "free stories", "also like",
    "parking meter", "just in", "tortoise", "enjoying the", "join the conversation", "house rules", "trending",
    "bowling alley",
    "stay in the loop", "download our", "licence this",
)  # fmt: skip


@pytest.fixture(scope="module", params=[*ANSWERABLE, *LISTS, *OFF_TOPIC])
def answer(request: pytest.FixtureRequest, bundled_bot: Bot) -> Answer:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return bundled_bot.ask(request.param)


@pytest.mark.parametrize("question", ["\U0002d864p", "𠁤𡋠", "﷽ ꙮ"])
def test_signs_that_the_model_does_not_know_are_answered_by_silence(bundled_bot: Bot, question: str) -> None:
    answer = bundled_bot.ask(question)
    assert answer.abstained
    assert 0 <= answer.confidence < 0.5


def test_what_holds_for_every_answer(answer: Answer, bundled_index: OpenIndex) -> None:
    documents = bundled_index.documents
    passages = {p.id: p for p in bundled_index.passages}
    assert 0 <= answer.confidence <= 1
    numbers = [c.n for c in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for c in answer.citations:
        of = documents[c.document_id]
        assert of.text[c.start : c.end] == c.quote
        assert c.quote == c.quote.strip() != ""
        assert (c.source, c.title, c.author, c.published, c.url) == (
            of.source,
            of.title,
            of.author,
            of.published,
            of.url,
        )
        assert passages[c.passage_id].document_id == c.document_id
    for s in answer.sentences:
        assert s.citations
        assert set(s.citations) <= set(numbers)
        assert s.support == "verbatim"
        assert any(answer.citations[n - 1].quote in s.text for n in s.citations)
    assert {n for s in answer.sentences for n in s.citations} == set(numbers)
    in_text = [int(n) for n in re.findall(r"(?<!\\)\[(\d+)\]", answer.answer)]
    assert in_text == [n for s in answer.sentences for n in s.citations]
    assert len(answer.sentences) <= 6
    if answer.abstained:
        assert (answer.sentences, answer.citations) == ((), ())
        assert answer.answer.startswith("My sources don't say")
        assert 1 <= len(answer.nearest) <= 3
    else:
        assert answer.sentences and answer.citations and not answer.nearest
    for shown in (answer.answer, *(c.quote for c in answer.citations)):
        assert [dirt for dirt in DIRT if dirt in shown.lower()] == []


def test_no_dirt_is_in_the_stored_texts(bundled_index: OpenIndex) -> None:
    for of in bundled_index.documents.values():
        assert [dirt for dirt in DIRT if dirt in of.text.lower()] == []


@pytest.mark.parametrize(("question", "gold"), ANSWERABLE.items(), ids=[g[0] for g in ANSWERABLE.values()])
def test_plain_facts_are_answered_from_the_right_article(
    bundled_bot: Bot, question: str, gold: tuple[str, str]
) -> None:
    found = bundled_bot.ask(question)
    words, source = gold
    assert not found.abstained
    assert words in found.answer.replace("\\", "")
    assert found.citations[0].source == source


@pytest.mark.parametrize("question", OFF_TOPIC)
def test_off_topic_questions_are_not_answered(bundled_bot: Bot, question: str) -> None:
    found = bundled_bot.ask(question)
    assert found.abstained, found.answer
    assert found.confidence < 0.5


def test_a_list_hears_several_sources(bundled_bot: Bot) -> None:
    found = bundled_bot.ask("What conditions has Russia set for normal relations?")
    assert len({c.document_id for c in found.citations}) >= 3


def test_confidence_is_no_constant(bundled_bot: Bot) -> None:
    assert len({round(bundled_bot.ask(q).confidence, 3) for q in (*ANSWERABLE, *OFF_TOPIC)}) > 6


def test_the_same_question_gets_the_same_answer(bundled_bot: Bot) -> None:
    one, other = (bundled_bot.ask(next(iter(ANSWERABLE))) for _ in range(2))
    assert (one.answer, one.citations, one.confidence) == (other.answer, other.citations, other.confidence)
