"""What every answerer promises."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.schema import Draft
from bot.verify.check import Verdict
from index.lexical import Words
from index.schema import Hit


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of an answer as its model writes it: not checked, Markdown of the model's own. An empty one now and
    then, while the model is silent, lets the one who watches stop it."""

    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """The passages in which the answer is looked for, best first; told before it is."""

    hits: tuple[Hit, ...]


class Answerer(Protocol):
    """Drafts an answer from passages. Proposes only; citations are checked afterwards, by `bot.cite`."""

    @property
    def name(self) -> str: ...

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        """A draft that relies on the hits' documents alone; without sentences if they do not answer."""
        ...


@runtime_checkable
class WeighsWords(Protocol):
    """An answerer that weighs words by how many of the indexed texts hold them."""

    def knowing(self, words: Words) -> Answerer:
        """The same answerer, for a reader who may see only the texts of `words`: others have no part in the weights."""
        ...


@runtime_checkable
class StreamingAnswerer(Protocol):
    """An answerer that can be watched at work."""

    def stream(self, question: str, hits: Sequence[Hit]) -> Generator[Token | Verdict | Draft, None, None]:
        """Text as it is written and what became of each finished sentence; the draft comes last, exactly once.

        Closing the iterator stops the work.
        """
        ...
