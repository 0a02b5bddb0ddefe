"""From an answer to what the page shows of its sources: cards with excerpts, quotations marked. No HTML yet.

All texts are copied out of the documents, so that an answer on the page outlives the index it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.schema import Also, Answer, Citation
from index.schema import Document, Hit, Passage

_CONTEXT = 280  # characters shown on either side of a quotation, as far as its passage reaches
_LITTLE = 40  # a paragraph with fewer characters beside the quotation is no context
_JOIN = 60  # excerpts closer than this are shown as one
_LABEL = 80  # characters of a place's name; a heading may be of any length
_SENTENCE_START = re.compile(r"(?<=[.!?”\"’])\s+(?=\S)|\n+(?=\S)")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of an excerpt. `numbers` are the citations it belongs to, `ends` those that end with it."""

    text: str
    numbers: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a source, and the citations that stand there. `link` opens there; None if no address does."""

    label: str
    link: str | None
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Part of a document; the flags tell whether text was left out before or after. `locations` are those of the
    quotations in it, or that where it begins if there are none; empty where the card has one for them all."""

    segments: tuple[Segment, ...]
    cut_before: bool
    cut_after: bool
    locations: tuple[Location, ...] = ()

    @property
    def text(self) -> str:
        return "".join(segment.text for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Cited:
    """Citation number `n` as `document.text[start:end]`; 0 for a passage that no citation is of."""

    n: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Card:
    """One source document beside an answer, with the numbers of the citations in it. `updated` is None if it is the day
    of publication, `location` if the excerpts are not all at one; `also` are other copies of the story. `spans` are the
    citations as spans of the document's text."""

    title: str
    source: str
    author: str | None
    published: str | None
    url: str | None
    numbers: tuple[int, ...]
    excerpts: tuple[Excerpt, ...]
    outlet: str | None = None
    updated: str | None = None
    location: Location | None = None
    also: tuple[Also, ...] = ()
    document_id: str = ""
    spans: tuple[Cited, ...] = ()


def cards_of(answer: Answer, documents: Mapping[str, Document]) -> tuple[Card, ...]:
    """One card per cited document, in order of first citation; for an abstention, per document of `nearest`."""
    if answer.abstained:
        return _nearest_cards(answer.nearest)
    passages = {hit.passage.id: hit.passage for hit in answer.considered}
    cited: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        cited.setdefault(citation.document_id, []).append(citation)
    return tuple(_card(citations, documents[id].text, passages) for id, citations in cited.items())


def _card(citations: Sequence[Citation], text: str, passages: Mapping[str, Passage]) -> Card:
    first = citations[0]
    windows: list[tuple[int, int]] = []
    for window in sorted(_window(c, text, passages.get(c.passage_id)) for c in citations):
        if windows and window[0] <= windows[-1][1] + _JOIN:
            windows[-1] = (windows[-1][0], max(windows[-1][1], window[1]))
        else:
            windows.append(window)
    excerpts = tuple(_excerpt(text, start, end, citations) for start, end in windows)
    location = _shared([_location_of(c) for c in citations])
    return Card(
        title=first.title,
        source=first.source,
        author=first.author,
        published=first.published,
        url=first.url,
        numbers=tuple(c.n for c in citations),
        excerpts=tuple(replace(e, locations=()) for e in excerpts) if location else excerpts,
        outlet=first.outlet,
        updated=_other_day(first.updated, first.published),
        location=location,
        also=first.also,
        document_id=first.document_id,
        spans=tuple(Cited(c.n, c.start, c.end) for c in citations),
    )


def _nearest_cards(hits: Sequence[Hit]) -> tuple[Card, ...]:
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.document.id, []).append(hit)
    return tuple(_nearest_card(sorted(group, key=lambda h: h.passage.start)) for group in found.values())


def _nearest_card(hits: Sequence[Hit]) -> Card:
    """The card of hits on one document."""
    document = hits[0].document
    locations = [_location(document, h.passage.start) for h in hits]
    location = _shared(locations)
    excerpts = (_excerpt(document.text, h.passage.start, h.passage.end, ()) for h in hits)
    return Card(
        title=document.title,
        source=document.source,
        author=document.author,
        published=document.published,
        url=document.url,
        numbers=(),
        excerpts=tuple(
            replace(excerpt, locations=(where,) if where and not location else ())
            for excerpt, where in zip(excerpts, locations, strict=True)
        ),
        outlet=document.outlet,
        updated=_other_day(document.updated, document.published),
        location=location,
        also=tuple(Also(other.source, other.title, other.url) for other in hits[0].also),
        document_id=document.id,
        spans=tuple(Cited(0, h.passage.start, h.passage.end) for h in hits),
    )


def _location(document: Document, offset: int) -> Location | None:
    place = document.place(offset)
    if place is None:
        return None
    return Location(_short(place.label), document.link(offset) if place.fragment else None)


def _location_of(citation: Citation) -> Location | None:
    if citation.place is None:
        return None
    # A place that cannot be linked to has the page's own address, which the title is linked to.
    return Location(_short(citation.place), citation.link if citation.link != citation.url else None, (citation.n,))


def _merged(locations: Iterable[Location | None]) -> tuple[Location, ...]:
    """Each place once, with the numbers of all citations that stand there."""
    found: dict[tuple[str, str | None], tuple[int, ...]] = {}
    for one in locations:
        if one is not None:
            found[one.label, one.link] = found.get((one.label, one.link), ()) + one.numbers
    return tuple(Location(label, link, numbers) for (label, link), numbers in found.items())


def _shared(locations: Sequence[Location | None]) -> Location | None:
    """The place that all of them are; None if they differ, or one of them is unknown."""
    merged = _merged(locations)
    return merged[0] if len(merged) == 1 and None not in locations else None


def _short(label: str) -> str:
    return label if len(label) <= _LABEL else f"{label[: _LABEL - 1].rstrip()}…"


def _other_day(updated: str | None, published: str | None) -> str | None:
    return updated if (updated or "")[:10] != (published or "")[:10] else None


def _window(citation: Citation, text: str, passage: Passage | None) -> tuple[int, int]:
    """The quotation with what surrounds it in its passage: its own paragraph, or more if that holds little else."""
    low, high = (passage.start, passage.end) if passage else (0, len(text))
    low, high = min(low, citation.start), max(high, citation.end)
    above, below = text.rfind("\n", low, citation.start), text.find("\n", citation.end, high)
    paragraph = (low if above < 0 else above + 1, high if below < 0 else below)
    if len(text[slice(*paragraph)].strip()) >= citation.end - citation.start + _LITTLE:
        low, high = paragraph
    return _start(text, low, citation.start), _end(text, citation.end, high)


def _start(text: str, low: int, quote: int) -> int:
    """Where to begin before a quotation: not too far off, at a sentence's start if there is one, else at a word's."""
    if quote - low <= _CONTEXT:
        return low
    near = quote - _CONTEXT
    boundary = _SENTENCE_START.search(text, near, quote) or _SPACE.search(text, near, quote)
    return boundary.end() if boundary else quote


def _end(text: str, quote: int, high: int) -> int:
    """Where to stop after a quotation, by the same rules."""
    if high - quote <= _CONTEXT:
        return high
    near = quote + _CONTEXT
    boundaries = [match.start() for match in _SENTENCE_START.finditer(text, quote, near)]
    return boundaries[-1] if boundaries else max(text.rfind(" ", quote, near), quote)


def _excerpt(text: str, start: int, end: int, citations: Sequence[Citation]) -> Excerpt:
    inside = [c for c in citations if start <= c.start and c.end <= end]
    cuts = sorted({start, end, *(c.start for c in inside), *(c.end for c in inside)})
    segments = tuple(
        Segment(
            text[a:b],
            tuple(c.n for c in inside if c.start <= a and b <= c.end),
            tuple(c.n for c in inside if c.end == b),
        )
        for a, b in pairwise(cuts)
    )
    locations = _merged(map(_location_of, inside))
    return Excerpt(segments, bool(text[:start].strip()), bool(text[end:].strip()), locations)
