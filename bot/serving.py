"""What answers questions in a server: the index in force and the models, loaded once for all of the process.

A new version of the index is noticed at the next question; what is being answered keeps the one it began with.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Hashable
from copy import copy
from dataclasses import dataclass, replace
from threading import Lock
from typing import Generic, TypeVar

from bot.chat import Bot
from bot.errors import SettingsError
from bot.pool import Pool
from bot.settings import Settings
from bot.status import index_status
from bot.wire import make_bot, make_encoder, make_reader
from index.address import IndexPlace
from index.encode import Encoder
from index.opened import open_index
from index.reader import Reader
from index.threads import take_share
from index.view import Index

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")
_WRITERS = 32


class Once(Generic[_K, _V]):
    """The values of the `size` keys asked for last. Each is made once, and who else wants it meanwhile waits for it; a
    failure is raised and not kept, so that the next who asks tries again."""

    def __init__(self, size: int = 1) -> None:
        self._size = size
        self._slots: OrderedDict[_K, _Slot[_V]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: _K, make: Callable[[], _V]) -> _V:
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            while len(self._slots) > self._size:
                self._slots.popitem(last=False)
        with slot.lock:
            if not slot.made:
                slot.made = [make()]
            return slot.made[0]


class _Slot(Generic[_V]):
    """A place for a value; `made` is empty until there is one."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.made: list[_V] = []


@dataclass(frozen=True, slots=True)
class Service:
    """A loaded bot over one version of an index, and what is looked up beside it; `quoting` answers without a chat
    model, so for nothing."""

    bot: Bot
    quoting: Bot
    index: Index


class Serving:
    """What answers with these settings, by the models given or by those that the settings name. Making one loads
    nothing. Safe to use from any thread; `serving` gives the one of the process."""

    def __init__(self, settings: Settings, encoder: Encoder | None = None, reader: Reader | None = None) -> None:
        self.settings = self._loads = settings
        self._encoder, self._reader = encoder, reader
        self._services: Once[str, Service] = Once()

    def to(self, labels: tuple[str, ...]) -> Serving:
        """The same for readers with these labels: what is loaded is shared, whoever asks first."""
        if labels == self.settings.labels:
            return self
        found = copy(self)
        found.settings = replace(self.settings, labels=labels)
        return found

    @property
    def version(self) -> str:
        """The name of the version of the index in force. Raises FootnoteIndexError."""
        return index_status(self.settings).version

    @property
    def service(self) -> Service:
        """The service over the index in force; slow the first time in a process.

        Raises FootnoteIndexError if the index or a local model cannot be used, LlmError if the chat model cannot.
        """
        loaded = self._services.get(self.version, self._load)
        access = self.settings.access
        if access == self._loads.access:
            return loaded
        return replace(loaded, bot=loaded.bot.seen_by(access), quoting=loaded.quoting.seen_by(access))

    @property
    def opened(self) -> Index:
        """The index in force, without any model: quick. Raises FootnoteIndexError."""
        place = self.settings.index
        return _opened.get((place, self.version), lambda: open_index(place))

    def bot(self, answerer: str | None = None) -> Bot:
        """The bot with this answerer, or with the one of the settings. Raises what `service` raises, and SettingsError
        if a chat model is wanted where the settings name none to answer."""
        self.check(answerer)
        return self.service.quoting if answerer == "extractive" else self.service.bot

    def check(self, answerer: str | None) -> None:
        """Raises SettingsError if there is no such answerer here; loads nothing."""
        if answerer not in (None, "extractive", self.settings.answerer):
            raise SettingsError(
                f"answerer is {answerer!r}, but no chat model answers here; ask with 'extractive' or none, or set "
                "FOOTNOTE_LLM on the server"
            )

    def pool(self, answerer: str | None = None) -> Pool:
        """Where questions to this answerer are answered, one pool of a kind for all of the process."""
        return _pool((answerer or self.settings.answerer) == "llm")

    def encoder(self) -> Encoder:
        """The embedding model."""
        return self._encoder or _encoders.get(self.settings.model, lambda: make_encoder(self.settings))

    def _load(self) -> Service:
        index = self.opened  # first: a missing index should not wait for the models
        encoder = self.encoder()
        reader = self._reader or _readers.get(self.settings.reader, lambda: make_reader(self.settings))
        bot = quoting = make_bot(self._loads, encoder, reader, index)
        if self._loads.answerer != "extractive":
            quoting = make_bot(replace(self._loads, answerer="extractive"), encoder, reader, index)
        bot.prepare()
        return Service(bot, quoting, index)


_encoders: Once[str, Encoder] = Once()
_readers: Once[str, Reader | None] = Once()
_opened: Once[tuple[IndexPlace, str], Index] = Once()
_servings: Once[Settings, Serving] = Once()
_pools: Once[bool, Pool] = Once(2)


def serving(settings: Settings) -> Serving:
    """What answers with these settings: loaded once for all of the process, whatever labels readers have; models are
    shared with other settings."""
    loads = replace(settings, labels=())
    return _servings.get(loads, lambda: Serving(loads)).to(settings.labels)


def _pool(writes: bool) -> Pool:
    # Quoting computes, so more at once than there are processors would only make all wait; a model is waited for.
    return _pools.get(writes, lambda: Pool(_WRITERS) if writes else Pool(os.cpu_count() or 1, take_share))
