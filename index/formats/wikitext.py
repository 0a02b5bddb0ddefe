"""MediaWiki's markup to blocks: the words of a page as its readers see them.

It goes in MediaWiki's own order: comments and extensions first (`wikitext_expand`), templates (`wikitext_templates`),
then line by line (headings, lists, tables), last what stands within a line. mwparserfromhell is given only the last,
with no bracket that lacks a partner: those make it slow without end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from index.formats import Block, Place
from index.formats.text import without_controls
from index.formats.wiki import MediaWikiIds, raised, table_row
from index.formats.wikitext_expand import ASIDE, BREAK, CELL, END, GONE, LESS, NEXT, RAISE, RAISED, decoded, lift
from index.formats.wikitext_templates import NO_TEMPLATES, Library, put_in

if TYPE_CHECKING:
    from mwparserfromhell.nodes import Node, Wikilink
    from mwparserfromhell.wikicode import Wikicode

_LONGEST_LINE = 50_000  # of what mwparserfromhell is given at a time, in characters
_SWITCHES = (
    "NOTOC FORCETOC TOC NOEDITSECTION NEWSECTIONLINK NONEWSECTIONLINK NOGALLERY HIDDENCAT EXPECTUNUSEDCATEGORY "
    "EXPECTUNUSEDTEMPLATE NOCONTENTCONVERT NOCC NOTITLECONVERT NOTC INDEX NOINDEX STATICREDIRECT DISAMBIG NOGLOBAL"
)
_SWITCH = re.compile(f"__(?:{'|'.join(_SWITCHES.split())})__", re.I)
# Alone on their lines: a switch in another language, and a link to the page in another language.
_OTHER_SWITCH = re.compile(r"__[^\W\d_]+(?:_[^\W\d_]+)*__")
_LANGUAGE_LINK = re.compile(r"\[\[ *([a-z]{2,3}(?:-[a-z]+)*) *:[^\[\]|]+\]\]")
_TABLE = re.compile(r":*\s*\{\|")
_LIST = re.compile(r"[*#:;]+")


@dataclass(frozen=True, slots=True)
class Names:
    """What a wiki calls its namespaces of files, of categories, and all of them, in lower case."""

    files: frozenset[str] = frozenset(("file", "image"))
    categories: frozenset[str] = frozenset(("category",))
    spaces: frozenset[str] = frozenset()


@dataclass(slots=True)
class Article:
    """The blocks of a page, each with the heading above it as its place, and its first category."""

    blocks: list[Block] = field(default_factory=list)
    category: str | None = None


def read_wikitext(
    markup: str,
    names: Names = Names(),
    variables: Mapping[str, str] = MappingProxyType({}),
    library: Library = NO_TEMPLATES,
) -> Article:
    """The article in a page's markup, the wiki's templates put in (see `put_in`). A heading that holds what only the
    wiki can tell has a place with no fragment."""
    aside: list[str] = []
    markup = put_in(lift(markup, aside), variables, library, aside)
    article = Article()
    lines = _Lines(article, _Words(article, names), aside)
    for line in _SWITCH.sub("", markup).split("\n"):
        lines.take(line)
    lines.end()
    return article


class _Lines:
    """Gathers lines into blocks."""

    def __init__(self, article: Article, words: _Words, aside: list[str]) -> None:
        self._article = article
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
        self._article.blocks.append(Block(words, self._place, is_heading=True))

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
        self._article.blocks.append(Block(words, self._place))

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


class _Words:
    """What stands within lines: links to their words, entities to characters, apostrophes that mean italics away."""

    def __init__(self, article: Article, names: Names) -> None:
        self._article = article
        self._names = names

    def is_unseen(self, line: str) -> bool:
        """True for a line that a reader does not see in the text."""
        if link := _LANGUAGE_LINK.fullmatch(line):
            return link[1] not in self._names.spaces
        return _OTHER_SWITCH.fullmatch(line) is not None and line.isupper()

    def of(self, lines: Iterable[str]) -> str:
        return " ".join(map(self._of_line, lines))

    def _of_line(self, line: str) -> str:
        from mwparserfromhell import parse
        from mwparserfromhell.parser import ParserError

        text = _without_quotes(line)
        if len(text) > _LONGEST_LINE or not ("[" in text or "&" in text):
            return text
        try:
            return self._of_nodes(parse(text.replace("<", LESS), skip_style_tags=True)).replace(LESS, "<")
        except ParserError:  # its own limits: the line stays as it is written
            return text

    def _of_nodes(self, code: Wikicode) -> str:
        return "".join(map(self._of_node, code.nodes))

    def _of_node(self, node: Node) -> str:
        from mwparserfromhell import nodes

        if isinstance(node, nodes.Text | nodes.HTMLEntity | nodes.Heading | nodes.Tag):  # a tag: * or # as a first sign
            return decoded(str(node))
        if isinstance(node, nodes.Wikilink):
            return self._of_link(node)
        if isinstance(node, nodes.ExternalLink):
            if not node.brackets:
                return decoded(str(node))
            return self._of_nodes(node.title) if node.title else GONE
        return ""

    def _of_link(self, link: Wikilink) -> str:
        target = self._of_nodes(link.title).strip()
        space, colon, name = (part.strip() for part in target.partition(":"))
        space = " ".join(space.replace("_", " ").split()).lower()
        if colon and space in self._names.categories:
            self._article.category = self._article.category or without_controls(name.replace("_", " ")) or None
            return ""
        if colon and space in self._names.files:
            return ""
        return self._of_nodes(link.text) if link.text else target.lstrip(":")


def _without_quotes(line: str) -> str:
    """The line without the apostrophes that mean italics (2), bold (3) or both (5)."""
    parts = re.split("('{2,})", line)
    for i in range(1, len(parts), 2):
        count = len(parts[i])
        spare = 1 if count == 4 else max(0, count - 5)
        parts[i - 1] += "'" * spare
        parts[i] = "'" * (count - spare)
    bold = sum(len(mark) != 2 for mark in parts[1::2])
    italics = sum(len(mark) != 3 for mark in parts[1::2])
    if bold % 2 and italics % 2 and "'''" in parts[1::2]:
        # Where neither adds up, MediaWiki takes one of the bold marks for an apostrophe before italics (l'''an'').
        _, i = min((_apostrophe_rank(parts[i - 1]), i) for i in range(1, len(parts), 2) if parts[i] == "'''")
        parts[i - 1] += "'"
    return "".join(parts[::2])


def _apostrophe_rank(before: str) -> int:
    """How likely an apostrophe is after some text: most of all after a word of one letter, least after a space."""
    if before.endswith(" "):
        return 2
    return 0 if before[-2:-1] == " " else 1
