"""Speed and memory of the main job: python benchmarks/run.py [FOLDER] [--runs N]

Each stage runs as the user runs it, in a process of its own; seconds are wall time, memory is the peak of that
process. Prints the median of the runs, and the ratio of a refresh to a first ingest.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

QUESTION = "What conditions has Russia set for normal relations?"


def measure(command: list[str], stdin: str = "") -> tuple[float, float, str]:
    """Wall seconds, peak memory in MiB and standard output of a command; raises if it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdin and process.stdout
    process.stdin.write(stdin)
    process.stdin.close()
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed with exit code {process.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024, output


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed and memory of the main job.")
    parser.add_argument("folder", nargs="?", default="data/articles")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    ingests, refreshes, asks, warm = [], [], [], []
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as work:
            index = f"{work}/index"
            ingest = [sys.executable, "ingest.py", options.folder, "--index", index]
            ingests.append(measure(ingest)[:2])
            refreshes.append(measure(ingest)[:2])
            asks.append(measure([sys.executable, "-m", "bot", "ask", QUESTION, "--index", index])[:2])
            batch = Path(work) / "batch.jsonl"
            batch.write_text("".join(json.dumps({"id": n, "question": QUESTION}) + "\n" for n in range(20)), "utf-8")
            lines = measure([sys.executable, "-m", "bot", "ask", "--batch", str(batch), "--index", index])[2]
            warm += [json.loads(line)["timings_ms"]["total"] for line in lines.splitlines()[1:]]
    rows = [("first ingest", ingests), ("refresh, nothing changed", refreshes), ("ask, cold process", asks)]
    print(f"{options.folder}, {options.runs} runs, medians")
    for name, found in rows:
        seconds, memory = (statistics.median(column) for column in zip(*found, strict=True))
        print(f"{name:26} {seconds:7.2f} s  {memory:7.0f} MiB")
    print(f"{'ask, warm':26} {statistics.median(warm):7.1f} ms p50, {sorted(warm)[int(len(warm) * 0.95)]:.1f} ms p95")
    ratio = statistics.median(r[0] / i[0] for r, i in zip(refreshes, ingests, strict=True))
    print(f"refresh / first ingest     {ratio:7.2f}")


if __name__ == "__main__":
    main()
