"""Whether a passage holds what a question asks for: one rule for all systems, by words, as their passages are cut in
different ways and some clean the text before they cut it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean

from benchmarks.peers.peer import Passage
from eval.match import words


@dataclass(frozen=True, slots=True)
class Gold:
    """Words that hold the answer, as they stand in the article of that name."""

    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and all quotations that answer it or a part of it."""

    text: str
    gold: tuple[Gold, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over the questions. `mrr` is of the first passage that holds a gold quotation, `recall` the share of a
    question's gold quotations that the first ten passages hold, `document_mrr` of the first article that has one."""

    mrr: float
    recall: float
    document_mrr: float


def holds(passage: Passage, gold: Gold) -> bool:
    """True if the passage is of the gold article and holds at least half of the quotation's words in a row.

    Half, as any splitter may cut through a quotation; in a row, so that a passage on the same matter does not count.
    """
    if passage.source != gold.source:
        return False
    wanted, said = words(gold.quote), words(passage.text)
    length = ceil(len(wanted) / 2)
    return length > 0 and bool(_runs(wanted, length) & _runs(said, length))


def _runs(tokens: Sequence[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(tokens[i : i + length]) for i in range(len(tokens) - length + 1)}


def reciprocal_rank(passages: Sequence[Passage], gold: Sequence[Gold]) -> float:
    """1 / the rank of the first passage that holds any of the quotations, 0 if none does."""
    return next((1 / n for n, p in enumerate(passages, start=1) if any(holds(p, g) for g in gold)), 0.0)


def recall(passages: Sequence[Passage], gold: Sequence[Gold]) -> float:
    """The share of the quotations that any of the passages holds."""
    return fmean(any(holds(p, g) for p in passages) for g in gold)


def document_reciprocal_rank(passages: Sequence[Passage], gold: Sequence[Gold]) -> float:
    """1 / the rank of the first gold article among the articles of the passages, each counted once."""
    wanted = {g.source for g in gold}
    articles = dict.fromkeys(p.source for p in passages)
    return next((1 / n for n, source in enumerate(articles, start=1) if source in wanted), 0.0)


def quality(found: Sequence[Sequence[Passage]], asked: Sequence[Asked], k: int) -> Quality:
    """How good the first `k` passages found for each question are; a question for which nothing is found counts as
    wrong. Raises ValueError if there are not as many of them as questions."""
    pairs = [(passages[:k], question.gold) for passages, question in zip(found, asked, strict=True)]
    return Quality(
        fmean(reciprocal_rank(passages, gold) for passages, gold in pairs),
        fmean(recall(passages, gold) for passages, gold in pairs),
        fmean(document_reciprocal_rank(passages, gold) for passages, gold in pairs),
    )
