"""Reading the passages found, and putting those first that answer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from index.reader import Reader, Text
from index.schema import Hit

READ = 20  # passages that are read for a question
# Weights of relevance, answers, cosine and BM25: near what training/fit_order.py finds, relevance kept above zero.
_WEIGHTS = (0.4, 0.6, 2.3, 0.6)


def rerank(question: str, hits: Sequence[Hit], reader: Reader, depth: int = READ) -> list[Hit]:
    """The hits with the first `depth` of them read and put in order; the rest keep their places behind.

    A reader that says which passages answer is joined by what the search found, and counts for as much as it is sure
    that any passage is to the point: on kinds of text that it has not learnt, the search knows better. One that knows
    relevance only decides alone. A hit that was read scores 1 plus its share of the sum, more than any that was not.
    """
    first, rest = hits[:depth], hits[depth:]
    if not first:
        return list(rest)
    readings = reader.read(question, [Text(hit.document.title, hit.passage.text) for hit in first])
    read = [replace(hit, reading=reading) for hit, reading in zip(first, readings, strict=True)]
    scored = sorted(zip(_scores(read), read, strict=True), key=lambda pair: -pair[0])
    highest = scored[0][0]
    total = sum(math.exp(score - highest) for score, _ in scored)
    return [replace(hit, score=1 + math.exp(score - highest) / total) for score, hit in scored] + list(rest)


def order_features(hit: Hit) -> tuple[float, float, float, float]:
    """What a hit that was read is ordered by: relevance, answers, cosine, BM25."""
    assert hit.reading is not None and hit.reading.answers is not None
    return hit.reading.relevance, hit.reading.answers, hit.dense, hit.lexical


def sureness(relevances: Iterable[float]) -> float:
    """The reader's probability that the passage it likes best is to the point."""
    return (1 + math.tanh(max(relevances) / 2)) / 2


def _scores(hits: Sequence[Hit]) -> list[float]:
    """Of hits that were read, in the order of the search."""
    readings = [hit.reading for hit in hits if hit.reading]
    if any(reading.answers is None for reading in readings):
        return [reading.relevance for reading in readings]
    sure = sureness(reading.relevance for reading in readings)
    return [
        sure * sum(weight * value for weight, value in zip(_WEIGHTS, order_features(hit), strict=True))
        - (1 - sure) * math.log1p(rank)
        for rank, hit in enumerate(hits)
    ]
