"""The encoder in plain numpy and float32: slow, and what an engine is held against before it is trusted."""

from __future__ import annotations

import math

import numpy as np

from index.network.distances import distance_buckets
from index.network.weights import PLAIN, Array, Shape, Style, Weights

_erf = np.frompyfunc(math.erf, 1, 1)


def read(weights: Weights, shape: Shape, ids: Array, types: Array, style: Style = PLAIN) -> Array:
    """Vectors of the tokens of one text, (tokens, width), from their ids and types, each (tokens,)."""
    places = weights["places.weight"][: len(ids)]
    x = _norm(weights["words.weight"][ids] + weights["types.weight"][types] + places, weights, "norm", style)
    farther: Array | float = 0.0
    if "distances.weight" in weights:
        farther = weights["distances.weight"][distance_buckets(len(ids))].transpose(2, 0, 1)
    for n in range(shape.layers):
        layer = f"layers.{n}"
        heads = _product(x, weights, f"{layer}.qkv").reshape(len(ids), 3, shape.heads, -1).transpose(1, 2, 0, 3)
        q, k, v = heads
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1]) + farther
        share = np.exp(scores - scores.max(-1, keepdims=True))
        context = (share / share.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(x.shape)
        x = _norm(x + _product(context, weights, f"{layer}.out"), weights, f"{layer}.out_norm", style)
        raised = _activated(_product(x, weights, f"{layer}.up"), style.activation)
        x = _norm(x + _product(raised, weights, f"{layer}.down"), weights, f"{layer}.down_norm", style)
    return x


def _product(x: Array, weights: Weights, name: str) -> Array:
    return np.asarray(x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"])


def _activated(x: Array, activation: str) -> Array:
    if activation == "relu":
        return np.maximum(x, 0)
    if activation == "gelu":
        return np.asarray(x * (1 + np.asarray(_erf(x / math.sqrt(2)), np.float32)) / 2)
    return np.asarray(x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2)


def _norm(x: Array, weights: Weights, name: str, style: Style) -> Array:
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + style.epsilon)
    return np.asarray(scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"])
