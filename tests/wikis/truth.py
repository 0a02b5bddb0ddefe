"""What a wiki's own rendering of a page says: its headings with their ids, and the words that stand below each."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

# What Footnote leaves out on purpose, as CSS classes: contents, notes and their numbers, pictures with their captions,
# numbers of nameless links, what is fetched from elsewhere.
_ASIDE = set("toc reference references mw-references-wrap thumb gallery autonumber fn_top footnotes rss".split())
_DELETED = {"s", "del", "strike", "style", "script"}
_BLOCKS = {
    "p", "div", "li", "dd", "dt", "td", "th", "tr", "caption", "br", "pre", "blockquote", "table", "ul", "ol", "dl",
    "h1", "h2", "h3", "h4", "h5", "h6",
}  # fmt: skip


@dataclass(slots=True)
class Section:
    """A heading, as words and ids, and the text below it up to the next one; the first section has no heading."""

    heading: str = ""
    ids: set[str] = field(default_factory=set)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


def sections(html: str) -> list[Section]:
    """The sections of a rendered page, the heading's words at the beginning of each text."""
    from lxml.html import document_fromstring

    found = [Section()]
    _walk(document_fromstring(f"<html><body>{html}</body></html>").find("body"), found)
    for section in found:
        section.heading = " ".join(section.heading.split())
    return found


def _walk(element: Any, found: list[Section]) -> None:
    if isinstance(element.tag, str) and not _is_left_out(element):
        if re.fullmatch("h[1-6]", element.tag):
            heading = Section()
            heading.ids = {each.get("id") for each in element.iter() if each.get("id")}
            found.append(heading)
        before = len(found[-1].pieces)
        found[-1].pieces += [" " if element.tag in _BLOCKS else "", element.text or "", element.get("alt") or ""]
        for child in element:
            _walk(child, found)
        found[-1].pieces += [" " if element.tag in _BLOCKS else ""]
        if re.fullmatch("h[1-6]", element.tag):
            found[-1].heading = "".join(found[-1].pieces[before:])
    found[-1].pieces.append(element.tail or "")


def _is_left_out(element: Any) -> bool:
    classes = set((element.get("class") or "").split())
    if classes & _ASIDE or element.tag in _DELETED:
        return True
    if element.tag == "dt" and element.getparent().get("class") in ("code", "file"):
        return True  # the name of a file of code
    if element.tag == "sup" and element.text_content().startswith("["):
        return True  # a note on the text, such as that a source is missing
    return "new" in classes and (element.get("title") or "").startswith("Template:")


def words(text: str) -> Counter[str]:
    """How often each word stands in a text; figures count without what sets their thousands off, raised ones as plain.

    DokuWiki sets × for x between figures, © for (c), and so on; that is undone.
    """
    for sign, written in (("©", "(c)"), ("®", "(r)")):
        text = text.replace(sign, written)
    plain = unicodedata.normalize("NFKC", re.sub(r"(?<=\d)×(?=\d)", "x", text)).casefold()
    return Counter(re.findall(r"\w+", re.sub(r"(?<=\d),(?=\d{3})", "", plain)))
