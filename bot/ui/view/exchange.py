"""A question and its answer as the page keeps them: self-contained, so that they outlive the index and the server."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.feedback import Verdict
from bot.schema import Answer, Turn
from bot.ui.view.cards import Card
from index.filters import Filters
from index.schema import Hit


def new_id() -> str:
    """A name for a conversation or an exchange: 32 hexadecimal digits that nobody can guess."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Considered:
    """A passage that an answer was looked for in, `text` of the document from `start` to `end`. `score` orders them;
    `dense` is the cosine similarity, `lexical` the BM25 score, `relevance` the reader's log-odds, None if not read."""

    document_id: str
    source: str
    title: str
    start: int
    end: int
    text: str
    score: float
    dense: float
    lexical: float
    relevance: float | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question in a conversation: not yet answered, answered, failed with a one-line error, or stopped by the one
    who asked. There is no half an answer.

    `filters` are what it was asked of, `articles` how many documents they admit (0 until it is answered).
    `considered` are the passages that an answer was looked for in, best first; `suggestions` are questions that the
    sources do answer, beside an abstention. The answer's own `nearest` and `considered` are empty here: they hold
    whole documents, and `cards` and `considered` hold what is shown of them.
    """

    question: str
    answer: Answer | None = None
    cards: tuple[Card, ...] = ()
    error: str | None = None
    stopped: bool = False
    id: str = field(default_factory=new_id)
    filters: Filters = field(default_factory=Filters)
    articles: int = 0
    considered: tuple[Considered, ...] = ()
    suggestions: tuple[str, ...] = ()
    verdict: Verdict | None = None

    @property
    def pending(self) -> bool:
        return self.answer is None and self.error is None and not self.stopped


def history(exchanges: Sequence[Exchange]) -> list[Turn]:
    """The answered part of the conversation, as the bot takes it."""
    turns = []
    for exchange in exchanges:
        if exchange.answer is not None:
            turns += [Turn("user", exchange.question), Turn("assistant", exchange.answer.answer)]
    return turns


def considered(hits: Sequence[Hit]) -> tuple[Considered, ...]:
    """What is kept of the passages that an answer was looked for in."""
    return tuple(
        Considered(
            hit.document.id,
            hit.document.source,
            hit.document.title,
            hit.passage.start,
            hit.passage.end,
            hit.passage.text,
            hit.score,
            hit.dense,
            hit.lexical,
            hit.reading.relevance if hit.reading else None,
        )
        for hit in hits
    )
