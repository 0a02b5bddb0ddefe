"""What stands within a line of MediaWiki's markup: links, entities, italics.

mwparserfromhell is given nothing more, and no bracket that lacks a partner: those make it slow without end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.formats.text import without_controls
from index.formats.wikitext_expand import GONE, LESS, decoded

if TYPE_CHECKING:
    from mwparserfromhell.nodes import Node, Wikilink
    from mwparserfromhell.wikicode import Wikicode

_LONGEST_LINE = 50_000  # of what mwparserfromhell is given at a time, in characters
# Alone on their lines: a switch in another language, and a link to the page in another language.
_OTHER_SWITCH = re.compile(r"__[^\W\d_]+(?:_[^\W\d_]+)*__")
_LANGUAGE_LINK = re.compile(r"\[\[ *([a-z]{2,3}(?:-[a-z]+)*) *:[^\[\]|]+\]\]")


@dataclass(frozen=True, slots=True)
class Names:
    """What a wiki calls its namespaces of files, of categories, and all of them, in lower case."""

    files: frozenset[str] = frozenset(("file", "image"))
    categories: frozenset[str] = frozenset(("category",))
    spaces: frozenset[str] = frozenset()


ENGLISH_NAMES = Names()


class Words:
    """What stands within lines: links to their words, entities to characters, apostrophes that mean italics away."""

    def __init__(self, names: Names) -> None:
        self.category: str | None = None  # the first that the lines so far name
        self._names = names

    def is_unseen(self, line: str) -> bool:
        """True for a line that a reader does not see in the text."""
        if link := _LANGUAGE_LINK.fullmatch(line):
            return link[1] not in self._names.spaces
        return _OTHER_SWITCH.fullmatch(line) is not None and line.isupper()

    def of(self, lines: Iterable[str]) -> str:
        """The words of the lines, a space between them."""
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
            self.category = self.category or without_controls(name.replace("_", " ")) or None
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
