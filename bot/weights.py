"""The fitted weights of the extractive answerer, kept as numbers in weights/ (made by training/)."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.features import (
    ANSWERABLE_FEATURES,
    READ_ANSWERABLE_FEATURES,
    READ_SENTENCE_FEATURES,
    SENTENCE_FEATURES,
    Numbers,
)

_FOLDER = Path(__file__).with_name("weights")


def weights_file(read: bool) -> Path:
    return _FOLDER / ("read.json" if read else "plain.json")


def feature_names(read: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the sentence features and of the answerable features, in order."""
    if not read:
        return SENTENCE_FEATURES, ANSWERABLE_FEATURES
    return SENTENCE_FEATURES + READ_SENTENCE_FEATURES, ANSWERABLE_FEATURES + READ_ANSWERABLE_FEATURES


@dataclass(frozen=True)
class Weights:
    """Linear weights in the order of the features, and the bias of the answerable ones."""

    sentence: Numbers
    answerable: Numbers
    bias: float

    @classmethod
    def load(cls, *, read: bool, path: Path | None = None) -> Weights:
        """The weights for sentences that a reader has judged or not; KeyError if the file lacks a feature."""
        raw = json.loads((path or weights_file(read)).read_text("utf-8"))
        sentence, answerable = feature_names(read)
        return cls(
            np.array([raw["sentence"][name] for name in sentence]),
            np.array([raw["answerable"][name] for name in answerable]),
            float(raw["answerable"]["bias"]),
        )

    def probability(self, features: Numbers) -> float:
        """Probability in (0, 1) that the sources answer, from one row of answerable features."""
        return 1 / (1 + math.exp(-(float(features @ self.answerable) + self.bias)))
