"""The tree of a web page to its pieces of text in reading order, each with what tells story from furniture."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from index.formats.html_anchors import anchor_of, fragment_of
from index.formats.html_tree import is_furniture, is_named_furniture
from index.formats.plain import plain_page
from index.formats.text import without_controls, without_surrogates

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form header hgroup hr legend li listing main menu nav ol p pre search section summary table tbody td "
    "tfoot th thead tr ul".split()
) | frozenset(_HEADINGS)
_LEAVES = frozenset("p li dt dd blockquote pre figcaption caption td th".split()) | frozenset(_HEADINGS)
_LISTS = frozenset(("ul", "ol", "dl"))
_NO_CELL = frozenset("table article section main nav form".split()) | frozenset(_HEADINGS)
_ANCHORS = frozenset(("a", "span"))
_BREAK = "\x1e"  # stands for a line break in the text being gathered
_PARAGRAPH_BREAK = re.compile(rf"{_BREAK}\s*{_BREAK}")
_MOST_OPENED = 100
_LARGEST_ROW = 2000  # elements
_LONGEST_HEADING = 300
_LITTLE_TEXT = 500


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of a page. `level` is a heading's (1 to 6), 0 for other text; `fragment` is a heading's.

    `linked` counts the characters that are links. `zone`, `group` and `parent` number the piece of furniture (a menu,
    a sidebar), the list or table, and the element around it; 0 for no furniture, no list. A zone is negative where its
    tag or role says what it is, and positive where only its class or id does.
    """

    text: str
    level: int = 0
    fragment: str = ""
    linked: int = 0
    zone: int = 0
    group: int = 0
    parent: int = 0


def tidy(text: str) -> str:
    """The text on one line, without what is invisible and halves of characters, which linked data may hold."""
    return " ".join(without_surrogates(without_controls(text)).split())


def pieces_of(tree: HtmlElement) -> list[Piece]:
    """The pieces of text that a page shows. A zone that holds about all of its text is no furniture after all."""
    from lxml import etree

    body = tree.find("body")  # a broken page may have all it shows in its head
    gather = _Gather()
    walk = etree.iterwalk(tree if body is None else body, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            gather.end(element)
        elif element.tag == "tr" and _is_row(element):
            gather.row(element)
            walk.skip_subtree()
        elif element.tag == "title":
            gather.skip()
            walk.skip_subtree()
        else:
            gather.start(element)
    gather.flush()
    pieces = gather.pieces
    sizes = {0: 0}
    for piece in pieces:
        sizes[piece.zone] = sizes.get(piece.zone, 0) + len(piece.text)
    if sizes[0] >= _LITTLE_TEXT:
        return pieces
    half = sum(sizes.values()) / 2
    return [replace(piece, zone=0) if piece.zone > 0 and sizes[piece.zone] > half else piece for piece in pieces]


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is so inside of an element."""

    zone: int = 0
    group: int = 0
    parent: int = 0
    link: bool = False
    lines: bool = False  # as in <pre>, where the ends of lines count


class _Gather:
    """Walks a page: text is gathered until a block begins or ends, and is then a piece."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._parts: list[str] = []
        self._linked = 0
        self._frames = [_Frame()]
        self._count = 0
        self._heading: HtmlElement | None = None
        self._fragment = ""
        self._bullet = ""
        self._counters: list[int] = []
        self._opened: list[str] = []  # the ids that open where the next piece will stand

    def start(self, element: HtmlElement) -> None:
        tag, frame = str(element.tag), self._frames[-1]
        if tag in _BLOCKS:
            self.flush()
            self._count += 1
            zone = self._zone(element, frame)
            group = frame.group or (self._count if tag in _LISTS or _is_table(element) else 0)
            parent = frame.parent if tag in _LEAVES else self._count
            lines = frame.lines or tag == "pre"
            self._frames.append(replace(frame, zone=zone, group=group, parent=parent, lines=lines))
            self._open_block(tag, element)
        else:
            self._frames.append(replace(frame, link=True) if tag == "a" and element.get("href") else frame)
            if tag == "br":
                self._parts.append(_BREAK)
        if name := anchor_of(element):
            self._opened.append(name)
            del self._opened[:-_MOST_OPENED]
        self._add(element.text)

    def _zone(self, element: HtmlElement, frame: _Frame) -> int:
        if is_furniture(element):
            return -self._count if is_named_furniture(element) else self._count
        return 0 if frame.zone and _is_story(element) else frame.zone

    def _open_block(self, tag: str, element: HtmlElement) -> None:
        if tag in _HEADINGS:
            self._heading, self._fragment = element, fragment_of(element, self._opened)
        elif tag in _LISTS:
            start = element.get("start", "1")
            first = int(start) if start.isdecimal() and len(start) < 7 else 1
            self._counters.append(first - 1 if tag == "ol" else -1)
        elif tag == "li" and self._counters and self._counters[-1] >= 0:
            self._counters[-1] += 1
            self._bullet = f"{self._counters[-1]}. "
        elif tag == "li":
            self._bullet = "- "

    def end(self, element: HtmlElement) -> None:
        tag = str(element.tag)
        if tag in _BLOCKS:
            self.flush()
            if element is self._heading:
                self._heading = None
            elif tag in _LISTS:
                self._counters.pop()
            elif tag == "li":
                self._bullet = ""
        if tag not in _ANCHORS and self._opened and self._opened[-1] == anchor_of(element):
            self._opened.pop()
        self._frames.pop()
        self._add(element.tail)

    def row(self, element: HtmlElement) -> None:
        """A table row is one piece."""
        self.flush()
        frame = self._frames[-1]
        cells = [_flat(cell) for cell in element.iterchildren("td", "th")]
        if any(text for text, _ in cells):
            text = tidy(" | ".join(text for text, _ in cells)).rstrip(" |")
            self._emit(text, sum(linked for _, linked in cells), frame)
        self.skip()

    def skip(self) -> None:
        """What stands in the element is not gathered; its end pops the frame that is pushed here."""
        self._frames.append(self._frames[-1])

    def flush(self) -> None:
        whole, linked = "".join(self._parts), self._linked
        self._parts, self._linked = [], 0
        if not whole:
            return
        frame = self._frames[-1]
        if frame.lines:
            texts = [block.text for block in plain_page(whole.replace(_BREAK, "\n")).blocks]
        else:
            texts = [text.replace(_BREAK, " ") for text in _PARAGRAPH_BREAK.split(whole)]
        for text in texts:
            self._emit(tidy(text), min(linked, len(text)), frame)

    def _emit(self, text: str, linked: int, frame: _Frame) -> None:
        level, fragment = 0, ""
        if self._heading is not None and len(text) <= _LONGEST_HEADING:
            level, fragment = _HEADINGS[str(self._heading.tag)], self._fragment
        if not text:
            return
        self._opened.clear()
        text, self._bullet = self._bullet * (level == 0) + text, ""
        self.pieces.append(Piece(text, level, fragment, linked, frame.zone, frame.group, frame.parent))

    def _add(self, text: str | None) -> None:
        if text:
            frame = self._frames[-1]
            if frame.link:
                self._linked += len(text.strip())
            self._parts.append(text)


def _flat(cell: HtmlElement) -> tuple[str, int]:
    """The text of a table cell on one line, and how many characters of it are links."""
    from lxml import etree

    parts: list[str] = []
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        parts.append(" " * (element.tag in _BLOCKS or element.tag == "br"))
        if event == "start":
            parts.append(element.text or "")
        elif element is not cell:
            parts.append(element.tail or "")
    linked = sum(len("".join(link.itertext()).strip()) for link in cell.iter("a") if link.get("href"))
    return tidy("".join(parts)), linked


def _is_row(row: HtmlElement) -> bool:
    """False for a row that only lays out the page: its cells hold headings, tables, or more than a few paragraphs."""
    inside = [element.tag for element in islice(row.iterdescendants(), _LARGEST_ROW)]
    return len(inside) < _LARGEST_ROW and _NO_CELL.isdisjoint(inside) and inside.count("p") <= 2 * len(row)


def _is_story(element: HtmlElement) -> bool:
    """True for an article with its headline, wherever a broken page has it."""
    return element.tag in ("article", "main") and element.find(".//h1") is not None


def _is_table(element: HtmlElement) -> bool:
    return element.tag == "table" and element.find(".//table") is None
