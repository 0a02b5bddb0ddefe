"""The encoder in plain numpy and float32: slow, and what an engine is held against before it is trusted."""

from __future__ import annotations

import math

import numpy as np

from index.network.weights import EPSILON, Array, Shape, Weights

_erf = np.frompyfunc(math.erf, 1, 1)


def read(weights: Weights, shape: Shape, ids: Array, types: Array) -> Array:
    """Vectors of the tokens of one text, (tokens, width), from their ids and types, each (tokens,)."""
    places = weights["places.weight"][: len(ids)]
    x = _norm(weights["words.weight"][ids] + weights["types.weight"][types] + places, weights, "norm")
    for n in range(shape.layers):
        layer = f"layers.{n}"
        heads = _product(x, weights, f"{layer}.qkv").reshape(len(ids), 3, shape.heads, -1).transpose(1, 2, 0, 3)
        q, k, v = heads
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])
        share = np.exp(scores - scores.max(-1, keepdims=True))
        context = (share / share.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(x.shape)
        x = _norm(x + _product(context, weights, f"{layer}.out"), weights, f"{layer}.out_norm")
        raised = _product(x, weights, f"{layer}.up")
        raised = raised * (1 + np.asarray(_erf(raised / math.sqrt(2)), np.float32)) / 2
        x = _norm(x + _product(raised, weights, f"{layer}.down"), weights, f"{layer}.down_norm")
    return x


def _product(x: Array, weights: Weights, name: str) -> Array:
    return np.asarray(x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"])


def _norm(x: Array, weights: Weights, name: str) -> Array:
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + EPSILON)
    return np.asarray(scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"])
