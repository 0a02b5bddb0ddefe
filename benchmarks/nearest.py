"""Which index for how many vectors: python -m benchmarks.nearest [--vectors N ...] [--data FOLDER]

Builds each kind of FAISS index over N vectors of `benchmarks.scale.texts` (1, 2 and 5 hundred thousand unless told
otherwise) and asks it the questions there, one at a time. Of each kind with a knob the least setting that finds .98 of
the ten best is taken, so that all are compared at one quality; the two hundred best by what is compressed are scored
exactly. Prints seconds to build, MiB as saved (beside the vectors themselves), milliseconds of a search at the median
and the 95th percentile, recall@10, and the setting.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import faiss
import numpy as np

from benchmarks.scale.texts import Made, questions, sentences
from index.encode import Vectors, open_encoder

_RECALL, _SCORED = 0.98, 200


def kinds(count: int) -> dict[str, tuple[str, str | None]]:
    """FAISS' name of each kind, and the parameter that trades time for recall."""
    cells = round(count**0.5)
    return {
        "exact": ("Flat", None),
        "exact, 8 bits": ("SQ8", None),
        "cells, 8 bits": (f"IVF{cells},SQ8", "nprobe"),
        "cells, PQ 96x4 (ours)": (f"IVF{cells},PQ96x4fs", "nprobe"),
        "HNSW 32, 8 bits": ("HNSW32_SQ8", "efSearch"),
    }


def tried(name: str, vectors: Vectors, asked: Vectors, truth: np.ndarray, kind: str, knob: str | None) -> str:
    """A row of the table."""
    started = time.perf_counter()
    index = faiss.index_factory(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    if not index.is_trained:
        index.train(vectors[:: max(1, len(vectors) // 50_000)])
    index.add(vectors)
    built = time.perf_counter() - started
    settings = [0.0] if knob is None else [float(2**n) for n in range(3, 11)]

    def search(query: Vectors) -> np.ndarray:
        rows = index.search(query[None], _SCORED)[1][0]
        rows = rows[rows >= 0]
        scores = vectors[rows] @ query
        return rows[np.argsort(-scores)][:10]  # type: ignore[no-any-return]

    for setting in settings:
        if knob is not None:
            faiss.ParameterSpace().set_index_parameter(index, knob, setting)
        took, same = [], 0
        for query, best in zip(asked, truth, strict=True):
            begun = time.perf_counter()
            found = search(query)
            took.append((time.perf_counter() - begun) * 1000)
            same += len(np.intersect1d(found, best))
        if same >= _RECALL * truth.size:
            break
    p50, p95 = np.percentile(took, [50, 95])
    size = faiss.serialize_index(index).nbytes / 2**20
    shown = "" if knob is None else f"{knob} {setting:.0f}"
    return f"{name:26}{built:9.1f}{size:9.0f}{p50:9.2f}{p95:9.2f}{same / truth.size:9.3f}  {shown}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nearest")
    parser.add_argument("--vectors", type=int, nargs="+", default=[100_000, 200_000, 500_000])
    parser.add_argument("--data", type=Path, default=Path("data/articles"))
    options = parser.parse_args()
    encoder = open_encoder()
    made = Made.of(sentences(options.data, 40_000), encoder, Path(".footnote/scale"))
    asked = encoder.encode(questions(options.data, 300))
    for count in options.vectors:
        vectors = np.concatenate([made.rows(at, min(at + 10_000, count)) for at in range(0, count, 10_000)])
        truth = np.argpartition(-(asked @ vectors.T), 10, axis=1)[:, :10]
        print(f"{count:,} vectors{'':13}{'build s':>9}{'MiB':>9}{'p50 ms':>9}{'p95 ms':>9}{'recall':>9}", flush=True)
        for name, (kind, knob) in kinds(count).items():
            print(tried(name, vectors, asked, truth, kind, knob), flush=True)


if __name__ == "__main__":
    main()
