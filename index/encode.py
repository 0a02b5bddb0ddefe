"""Texts to vectors: what an encoder is. The only place that normalises vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Which model made the vectors. `checksum` is the SHA-256 of its weight files."""

    name: str
    checksum: str
    dimension: int


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """A text as its sentence vector, shape (dimension,), and its tokens' vectors, shape (tokens, dimension).

    All have length 1. Special tokens are left out; word pieces that continue a word start with "##" or lack the
    model's own mark of a word's beginning.
    """

    sentence: Vectors
    tokens: tuple[str, ...]
    vectors: Vectors


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def spec(self) -> ModelSpec: ...

    @property
    def max_tokens(self) -> int:
        """Longest text in tokens, special tokens left out; what is longer is cut off silently."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens and without any cut."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), float32, each of Euclidean length 1."""
        ...

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Each text with the vectors of its tokens, for comparing word by word (late interaction)."""
        ...


def open_encoder(name: str = DEFAULT_MODEL, cache: Path | None = None) -> Encoder:
    """The model of that name, which loads at first use: by our own network where it can compute the model, else by
    sentence-transformers. That it can is known of the packaged model; of another it is found out once, and what was
    found is kept in the folder `cache`, if one is given."""
    from index.encoders.find import PACKAGED_NAMES

    if name in PACKAGED_NAMES:
        from index.encoders.network import NetworkEncoder

        return NetworkEncoder(name)
    from index.encoders.checked import CheckedEncoder

    return CheckedEncoder(name, cache)


def normalize(vectors: Vectors) -> Vectors:
    """Rows scaled to Euclidean length 1; an all-zero row stays zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)
    return scaled
