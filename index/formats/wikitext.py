"""MediaWiki's markup to blocks: the words of a page as its readers see them.

It goes in MediaWiki's own order: comments and extensions first (`wikitext_expand`), templates (`wikitext_templates`),
then line by line (headings, lists, tables), last what stands within a line (`wikitext_words`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from index.formats import Block, Place
from index.formats.text import without_controls
from index.formats.wiki import MediaWikiIds, raised, table_row
from index.formats.wikitext_expand import ASIDE, BREAK, CELL, END, GONE, NEXT, RAISE, RAISED, lift
from index.formats.wikitext_templates import NO_TEMPLATES, Library, put_in
from index.formats.wikitext_words import ENGLISH_NAMES, Names, Words

__all__ = ["Article", "Names", "read_wikitext"]

_SWITCHES = (
    "NOTOC FORCETOC TOC NOEDITSECTION NEWSECTIONLINK NONEWSECTIONLINK NOGALLERY HIDDENCAT EXPECTUNUSEDCATEGORY "
    "EXPECTUNUSEDTEMPLATE NOCONTENTCONVERT NOCC NOTITLECONVERT NOTC INDEX NOINDEX STATICREDIRECT DISAMBIG NOGLOBAL"
)
_SWITCH = re.compile(f"__(?:{'|'.join(_SWITCHES.split())})__", re.I)
_TABLE = re.compile(r":*\s*\{\|")
_LIST = re.compile(r"[*#:;]+")


@dataclass(frozen=True, slots=True)
class Article:
    """The blocks of a page, each with the heading above it as its place, and its first category."""

    blocks: list[Block]
    category: str | None


def read_wikitext(
    markup: str,
    names: Names = ENGLISH_NAMES,
    variables: Mapping[str, str] = MappingProxyType({}),
    library: Library = NO_TEMPLATES,
) -> Article:
    """The article in a page's markup, the wiki's templates put in (see `put_in`). A heading that holds what only the
    wiki can tell has a place with no fragment."""
    aside: list[str] = []
    markup = put_in(lift(markup, aside), variables, library, aside)
    words = Words(names)
    lines = _Lines(words, aside)
    for line in _SWITCH.sub("", markup).split("\n"):
        lines.take(line)
    lines.end()
    return Article(lines.blocks, words.category)


class _Lines:
    """Gathers lines into blocks."""

    def __init__(self, words: Words, aside: list[str]) -> None:
        self.blocks: list[Block] = []
        self._words = words
        self._aside = aside
        self._ids = MediaWikiIds()
        self._place: Place | None = None
        self._pending: list[str] = []
        self._indented = False
        self._tables: list[list[list[str]]] = []  # of each open table the cells of the row at hand, line by line

    def take(self, line: str) -> None:
        bare = line.strip()
        if (self._tables or _TABLE.match(bare)) and self._take_table(bare):
            return
        if not bare:
            self._flush()
        elif line.startswith("=") and (level := _level(bare)):
            self._flush()
            self._heading(bare[level:-level])
        elif line.startswith("----"):
            self._flush()
            self._pending.append(bare.lstrip("-"))
        elif marks := _LIST.match(line):
            self._flush()
            self._pending.append(line[marks.end() :])
            self._flush("- " if "*" in marks[0] or "#" in marks[0] else "")
        elif not self._words.is_unseen(bare):
            if (line[0] == " ") != self._indented:
                self._flush()
                self._indented = line[0] == " "
            self._pending.append(bare)

    def end(self) -> None:
        while self._tables:
            self._row()
            self._tables.pop()
        self._flush()

    def _heading(self, written: str) -> None:
        shown = self._words.of([written.strip(" \t")])
        words = self._plain(shown)
        if not words:
            return
        anchor = re.sub(rf"[\x01-\x08{NEXT}]", "", self._restored(shown))
        self._place = Place(words, "" if GONE in shown else self._ids.take(anchor))
        self.blocks.append(Block(words, self._place, is_heading=True))

    def _take_table(self, line: str) -> bool:
        """True if a line belongs to a table and has been dealt with."""
        start = line[:2]
        if _TABLE.match(line):
            self._row()
            self._tables.append([])
        elif start in ("|}", "|-", "|+"):
            self._row()
            if start == "|}":
                self._tables.pop()
            if start != "|-":
                self._pending.append(_without_attributes(line[2:]))
        elif line.startswith(("|", "!")):
            self._flush()
            cells = (line[1:].replace("!!", "||") if line[0] == "!" else line[1:]).split("||")
            self._tables[-1].extend([_without_attributes(cell)] for cell in cells)
        elif self._tables[-1] and not line.startswith("="):
            self._tables[-1][-1].append(line.lstrip("*#:; "))
        else:
            self._row()
            return False
        return True

    def _row(self) -> None:
        """Ends the paragraph and the row of the table at hand."""
        self._flush()
        if self._tables and self._tables[-1]:
            if words := table_row(self._plain(self._words.of(cell)) for cell in self._tables[-1]):
                self._add(words)
            self._tables[-1] = []

    def _flush(self, bullet: str = "") -> None:
        """Ends the paragraph at hand."""
        if not self._pending:
            return
        for part in self._words.of(self._pending).split(BREAK):
            words = table_row(map(self._plain, part.split(CELL)))
            if words.strip("- "):
                self._add(bullet + words)
                bullet = ""
        self._pending = []

    def _add(self, words: str) -> None:
        self.blocks.append(Block(words, self._place))

    def _restored(self, shown: str) -> str:
        return re.sub(f"{ASIDE}(\\d+){END}", lambda m: self._aside[int(m[1])], shown)

    def _plain(self, shown: str) -> str:
        """The words on one line; brackets and spaces around what is gone go with it."""
        text = re.sub(f"\\([\\s,;]*{GONE}[\\s,;{GONE}]*\\)", GONE, shown)
        text = re.sub(f"(?<=\\(){GONE}[\\s,;{GONE}]*|[,;] ?{GONE}[\\s,;{GONE}]*(?=\\))", "", text)
        text = re.sub(f" ?{GONE}+(?=[.,;:)])", "", text)
        text = re.sub(f"{RAISE}([0-9+−-]+){RAISED}", lambda m: raised(m[1]), text)
        text = re.sub(f"[{BREAK}{CELL}{NEXT}]", " ", text)
        return " ".join(without_controls(self._restored(text)).split())


def _level(line: str) -> int:
    """The level of a heading (1 to 6), 0 if the line is none."""
    opening = len(line) - len(line.lstrip("="))
    if opening == len(line):
        return min((opening - 1) // 2, 6)
    return min(opening, len(line) - len(line.rstrip("=")), 6)


def _without_attributes(cell: str) -> str:
    attributes, bar, content = cell.partition("|")
    return content if bar and "[[" not in attributes else cell
