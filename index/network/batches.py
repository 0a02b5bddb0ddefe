"""Texts of any lengths through the encoder, in batches that hold little padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from index.network.towers import Tower
from index.network.weights import Array

_TOKENS_AT_ONCE = 2048  # of a batch, what is padded among them: more do not fit into a processor's caches
_ROWS, _LENGTHS = 4, 16  # what a batch of several texts is rounded up to


def read_each(
    tower: Tower, ids: Sequence[Sequence[int]], types: Sequence[Sequence[int]]
) -> Iterator[tuple[int, Array]]:
    """The number of each text with the vectors of its tokens, (tokens, width), the shortest texts first."""
    for rows in _batches([len(one) for one in ids]):
        # A few shapes only: kernels are made for a shape when it is first met, which takes as long as to use them.
        shape = _rounded(len(rows), _ROWS if len(rows) > 1 else 1), _rounded(len(ids[rows[-1]]), _LENGTHS)
        words, kinds, mask = (np.zeros(shape, np.int64) for _ in range(3))
        mask[len(rows) :, 0] = 1  # of rows that are there to fill the shape
        for row, at in enumerate(rows):
            n = len(ids[at])
            words[row, :n], kinds[row, :n], mask[row, :n] = ids[at], types[at], 1
        states = tower.read(words, kinds, mask)
        for row, at in enumerate(rows):
            yield int(at), states[row, : len(ids[at])]


def _rounded(number: int, step: int) -> int:
    return -(-number // step) * step


def _batches(lengths: Sequence[int]) -> Iterator[Array]:
    """The texts' numbers in batches of like lengths, the longest of each last."""
    order = np.argsort(lengths, kind="stable")
    begin = 0
    while begin < len(order):
        end = begin + 1
        while end < len(order) and lengths[order[end]] * (end + 1 - begin) <= _TOKENS_AT_ONCE:
            end += 1
        if end < len(order) and end - begin > _ROWS:
            end -= (end - begin) % _ROWS  # full, so that nothing is read only to fill the shape
        yield order[begin:end]
        begin = end
