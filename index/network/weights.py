"""The encoder's sizes and weights, as arrays: what every engine is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Weights = Mapping[str, Array]
"""By the names of `index.network.torch.Tower`."""

EPSILON = 1e-12


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network; those of all-MiniLM-L6-v2 unless told otherwise."""

    vocabulary: int = 30522
    positions: int = 512
    width: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536


def from_bert(weights: Weights, shape: Shape) -> dict[str, Array]:
    """The encoder's weights of a BERT checkpoint under our names; no heads are among them."""
    taken = {
        "words.weight": weights["embeddings.word_embeddings.weight"],
        "places.weight": weights["embeddings.position_embeddings.weight"],
        "types.weight": weights["embeddings.token_type_embeddings.weight"],
    }
    renamed = {"norm": "embeddings.LayerNorm"}
    for n in range(shape.layers):
        theirs, ours = f"encoder.layer.{n}", f"layers.{n}"
        for kind in ("weight", "bias"):
            parts = [weights[f"{theirs}.attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
            taken[f"{ours}.qkv.{kind}"] = np.concatenate(parts)
        renamed |= {
            f"{ours}.out": f"{theirs}.attention.output.dense",
            f"{ours}.out_norm": f"{theirs}.attention.output.LayerNorm",
            f"{ours}.up": f"{theirs}.intermediate.dense",
            f"{ours}.down": f"{theirs}.output.dense",
            f"{ours}.down_norm": f"{theirs}.output.LayerNorm",
        }
    return taken | {f"{a}.{kind}": weights[f"{b}.{kind}"] for a, b in renamed.items() for kind in ("weight", "bias")}


def sizes(shape: Shape) -> dict[str, tuple[int, ...]]:
    """The names of the encoder's weights with the shape of each."""
    width, inner = shape.width, shape.inner
    found: dict[str, tuple[int, ...]] = {
        "words.weight": (shape.vocabulary, width),
        "places.weight": (shape.positions, width),
        "types.weight": (2, width),
    }
    products = {"qkv": (3 * width, width), "out": (width, width), "up": (inner, width), "down": (width, inner)}
    norms = ["norm"]
    for n in range(shape.layers):
        for name, size in products.items():
            found |= {f"layers.{n}.{name}.weight": size, f"layers.{n}.{name}.bias": size[:1]}
        norms += [f"layers.{n}.out_norm", f"layers.{n}.down_norm"]
    return found | {f"{name}.{kind}": (width,) for name in norms for kind in ("weight", "bias")}
