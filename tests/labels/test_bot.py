"""The attempts on the bot, with and without a reader that reads, and on search itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.chat import Bot
from bot.extractive import ExtractiveAnswerer
from bot.schema import answer_to_json, hits_to_json
from bot.settings import Settings
from bot.wire import make_bot
from index.access import EVERYTHING, Access
from index.address import IndexPlace
from index.opened import open_index
from index.search import Searcher
from tests.fakes import HashedWords, WordReader
from tests.labels.leak import (
    ATTEMPTS,
    Attempt,
    Entry,
    check_all_is_seen,
    check_as_if_not_there,
    check_nothing_leaks,
    keep_secret,
)

OPEN = Access()
READERS = {"unread": None, "read": WordReader()}


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, new_place: Callable[[], IndexPlace]
) -> tuple[IndexPlace, IndexPlace]:
    """An index with a secret in it, and one in which it has never been."""
    index, without = new_place(), new_place()
    keep_secret(tmp_path_factory.mktemp("labels"), HashedWords(), index, without)
    return index, without


@pytest.fixture(scope="module")
def index(kept: tuple[IndexPlace, IndexPlace]) -> IndexPlace:
    return kept[0]


def bold_bot(index: IndexPlace, reader: str, **more: Any) -> Bot:
    """A bot that answers whatever it finds."""
    opened, encoder = open_index(index), HashedWords()
    answerer = ExtractiveAnswerer(encoder, opened.view(EVERYTHING).words, abstain_below=0.0)
    return Bot(Searcher(opened, encoder), answerer, READERS[reader], **more)


def through(bot: Bot, access: Access | None) -> Entry:
    def ask(attempt: Attempt) -> str:
        more = (attempt.filters, access)
        answer = bot.ask(attempt.question, attempt.history, attempt.k, *more)
        streamed = list(bot.stream(attempt.question, attempt.history, attempt.k, *more))
        hits = bot.search(attempt.question, attempt.history, attempt.k or 10, *more)
        told = {**answer_to_json(answer), "timings_ms": None}
        considered = hits_to_json(answer.considered)
        return json.dumps([told, considered, len(streamed), hits_to_json(hits)], ensure_ascii=False)

    return Entry(ask, lists=lambda: str([(d.source, d.title) for d in bot.view(access).documents.values()]))


@pytest.mark.parametrize("reader", READERS)
def test_nothing_leaks_and_with_the_label_all_is_seen(index: IndexPlace, reader: str) -> None:
    bot = bold_bot(index, reader)
    for access in (OPEN, None, Access.of(["staff"])):
        check_nothing_leaks(through(bot, access), index)
    for access in (EVERYTHING, Access.of(["hr"]), Access.of(["staff", "HR"])):
        check_all_is_seen(through(bot, access), index)


@pytest.mark.parametrize("reader", READERS)
def test_answers_are_as_if_the_hidden_had_never_been(kept: tuple[IndexPlace, IndexPlace], reader: str) -> None:
    index = kept[0]
    without = through(bold_bot(kept[1], reader), EVERYTHING)
    check_as_if_not_there(through(bold_bot(index, reader), OPEN), without)
    with pytest.raises(AssertionError, match="by prompt"):
        check_as_if_not_there(through(bold_bot(index, reader), EVERYTHING), without)


def test_the_bot_of_the_settings_shows_what_their_labels_admit(index: IndexPlace) -> None:
    question = ATTEMPTS["by its source"]
    for labels, sees in ((), False), (("staff",), False), (("hr", "staff"), True):
        bot = make_bot(Settings(index=index, reader="off", labels=labels), HashedWords())
        found = {hit.document.source for hit in bot.search(question.question, k=200)}
        assert ("pay.txt" in found) is sees
        assert {"bakery.txt", "owls.md"} <= found


def test_respelling_mends_by_the_words_of_what_is_seen(index: IndexPlace) -> None:
    searcher = Searcher(open_index(index), HashedWords())

    def respelt(access: Access) -> str:
        return searcher.respell("Who is Zorblatz of Oldmoth?", access)

    encoder_knows_all = HashedWords().count_tokens(["Zorblatz"]) == [1]
    assert encoder_knows_all  # to the fake every word is one; the vocabulary is asked itself
    assert respelt(OPEN) == respelt(EVERYTHING)
    index_ = searcher.index
    assert index_.view(OPEN).vocabulary.nearest("Zorblatz") is None
    assert index_.view(EVERYTHING).vocabulary.nearest("Zorblatz") == "Zorblatt"
    assert index_.view(OPEN).vocabulary.nearest("Oldmoth") == "Oldmouth"
