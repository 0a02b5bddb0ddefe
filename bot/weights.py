"""The fitted weights of the extractive answerer, kept as numbers in weights.json (made by training/)."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.features import ANSWERABLE_FEATURES, SENTENCE_FEATURES, Numbers

_FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True)
class Weights:
    """Linear weights in the order of SENTENCE_FEATURES and of ANSWERABLE_FEATURES, and the latter's bias."""

    sentence: Numbers
    answerable: Numbers
    bias: float

    @classmethod
    def load(cls, path: Path = _FILE) -> Weights:
        """The weights in a file; KeyError if it lacks a feature."""
        raw = json.loads(path.read_text("utf-8"))
        return cls(
            np.array([raw["sentence"][name] for name in SENTENCE_FEATURES]),
            np.array([raw["answerable"][name] for name in ANSWERABLE_FEATURES]),
            float(raw["answerable"]["bias"]),
        )

    def probability(self, features: Numbers) -> float:
        """Probability in (0, 1) that the sources answer, from one row of answerable features."""
        return 1 / (1 + math.exp(-(float(features @ self.answerable) + self.bias)))
