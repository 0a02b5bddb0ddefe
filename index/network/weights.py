"""The encoder's sizes and weights, as arrays: what every engine is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

Array = npt.NDArray[Any]
Weights = Mapping[str, Array]
"""By the names of `index.network.torch.Tower`. "distances.weight", (groups, heads), is there if attention depends
on how far words are apart, too: see `index.network.distances`."""

EPSILON = 1e-12
ACTIVATIONS = ("gelu", "gelu_new", "gelu_pytorch_tanh", "relu")


@dataclass(frozen=True, slots=True)
class Style:
    """What models of one shape may differ in: the least variance of a norm, and the activation by its usual name."""

    epsilon: float = EPSILON
    activation: str = "gelu"


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network; those of all-MiniLM-L6-v2 unless told otherwise."""

    vocabulary: int = 30522
    positions: int = 512
    width: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536


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
