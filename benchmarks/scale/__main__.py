"""python -m benchmarks.scale [--passages N ...] [--data FOLDER] [--plot FILE.svg] [--json FILE]

Builds an index of N passages for each N (1,000 to 100,000 unless told otherwise), each in a process of its own, and
asks it in another: seconds and peak memory of building, seconds to open, milliseconds of a search (`Searcher.search`:
encoding the question, vectors, words, fusing) at the median and the 95th percentile, of its parts, and of one by a
reader who may see nine tenths, recall@10 of the vectors against an exact search, and the memory of the asking process,
its own and what it has mapped of files. Texts come from FOLDER (data/articles if none is given), see texts.py for how
they become N. --part is what the processes are started with.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.scale.plot import plot
from benchmarks.scale.texts import Dealt, Made, questions, sentences
from index.access import EVERYTHING, Access
from index.build import add_documents
from index.encode import open_encoder
from index.opened import open_index
from index.search import Searcher

_SENTENCES, _QUESTIONS = 40_000, 300
_KEPT = Path(".footnote/scale")


def memory() -> dict[str, float]:
    """MiB of this process: its own, mapped from files, and the most it ever held."""
    lines = (line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    found: dict[str, str] = dict(lines)
    names = {"own": "RssAnon", "mapped": "RssFile", "peak": "VmHWM"}
    return {name: round(int(found[key].split()[0]) / 1024) for name, key in names.items()}


def build(index: Path, data: Path, count: int) -> dict[str, Any]:
    """Builds an index of `count` passages."""
    encoder = open_encoder()
    made = Made.of(sentences(data, _SENTENCES), encoder, _KEPT)
    documents = list(made.documents(count))
    before, started = memory(), time.perf_counter()
    report = add_documents(documents, index, Dealt(made, encoder))
    seconds = time.perf_counter() - started
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file()) / 2**20
    return {
        "passages": report.passages,
        "build_s": round(seconds, 1),
        "build_peak_MiB": memory()["peak"],
        "given_MiB": before["own"],
        "disk_MiB": round(size),
        "fidelity": [round(value, 3) for value in made.fidelity],
    }


def ask(index: Path, data: Path) -> dict[str, Any]:
    """Asks an index."""
    encoder = open_encoder()
    asked = questions(data, _QUESTIONS)
    vectors = encoder.encode(asked)
    before, started = memory(), time.perf_counter()
    opened = open_index(index)
    found: dict[str, Any] = {"open_s": round(time.perf_counter() - started, 2)}
    searcher = Searcher(opened, encoder)
    searcher.search(asked[0])
    whole, part = opened.view(EVERYTHING), opened.view(Access())
    part.nearest(vectors[0], 60)
    stages: dict[str, Callable[[int], object]] = {
        "search": lambda n: searcher.search(asked[n], 10),
        "encode": lambda n: encoder.encode([asked[n]]),
        "vectors": lambda n: whole.nearest(vectors[n], 60),
        "words": lambda n: whole.matching(asked[n], 60),
        "search, nine tenths": lambda n: searcher.search(asked[n], 10, access=Access()),
    }
    for name, stage in stages.items():
        took = []
        for n in range(len(asked)):
            begun = time.perf_counter()
            stage(n)
            took.append((time.perf_counter() - begun) * 1000)
        found[f"{name}_p50_ms"], found[f"{name}_p95_ms"] = (round(float(v), 1) for v in np.percentile(took, [50, 95]))
    now = memory()
    found |= {"own_MiB": now["own"], "own_before_MiB": before["own"], "mapped_MiB": now["mapped"]}
    cosines = opened.store.vectors() @ vectors.T
    tenth = np.partition(cosines, -10, axis=0)[-10]  # who is as near as the tenth best is as good
    same = sum(
        int((opened.store.search(vector, 10)[1] >= least - 1e-5).sum())
        for vector, least in zip(vectors, tenth, strict=True)
    )
    return {**found, "recall@10": round(same / (10 * len(vectors)), 4)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale")
    parser.add_argument("--passages", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--data", type=Path, default=Path("data/articles"))
    parser.add_argument("--plot", type=Path, help="an SVG file to draw the curves to")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--part", choices=["build", "ask"], help=argparse.SUPPRESS)
    parser.add_argument("--index", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        count = options.passages[0]
        building = options.part == "build"
        print(json.dumps(build(options.index, options.data, count) if building else ask(options.index, options.data)))
        return
    rows = []
    for count in options.passages:
        with tempfile.TemporaryDirectory() as work:
            row: dict[str, Any] = {}
            for part in ("build", "ask"):
                command = [sys.executable, "-m", "benchmarks.scale", "--part", part, "--passages", str(count)]
                command += ["--data", str(options.data), "--index", f"{work}/index"]
                row |= json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
            print(json.dumps(row), flush=True)
            rows.append(row)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), "utf-8")
    if options.plot:
        options.plot.write_text(plot(rows), "utf-8")


if __name__ == "__main__":
    main()
