"""What comparing few sentences word by word changes: python -m benchmarks.shortlist [--index DIR] [--questions N]

Asks the same questions of the same passages with all sentences compared and with the best few by all other features;
prints how many answers are the same, how far the confidence moves, and how long each takes beside reading the passages,
side by side. Without --index the bundled articles are indexed.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.served import ROOT, questions
from bot.extractive import ExtractiveAnswerer
from bot.features import COMPARED
from bot.settings import Settings
from bot.wire import make_bot, make_encoder, make_reader
from index.opened import open_index

_ALL = 1_000_000


def measure(index: Path, number: int) -> None:
    """Asks and prints."""
    settings = replace(Settings(), index=index)
    encoder, reader, opened = make_encoder(settings), make_reader(settings), open_index(index)
    bot = make_bot(settings, encoder, reader, opened)
    asked = questions()
    random.Random(3).shuffle(asked)
    few, whole = (
        ExtractiveAnswerer(encoder, opened.lexical, abstain_below=settings.abstain_below, compared=n)
        for n in (COMPARED, _ALL)
    )
    same, moved, took = [], [], {"reading": [0.0], "all": [0.0], "few": [0.0]}
    for number_asked, question in enumerate(asked[:number]):
        started = time.perf_counter()
        hits = bot.search(question, k=settings.passages)
        took["reading"].append(time.perf_counter() - started)
        found = {}
        order = [("few", few), ("all", whole)]
        for name, answerer in order if number_asked % 2 else order[::-1]:  # the second finds the articles read
            started = time.perf_counter()
            found[name] = answerer.answer(question, hits)
            took[name].append(time.perf_counter() - started)
        texts = {name: [s.text for s in draft.sentences] for name, draft in found.items()}
        same.append(texts["few"] == texts["all"])
        moved.append(abs(found["few"].confidence - found["all"].confidence))
    print(f"{len(same)} questions, {sum(same)} with the same answer or silence; confidence moves by ", end="")
    print(f"{statistics.fmean(moved):.3f} on average, {max(moved):.3f} at most")
    print(", ".join(f"{name} {statistics.median(times[1:]) * 1000:.0f} ms" for name, times in took.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description="What comparing few sentences word by word changes.")
    parser.add_argument("--index", type=Path)
    parser.add_argument("--questions", type=int, default=200)
    options = parser.parse_args()
    if options.index:
        measure(options.index, options.questions)
        return
    with tempfile.TemporaryDirectory() as folder:
        sources = [ROOT / "data" / "articles", ROOT / "eval" / "suites" / "dispatches" / "articles"]
        command = [sys.executable, "ingest.py", *map(str, sources), "--index", f"{folder}/index"]
        subprocess.run(command, cwd=ROOT, check=True)
        measure(Path(folder) / "index", options.questions)


if __name__ == "__main__":
    main()
