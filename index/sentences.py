"""Sentence boundaries with exact offsets. A quotation of several sentences stays one unit.

The splitting itself is sentencex (Wikimedia); this module maps its pieces back to offsets and mends two cuts
that matter for quoting: a full stop inside a name ("example.com") and an opening quotation mark left behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentencex import segment

_PARAGRAPH = re.compile(r"[^\n]+")
_DANGLING_OPENER = re.compile(r"[\s]([“‘«\"„(\[])\s*$")
# sentencex works on whole paragraphs; without a bound, one unbroken line would be held several times over.
_LONGEST_PARAGRAPH = 20_000
_SPACE = re.compile(r"\s")

Span = tuple[int, int]


def split_paragraphs(text: str) -> list[Span]:
    """Spans of the non-empty lines of `text`, surrounding white space left out."""
    spans = []
    for match in _PARAGRAPH.finditer(text):
        span = _trim(text, match.start(), match.end())
        if span[0] < span[1]:
            spans.append(span)
    return spans


def split_sentences(text: str, language: str = "en") -> list[Span]:
    """Spans of the sentences of `text`, in order, never crossing a line break; gaps are white space only."""
    return [
        span
        for start, end in split_paragraphs(text)
        for piece_start in range(start, end, _LONGEST_PARAGRAPH)
        for span in _in_paragraph(text, piece_start, min(end, piece_start + _LONGEST_PARAGRAPH), language)
    ]


def _in_paragraph(text: str, start: int, end: int, language: str) -> Iterator[Span]:
    cuts = [start]
    plain = _SPACE.sub(" ", text[start:end])  # sentencex breaks off at some of Unicode's spaces ("A\u2003.")
    for piece in segment(language, plain):
        cuts.append(cuts[-1] + len(piece))
    if cuts[-1] != end:  # a splitter that drops characters would shift every later citation
        cuts = [start, end]
    begin = start
    for cut in cuts[1:]:
        if cut < end:
            dangling = _DANGLING_OPENER.search(text, begin, cut)
            if dangling and dangling.start(1) > begin:
                cut = dangling.start(1)
            elif not text[cut - 1].isspace() and not text[cut].isspace():
                continue  # "Castellum.|AI": no space, no boundary
        span = _trim(text, begin, cut)
        if span[0] < span[1]:
            yield span
        begin = cut


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
