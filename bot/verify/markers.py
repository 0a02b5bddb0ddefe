"""Citation markers in running text: [1], [1, 2], [1-3], (1), 【1】, [^1], <sup>1</sup>, ¹, "[Source 2]"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_N = r"\d{1,3}"
_JOIN = r"\s*(?:,\s*and\b|,|;|&|and\b|to\b|-|–|—)\s*"
_WORD = r"(?:(?:sources?|passages?|documents?|articles?|refs?\.?|see|cf\.?)\s*:?\s*)?[#^]?"
_LIST = rf"{_WORD}{_N}(?:{_JOIN}{_WORD}{_N}){{0,20}}"
_LINK = r"(?:\([^()\s]{0,500}\))?"
_MARKER = re.compile(
    rf"<sup>\s*\[?({_LIST})\]?\s*</sup>"
    rf"|\[\[({_LIST})\]\]{_LINK}"
    rf"|\[({_LIST})(?:†[^\]\n]{{0,40}})?\]{_LINK}"
    rf"|【({_LIST})(?:†[^】\n]{{0,40}})?】"
    rf"|\(({_LIST})\)"
    # a small ² after a long word or a stop is a footnote; after "km" it is a square
    r"|(?:(?<=[a-z]{4})|(?<=[.!?,;:”\"’)]))([⁰¹²³⁴-⁹]{1,3})(?![⁰¹²³⁴-⁹\w])",
    re.I,
)
_RANGE = re.compile(rf"({_N})\s*(?:-|–|—|to)\s*{_WORD}({_N})|({_N})", re.I)
_SMALL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_LONGEST_RANGE = 30
OPENERS = "[【(<⁰¹²³⁴⁵⁶⁷⁸⁹"


@dataclass(frozen=True, slots=True)
class Plain:
    """A text without its markers. `origin[i]` is where its character i stood, `marks` are (offset in it, numbers)."""

    text: str
    origin: tuple[int, ...]
    marks: tuple[tuple[int, tuple[int, ...]], ...]


def numbers_of(listed: str) -> tuple[int, ...]:
    """The numbers of a marker's inside, each once, in order: "1, 3-5" is 1, 3, 4, 5."""
    found: list[int] = []
    for first, last, single in _RANGE.findall(listed.translate(_SMALL)):
        low, high = int(first or single), int(last or single)
        found.extend(range(low, high + 1) if low <= high <= low + _LONGEST_RANGE else (low, high))
    return tuple(dict.fromkeys(found))


def without_markers(text: str) -> Plain:
    """The text without markers, and where they stood. White space before a marker goes with it."""
    kept: list[str] = []
    origin: list[int] = []
    marks: list[tuple[int, tuple[int, ...]]] = []
    at = 0
    for match in _MARKER.finditer(text):
        kept.extend(text[at : match.start()])
        origin.extend(range(at, match.start()))
        while kept and kept[-1].isspace():
            kept.pop()
            origin.pop()
        marks.append((len(kept), numbers_of(next(group for group in match.groups() if group))))
        at = match.end()
        if at < len(text) and text[at].isalnum():
            kept.append(" ")
            origin.append(at)
    kept.extend(text[at:])
    origin.extend(range(at, len(text)))
    return Plain("".join(kept), tuple(origin), tuple(marks))


def only_markers(text: str) -> tuple[int, ...]:
    """The numbers of a text that holds markers and nothing else ("[1] [2]."); else empty."""
    plain = without_markers(text)
    if any(c.isalnum() for c in plain.text):
        return ()
    return tuple(dict.fromkeys(n for _, numbers in plain.marks for n in numbers))
