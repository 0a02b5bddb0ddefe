"""Rounds of the comparison: every system does every job in each, in an order that turns round from one to the next."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any, cast

from benchmarks.peers.environments import ROOT, environment
from benchmarks.peers.gold import Asked, Quality, quality
from benchmarks.peers.peer import Passage
from benchmarks.peers.systems import System
from benchmarks.peers.worker import FIRST_ANSWER

K = 10


class JobError(Exception):
    """A system's process that failed; the message is the last line that it said."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where things are: the model's folder, the articles' folder, the file of questions, and a folder for indexes."""

    model: Path
    articles: Path
    questions: Path
    work: Path


@dataclass(frozen=True, slots=True)
class Round:
    """What one system did in one round; None where it makes no index of its own.

    `ingest_s` is from the articles on the disk to a saved index with the model loaded, `process_s` the whole process
    with imports and loading. `cold_s` is from the start of a process to its first answer.
    """

    ingest_s: float | None
    process_s: float | None
    passages: int | None
    ingest_mib: float | None
    p50_ms: float
    p95_ms: float
    query_mib: float
    cold_s: float
    quality: Quality


@dataclass
class Entry:
    """A system with all its rounds, or with why it has none."""

    system: System
    rounds: list[Round] = field(default_factory=list)
    version: str | None = None
    failure: str | None = None


def order(names: Sequence[str], number: int) -> list[str]:
    """The order in round `number`, from 0: as given, then reversed, and so on, so that no system is always the one
    that runs after a heavy neighbour or on a machine that has grown warm."""
    return list(names) if number % 2 == 0 else list(reversed(names))


def play(entry: Entry, python: str, place: Place, asked: Sequence[Asked], number: int) -> None:
    """Round `number` of one system; what fails is kept in the entry. One that makes no index searches that of the
    first round, in which the system that makes it comes before."""
    system = entry.system
    index = place.work / (f"{system.index_of}-0" if system.index_of else f"{system.name}-{number}")
    questions = ["--questions", str(place.questions), "--k", str(K)]
    try:
        made: dict[str, Any] = {}
        if system.index_of is None:
            made = run(system, python, place, "ingest", index, ["--articles", str(place.articles)])
        queried = run(system, python, place, "query", index, questions)
        first = run(system, python, place, "first", index, questions)
    except JobError as error:
        entry.failure = str(error)
        return
    found = [[Passage(*passage) for passage in passages] for passages in queried["found"]]
    cuts = quantiles(queried["ms"], n=100, method="inclusive") if len(queried["ms"]) > 1 else queried["ms"] * 99
    entry.version = queried["version"]
    entry.rounds.append(
        Round(
            ingest_s=made.get("seconds"),
            process_s=made.get("wall_s"),
            passages=made.get("passages"),
            ingest_mib=made.get("peak_mib"),
            p50_ms=cuts[49],
            p95_ms=cuts[94],
            query_mib=queried["peak_mib"],
            cold_s=first["first_s"],
            quality=quality(found, asked, K),
        )
    )


def run(
    system: System, python: str, place: Place, job: str, index: Path, options: Sequence[str] = ()
) -> dict[str, Any]:
    """What the worker measured at its job, with `wall_s`, the seconds of the whole process, and `first_s`, those until
    it told its first answer, if it did. Raises JobError."""
    out = place.work / "out.json"
    out.unlink(missing_ok=True)
    command = [python, "-m", "benchmarks.peers.worker", job, "--opener", system.opener, "--out", str(out)]
    command += ["--model", str(place.model), "--index", str(index), *options]
    command += ["--package", system.package] if system.package else []
    log, first = place.work / "stderr.txt", None
    started = time.perf_counter()
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        assert process.stdout
        for line in process.stdout:
            if first is None and line.startswith(FIRST_ANSWER):
                first = time.perf_counter() - started
    wall = time.perf_counter() - started
    if process.returncode or not out.is_file():
        said = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
        raise JobError(f"{job} ended with {process.returncode}: {said[-1].strip() if said else 'it said nothing'}")
    found = cast(dict[str, Any], json.loads(out.read_text("utf-8")))
    print(f"  {system.name}: {job} {wall:.1f} s", file=sys.stderr, flush=True)
    return {**found, "wall_s": wall, "first_s": first}
