"""How well sentences bear a claim out as a whole, by the local models: one probability out of three likenesses.

Fitted by training/fit_support.py on the project's stories; the evaluation suites had no part in it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from index.encode import Encoder, TokenVectors, Vectors
from index.reader import Text
from index.stop_words import STOP_WORDS
from index.terms import terms

# Weights of: constant, share of the claim's words, cover by like tokens, cosine; with the reader also its log-odds.
PLAIN = (-8.428, 3.009, 4.040, 6.527)
READ = (-5.141, 1.057, 2.720, 5.317, 0.678)
THRESHOLD = 0.5  # from which probability on a sentence counts as borne out


@runtime_checkable
class Supports(Protocol):
    """A reader that judges claims: log-odds that each text bears the claim out."""

    def supports(self, claim: str, texts: Sequence[Text]) -> list[float]: ...


@dataclass(frozen=True, slots=True)
class Likeness:
    """A claim compared with candidate sentences. `best[s, t]` is how like sentence s comes to the claim's content token
    t, a cosine in [-1, 1]; `vectors` are the sentences', shape (sentences, dimension)."""

    claim: Vectors
    best: Vectors
    vectors: Vectors

    def cover(self, rows: Sequence[int]) -> float:
        """Mean over the claim's tokens of the likest token in any of the sentences."""
        return float(self.best[list(rows)].max(axis=0).mean()) if rows and self.best.shape[1] else 0.0

    def cosine(self, rows: Sequence[int]) -> float:
        """Cosine of the claim with the sentences taken together, or with the best alone."""
        if not rows:
            return 0.0
        chosen = self.vectors[list(rows)]
        together = chosen.sum(axis=0)
        norm = float(np.linalg.norm(together)) or 1.0
        return max(float((chosen @ self.claim).max()), float(together @ self.claim) / norm)


def compare(claim: str, sentences: Sequence[str], encoder: Encoder) -> Likeness:
    """The likeness of a claim to each sentence."""
    first, *others = encoder.encode_tokens([claim, *sentences])
    tokens = first.vectors[_content(first)]
    best = [(tokens @ other.vectors.T).max(axis=1) if len(other.tokens) else np.zeros(len(tokens)) for other in others]
    return Likeness(
        first.sentence,
        np.array(best, np.float32).reshape(len(others), len(tokens)),
        np.array([other.sentence for other in others], np.float32).reshape(len(others), len(first.sentence)),
    )


def _content(text: TokenVectors) -> list[int]:
    """The tokens that carry meaning; all, if none does."""
    found = [
        i for i, t in enumerate(text.tokens) if any(c.isalnum() for c in t) and t.strip("#▁Ġ").lower() not in STOP_WORDS
    ]
    return found or list(range(len(text.tokens)))


def share(claim: str, evidence: str) -> float:
    """The share of the claim's content words that the evidence holds; 1 for a claim without any."""
    wanted = set(terms(claim))
    return len(wanted & set(terms(evidence))) / len(wanted) if wanted else 1.0


def features(claim: str, evidence: str, likeness: Likeness, rows: Sequence[int]) -> tuple[float, float, float, float]:
    """What the probability is made of, the reader's log-odds left out."""
    return 1.0, share(claim, evidence), likeness.cover(rows), likeness.cosine(rows)


def probability(found: Sequence[float]) -> float:
    """The fitted probability that a claim is borne out; the reader's log-odds are the last feature, if there is one."""
    weights = READ if len(found) == len(READ) else PLAIN
    log_odds = sum(weight * value for weight, value in zip(weights, found, strict=True))
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, log_odds))))


def reader_score(claim: str, title: str, evidence: str, reader: Supports) -> float:
    """The reader's log-odds, bounded so that it alone decides nothing."""
    return float(np.clip(reader.supports(claim, [Text(title, evidence)])[0], -6.0, 6.0))
