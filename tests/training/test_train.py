"""Training: it learns, it goes on where it was stopped, and what it writes can be loaded."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from index.errors import EncoderError
from index.network.torch import Network
from index.reader.packed import file_checksum, pack, unpack
from tests.training.samples import TINY, examples, tiny_network
from training.reader.losses import WEIGHTS
from training.reader.train import Training, main


def training(steps: int, start: int = 0, seed: int = 0, rate: float = 1e-2) -> Training:
    """A run of a tiny network whose first weights are those of the seed `start`."""
    torch.manual_seed(start)
    return Training(examples(), Namespace(steps=steps, rate=rate, seed=seed), tiny_network())


def weights(network: Network) -> dict[str, Tensor]:
    return {name: weight.detach().clone() for name, weight in network.state_dict().items()}


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of examples."""
    path = tmp_path_factory.mktemp("examples") / "examples.jsonl"
    path.write_text("".join(json.dumps(asdict(e)) + "\n" for e in examples()), "utf-8")
    return path


def run(written: Path, work: Path, *options: str) -> list[dict[str, Any]]:
    """Runs the command with a tiny network; the notes of its log."""
    torch.manual_seed(0)
    main([str(written), str(work), *options], tiny_network())
    return [json.loads(line) for line in (work / "log.jsonl").read_text("utf-8").splitlines()]


def test_a_step_changes_the_weights_and_tells_the_parts_of_its_loss() -> None:
    run = training(steps=2)
    before = weights(run.network)
    parts = run.step()
    assert parts.keys() == WEIGHTS.keys()
    assert all(0 <= value < 100 for value in parts.values())
    assert run.done == 1
    after = weights(run.network)
    assert [name for name in before if torch.equal(before[name], after[name])] == []


def test_the_loss_falls() -> None:
    run = training(steps=16)
    totals = [sum(WEIGHTS[name] * value for name, value in run.step().items()) for _ in range(16)]
    assert sum(totals[-6:]) < 0.97 * sum(totals[:6])


def test_only_training_examples_are_learnt_from() -> None:
    dev = [e for e in examples() if e.dev]
    run = training(steps=1)
    drawn = {item.question for _ in range(10) for item in run.sampler.draw()[0]}
    assert dev and drawn
    assert not drawn & ({e.question for e in dev} - {e.swapped for e in examples() if not e.dev})


def test_the_heads_learn_faster_and_the_rate_falls_towards_the_end() -> None:
    run = training(steps=50)
    body, heads = (group["lr"] for group in run.optimiser.param_groups)
    assert heads == pytest.approx(3 * body)
    rates = []
    for _ in range(50):
        rates.append(run.optimiser.param_groups[0]["lr"])
        run.optimiser.step()
        run.schedule.step()
    assert rates[0] < rates[2] == pytest.approx(1e-2, rel=0.05)
    assert 0 < rates[-1] < 0.05 * rates[2]
    assert rates[3:] == sorted(rates[3:], reverse=True)


def test_the_same_seed_learns_the_same() -> None:
    runs = [training(steps=2, seed=seed) for seed in (5, 5, 6)]
    for run in runs:
        run.step()
    one, again, other = (weights(run.network) for run in runs)
    assert same(one, again)
    assert not same(one, other)


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    through = training(steps=4)
    for _ in range(4):
        through.step()
    stopped = training(steps=4)
    for _ in range(2):
        stopped.step()
    stopped.save(tmp_path / "state.pt")
    assert [path.name for path in tmp_path.iterdir()] == ["state.pt"]
    resumed = training(steps=4, start=1, seed=9)
    resumed.load(tmp_path / "state.pt")
    assert resumed.done == 2
    assert not same(weights(resumed.network), weights(through.network))
    for _ in range(2):
        resumed.step()
    assert resumed.done == 4
    assert same(weights(resumed.network), weights(through.network))


def test_the_command_logs_what_it_does_and_writes_a_reader(written: Path, tmp_path: Path) -> None:
    notes = run(written, tmp_path / "work", "--steps", "2", "--measure", "9", "--seed", "3")
    assert [(n["note"], n["step"]) for n in notes] == [("started", 0), ("measured", 2), ("written", 2)]
    started, measured, last = notes[0], notes[1], notes[-1]
    assert (started["steps"], started["seed"], started["loss"]) == (2, 3, WEIGHTS)
    figures = {name: value for name, value in measured.items() if name not in ("note", "step")}
    assert {f"{name} sentence@1" for name in ("squad", "selqa", "covidqa", "policyqa")} < figures.keys()
    assert {f"AUROC {name}" for name in ("near", "swapped", "cut", "claims")} < figures.keys()
    assert all(0 <= value <= 1 for value in figures.values())
    reader = tmp_path / "work" / "reader.safetensors"
    assert (last["file"], last["sha256"]) == (reader.name, file_checksum(reader))
    network = unpack(reader, last["sha256"])
    assert network.shape == TINY
    state = torch.load(tmp_path / "work" / "state.pt")["network"]
    for name, weight in network.state_dict().items():
        assert weight.numpy() == pytest.approx(state[name].numpy(), abs=float(state[name].abs().max()) / 200), name


def test_the_command_notes_the_loss_every_fifty_steps(written: Path, tmp_path: Path) -> None:
    learnt = tmp_path / "examples.jsonl"  # without those for development, to save time
    rows = written.read_text("utf-8").splitlines(keepends=True)
    learnt.write_text("".join(row for row in rows if not json.loads(row)["dev"]), "utf-8")
    (loss,) = [n for n in run(learnt, tmp_path, "--steps", "50") if n["note"] == "loss"]
    assert loss["step"] == 50
    assert loss["seconds_a_step"] >= 0
    assert all(0 < loss[name] < 10 for name in WEIGHTS)


def test_the_command_goes_on_where_it_was_stopped(written: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.safetensors", tmp_path / "second.safetensors"
    run(written, tmp_path / "work", "--steps", "1", "--out", str(first))
    again = run(written, tmp_path / "work", "--steps", "1", "--out", str(second))
    assert [(n["note"], n["step"]) for n in again[3:]] == [("started", 1), ("written", 1)]
    assert same(weights(unpack(first)), weights(unpack(second)))
    assert again[-1]["file"] == second.name
    with pytest.raises(EncoderError, match="damaged or changed"):
        unpack(second, "0" * 64)


def test_the_same_weights_make_the_same_file(tmp_path: Path) -> None:
    network = tiny_network()
    assert len({pack(network, tmp_path / f"{n}.safetensors") for n in range(12)}) == 1
