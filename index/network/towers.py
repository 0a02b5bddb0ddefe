"""Which engine computes the encoder."""

from __future__ import annotations

import logging
from importlib.util import find_spec
from typing import Protocol

import numpy as np

from index.network import plain
from index.network.weights import PLAIN, Array, Shape, Style, Weights

LEAST_COSINE = 0.999
_PROBE = 12  # tokens
_log = logging.getLogger(__name__)


class Tower(Protocol):
    """The encoder at work. Safe to use from any thread."""

    def read(self, ids: Array, types: Array, mask: Array) -> Array:
        """Vectors of the tokens, (texts, tokens, width), float32, from their ids, types and mask, each (texts,
        tokens), int64."""
        ...


class NoEngineError(Exception):
    """No engine computes the model on this machine as it should; the message says why."""


def open_tower(weights: Weights, shape: Shape) -> Tower:
    """By OpenVINO where it is installed and computes what it should on this machine, else by torch."""
    try:
        return open_openvino(weights, shape)
    except NoEngineError as error:
        if find_spec("openvino") is not None:
            _log.warning("%s; torch is used, which takes longer", error)
    from index.network.torch import TorchTower

    return TorchTower(weights, shape)


def open_openvino(weights: Weights, shape: Shape, style: Style = PLAIN) -> Tower:
    """By OpenVINO. Raises NoEngineError if it is not installed, or computes other vectors than plain numpy."""
    if find_spec("openvino") is None:
        raise NoEngineError("OpenVINO is not installed")
    from index.network.openvino import OpenVinoTower

    try:
        tower = OpenVinoTower(weights, shape, style)
        if agrees(tower, weights, shape, style):
            return tower
    except RuntimeError as error:  # whatever its plug-in has against this machine
        raise NoEngineError(f"OpenVINO cannot be used ({str(error)[:200]})") from error
    raise NoEngineError("OpenVINO computes other vectors here than it should")


def agrees(tower: Tower, weights: Weights, shape: Shape, style: Style = PLAIN) -> bool:
    """True if a short text gets the vector that it gets in plain float32, up to rounding."""
    ids = np.arange(min(_PROBE, shape.positions), dtype=np.int64)[None, :] * 97 % shape.vocabulary
    types = np.zeros_like(ids)
    found = tower.read(ids, types, np.ones_like(ids))[0].mean(0)
    expected = plain.read(weights, shape, ids[0], types[0], style).mean(0)
    lengths = np.linalg.norm(found) * np.linalg.norm(expected)
    return bool(found @ expected >= LEAST_COSINE * lengths)
