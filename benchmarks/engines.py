"""The engines that compute the default models: python -m benchmarks.engines

Times the encoder by OpenVINO and by torch, in turn in one process with all processors, on the shapes that answering
meets: a question, sentences to compare, passages to read as one batch and in batches of like lengths. Medians, and the
share of torch's time that OpenVINO takes.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
from safetensors.numpy import load_file

from index.encode import DEFAULT_MODEL
from index.encoders.find import find_model
from index.network.batches import read_each
from index.network.names import from_bert
from index.network.openvino import OpenVinoTower
from index.network.torch import TorchTower
from index.network.towers import Tower
from index.network.weights import Shape
from index.threads import processors

LENGTHS = {
    "a question": [16],
    "64 sentences": [10 + n % 50 for n in range(64)],
    "20 passages": [90 + 6 * n for n in range(20)],
}


def one_batch(tower: Tower, lengths: list[int]) -> None:
    """All texts padded to the longest."""
    ids = np.full((len(lengths), max(lengths)), 2000)
    mask = (np.arange(ids.shape[1]) < np.array(lengths)[:, None]).astype(np.int64)
    tower.read(ids, np.zeros_like(ids), mask)


def batches(tower: Tower, lengths: list[int]) -> None:
    """As answering does it."""
    texts = [[2000] * n for n in lengths]
    for _ in read_each(tower, texts, [[0] * n for n in lengths]):
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description="OpenVINO and torch on the default model.")
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    shape = Shape()
    weights = from_bert(load_file(find_model(DEFAULT_MODEL) / "model.safetensors"), shape.layers)
    towers: dict[str, Tower] = {"OpenVINO": OpenVinoTower(weights, shape), "torch": TorchTower(weights, shape)}
    print(f"{processors()} processors, {options.runs} runs in turn, medians in milliseconds")
    for name, lengths in LENGTHS.items():
        ways: tuple[Callable[[Tower, list[int]], None], ...] = (one_batch, batches)
        for way in ways:
            took: dict[str, list[float]] = {engine: [] for engine in towers}
            for run in range(options.runs + 2):  # the first two only warm up
                for engine, tower in towers.items():
                    started = time.perf_counter()
                    way(tower, lengths)
                    if run > 1:
                        took[engine].append((time.perf_counter() - started) * 1000)
            ours, theirs = (statistics.median(took[engine]) for engine in ("OpenVINO", "torch"))
            label = f"{name}, {'one batch' if way is one_batch else 'like lengths'}"
            print(f"{label:<28} OpenVINO {ours:7.1f}   torch {theirs:7.1f}   share {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
