"""The encoder by OpenVINO: fast on any CPU, and loaded without torch.

The graph is written down with OpenVINO's own operations, from the weights as they are. There is nothing to trace, to
convert or to keep on disk: it is compiled in a third of a second, in bfloat16 where the processor has that in hardware.
"""

# ruff: noqa: E402
from __future__ import annotations

import sys
from threading import local
from typing import Any

import numpy as np

# What counts its users: without it OpenVINO takes a stub of its own, and tells nobody that it was imported.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # None makes an import of it fail

import openvino as ov
import openvino.opset13 as ops

from index.network.distances import distance_buckets
from index.network.weights import PLAIN, Array, Shape, Style, Weights
from index.threads import processors

_UNSEEN = -1e9  # added to the scores of what is padded


class OpenVinoTower:
    """Vectors of tokens. Safe to use from any thread."""

    def __init__(self, weights: Weights, shape: Shape, style: Style = PLAIN) -> None:
        settings: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": processors(),
            "ENABLE_CPU_PINNING": False,  # other processes compute too
        }
        self._compiled = ov.Core().compile_model(_graph(weights, shape, style), "CPU", settings)
        self._own = local()

    def read(self, ids: Array, types: Array, mask: Array) -> Array:
        """Vectors of the tokens, (texts, tokens, width), float32, from their ids, types and mask, each (texts,
        tokens), int64."""
        if not hasattr(self._own, "request"):  # each thread needs one of its own
            self._own.request = self._compiled.create_infer_request()
        return np.asarray(self._own.request.infer([ids, types, mask])[0])


def _graph(weights: Weights, shape: Shape, style: Style) -> Any:
    def held(name: str) -> Any:
        # As it is, not copied: the table of words alone has 47 MB.
        return ops.constant(np.ascontiguousarray(weights[name]), shared_memory=True)

    ids, types, mask = (ops.parameter([-1, -1], np.int64, name=name) for name in ("ids", "types", "mask"))
    axis = ops.constant(0)

    def picked(name: str, at: Any) -> Any:
        return ops.gather(held(f"{name}.weight"), at, axis)

    def product(x: Any, name: str) -> Any:
        along = ops.matmul(x, held(f"{name}.weight"), False, True)
        return ops.add(along, ops.constant(weights[f"{name}.bias"]))

    def norm(x: Any, name: str) -> Any:
        centred = ops.mvn(x, ops.constant([-1]), True, style.epsilon, "inside_sqrt")
        scaled = ops.multiply(centred, ops.constant(weights[f"{name}.weight"]))
        return ops.add(scaled, ops.constant(weights[f"{name}.bias"]))

    def apart(x: Any) -> Any:
        """(texts, tokens, width) to (texts, heads, tokens, width of a head)."""
        split = ops.reshape(x, ops.constant([0, 0, shape.heads, shape.width // shape.heads]), True)
        return ops.transpose(split, ops.constant([0, 2, 1, 3]))

    def together(x: Any) -> Any:
        return ops.reshape(ops.transpose(x, ops.constant([0, 2, 1, 3])), ops.constant([0, 0, shape.width]), True)

    def activated(x: Any) -> Any:
        if style.activation == "relu":
            return ops.relu(x)
        return ops.gelu(x, "erf" if style.activation == "gelu" else "tanh")

    def distant(length: Any) -> Any:
        """What is added to the scores of all texts for how far words are apart, (1, heads, tokens, tokens)."""
        end = ops.concat([ops.unsqueeze(length, axis)] * 2, 0)
        zero, one = (ops.constant(np.array([n, n], np.int64)) for n in (0, 1))
        buckets = ops.slice(ops.constant(distance_buckets(shape.positions)), zero, end, one)
        by_head = ops.transpose(picked("distances", buckets), ops.constant([2, 0, 1]))
        return ops.unsqueeze(by_head, axis)

    length = ops.gather(ops.shape_of(ids), ops.constant(1), axis)
    places = ops.range(ops.constant(0, np.int64), length, ops.constant(1, np.int64), "i64")
    x = norm(ops.add(ops.add(picked("words", ids), picked("types", types)), picked("places", places)), "norm")
    padded = ops.subtract(ops.constant(np.float32(1)), ops.convert(mask, "f32"))
    unseen = ops.multiply(padded, ops.constant(np.float32(_UNSEEN)))
    added = ops.unsqueeze(unseen, ops.constant([1, 2]))
    if "distances.weight" in weights:
        added = ops.add(added, distant(length))
    for n in range(shape.layers):
        layer = f"layers.{n}"
        thirds = ops.split(product(x, f"{layer}.qkv"), ops.constant(2), 3).outputs()
        context = ops.scaled_dot_product_attention(*map(apart, thirds), added)
        x = norm(ops.add(x, product(together(context), f"{layer}.out")), f"{layer}.out_norm")
        raised = activated(product(x, f"{layer}.up"))
        x = norm(ops.add(x, product(raised, f"{layer}.down")), f"{layer}.down_norm")
    return ov.Model([x], [ids, types, mask], "encoder")
