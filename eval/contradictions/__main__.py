"""`python -m eval.contradictions`: are both sides shown where sources differ, and nothing claimed where they do not.

Each case is indexed into a folder of its own and asked as the settings in force say.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bot.errors import FootnoteError
from bot.settings import Settings
from bot.wire import make_bot, make_encoder, make_reader
from eval.contradictions.cases import CASES, HALVES, Case, read_cases
from eval.contradictions.measure import Outcome, judge, table
from eval.errors import EvalError
from index.build import add_documents
from index.cached import CachedEncoder
from index.errors import FootnoteIndexError


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table. Returns 0; 1 after an error (a line on standard error)."""
    options = _parser().parse_args(arguments)
    try:
        cases = [case for case in read_cases(options.cases) if options.half in (None, case.half)]
        settings = Settings.load()
        settings = replace(settings, reader=options.reader) if options.reader else settings
        outcomes = list(ask(cases, settings))
    except (EvalError, FootnoteError, FootnoteIndexError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(table(outcomes))
    if options.show:
        print("\n".join(("", *map(_shown, outcomes))))
    return 0


def ask(cases: Sequence[Case], settings: Settings) -> Iterator[Outcome]:
    """Each case asked of an index of its own articles alone."""
    encoder, reader = CachedEncoder(make_encoder(settings)), make_reader(settings)
    for case in cases:
        with tempfile.TemporaryDirectory(prefix="footnote-contradictions-") as folder:
            index = Path(folder) / "index"
            add_documents(case.documents(), index, encoder)
            yield judge(case, make_bot(replace(settings, index=index), encoder, reader).ask(case.question))


def _shown(outcome: Outcome) -> str:
    marks = {"shown": outcome.shown, "attributed": outcome.attributed, "later": outcome.later, "claims": outcome.claims}
    told = ", ".join(name if mark else f"not {name}" for name, mark in marks.items() if mark is not None)
    case = outcome.case
    return f"{case.id} ({case.kind}; {told}): {case.question}\n{outcome.answer.answer}\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.contradictions", description="Sources that differ, measured.")
    parser.add_argument("--half", choices=HALVES, help="only this half (default: both)")
    parser.add_argument("--reader", metavar="NAME", help="the reader, or off (default: as the settings say)")
    parser.add_argument("--cases", type=Path, default=CASES, metavar="FILE", help="other cases than those shipped")
    parser.add_argument("--show", action="store_true", help="each answer")
    return parser


if __name__ == "__main__":
    sys.exit(main())
