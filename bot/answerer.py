"""What every answerer promises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.schema import Draft
from index.schema import Hit


class Answerer(Protocol):
    """Drafts an answer from passages. Proposes only; citations are checked afterwards, by `bot.cite`."""

    @property
    def name(self) -> str: ...

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        """A draft that relies on the hits' documents alone; without sentences if they do not answer."""
        ...
