"""What bounds an ingest and a question: python -m benchmarks.limit [FOLDER] [--question Q]

The limit is the arithmetic of the models: multiplications and additions of the network for the tokens there are (a
padded one counts as lost), over the best that this machine does in a large matrix product in 32 bits, all threads,
measured in the same run. Ingests FOLDER (data/articles) into a temporary index and asks it the question, and prints
what part of the time went where (cProfile: what Python itself does takes longer than it would), the tokens, the share
of them that is padding, and the part of the limit that the network reached while it computed.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.settings import Settings
from bot.wire import make_bot
from index.build import ingest
from index.encode import open_encoder
from index.encoders.network import NetworkEncoder
from index.network.towers import Tower
from index.network.weights import Array, Shape
from index.reader.minilm import MiniLMReader

# Functions whose time, with all that they call, is a stage. Those of a question hold their part of the network.
INGEST = {
    "network": "openvino.py:read",
    "reading files": "stages.py:read_file",
    "cleaning": "stages.py:make_articles",
    "cutting": "stages.py:cut",
    "copies": "version.py:_signatures",
    "word index": "postings.py:index_terms",
    "spellings": "version.py:_spellings",
    "writing, checksums, fsync": "publish.py:publish",
}
QUESTION = {
    "network": "openvino.py:read",
    "searching": "search.py:search",
    "reading": "rerank.py:rerank",
    "answering": "extractive.py:answer",
}


@dataclass
class Counted:
    """A tower that counts what passes through it."""

    tower: Tower
    tokens: int = 0
    padded: int = 0
    flops: float = 0.0
    seconds: float = 0.0

    def read(self, ids: Array, types: Array, mask: Array) -> Array:
        begun = time.perf_counter()
        found = self.tower.read(ids, types, mask)
        self.seconds += time.perf_counter() - begun
        lengths = mask.sum(1)
        self.tokens += int(lengths.sum())
        self.padded += int(mask.size - lengths.sum())
        self.flops += sum(flops(int(n)) for n in lengths)
        return found


def flops(tokens: int, shape: Shape | None = None) -> float:
    """Multiplications and additions of the network for a text of so many tokens; look-ups and norms are left out."""
    shape = shape or Shape()
    products = 4 * shape.width**2 + 2 * shape.width * shape.inner  # of a token: query, key, value, out, up, down
    attention = 2 * tokens * shape.width  # of a token: scores, and the sum that they weigh
    return 2.0 * shape.layers * tokens * (products + attention)


def peak(size: int = 3072, rounds: int = 5) -> float:
    """FLOPs a second of the best of a few matrix products in float32."""
    a, b = (np.random.default_rng(n).standard_normal((size, size), np.float32) for n in (1, 2))
    best = 0.0
    for _ in range(rounds):
        begun = time.perf_counter()
        _ = a @ b
        best = max(best, 2 * size**3 / (time.perf_counter() - begun))
    return best


def stages(profile: cProfile.Profile, names: dict[str, str]) -> dict[str, float]:
    """Seconds in each stage, and what is left of the whole."""
    found = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    return {
        stage: max(
            (row[3] for (path, _, name), row in found.items() if f"{Path(path).name}:{name}" == function), default=0.0
        )
        for stage, function in names.items()
    }


def told(title: str, total: float, spent: dict[str, float], counted: list[Counted], best: float) -> None:
    print(f"\n{title}: {total:.2f} s")
    for stage, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"  {stage:32}{seconds:8.2f} s  {100 * seconds / total:5.1f} %")
    tokens, padded = sum(c.tokens for c in counted), sum(c.padded for c in counted)
    work, seconds = sum(c.flops for c in counted), sum(c.seconds for c in counted)
    print(f"  {tokens:,} tokens, {100 * padded / max(1, tokens + padded):.1f} % more were padding")
    print(f"  {work / 1e9:.1f} GFLOP, so {work / best:.2f} s at the least; the network took {seconds:.2f} s:", end=" ")
    print(f"{100 * work / best / seconds:.0f} % of the limit ({work / seconds / 1e9:.0f} GFLOP/s)")


def timed(work: Callable[[], Any]) -> tuple[float, cProfile.Profile]:
    profile = cProfile.Profile()
    begun = time.perf_counter()
    profile.runcall(work)
    return time.perf_counter() - begun, profile


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.limit")
    parser.add_argument("folder", nargs="?", default="data/articles")
    parser.add_argument("--question", default="What conditions has Russia set for normal relations?")
    options = parser.parse_args()
    best = peak()
    print(f"a matrix product of 3,072: {best / 1e9:.0f} GFLOP/s")
    encoder = open_encoder()
    assert isinstance(encoder, NetworkEncoder)
    encoder.encode(["A first text, with which it loads."])
    first = Counted(encoder._tower)
    vars(encoder)["_tower"] = first
    with tempfile.TemporaryDirectory() as work:
        index = Path(work) / "index"
        seconds, profile = timed(lambda: ingest([options.folder], index, encoder))
        spent = stages(profile, INGEST)
        told("ingest", seconds, spent | {"all else": seconds - sum(spent.values())}, [first], best)
        reader = MiniLMReader()
        reader.load()
        tower, heads = reader._network
        second = Counted(tower)
        vars(reader)["_network"] = (second, heads)
        bot = make_bot(Settings(index=index), encoder, reader)
        bot.ask("Who counts the gulls?")
        for counted in (first, second):
            counted.tokens = counted.padded = 0
            counted.flops = counted.seconds = 0.0
        bot = make_bot(Settings(index=index), encoder, reader)  # anew, for one remembers what was read
        seconds, profile = timed(lambda: bot.ask(options.question))
        told("a question", seconds, stages(profile, QUESTION), [first, second], best)
        for name, counted in (("encoder", first), ("reader", second)):
            print(f"  of it the {name}: {counted.seconds:.2f} s, {counted.tokens:,} tokens, {counted.padded:,} padded")


if __name__ == "__main__":
    main()
