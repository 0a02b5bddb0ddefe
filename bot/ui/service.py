"""The bot behind the page: loaded once per process, and again when an ingest has published a new version."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from bot.chat import Bot
from bot.errors import FootnoteError
from bot.schema import Answer
from bot.settings import Settings
from bot.ui.examples import answerable, examples_of
from bot.ui.status import index_status, public_message
from bot.ui.view import Exchange, cards_of, history
from bot.ui.writing import Writing
from bot.wire import make_bot, make_encoder, make_reader
from index.encode import Encoder
from index.errors import FootnoteIndexError
from index.reader import Reader
from index.schema import Passage

_EXAMPLES = 4
_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Service:
    """A loaded bot and what the page looks up beside it."""

    bot: Bot
    passages: dict[str, Passage]


def load_service(settings: Settings) -> Service:
    """The service for the index now in use. Raises FootnoteIndexError; slow the first time in a process."""
    return _service(settings, index_status(settings).version)


def answer(
    settings: Settings, exchanges: Sequence[Exchange], question: str
) -> Generator[Writing | Exchange, None, None]:
    """The question answered, with the exchanges before it as history, as the last item; before it, from a model, what
    it has written so far. An error becomes part of the exchange. Closing the iterator stops the work.
    """
    try:
        service = load_service(settings)
        writing = Writing(keeps_unsupported=settings.unsupported == "show")
        with closing(service.bot.stream(question, history(exchanges))) as items:
            for item in items:
                if isinstance(item, Answer):
                    cards = cards_of(item, service.bot.searcher.index.documents, service.passages)
                    yield Exchange(question, item, cards)
                else:
                    writing = writing.heard(item)
                    yield writing
    except (FootnoteError, FootnoteIndexError) as error:
        yield Exchange(question, error=public_message(error, settings.index))


def examples(settings: Settings) -> list[str]:
    """A few questions that the index answers. Raises FootnoteIndexError; found once per version of the index."""
    return _examples(settings, index_status(settings).version)


# The key is not in the text form, and another key is another service; Streamlit keeps no more than a hash of it.
_BY_VALUE: dict[str | type[Any], Callable[[Any], Any]] = {Settings: lambda found: (repr(found), found.llm_key)}


@st.cache_resource(show_spinner=False, max_entries=1)
def _encoder(model: str, _settings: Settings) -> Encoder:
    return make_encoder(_settings)


@st.cache_resource(show_spinner=False, max_entries=1)
def _reader(reader: str, _settings: Settings) -> Reader | None:
    return make_reader(_settings)


@st.cache_resource(show_spinner=False, max_entries=1, hash_funcs=_BY_VALUE)
def _service(settings: Settings, version: str) -> Service:
    bot = make_bot(settings, _encoder(settings.model, settings), _reader(settings.reader, settings))
    return Service(bot, {passage.id: passage for passage in bot.searcher.index.passages})


@st.cache_data(show_spinner=False, max_entries=1, hash_funcs=_BY_VALUE)
def _examples(settings: Settings, version: str) -> list[str]:
    bot = _service(settings, version).bot
    if settings.answerer != "extractive":  # by quoting all the same: opening the page must not cost calls of a model
        quoting = replace(settings, answerer="extractive")
        bot = make_bot(quoting, _encoder(settings.model, settings), _reader(settings.reader, settings))
    candidates = examples_of(list(bot.searcher.index.documents.values()), _CANDIDATES)
    return answerable(bot.ask, candidates, _EXAMPLES)
