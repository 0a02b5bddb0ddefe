"""One reader's conversation in one tab of a browser: what is in the session, what is kept, and what may be done."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

import streamlit as st

from bot.callers import ANYONE, Caller
from bot.errors import FootnoteError
from bot.settings import Settings
from bot.status import public_message
from bot.ui.conversations.errors import ConversationError
from bot.ui.conversations.store import Conversations
from bot.ui.desk import Task
from bot.ui.service import answer, conversations, desk
from bot.ui.view.exchange import Exchange, new_id
from bot.ui.visitor import COOKIE, owner_of
from index.filters import Filters

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass
class Keeper:
    """Where the exchanges of one conversation are kept; nowhere without an owner. What cannot be kept is still shown,
    and `problem` says why it is not kept."""

    store: Conversations | None
    owner: str | None
    conversation: str
    problem: str | None = None

    def __call__(self, exchange: Exchange) -> None:
        self._change(lambda store, owner: store.put(owner, self.conversation, exchange))

    def drop(self, exchange: Exchange) -> None:
        self._change(lambda store, owner: store.drop_exchange(owner, self.conversation, exchange.id))

    def _change(self, change: Callable[[Conversations, str], object]) -> None:
        if self.store is None or self.owner is None:
            return
        try:
            change(self.store, self.owner)
            self.problem = None
        except ConversationError as error:
            _log.error("%s", error)
            self.problem = public_message(error)


@dataclass
class Conversation:
    """What of a conversation lives as long as the tab; `cleared` counts how often its filters were."""

    keeper: Keeper
    exchanges: list[Exchange] = field(default_factory=list)
    filters: Filters = field(default_factory=Filters)
    editing: bool = False
    cleared: int = 0

    @property
    def id(self) -> str:
        return self.keeper.conversation


class Session:
    """The conversation of this tab, and its owner's others. Make one at each run of the page."""

    def __init__(self, settings: Settings, reader: Caller = ANYONE, *, embedded: bool = False) -> None:
        self.settings = settings
        self.problem: str | None = None
        cookie = st.context.cookies.get(COOKIE, "")
        self.owner = None if embedded else owner_of(reader, cookie)
        self.store: Conversations | None = None
        if self.owner:
            try:
                self.store = conversations(settings)
            except FootnoteError as error:  # a chat that is not kept is better than none
                self.problem = public_message(error)
        seen = (reader.kind, reader.name, settings.labels)
        if "conversation" not in st.session_state or st.session_state.get("reader") != seen:
            self._begin(Filters())  # a session that is taken up again by somebody else shows nothing of before
        st.session_state["reader"] = seen

    @property
    def current(self) -> Conversation:
        return cast(Conversation, st.session_state["conversation"])

    def kept(self, ask: Callable[[Conversations, str], T], otherwise: T) -> T:
        """What `ask` gets of the conversations kept for this reader; `otherwise` where none are kept, or they cannot be
        used, which `problem` then tells."""
        if self.store is None or self.owner is None:
            return otherwise
        try:
            return ask(self.store, self.owner)
        except ConversationError as error:
            _log.error("%s", error)
            self.problem, self.store = public_message(error), None
            return otherwise

    def new(self, filters: Filters | None = None) -> None:
        """An empty conversation in place of the current one, which is kept."""
        self.leave()
        self._begin(filters or Filters())

    def _begin(self, filters: Filters) -> None:
        keeper = Keeper(self.store, self.owner, new_id())
        st.session_state["conversation"] = Conversation(keeper, filters=filters)

    def open(self, id: str) -> bool:
        """Takes up a conversation that was kept; False if there is none of that id for this reader."""
        exchanges = self.kept(lambda store, owner: store.read(owner, id), None)
        if exchanges is None:
            return False
        self.leave()
        filters = exchanges[-1].filters if exchanges else Filters()
        st.session_state["conversation"] = Conversation(Keeper(self.store, self.owner, id), exchanges, filters)
        return True

    def leave(self) -> None:
        """Makes the address say no conversation, so that the one it said is not opened again."""
        st.query_params.pop("c", None)

    def ask(self, question: str, *, one_at_a_time: bool) -> None:
        """Asks, in place of the last question if that is being edited; it is kept and worked on at once.

        `one_at_a_time`: what is being written is stopped; it would take minutes and money.
        """
        current = self.current
        if one_at_a_time:
            for exchange in [e for e in current.exchanges if e.pending]:
                self.stop(exchange)
        if current.editing and current.exchanges:
            last = current.exchanges.pop()
            desk(self.settings).forget(last.id)
            current.keeper.drop(last)
        current.editing = False
        exchange = Exchange(question, filters=current.filters)
        current.keeper(exchange)
        current.exchanges.append(exchange)
        self.task(exchange)

    def again(self, exchange: Exchange) -> None:
        """Asks a question once more, of what is asked now."""
        fresh = Exchange(exchange.question, id=exchange.id, filters=self.current.filters)
        desk(self.settings).forget(exchange.id)
        self.current.keeper(fresh)
        self.put(fresh)
        self.task(fresh)

    def stop(self, exchange: Exchange) -> None:
        """Ends the work on a question; what has been answered meanwhile stays."""
        task = desk(self.settings).find(exchange.id)
        self.put(task.stop() if task else replace(exchange, stopped=True))

    def end(self) -> None:
        """Ends the work on all questions of the conversation, those too to whose answers something is still added:
        none of it is kept any more."""
        for exchange in self.current.exchanges:
            desk(self.settings).forget(exchange.id)

    def put(self, exchange: Exchange) -> None:
        """Puts an exchange in the place of the one of its id, if that is still there."""
        for place, known in enumerate(self.current.exchanges):
            if known.id == exchange.id:
                self.current.exchanges[place] = exchange

    def task(self, exchange: Exchange) -> Task:
        """The work on a question, under way or done; begun if nobody has."""
        exchanges, settings = self.current.exchanges, self.settings
        before = exchanges[: next(n for n, e in enumerate(exchanges) if e.id == exchange.id)]
        return desk(settings).take(before, exchange, lambda *given: answer(settings, *given), self.current.keeper)
