"""Joining ranked lists by rank, and spreading the result over the sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# Cormack, Clarke and Buettcher (SIGIR 2009): the constant that dampens the lead of the first ranks.
RRF_K = 60


def reciprocal_rank_fusion(rankings: Sequence[Sequence[int]], k: int = RRF_K) -> dict[int, float]:
    """Score of each item: the sum over the rankings of 1 / (k + rank), ranks from 1."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1.0 / (k + rank)
    return scores


def diversify(scores: Mapping[int, float], source_of: Mapping[int, str], k: int, decay: float = 0.9) -> list[int]:
    """The `k` best items, each further item of a source counting `decay` times less than the one before.

    So one long article cannot fill the list, and a clearly better second passage of it still gets in.
    """
    remaining = sorted(scores, key=lambda item: (-scores[item], item))
    taken: dict[str, int] = {}
    chosen: list[int] = []
    while remaining and len(chosen) < k:
        best = max(remaining, key=lambda item: scores[item] * decay ** taken.get(source_of[item], 0))
        remaining.remove(best)
        chosen.append(best)
        taken[source_of[best]] = taken.get(source_of[best], 0) + 1
    return chosen
