"""The encoder by each engine, against plain numpy and against each other."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from index.network import towers
from index.network.batches import read_each
from index.network.openvino import OpenVinoTower
from index.network.plain import read
from index.network.torch import Network, TorchTower
from index.network.towers import Tower, agrees, open_tower
from index.network.weights import PLAIN, Array, Shape, Style, Weights, sizes
from index.reader.heads import head_scores, reader_sizes
from index.reader.packed import read_packed

ROOT = Path(__file__).parents[2]
SMALL = Shape(vocabulary=50, positions=48, width=16, layers=2, heads=4, inner=24)
ENGINES: dict[str, Callable[[Weights, Shape], Tower]] = {"openvino": OpenVinoTower, "torch": TorchTower}


def random_weights(shape: Shape = SMALL) -> dict[str, Array]:
    chance = np.random.default_rng(4)
    return {name: chance.normal(0, 0.4, size).astype(np.float32) for name, size in sizes(shape).items()}


@pytest.fixture(scope="module")
def weights() -> Weights:
    return random_weights()


@pytest.fixture(scope="module", params=ENGINES)
def tower(request: pytest.FixtureRequest, weights: Weights) -> Tower:
    return ENGINES[request.param](weights, SMALL)


def cosine(one: Array, other: Array) -> float:
    return float((one * other).sum() / np.linalg.norm(one) / np.linalg.norm(other))


def some_texts(
    lengths: tuple[int, ...] = (20, 9, 1, 14, 40, 3, 3, 17, 30, 11),
) -> tuple[list[list[int]], list[list[int]]]:
    chance = np.random.default_rng(3)
    ids = [chance.integers(1, SMALL.vocabulary, n).tolist() for n in lengths]
    return ids, [[int(i > 2) for i in range(n)] for n in lengths]


def test_vectors_are_those_of_plain_numpy_in_any_company(tower: Tower, weights: Weights) -> None:
    ids, types = some_texts()
    found = dict(read_each(tower, ids, types))
    assert sorted(found) == list(range(len(ids)))
    for n, vectors in found.items():
        expected = read(weights, SMALL, np.array(ids[n]), np.array(types[n]))
        assert vectors.shape == expected.shape and vectors.dtype == np.float32
        assert cosine(vectors, expected) > 0.999  # all there is to bfloat16, where the processor has it


def test_many_threads_may_read_at_once(tower: Tower) -> None:
    ids, types = some_texts()
    expected = dict(read_each(tower, ids, types))
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: dict(read_each(tower, ids, types)), range(24)):
            for n, vectors in found.items():
                np.testing.assert_array_equal(vectors, expected[n])


def test_what_was_read_stays_when_more_is_read(tower: Tower) -> None:
    ids, mask = np.full((1, 5), 7), np.ones((1, 5), np.int64)
    first = tower.read(ids, np.zeros_like(ids), mask)
    kept = first.copy()
    tower.read(ids + 1, np.zeros_like(ids), mask)
    np.testing.assert_array_equal(first, kept)


class Wrong:
    """An engine that computes something else."""

    def __init__(self, weights: Weights, shape: Shape, style: Style = PLAIN) -> None:
        self._width = shape.width

    def read(self, ids: Array, types: Array, mask: Array) -> Array:
        return np.ones((*ids.shape, self._width), np.float32)


class Broken:
    def __init__(self, weights: Weights, shape: Shape, style: Style = PLAIN) -> None:
        raise RuntimeError("no such processor")


@pytest.mark.parametrize(("engine", "said"), [(Wrong, "computes other vectors"), (Broken, "no such processor")])
def test_an_engine_that_cannot_be_trusted_is_not_used_and_that_is_said(
    engine: Any, said: str, weights: Weights, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("index.network.openvino.OpenVinoTower", engine)
    with caplog.at_level(logging.WARNING):
        tower = open_tower(weights, SMALL)
    assert isinstance(tower, TorchTower)
    assert said in caplog.text and "torch is used" in caplog.text


def test_openvino_is_used_where_it_is_installed_and_torch_where_not(
    weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(open_tower(weights, SMALL), OpenVinoTower)
    monkeypatch.setattr(towers, "find_spec", lambda name: None)
    assert isinstance(open_tower(weights, SMALL), TorchTower)


def test_both_engines_agree_with_plain_numpy_and_a_wrong_one_does_not(tower: Tower, weights: Weights) -> None:
    assert agrees(tower, weights, SMALL)
    assert not agrees(Wrong(weights, SMALL), weights, SMALL)


def test_the_heads_compute_what_the_network_computes(tiny_network: Network, tiny_reader: Path) -> None:
    weights, shape = read_packed(tiny_reader)
    assert {name: weight.shape for name, weight in weights.items()} == reader_sizes(shape)
    chance = np.random.default_rng(5)
    states = chance.normal(size=(9, shape.width)).astype(np.float32)
    numbers = np.array([-1, -1, 0, 0, 1, 1, 1, 2, -1])
    found = head_scores(states, numbers, weights)
    network = Network(shape)
    network.load_state_dict({name: torch.from_numpy(weight) for name, weight in weights.items()})
    with torch.inference_mode():
        given = torch.from_numpy(states)
        np.testing.assert_allclose(found.pair, network.pair(given[0]).numpy(), atol=1e-5)
        np.testing.assert_allclose(found.span, network.span(given).numpy(), atol=1e-5)
        for n in range(3):
            beside = torch.cat([given[torch.from_numpy(numbers) == n].mean(0), given[0]])
            assert found.sentence[n] == pytest.approx(network.sentence(beside).item(), abs=1e-5)


def test_neither_torch_nor_what_counts_openvinos_users_is_loaded() -> None:
    code = (
        "import sys; from index.encode import open_encoder; from index.reader.minilm import MiniLMReader;"
        "from index.reader import Text; open_encoder().encode(['a']); MiniLMReader().read('Who?', [Text('', 'Ulla.')]);"
        "print('torch' in sys.modules, sys.modules['openvino_telemetry'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout == "False None\n", done.stderr
