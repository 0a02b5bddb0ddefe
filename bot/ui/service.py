"""The bot behind the page: loaded once per process, and again when an ingest has published a new version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from bot.chat import Bot
from bot.errors import FootnoteError
from bot.settings import Settings
from bot.ui.examples import answerable, examples_of
from bot.ui.status import index_status, public_message
from bot.ui.view import Exchange, cards_of, history
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


def answer(settings: Settings, exchanges: list[Exchange], question: str) -> Exchange:
    """The question answered, with the exchanges before it as history. An error becomes part of the exchange."""
    try:
        service = load_service(settings)
        found = service.bot.ask(question, history(exchanges))
    except (FootnoteError, FootnoteIndexError) as error:
        return Exchange(question, error=public_message(error, settings.index))
    cards = cards_of(found, service.bot.searcher.index.documents, service.passages)
    return Exchange(question, found, cards)


def examples(settings: Settings) -> list[str]:
    """A few questions that the index answers. Raises FootnoteIndexError; found once per version of the index."""
    return _examples(settings, index_status(settings).version)


_BY_VALUE: dict[str | type[Any], Callable[[Any], Any]] = {Settings: repr}


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
    candidates = examples_of(list(bot.searcher.index.documents.values()), _CANDIDATES)
    return answerable(bot.ask, candidates, _EXAMPLES)
