"""The reader: question and passage read together. Says whether the passage answers, and with which sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from index.sentences import Span


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """Log-odds that the sentence `text[start:end]` of a passage answers."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one passage for one question gave; all scores are log-odds, not calibrated.

    `relevance` is about the passage's topic, `answers` about whether it says what is asked. `sentences` are in the
    order of the text, those that were read; `span` holds the words that answer, if any do. A reader that knows
    relevance only (any cross-encoder) leaves `answers` None and gives neither sentences nor span.
    """

    relevance: float
    answers: float | None = None
    sentences: tuple[SentenceScore, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """What is read: a passage and the title of its article as context."""

    title: str
    text: str


@runtime_checkable
class Loads(Protocol):
    """What loads at its first use, unless it is told to before."""

    def load(self) -> None:
        """Loads what is needed to read. Raises EncoderError."""
        ...


class Reader(Protocol):
    """Reads passages for a question."""

    @property
    def name(self) -> str: ...

    def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        """One reading a text, in the same order."""
        ...
