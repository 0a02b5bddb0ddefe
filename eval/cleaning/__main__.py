"""`python -m eval.cleaning`: the figures of the cleaners, over all pages and by site."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from eval.cleaning.cleaners import CLEANERS
from eval.cleaning.measure import Rates, Scores, measure
from eval.cleaning.pages import read_pages
from eval.errors import EvalError
from eval.results import Figure

_HEADINGS = ("precision", "recall", "inner recall", "story lost")


def main() -> int:
    """Prints the tables. Returns 0; 1 after an error (a line on standard error)."""
    try:
        pages = read_pages()
        scores = {name: measure(cleaner, pages) for name, cleaner in CLEANERS.items()}
    except EvalError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(tables(scores))
    return 0


def tables(scores: Mapping[str, Scores]) -> str:
    """Percentages with their 95 % intervals: one row a cleaner, then one row a site for each cleaner."""
    first = next(iter(scores.values()))
    parts = [f"{len(first.pages)} pages of {len(first.sites)} sites; % [95 % interval over pages]", ""]
    parts += _table("cleaner", {name: found.overall for name, found in scores.items()})
    for name, found in scores.items():
        parts += ["", *_table(name, found.sites)]
    return "\n".join(parts)


def _table(corner: str, rows: Mapping[str, Rates]) -> list[str]:
    cells: list[tuple[str, ...]] = [(corner, *_HEADINGS)]
    cells += [
        (name, *map(_cell, (rates.precision, rates.recall, rates.inner_recall, rates.story_loss)))
        for name, rates in rows.items()
    ]
    return [_line(row) for row in cells]


def _cell(figure: Figure) -> str:
    if figure.value != figure.value:  # NaN: nothing to judge by
        return "-"
    return f"{100 * figure.value:.1f} [{100 * figure.low:.1f}, {100 * figure.high:.1f}]"


def _line(row: Sequence[str]) -> str:
    return f"{row[0]:<14}" + "".join(f"{cell:>22}" for cell in row[1:])


if __name__ == "__main__":
    sys.exit(main())
