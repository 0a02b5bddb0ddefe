"""Which engine computes the encoder."""

from __future__ import annotations

import logging
from importlib.util import find_spec
from typing import Protocol

import numpy as np

from index.network import plain
from index.network.weights import Array, Shape, Weights

_LEAST_COSINE = 0.999
_PROBE = 12  # tokens
_log = logging.getLogger(__name__)


class Tower(Protocol):
    """The encoder at work. Safe to use from any thread."""

    def read(self, ids: Array, types: Array, mask: Array) -> Array:
        """Vectors of the tokens, (texts, tokens, width), float32, from their ids, types and mask, each (texts,
        tokens), int64."""
        ...


def open_tower(weights: Weights, shape: Shape) -> Tower:
    """By OpenVINO where it is installed and computes what it should on this machine, else by torch."""
    if find_spec("openvino") is not None:
        from index.network.openvino import OpenVinoTower

        try:
            tower = OpenVinoTower(weights, shape)
            if agrees(tower, weights, shape):
                return tower
            _log.warning("OpenVINO computes other vectors here than it should; torch is used, which takes longer")
        except RuntimeError as error:  # whatever its plug-in has against this machine
            _log.warning("OpenVINO cannot be used (%s); torch is used, which takes longer", str(error)[:200])
    from index.network.torch import TorchTower

    return TorchTower(weights, shape)


def agrees(tower: Tower, weights: Weights, shape: Shape) -> bool:
    """True if a short text gets the vector that it gets in plain float32, up to rounding."""
    ids = np.arange(min(_PROBE, shape.positions), dtype=np.int64)[None, :] * 97 % shape.vocabulary
    types = np.zeros_like(ids)
    found = tower.read(ids, types, np.ones_like(ids))[0].mean(0)
    expected = plain.read(weights, shape, ids[0], types[0]).mean(0)
    lengths = np.linalg.norm(found) * np.linalg.norm(expected)
    return bool(found @ expected >= _LEAST_COSINE * lengths)
