"""From an article and the spans cited of it to what the document view shows: paragraphs, cut where something begins.

No HTML yet.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.errors import InputError
from bot.ui.view.cards import Cited, Location
from index.schema import Document

MOST_CITED = 1000  # in one address
_DEEPEST = 16  # citations that one stretch is shown to belong to: a thousand nested ones would make a page of megabytes
_CITE = re.compile(r"([0-9]{1,6}):([0-9]{1,9})-([0-9]{1,9})")
_INK = re.compile(r"\S")
_BLANK_LINES = re.compile(r"\n\s*\n")


class CiteError(InputError):
    """A span asked for is none of the article's. `reason` is "form", "outside", "twice" or "many"; `value` is as it was
    given, of "many" their number."""

    def __init__(self, reason: str, value: str) -> None:
        super().__init__(f"{value!r} cannot be cited ({reason}); give N:START-END, each number once")
        self.reason = reason
        self.value = value


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a paragraph. `within`, `opens` and `closes` are the citations, by their place among all, that it
    belongs to, that begin with it and that end with it; `place` is where in the source it begins to stand."""

    text: str
    within: tuple[int, ...] = ()
    opens: tuple[int, ...] = ()
    closes: tuple[int, ...] = ()
    place: Location | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What stands between blank lines. A heading is the name of the place that begins with it."""

    stretches: tuple[Stretch, ...]
    is_heading: bool = False


def cited_of(values: Sequence[str], text: str) -> tuple[Cited, ...]:
    """The spans that the values N:START-END name, in the order of the text, without blanks at their ends.

    Offsets count code points of `text`. Raises CiteError for a value that is no such span, for a number above 0 that is
    given twice, and for more than MOST_CITED values.
    """
    if len(values) > MOST_CITED:
        raise CiteError("many", str(len(values)))
    found: list[Cited] = []
    met: set[int] = set()
    for value in values:
        match = _CITE.fullmatch(value)
        if match is None:
            raise CiteError("form", value)
        n, start, end = map(int, match.groups())
        ink = _INK.search(text, start, end)
        if end > len(text) or ink is None:
            raise CiteError("outside", value)
        if n and n in met:
            raise CiteError("twice", value)
        met.add(n)
        while text[end - 1].isspace():
            end -= 1
        found.append(Cited(n, ink.start(), end))
    return tuple(sorted(found, key=lambda one: (one.start, one.end, one.n)))


def paragraphs_of(document: Document, cited: Sequence[Cited]) -> tuple[Paragraph, ...]:
    """The whole text, letter for letter but for the blank lines. `cited` is as `cited_of` gives it."""
    text, spots = document.text, document.spots
    cuts = sorted({spot.start for spot in spots} | {at for one in cited for at in (one.start, one.end)})
    paragraphs: list[Paragraph] = []
    active: list[int] = []
    met = shown = 0  # citations and spots so far
    for low, high in _paragraphs(text):
        bounds = [low, *cuts[bisect_right(cuts, low) : bisect_left(cuts, high)], high]
        stretches: list[Stretch] = []
        for start, end in pairwise(bounds):
            opens: list[int] = []
            while met < len(cited) and cited[met].start <= start:
                opens.append(met)
                met += 1
            active = [i for i in active if cited[i].end > start] + opens
            before = shown
            while shown < len(spots) and spots[shown].start <= start:
                shown += 1
            stretches.append(
                Stretch(
                    text[start:end],
                    tuple(active[-_DEEPEST:]),
                    tuple(opens),
                    tuple(i for i in active if cited[i].end == end),
                    _location(document, start) if shown > before else None,
                )
            )
        place = stretches[0].place
        paragraphs.append(Paragraph(tuple(stretches), place is not None and place.label == text[low:high].strip()))
    return tuple(paragraphs)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Where the paragraphs begin and end."""
    start = 0
    for gap in _BLANK_LINES.finditer(text):
        if text[start : gap.start()].strip():
            yield start, gap.start()
        start = gap.end()
    if text[start:].strip():
        yield start, len(text)


def _location(document: Document, offset: int) -> Location | None:
    """The place at an offset; with a link if one opens there."""
    place = document.place(offset)
    return Location(place.label, document.link(offset) if place.fragment else None) if place else None
