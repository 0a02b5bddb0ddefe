"""The commands of measuring: run, compare, gates, make, from-feedback, export."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.errors import FootnoteError
from eval.errors import EvalError
from index.address import IndexPlace, index_place
from index.errors import FootnoteIndexError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Returns 0; 1 after an error (a line on standard error) or a failed gate; 2 for bad usage."""
    options = _parser().parse_args(arguments)
    try:
        from eval import commands

        return int(getattr(commands, options.command.replace("-", "_"))(options))
    except (EvalError, FootnoteError, FootnoteIndexError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description="Measure what the answers are worth.")
    commands = parser.add_subparsers(dest="command", required=True)

    run = commands.add_parser("run", help="ask a suite's questions and score the answers")
    run.add_argument("suites", nargs="+", metavar="SUITE", help="dispatches, newsroom, injection, noise, or a path")
    run.add_argument(
        "--index",
        type=_place,
        metavar="DIR",
        help="ask this index, or milvus:URI, not the suite's articles",
    )
    run.add_argument("--json", type=Path, metavar="OUT", help="write all results to this file (- for standard output)")
    run.add_argument("--report", type=Path, metavar="DIR", help="write a page (index.html) and a summary.md there")
    run.add_argument("--baselines", action="store_true", help="also plain BM25, plain dense and the LangChain recipe")
    run.add_argument("--systems", metavar="A,B", help="which systems: footnote, unread, bm25, dense, langchain")
    run.add_argument("--support", default="words", metavar="CHECK", help="words, reader, or nli:MODEL (hub id or path)")
    run.add_argument("--timeout", type=_positive, default=60.0, metavar="S", help="seconds for one question (60)")
    run.add_argument("--limit", type=_count, metavar="N", help="ask N questions of each suite, drawn by chance")
    run.add_argument("--seed", type=int, default=0, metavar="N", help="for --limit (0)")
    run.add_argument(
        "--titles", type=Path, metavar="FILE", help="SQuAD: only questions on these articles, a title a line"
    )
    run.add_argument("--quiet", action="store_true", help="no progress")

    compare = commands.add_parser("compare", help="two result files, question by question")
    compare.add_argument("a", type=Path, metavar="A.json")
    compare.add_argument("b", type=Path, metavar="B.json")
    compare.add_argument("--system", default="footnote", help="of which system (footnote)")
    compare.add_argument("--against", metavar="SYSTEM", help="the system of B, where it is another")

    gates = commands.add_parser("gates", help="run the shipped suites and fail where a figure is below its floor")
    gates.add_argument("--gates", type=Path, default=Path(__file__).parent / "gates.toml", metavar="FILE")
    gates.add_argument("--results", type=Path, metavar="FILE", help="judge this result file instead of running")
    gates.add_argument("--accept", action="store_true", help="take today's outcomes as what later ones are compared to")

    make = commands.add_parser("make", help="draft questions from the articles in an index, for you to edit")
    make.add_argument("--index", type=_place, required=True, metavar="DIR")
    make.add_argument("--out", type=Path, default=Path("my-suite"), metavar="DIR", help="suite folder (my-suite)")
    make.add_argument("--questions", type=_count, default=60, metavar="N", help="how many at most (60)")
    make.add_argument("--seed", type=int, default=0, metavar="N")

    feedback = commands.add_parser("from-feedback", help="turn thumbs-down of the app's log into questions")
    feedback.add_argument("--log", type=Path, metavar="FILE", help="feedback log (FOOTNOTE_FEEDBACK)")
    feedback.add_argument("--index", type=_place, metavar="DIR", help="index the questions are for (FOOTNOTE_INDEX)")
    feedback.add_argument("--out", type=Path, default=Path("feedback-suite"), metavar="DIR")

    export = commands.add_parser("export", help="write a suite as plain BEIR (corpus, queries, qrels) for other tools")
    export.add_argument("suite", metavar="SUITE")
    export.add_argument("out", type=Path, metavar="DIR")
    return parser


def _place(text: str) -> IndexPlace:
    try:
        return index_place(text)
    except FootnoteIndexError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds; give more than 0")
    return number


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of questions; give 1 or more")
    return int(text)
