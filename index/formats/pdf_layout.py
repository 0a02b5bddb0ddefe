"""Lines with their places on the sheet to paragraphs: page furniture out, what belongs together put together again.

A PDF says where each line stands, not what belongs together: gaps, indents, sizes and full lines tell.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import islice, pairwise

from index.formats import Block, Place

_EDGE_LINES = 3  # how many lines at the head and at the foot of a sheet may be page furniture
_NARROW = 25  # characters; what is set narrower is a list of lines, no running text

_ENDED = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*\d{0,3}$")
_MARKER = re.compile(r"(?:[•‣◦▪●·*–-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)])\s")
_TAIL = 60  # characters at the end of a line: what ends it is looked for in these
_NUMBER = re.compile(r"[0-9]{1,6}")
_LEADER = re.compile(r"(?:[.…]\s?){6,}[\divxlc]{1,5}$")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_HYPHENATED = re.compile(r"([^\W\d_]+)[-‐\xad]$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its page (from 1), its left end, baseline and letter size in points."""

    text: str
    page: int
    x: float
    y: float
    size: float
    bold: bool


def is_of_contents(text: str) -> bool:
    """True for a line of a table of contents: dots that lead to a page's number."""
    return bool(_LEADER.search(text[-_TAIL:]))


def without_furniture(lines: list[Line], pages: int) -> list[Line]:
    """The lines without running heads and feet: those that most sheets (or most left or right ones) have at the same
    edge in the same size, the same to the letter or but for a number that counts with the pages."""
    by_page: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_page[line.page].append(line)
    edges: list[tuple[Line, list[tuple[str, int, str]]]] = []
    for on_page in by_page.values():
        falling = sorted(on_page, key=lambda line: -line.y)
        edges += [(line, _variants(line, "head")) for line in falling[:_EDGE_LINES]]
        edges += [(line, _variants(line, "foot")) for line in falling[-_EDGE_LINES:]]
    seen: dict[tuple[str, int, str], set[int]] = defaultdict(set)
    for line, variants in edges:
        for variant in variants:
            seen[variant].add(line.page)

    def repeats(on: set[int]) -> bool:
        alike = max(sum(page % 2 == side for page in on) for side in (0, 1))
        return (len(on) >= 2 and len(on) * 2 > pages) or (alike >= 3 and alike * 4 > pages)

    furniture = {id(line) for line, variants in edges if any(repeats(seen[variant]) for variant in variants)}
    return [line for line in lines if id(line) not in furniture]


def _variants(line: Line, edge: str) -> list[tuple[str, int, str]]:
    """What a line is compared by: its words, its words with a number as its distance from the page's, that alone."""
    texts = [line.text]
    for match in islice(_NUMBER.finditer(line.text), 4):
        before, after = line.text[: match.start()], line.text[match.end() :]
        counted = f"\x00{int(match.group()) - line.page}\x00"
        texts.append(before + counted + after)
        if not after or (not before and after[0] == " "):
            texts.append(counted)
    return [(edge, round(line.size), text) for text in texts]


def blocks_of(lines: list[Line]) -> tuple[Block, ...]:
    """Paragraphs and headings, in the order of the file."""
    limits = _gap_limits(lines)
    paragraphs: list[list[Line]] = []
    for i, line in enumerate(lines):
        if paragraphs:
            near = [b for b in lines[max(0, i - 5) : i + 5] if b.page == line.page and _same_size(b, line)]
            width = max(len(b.text) for b in near)
            if not _begins(paragraphs[-1], line, limits[_step(line.size)], width):
                paragraphs[-1].append(line)
                continue
        paragraphs.append([line])
    letters: Counter[tuple[float, bool]] = Counter()
    for line in lines:
        letters[_step(line.size), line.bold] += len(line.text)
    size, bold = max(letters, key=letters.__getitem__, default=(0.0, False))
    words = _words(lines)
    blocks = []
    for paragraph in paragraphs:
        first, last = paragraph[0], paragraph[-1]
        text = _joined(paragraph, words)
        stands_out = first.size > 1.15 * size or (first.bold and not bold and not text.endswith("."))
        label = f"page {first.page}" if first.page == last.page else f"pages {first.page}–{last.page}"
        heading = stands_out and len(text.split()) <= 25
        blocks.append(Block(text, Place(label, f"page={first.page}"), heading))
    return tuple(blocks)


def _step(value: float) -> float:
    return round(value * 2) / 2


def _same_size(a: Line, b: Line) -> bool:
    return abs(a.size - b.size) <= 0.1 * max(a.size, b.size)


def _gap_limits(lines: list[Line]) -> dict[float, float]:
    """By letter size, the largest distance of baselines within a paragraph, in points."""
    gaps: dict[float, Counter[float]] = defaultdict(Counter)
    for a, b in pairwise(lines):
        if a.page == b.page and _same_size(a, b) and 0.5 * b.size < a.y - b.y < 3 * b.size:
            gaps[_step(b.size)][_step(a.y - b.y)] += 1
    limits = {}
    for size in {_step(line.size) for line in lines}:
        found = gaps[size]
        usual = [gap for gap, count in found.items() if count >= max(3, 0.15 * found.total())]
        limits[size] = 1.2 * min(usual) + 0.5 if usual else 1.5 * size
    return limits


def _begins(paragraph: list[Line], line: Line, gap_limit: float, width: int) -> bool:
    """Whether a line begins a new paragraph. `width` is the length in characters of the lines around it."""
    first, last = paragraph[0], paragraph[-1]
    if not _same_size(last, line):
        return True
    ended, is_item = bool(_ENDED.search(last.text[-_TAIL:])), bool(_MARKER.match(first.text))
    runs_on = (not ended and line.text[0].islower()) or bool(_HYPHENATED.search(last.text[-_TAIL:]))
    room = len(last.text) + 1 + len(line.text.split()[0])  # the line's length, had the next word been put on it
    marked = bool(_MARKER.match(line.text))
    if last.page != line.page or last.y <= line.y:  # a new page or column
        is_full = room >= 0.85 * width >= _NARROW and last.bold == line.bold
        return not runs_on and (ended or marked or not is_full)
    if last.y - line.y > gap_limit:
        return True
    if runs_on:
        return False
    if last.bold != line.bold or width < _NARROW or (marked and (ended or is_item)):
        return True
    if room < (0.85 if ended else 0.7) * width:
        return True
    shift = (line.x - last.x) / max(line.size, 1.0)
    if is_item:
        return shift < -0.5 and (len(paragraph) > 1 or ended)
    return ended and shift > 0.5


def _words(lines: list[Line]) -> set[str]:
    """The words of the file, in lower case, but not those cut at a line's end."""
    words: set[str] = set()
    cut = False
    for line in lines:
        found = [word.lower().replace("‐", "-") for word in _WORD.findall(line.text)]
        start, cut = int(cut), bool(_HYPHENATED.search(line.text[-_TAIL:]))
        words.update(found[start : len(found) - cut])
    return words


def _joined(lines: list[Line], words: set[str]) -> str:
    parts = [lines[0].text]
    for line in lines[1:]:
        end = parts[-1][-_TAIL:]
        cut, head = _HYPHENATED.search(end), _WORD.match(line.text)
        if cut and head:
            parts[-1] = parts[-1][:-1] + "-" * _keeps_hyphen(cut, head.group().split("-")[0], words)
        elif not cut and not re.search(r"\S[–—]$", end):
            parts.append(" ")
        parts.append(line.text)
    return "".join(parts).replace("\xad", "")


def _keeps_hyphen(cut: re.Match[str], head: str, words: set[str]) -> bool:
    """Whether the hyphen at a line's end is part of the word: the rest of the file tells how it writes it."""
    if cut.group().endswith("\xad"):
        return False
    tail = cut.group(1)
    if head[0].isupper() and not tail.isupper():
        return True
    a, b = tail.lower(), head.lower()
    if a + b in words or f"{a}-{b}" in words:
        return a + b not in words
    return a in words and b in words
