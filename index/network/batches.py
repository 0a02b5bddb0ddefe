"""Texts of any lengths through the encoder, in batches that hold little padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from index.network.towers import Tower
from index.network.weights import Array

_TOKENS_AT_ONCE = 2048  # of a batch, what is padded among them: more do not fit into a processor's caches
_ROWS, _LENGTHS = 2, 8  # what a batch of several texts is rounded up to
_BATCH_COSTS = 16  # tokens that are read in the time that another batch costs: all weights come from memory once more


def read_each(
    tower: Tower, ids: Sequence[Sequence[int]], types: Sequence[Sequence[int]]
) -> Iterator[tuple[int, Array]]:
    """The number of each text with the vectors of its tokens, (tokens, width), the shortest texts first."""
    for rows in _batches([len(one) for one in ids]):
        # Rounded, as kernels are made for a shape when it is first met.
        shape = _shape(len(rows), len(ids[rows[-1]]))
        words, kinds, mask = (np.zeros(shape, np.int64) for _ in range(3))
        mask[len(rows) :, 0] = 1  # of rows that are there to fill the shape
        for row, at in enumerate(rows):
            n = len(ids[at])
            words[row, :n], kinds[row, :n], mask[row, :n] = ids[at], types[at], 1
        states = tower.read(words, kinds, mask)
        for row, at in enumerate(rows):
            yield int(at), states[row, : len(ids[at])]


def _shape(rows: int, length: int) -> tuple[int, int]:
    """The rows and columns of a batch of so many texts, the longest of them of this length."""
    return rows if rows == 1 else _rounded(rows, _ROWS), _rounded(length, _LENGTHS)


def _rounded(number: int, step: int) -> int:
    return -(-number // step) * step


def _batches(lengths: Sequence[int]) -> list[Array]:
    """The texts' numbers in batches, the longest of each last: of all ways to cut the texts in order of length, the one
    that takes least time."""
    order = np.argsort(lengths, kind="stable")
    least, begins = [0], [0]  # for the first so many texts: what they cost, and where the last batch begins
    for end in range(1, len(order) + 1):
        longest = lengths[order[end - 1]]
        costs: list[tuple[int, int]] = []
        for begin in range(end - 1, -1, -1):
            rows, columns = _shape(end - begin, longest)
            if rows * columns > _TOKENS_AT_ONCE and costs:
                break
            costs.append((least[begin] + rows * columns + _BATCH_COSTS, begin))
        cost, begin = min(costs)
        least.append(cost)
        begins.append(begin)
    found = []
    end = len(order)
    while end:
        found.append(order[begins[end] : end])
        end = begins[end]
    return found[::-1]
