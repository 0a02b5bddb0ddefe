"""Distances between words as MPNet groups them (as T5 does: Raffel et al. 2020, section 2.1)."""

from __future__ import annotations

import numpy as np

from index.network.weights import Array

_BUCKETS, _FARTHEST = 32, 128


def distance_buckets(positions: int) -> Array:
    """The group of each pair of positions, (positions, positions), int32, from 0 to 31.

    One half is for words behind, the other for words before. Half of each is a group for every distance, the rest
    grow by a factor, and the last holds all from 128 on.
    """
    behind = np.arange(positions)[:, None] - np.arange(positions)[None, :]
    half = _BUCKETS // 2
    exact = half // 2
    far = np.maximum(np.abs(behind), 1).astype(np.float32)
    share = np.log(far / np.float32(exact)) / np.float32(np.log(_FARTHEST / exact))
    grouped = np.minimum(exact + (share * np.float32(half - exact)).astype(np.int64), half - 1)
    found = np.where(np.abs(behind) < exact, np.abs(behind), grouped)
    return np.asarray(found + np.where(behind < 0, half, 0), np.int32)
