"""The reader's heads: what the encoder's vectors say of a passage, its words and its sentences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.network.weights import Array, Shape, Weights, sizes

RELEVANT, ANSWERS, SUPPORTS = range(3)


@dataclass(frozen=True, slots=True)
class HeadScores:
    """Log-odds of one pair: `pair` (3,), in the order RELEVANT, ANSWERS, SUPPORTS; `span` (tokens, 2), start and end;
    `sentence` (sentences,)."""

    pair: Array
    span: Array
    sentence: Array


def head_scores(states: Array, numbers: Array, weights: Weights) -> HeadScores:
    """What `index.network.torch.Network` computes of the encoder's vectors, of shape (tokens, width). `numbers` tells
    which sentence each token belongs to, -1 for none."""
    first = states[0]
    member = (numbers == np.arange(numbers.max(initial=-1) + 1)[:, None]).astype(np.float32)
    mean = member @ states / np.maximum(member.sum(-1, keepdims=True), 1)
    beside = np.concatenate([mean, np.broadcast_to(first, mean.shape)], -1)
    pair, span = _product(first, weights, "pair"), _product(states, weights, "span")
    return HeadScores(pair, span, _product(beside, weights, "sentence")[..., 0])


def reader_sizes(shape: Shape) -> dict[str, tuple[int, ...]]:
    """The names of a reader's weights, encoder and heads, with the shape of each."""
    heads = {"pair": (3, shape.width), "span": (2, shape.width), "sentence": (1, 2 * shape.width)}
    found = sizes(shape)
    for name, size in heads.items():
        found |= {f"{name}.weight": size, f"{name}.bias": size[:1]}
    return found


def _product(x: Array, weights: Weights, name: str) -> Array:
    return np.asarray(x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"])
