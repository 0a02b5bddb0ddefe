"""Trains the reader from all-MiniLM-L6-v2: python -m training.reader.train EXAMPLES.jsonl WORK_DIR [--out READER]

Goes on where it was stopped: WORK_DIR holds the state, saved every `--save` steps, and log.jsonl, a line a note.
bfloat16 where the machine has it, on a GPU if there is one; on CPU set the threads with OMP_NUM_THREADS.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.numpy import load_file
from torch import nn

from index.encode import DEFAULT_MODEL
from index.encoders.find import find_model
from index.network.names import from_bert
from index.network.torch import Network
from index.network.weights import Shape
from index.reader.packed import pack
from index.reader.tokens import PairTokenizer
from training.reader.batches import Labelled, Mix, Sampler, label
from training.reader.develop import measure
from training.reader.examples import Example, read_examples
from training.reader.losses import WEIGHTS, losses

_HEADS = ("pair", "span", "sentence")
_HEADS_FASTER = 3.0  # they start from nothing
_WARM_UP, _LOWEST = 0.06, 0.02


class Training:
    """One run: network, optimiser, schedule and sampler, as one resumable state. Trains `first_network` or another."""

    def __init__(self, examples: list[Example], options: argparse.Namespace, network: Network | None = None) -> None:
        torch.manual_seed(options.seed)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.rng = random.Random(options.seed)
        self.sampler = Sampler([e for e in examples if not e.dev], self.rng, Mix())
        self.tokenizer = PairTokenizer()
        self.network = (first_network() if network is None else network).to(self.device).train()
        heads = [p for n, p in self.network.named_parameters() if n.split(".")[0] in _HEADS]
        body = [p for n, p in self.network.named_parameters() if n.split(".")[0] not in _HEADS]
        groups = [{"params": body, "lr": options.rate}, {"params": heads, "lr": options.rate * _HEADS_FASTER}]
        self.optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
        steps = options.steps
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimiser,
            lambda s: min((s + 1) / (_WARM_UP * steps), max(_LOWEST, (steps - s) / ((1 - _WARM_UP) * steps))),
        )
        self.done = 0

    def step(self) -> dict[str, float]:
        """One step; the parts of the loss."""
        labelled = label(self.tokenizer, *self.sampler.draw())
        with torch.autocast(self.device.type, torch.bfloat16):
            scores = self.network(labelled.batch.to(self.device))
        parts = losses(scores, _to(labelled, self.device))
        self.optimiser.zero_grad()
        total = torch.stack([WEIGHTS[name] * part for name, part in parts.items()]).sum()
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.schedule.step()
        self.done += 1
        return {name: float(part.detach()) for name, part in parts.items()}

    def save(self, path: Path) -> None:
        """Writes the state beside `path` first, so that a stop while writing loses nothing."""
        state = {
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "done": self.done,
            "rng": self.rng.getstate(),
        }
        fresh = path.with_suffix(".new")
        torch.save(state, fresh)
        fresh.replace(path)

    def load(self, path: Path) -> None:
        state = torch.load(path, map_location=self.device)
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        self.done = state["done"]
        self.rng.setstate(state["rng"])


def first_network() -> Network:
    """The packaged encoder with untrained heads."""
    network = Network(Shape())
    taken = from_bert(load_file(find_model(DEFAULT_MODEL) / "model.safetensors"), network.shape.layers)
    tensors = {name: torch.from_numpy(weight) for name, weight in taken.items()}
    missing, unexpected = network.load_state_dict(tensors, strict=False)
    assert not unexpected and all(name.split(".")[0] in _HEADS for name in missing), (missing, unexpected)
    return network


def _to(labelled: Labelled, device: torch.device) -> Labelled:
    pair, sentence, starts, ends = (
        t.to(device) for t in (labelled.pair, labelled.sentence, labelled.starts, labelled.ends)
    )
    batch = labelled.batch.to(device)
    return Labelled(labelled.pairs, batch, pair, sentence, starts, ends, labelled.contests)


def main(arguments: Sequence[str] | None = None, network: Network | None = None) -> None:
    parser = argparse.ArgumentParser(description="Trains the reader.")
    parser.add_argument("examples", type=Path, help="what training.reader.examples wrote")
    parser.add_argument("work", type=Path, help="folder for the state and the log; a run there is resumed")
    parser.add_argument("--out", type=Path, help="where the finished reader goes (default: WORK/reader.safetensors)")
    parser.add_argument("--steps", type=int, default=1800)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save", type=int, default=100, help="steps between two saved states")
    parser.add_argument("--measure", type=int, default=400, help="steps between two measurements")
    options = parser.parse_args(arguments)
    options.work.mkdir(parents=True, exist_ok=True)
    examples = read_examples(options.examples)
    training, state = Training(examples, options, network), options.work / "state.pt"

    def note(kind: str, **values: Any) -> None:
        line = json.dumps({"note": kind, "step": training.done, **values})
        print(line, flush=True)
        with (options.work / "log.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")

    if state.exists():
        training.load(state)
    told = {"steps": options.steps, "rate": options.rate, "seed": options.seed, "mix": asdict(Mix()), "loss": WEIGHTS}
    machine = {"device": str(training.device), "threads": torch.get_num_threads(), "torch": torch.__version__}
    note("started", **told, **machine, python=platform.python_version())
    parts: dict[str, float] = defaultdict(float)
    started, since = time.monotonic(), 0
    dev = [e for e in examples if e.dev]
    while training.done < options.steps:
        for name, value in training.step().items():
            parts[name] += value
        since += 1
        if training.done % 50 == 0:
            seconds = (time.monotonic() - started) / since
            note("loss", **{n: round(v / since, 3) for n, v in parts.items()}, seconds_a_step=round(seconds, 2))
            parts.clear()
            started, since = time.monotonic(), 0
        if training.done % options.measure == 0 or training.done == options.steps:
            note("measured", **measure(training.network, training.tokenizer, dev, training.device))
            started, since = time.monotonic(), 0
            parts.clear()
        if training.done % options.save == 0 or training.done == options.steps:
            training.save(state)
    out = options.out or options.work / "reader.safetensors"
    note("written", file=out.name, sha256=pack(training.network.cpu(), out))


if __name__ == "__main__":
    main()
