"""One job of one system, in a process of its own: python -m benchmarks.peers.worker (started by benchmarks.peers).

Runs in the system's environment, so imports the standard library and the system's module only. Writes what it measured
to a file as JSON, as libraries print what they like; the moment of a first answer is told on standard output.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import resource
import time
from pathlib import Path
from typing import Any

from benchmarks.peers.peer import Peer

FIRST_ANSWER = "first answer: "
_WARM_UP = ("Where is the key?", "Who wrote the letter?", "When does it open?")  # no suite asks any of these


def peak_mib() -> float:
    """The most memory that this process, or any that it waited for, has held at once."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    own = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def ingest(system: Peer, articles: Path, index: Path) -> dict[str, Any]:
    """The seconds from the articles on the disk to a saved index, the model loaded before them."""
    system.embed(_WARM_UP[0])
    started = time.perf_counter()
    passages = system.ingest(articles, index)
    return {"seconds": time.perf_counter() - started, "passages": passages}


def query(system: Peer, index: Path, k: int, questions: list[str]) -> dict[str, Any]:
    """The milliseconds to each question, asked one after the other in a warm process, and what was found."""
    system.open(index, k)
    for question in _WARM_UP:
        system.search(question)
    took, found = [], []
    for question in questions:
        started = time.perf_counter()
        passages = system.search(question)
        took.append((time.perf_counter() - started) * 1000)
        found.append(passages)
    return {"ms": took, "found": found}


def first(system: Peer, index: Path, k: int, questions: list[str]) -> dict[str, Any]:
    """Answers one question and says so at once."""
    system.open(index, k)
    found = system.search(questions[0])
    print(f"\n{FIRST_ANSWER}{json.dumps(found[:3])}", flush=True)
    return {"found": found}


def main() -> None:
    parser = argparse.ArgumentParser(description="One job of one system; benchmarks.peers starts it.")
    parser.add_argument("job", choices=("ingest", "query", "first"))
    parser.add_argument("--opener", required=True, metavar="MODULE:CLASS")
    parser.add_argument("--package", help="whose version to report")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--questions", type=Path, help="a JSON list")
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    module, _, name = options.opener.partition(":")
    system: Peer = getattr(importlib.import_module(module), name)(options.model)
    if options.job == "ingest":
        done = ingest(system, options.articles, options.index)
    else:
        questions = json.loads(options.questions.read_text("utf-8"))
        done = (query if options.job == "query" else first)(system, options.index, options.k, questions)
    done["peak_mib"] = peak_mib()
    done["version"] = importlib.metadata.version(options.package) if options.package else None
    options.out.write_text(json.dumps(done), "utf-8")


if __name__ == "__main__":
    main()
