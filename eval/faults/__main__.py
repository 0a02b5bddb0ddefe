"""`python -m eval.faults [SUITE]`: known faults put into the gold sentences of a suite, and what the check finds."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bot.errors import FootnoteError
from bot.settings import Settings
from bot.verify.check import Checker
from bot.wire import make_encoder
from eval.dataset import open_suite
from eval.errors import EvalError, StartError
from eval.faults.case import FAULTS, GOOD, asked
from eval.faults.measure import Judged, Measured, measure, table
from eval.systems import Setup
from eval.systems.footnote import index_corpus
from index.cached import CachedEncoder
from index.errors import FootnoteIndexError
from index.opened import open_index
from index.reader.minilm import MiniLMReader
from index.search import Searcher


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table. Returns 0; 1 after an error (a line on standard error)."""
    options = _parser().parse_args(arguments)
    try:
        found = run(options.suite, options.passages, options.faults, options.seed, read=options.reader != "off")
    except (EvalError, FootnoteError, FootnoteIndexError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(table(found))
    if options.wrong:
        print("\n".join(("", *(_line(one) for one in found.judged if not one.right))))
    if options.json:
        options.json.write_text(json.dumps(as_json(found), indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


def run(name: str, passages: int, most: int, seed: int, *, read: bool) -> Measured:
    """The check with the product's own models over a suite, a shipped one by name or any by path."""
    suite = open_suite(name)
    settings = Settings()
    encoder = CachedEncoder(make_encoder(settings))
    with tempfile.TemporaryDirectory(prefix="footnote-faults-") as folder:
        setup = Setup(suite.corpus, Path(folder) / "index", settings)
        index_corpus(setup, encoder)
        place = setup.place
        if not isinstance(place, Path):
            raise StartError(f"{place}: give a suite with articles of its own, or an index in a directory")
        index = open_index(place)
        questions = asked(suite, Searcher(index, encoder), index, passages)
    checker = Checker(encoder, MiniLMReader() if read else None)
    return measure(questions, checker, seed=seed, most=most, progress=_progress)


def as_json(found: Measured) -> dict[str, object]:
    """Figures by kind, and each sentence with its verdict."""
    return {
        "figures": {kind: asdict(found.figure((kind,))) for kind in (*GOOD, *FAULTS)},
        "sentences": [
            {
                "question": one.case.question,
                "kind": one.case.kind,
                "text": one.case.text,
                "cited": list(one.case.cited),
                "shown": one.verdict.sentence.text if one.verdict.sentence else None,
                "support": one.verdict.sentence.support if one.verdict.sentence else None,
                "reason": one.verdict.reason,
                "right": one.right,
            }
            for one in found.judged
        ],
    }


def _line(one: Judged) -> str:
    return f"{one.case.kind} ({one.case.question}): {one.case.text}\n    -> {one.verdict.reason}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.faults", description="Put known faults into good sentences.")
    parser.add_argument("suite", nargs="?", default="newsroom", metavar="SUITE", help="newsroom, injection, or a path")
    parser.add_argument("--faults", type=int, default=0, metavar="N", help="at most so many, even over the kinds (all)")
    parser.add_argument("--passages", type=int, default=8, metavar="N", help="passages that the model is given (8)")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--reader", default="footnote", choices=("footnote", "off"))
    parser.add_argument("--wrong", action="store_true", help="also the sentences that were judged wrongly")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write every verdict to this file")
    return parser


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
