"""Footnote beside LangChain with FAISS, LlamaIndex, Haystack, Chroma and txtai: python -m benchmarks.peers

The same weights (the packaged model), the same files on the disk, the same questions; every job in a process of its
own, each peer in an environment of its own under .footnote/peers, installed once. Each round every system ingests,
answers all questions one by one, and answers one from a cold start; the order turns round from one round to the next.
Prints medians and ratios to Footnote as Markdown. docs/peers.md tells how each is set up and what is counted.

    python -m benchmarks.peers --only footnote,chroma --rounds 1
    python -m benchmarks.peers --data squad/1.1_questions.jsonl --titles squad/test_only_titles.txt
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.peers.environments import InstallError, python_of
from benchmarks.peers.figures import as_json, table
from benchmarks.peers.material import Material, lay_out
from benchmarks.peers.rounds import Entry, Place, order, play
from benchmarks.peers.systems import BASE, SYSTEMS, System, choose
from eval.errors import SuiteError
from index.encode import DEFAULT_MODEL
from index.encoders.find import find_model
from index.threads import processors


def main() -> int:
    """Runs the comparison. Returns 0, or 1 if a system could not be installed or failed."""
    options = _parser().parse_args()
    entries = {system.name: Entry(system) for system in options.only}
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        work = Path(folder)
        place = Place(find_model(DEFAULT_MODEL), work / "articles", work / "questions.json", work)
        place.articles.mkdir()
        try:
            material = lay_out(place.articles, options.data, options.titles, options.articles, options.questions)
        except SuiteError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        place.questions.write_text(json.dumps([asked.text for asked in material.asked]), "utf-8")
        _compare(entries, place, material, options.rounds)
    found = list(entries.values())
    if options.json:
        print(json.dumps(_document(found, entries[BASE], material, options.rounds), ensure_ascii=False, indent=1))
    else:
        print(_heading(material, options.rounds), table(found, entries[BASE], material.bytes), sep="\n\n")
    return 1 if any(entry.failure for entry in found) else 0


def _compare(entries: dict[str, Entry], place: Place, material: Material, rounds: int) -> None:
    pythons: dict[str, str] = {}
    for name, entry in entries.items():
        try:
            pythons[name] = python_of(entry.system)
        except InstallError as error:
            entry.failure = f"it cannot be installed: {error}"
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        for name in order(list(entries), number):
            if not entries[name].failure:
                play(entries[name], pythons[name], place, material.asked, number)


def _heading(material: Material, rounds: int) -> str:
    return (
        f"{material.title}: {material.articles} articles, {material.bytes / 1000:,.0f} KB, "
        f"{len(material.asked)} questions; {processors()} processors, {rounds} rounds, medians"
    )


def _document(entries: list[Entry], base: Entry, material: Material, rounds: int) -> dict[str, Any]:
    return {
        "material": material.title,
        "articles": material.articles,
        "bytes": material.bytes,
        "questions": len(material.asked),
        "processors": processors(),
        "rounds": rounds,
        "systems": as_json(entries, base, material.bytes),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description="Footnote beside other systems.")
    parser.add_argument(
        "--only", type=_systems, default=list(SYSTEMS.values()), metavar="NAME,...", help=f"of {', '.join(SYSTEMS)}"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, metavar="PATH", help="a public data set instead of the project's suites")
    parser.add_argument("--titles", type=Path, metavar="FILE", help="ask about these titles of the data set only")
    parser.add_argument("--articles", type=int, default=20, metavar="N", help="articles of the data set (20)")
    parser.add_argument("--questions", type=int, default=100, metavar="N", help="questions, at most (100)")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    return parser


def _systems(text: str) -> list[System]:
    try:
        return choose(name.strip() for name in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
