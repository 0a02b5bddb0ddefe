"""The bot behind the page, and what the page alone wants of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import streamlit as st

from bot.answerer import Found
from bot.api.metrics import metrics
from bot.errors import FootnoteError
from bot.pool import Pool
from bot.schema import Answer
from bot.serving import Service, serving
from bot.settings import Settings
from bot.status import index_status, public_message
from bot.ui.choices import Choices, choices_of
from bot.ui.conversations.store import Conversations
from bot.ui.desk import Desk
from bot.ui.examples import answerable, examples_of
from bot.ui.view.cards import cards_of
from bot.ui.view.exchange import Exchange, considered, history
from bot.ui.view.writing import Writing
from index.encode import Encoder
from index.errors import FootnoteIndexError
from index.filters import Filters
from index.schema import Document
from index.view import Index, View

_EXAMPLES = 4
_KINDS = 64  # of readers, by their labels, for whom a few questions and choices are kept
_CANDIDATES = 10
_TRIED, _SUGGESTED = 6, 3


# The key is not in the text form, and another key is another service; Streamlit keeps no more than a hash of it.
_BY_VALUE: dict[str | type[Any], Callable[[Any], Any]] = {Settings: lambda found: (repr(found), found.llm_key)}
_log = logging.getLogger(__name__)


def loading(settings: Settings) -> bool:
    """True while what answers questions is being loaded, which begins with the first call, in a thread of its own.

    Raises FootnoteIndexError if there is no index in use. What goes wrong on the way is told by who then asks.
    """
    return not _ready(*_kind(settings)).is_set()


def _kind(settings: Settings) -> tuple[Settings, str]:
    """What is kept goes by: the version, and the settings without labels that no document has, as a user's groups are
    mostly. Raises FootnoteIndexError."""
    status = index_status(settings)
    return replace(settings, labels=status.labels), status.version


@st.cache_resource(show_spinner=False, max_entries=_KINDS, hash_funcs=_BY_VALUE)
def _ready(settings: Settings, version: str) -> Event:
    ready = Event()

    def load() -> None:
        try:
            _examples(settings, version)  # asks, and so loads the models too
        except (FootnoteError, FootnoteIndexError) as error:
            _log.warning("%s", error)
        finally:
            ready.set()

    Thread(target=load, name="loading", daemon=True).start()
    return ready


def load_service(settings: Settings) -> Service:
    """The service for the index now in use. Raises FootnoteIndexError; slow the first time in a process."""
    return serving(settings).service


def answer(
    settings: Settings, before: Sequence[Exchange], exchange: Exchange
) -> Generator[Writing | Exchange, None, None]:
    """The exchange answered, with those before it as history; before it, from a model, what it has written so far.
    An abstention comes once more with questions that the sources do answer. An error becomes part of the exchange.
    Closing the iterator stops the work.
    """
    try:
        service = load_service(settings)
        writing = Writing(keeps_unsupported=settings.unsupported == "show")
        documents = service.bot.view().documents
        stream = service.bot.stream(exchange.question, history(before), filters=exchange.filters or None)
        with closing(stream) as items:
            for item in items:
                if isinstance(item, Found):
                    continue
                if not isinstance(item, Answer):
                    writing = writing.heard(item)
                    yield writing
                    continue
                answered = replace(
                    exchange,
                    answer=replace(item, nearest=(), considered=()),
                    cards=cards_of(item, documents),
                    considered=considered(item.considered),
                    articles=admitted(documents.values(), exchange.filters),
                )
                metrics().answered(item)
                yield answered
                if (
                    item.abstained
                    and not desk(settings).crowded
                    and (found := _related(service, item, exchange.filters))
                ):
                    yield replace(answered, suggestions=tuple(found))
    except (FootnoteError, FootnoteIndexError) as error:
        yield replace(exchange, error=public_message(error, settings.index))


def admitted(documents: Iterable[Document], filters: Filters) -> int:
    """How many of the documents are asked."""
    return sum(1 for document in documents if not filters or filters.admit(document))


def _related(service: Service, silent: Answer, filters: Filters) -> list[str]:
    """Questions that the articles nearest to an unanswered one do answer."""
    near = list({hit.document.id: hit.document for hit in silent.considered}.values())
    asked = (silent.question.casefold(), silent.standalone_question.casefold())
    candidates = [e for e in examples_of(near, _TRIED) if e.question.casefold() not in asked]
    return answerable(lambda question: service.quoting.ask(question, filters=filters or None), candidates, _SUGGESTED)


def examples(settings: Settings) -> list[str]:
    """A few questions that the index answers. Raises FootnoteIndexError; found once per version of the index."""
    return _examples(*_kind(settings))


def opened(settings: Settings) -> Index:
    """The index now in use, without any model: quick. Raises FootnoteIndexError."""
    return serving(settings).opened


def visible(settings: Settings) -> View:
    """What readers may see of the index now in use: all of the page that shows documents looks here. Raises
    FootnoteIndexError."""
    return opened(settings).view(settings.access)


def choices(settings: Settings) -> Choices:
    """What the documents of the index now in use can be told apart by. Raises FootnoteIndexError."""
    return _choices(*_kind(settings))


@st.cache_resource(show_spinner=False, max_entries=_KINDS, hash_funcs=_BY_VALUE)
def _choices(settings: Settings, version: str) -> Choices:
    return choices_of(visible(settings).documents.values())


def encoder(settings: Settings) -> Encoder:
    """The embedding model, one for all of the process."""
    return serving(settings).encoder()


@st.cache_resource(show_spinner=False)
def _desk(_pool: Pool, writes: bool) -> Desk:
    return Desk(_pool)


def desk(settings: Settings) -> Desk:
    """Where questions are answered, one for all of the process."""
    return _desk(serving(settings).pool(), settings.answerer == "llm")


@st.cache_resource(show_spinner=False)
def _conversations(path: Path) -> Conversations:
    return Conversations(path)


def conversations(settings: Settings) -> Conversations:
    """Where conversations are kept. Raises ConversationError if the file cannot be used."""
    return _conversations(settings.conversations)


@st.cache_resource(show_spinner=False, max_entries=_KINDS, hash_funcs=_BY_VALUE)
def _examples(settings: Settings, version: str) -> list[str]:
    quoting = serving(settings).service.quoting  # opening the page must not cost calls of a model
    candidates = examples_of(list(quoting.view().documents.values()), _CANDIDATES)
    return answerable(quoting.ask, candidates, _EXAMPLES)
