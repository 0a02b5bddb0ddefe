"""What the API asks of the one who answers: `bot.serving.Serving`, or a stand-in for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.callers import Caller
from bot.chat import Bot
from bot.pool import Pool
from bot.settings import Settings
from index.view import Index


class Serves(Protocol):
    """See `bot.serving.Serving`."""

    @property
    def settings(self) -> Settings: ...
    @property
    def version(self) -> str: ...
    @property
    def opened(self) -> Index: ...
    def check(self, answerer: str | None) -> None: ...
    def bot(self, answerer: str | None = None) -> Bot: ...
    def pool(self, answerer: str | None = None) -> Pool: ...


Serve = Callable[[Caller], Serves]
"""What answers this caller now; raises SettingsError if the settings cannot be used."""
