"""From nothing to an answer: python -m benchmarks.cold [--runs N] [--tree PATH] [--imports]

Seconds from the start of a process to the answer of `python -m bot ask`, and, of the server as users start it, to
/api/health, to /api/ready and to the first answer, asked for as soon as it is ready. Medians. The index is made of the
sample articles by each tree's own ingest.py, before anything is timed.

--tree measures another checkout of the project beside this one, in an order that turns round from run to run, and
prints the ratios. --imports prints instead which libraries `python -m bot ask` spends most of its importing on, and
which module asked for each first (measuring makes imports slower: compare the shares).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import Request, urlopen

from benchmarks.imports import heaviest, parse
from benchmarks.served import ROOT, started

QUESTION = "What conditions has Russia set for normal relations?"
STEPS = ("python -m bot ask", "server, /api/health", "server, /api/ready", "server, first answer")
_PATIENCE_S = 180


def ask(tree: Path, index: Path) -> float:
    """Seconds to the first line of the answer of the command line."""
    command = [sys.executable, "-m", "bot", "ask", QUESTION, "--index", str(index)]
    begun = time.perf_counter()
    with subprocess.Popen(command, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        line = process.stdout.readline()
        took = time.perf_counter() - begun
        process.stdout.read()
    if process.returncode or not line.strip():
        raise SystemExit(f"error: python -m bot ask ended with {process.returncode} in {tree}; run it there to see why")
    return took


def serve(tree: Path, index: Path) -> tuple[float, float, float]:
    """Seconds to the server's health, to its readiness, and to its first answer."""
    begun = time.perf_counter()
    with started(index, tree) as (address, process):
        steps = []
        for path in ("health", "ready"):
            _until_ok(f"http://{address}/api/{path}", process)
            steps.append(time.perf_counter() - begun)
        body = json.dumps({"question": QUESTION}).encode()
        request = Request(f"http://{address}/api/ask", body, {"Content-Type": "application/json"})
        with urlopen(request, timeout=_PATIENCE_S) as response:
            answer = json.load(response)
        steps.append(time.perf_counter() - begun)
    if answer["abstained"]:
        raise SystemExit(f"error: the server in {tree} has no answer to {QUESTION!r}; its index is not of the samples")
    health, ready, answered = steps
    return health, ready, answered


def _until_ok(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while process.poll() is None:
        try:
            with urlopen(address, timeout=_PATIENCE_S):
                return
        except (URLError, OSError) as error:
            if time.monotonic() > deadline:
                raise SystemExit(f"error: {address} did not answer in {_PATIENCE_S} s ({error})") from error
            time.sleep(0.01)
    raise SystemExit(f"error: the server ended with {process.returncode} before it answered at {address}")


def make_index(tree: Path, index: Path) -> None:
    """The sample articles of this tree, ingested by that one."""
    command = [sys.executable, "ingest.py", str(ROOT / "data" / "articles"), "--index", str(index)]
    subprocess.run(command, cwd=tree, check=True, stdout=subprocess.DEVNULL)


def show_imports(tree: Path, index: Path) -> None:
    """Prints the ten heaviest libraries."""
    command = [sys.executable, "-X", "importtime", "-m", "bot", "ask", QUESTION, "--index", str(index)]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True)
    imports = parse(done.stderr.splitlines())
    total = sum(item.own_us for item in imports) / 1000
    print(f"{tree}: {len(imports)} modules in {total:.0f} ms")
    for library in heaviest(imports):
        asked = f"   first for {library.by}" if library.by else ""
        print(f"{library.name:<20} {library.ms:7.0f} ms {library.ms / total:5.0%}  {library.modules:4} modules{asked}")


def report(trees: Sequence[Path], found: Sequence[Sequence[Sequence[float]]]) -> str:
    """A line a step: the median of each tree, and of two the median of the ratios of this tree to the other in the same
    run. `found` holds for each tree the seconds of each run, a number a step."""
    lines = [f"{'':22}" + "".join(f"{tree.name or str(tree):>16.16}" for tree in trees)]
    for number, step in enumerate(STEPS):
        columns = [[run[number] for run in runs] for runs in found]
        line = f"{step:22}" + "".join(f"{median(column):14.2f} s" for column in columns)
        if len(columns) == 2:
            line += f"   ratio {median(ours / theirs for ours, theirs in zip(*columns, strict=True)):.2f}"
        lines.append(line)
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="From nothing to an answer.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--tree", type=Path, metavar="PATH", help="another checkout, measured beside this one")
    parser.add_argument("--imports", action="store_true", help="print the heaviest imports instead")
    options = parser.parse_args()
    trees = [ROOT, *([options.tree.resolve()] if options.tree else [])]
    if strays := [tree for tree in trees if not (tree / "ingest.py").is_file()]:
        raise SystemExit(f"error: {strays[0]} has no ingest.py; give a checkout of the project")
    with tempfile.TemporaryDirectory() as work:
        indexes = [Path(work) / f"index-{number}" for number in range(len(trees))]
        found: list[list[list[float]]] = [[] for _ in trees]
        for tree, index in zip(trees, indexes, strict=True):
            make_index(tree, index)
            if options.imports:
                show_imports(tree, index)
        if options.imports:
            return
        for run in range(options.runs):
            turn = range(len(trees))
            for number in turn if run % 2 == 0 else reversed(turn):
                tree, index = trees[number], indexes[number]
                found[number].append([ask(tree, index), *serve(tree, index)])
        print(f"{os.cpu_count()} processors, {options.runs} runs, medians")
        print(report(trees, found))


if __name__ == "__main__":
    main()
