"""A bot that programs hold on to: loaded when first needed, and again when an ingest has published a new index."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from bot.settings import Settings
from index.manifest import current_version
from index.opened import OpenIndex, open_index

if TYPE_CHECKING:
    from bot.chat import Bot
    from index.encode import Encoder
    from index.reader import Reader


class Loaded:
    """The index and the bot of some settings. Making one loads nothing; its methods block, in any thread."""

    def __init__(self, settings: Settings, encoder: Encoder | None = None, reader: Reader | None = None) -> None:
        self.settings = settings
        self._encoder, self._reader = encoder, reader
        self._index: tuple[Path, OpenIndex] | None = None
        self._bot: Bot | None = None
        self._opening, self._making = Lock(), Lock()

    def index(self) -> OpenIndex:
        """The index in use, without any model. Raises FootnoteIndexError."""
        version = current_version(self.settings.index)
        with self._opening:
            if self._index is None or self._index[0] != version:
                self._index = (version, open_index(self.settings.index))
            return self._index[1]

    def bot(self) -> Bot:
        """The bot over the index in use; models load with its first question. Raises FootnoteIndexError, LlmError."""
        index = self.index()
        with self._making:
            if self._bot is None or self._bot.searcher.index is not index:
                from bot.wire import make_bot, make_encoder, make_reader  # heavy: not before it is needed

                self._encoder = self._encoder or make_encoder(self.settings)
                self._reader = self._reader or make_reader(self.settings)
                self._bot = make_bot(self.settings, self._encoder, self._reader, index)
            return self._bot
