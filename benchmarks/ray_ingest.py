"""An ingest on two nodes, one of which is killed: python -m benchmarks.ray_ingest [--documents N] [--no-model]

Writes N invented articles of about 600 words, ingests them in this process, and once more by a Ray cluster of two nodes
on this machine, one processor each (docs/ray.md). As soon as the first vectors come from the cluster, its second node
is killed, all its processes at once. Prints what became of it, beside the plain ingest: what is missing, what is there
twice, how alike the vectors are. The seconds tell what a lost node costs, not what a cluster gains: both nodes share
this machine's processors, and lose one halfway. Ends with 1 if anything is missing, twice or other.

--no-model puts in place of the model an encoder that makes a vector of a text's checksum (`benchmarks.ingest`).
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

from benchmarks.ingest import HEADS, TAILS, NoModel, sentence
from benchmarks.two_nodes import TwoNodes, two_nodes
from index.build import ingest
from index.encode import Encoder, open_encoder
from index.opened import OpenIndex, open_index
from index.report import IngestReport
from index.workers.ray_cluster import ray_workers


def write_long_articles(folder: Path, count: int, words: int = 600) -> None:
    """So many articles of so many words."""
    folder.mkdir(parents=True)
    for number in range(count):
        chance = random.Random(number)
        told = [f"{chance.choice(HEADS)}{chance.choice(TAILS)} and the year {1500 + number}"]
        while sum(map(len, (t.split() for t in told))) < words:
            told.append(" ".join(sentence(chance) for _ in range(3)))
        (folder / f"{number:05}.txt").write_text("\n\n".join(told) + "\n", "utf-8")


def with_a_kill(folder: Path, index: Path, encoder: Encoder, nodes: TwoNodes) -> tuple[IngestReport, int, int, str]:
    """Ingests by the cluster, and kills its second node when the first passages are encoded. Returns the report, the
    tasks that were done again, the processes that were killed, and at what moment."""
    killed: list[int] = []
    when: list[str] = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "encode" and not killed:
            killed.append(nodes.other.kill())
            when.append(f"{done:,} of {total:,} passages encoded")

    make = NoModel if isinstance(encoder, NoModel) else partial(open_encoder, encoder.spec.name)
    with ray_workers(nodes.address, make, encoder.spec) as workers:
        report = ingest([str(folder)], index, encoder, workers=workers, progress=progress)
    return report, workers.retried, killed[0], when[0]


def twice(index: OpenIndex) -> int:
    """Passages and documents that are there more than once."""
    passages = Counter(p.id for p in index.passages)
    sources = Counter(d.source for d in index.documents.values())
    return sum(n - 1 for n in [*passages.values(), *sources.values()])


def least_cosine(one: OpenIndex, other: OpenIndex) -> float:
    """Of the vectors that two indexes have for the same passages, the least alike."""
    return float((one.store.vectors() * other.store.vectors()).sum(axis=1).min())


def main() -> int:
    parser = argparse.ArgumentParser(description="An ingest on two Ray nodes, one of which is killed.")
    parser.add_argument("--documents", type=int, default=300, metavar="N")
    parser.add_argument("--no-model", action="store_true", help="a stand-in for the model")
    options = parser.parse_args()
    encoder: Encoder = NoModel() if options.no_model else open_encoder()
    with tempfile.TemporaryDirectory() as work:
        folder, plain, spread = (Path(work) / name for name in ("articles", "plain", "spread"))
        write_long_articles(folder, options.documents)
        alone = ingest([str(folder)], plain, encoder)
        with two_nodes() as nodes:
            started = time.perf_counter()
            report, retried, killed, when = with_a_kill(folder, spread, encoder, nodes)
            seconds = time.perf_counter() - started
        one, other = open_index(plain), open_index(spread)
        missing = len({p.id for p in one.passages} ^ {p.id for p in other.passages})
        doubled, rows = twice(other), [p.id for p in one.passages] == [p.id for p in other.passages]
        alike = least_cosine(one, other) if rows else 0.0
    same = rows and dict(one.documents) == dict(other.documents) and report.added == alone.added
    print(f"articles                      {report.documents:8,}")
    print(f"passages                      {report.passages:8,}   plain {alone.passages:,}")
    print(f"killed                        {killed:8,}   processes of the second node, with {when}")
    print(f"tasks lost and done again     {retried:8,}")
    print(f"missing                       {missing:8,}")
    print(f"twice                         {doubled:8,}")
    print(f"documents, passages, report   {'the same' if same else 'OTHER':>8}   as by the plain ingest")
    print(f"least cosine of two vectors   {alike:8.5f}")
    print(f"seconds                       {seconds:8.1f}   plain {alone.seconds:.1f}")
    return 0 if same and not missing and not doubled and alike > 0.999 else 1


if __name__ == "__main__":
    sys.exit(main())
