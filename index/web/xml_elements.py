"""XML from strangers: no document types, no entities but those of HTML, no tree larger than one entry, no network."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from index.errors import SourceError

MAX_TAGS = 1_000_000
MAX_REFERENCES = 4_000_000
_MAX_PREFIXES = 100
_CHARS_READ_FOR_ROOT = 64 * 1024

DC = "http://purl.org/dc/elements/1.1/"
TERMS = "http://purl.org/dc/terms/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
ATOM = "http://www.w3.org/2005/Atom"
# The usual prefixes, for files that use them without saying what they stand for.
_PREFIXES = {"dc": DC, "dcterms": TERMS, "content": CONTENT, "news": NEWS, "atom": ATOM}

_BEFORE_ROOT = re.compile(r"\s+|<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^\[<>]*>", re.S | re.I)
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,40}:)?([A-Za-z_][\w.-]{0,40})(?=[\s/>])", re.A)
_NAMED_ANYWHERE = re.compile(r"<(?:\w{1,40}:)?(?:urlset|sitemapindex|rss|feed|RDF)[\s/>]", re.A)
_PREFIX = re.compile(r"[<\s]([A-Za-z_][\w.-]{0,40}):(?=[A-Za-z_])", re.A)
_DECLARED = re.compile(r"\sxmlns:([A-Za-z_][\w.-]{0,40})\s*=", re.A)
_REFERENCE = r"(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_STRAY = re.compile(rf"&(?!{_REFERENCE})")
_OF_HTML = re.compile(rf"&(?!(?:amp|lt|gt|quot|apos);){_REFERENCE}")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Root:
    """The first element of a text: its name without a prefix; where its tag starts, and where the name in it ends."""

    name: str
    start: int
    name_end: int


def root_of(text: str) -> Root | None:
    """The first element of what looks like XML or HTML; None for other text.

    Raises SourceError for a sitemap or feed with a document type of its own, which declares entities.
    """
    at = 1 if text.startswith("\ufeff") else 0
    while at < _CHARS_READ_FOR_ROOT and (passed := _BEFORE_ROOT.match(text, at)):
        at = passed.end()
    if found := _ROOT.match(text, at):
        return Root(found[1], at, found.end())
    if text[at : at + 9].upper() == "<!DOCTYPE" and _NAMED_ANYWHERE.search(text, at):
        raise SourceError("declares entities of its own, which may hide anything; take its <!DOCTYPE ...> out")
    return None


def elements(text: str, root: Root, names: frozenset[str]) -> Iterator[Any]:
    """The outermost elements with these names (in any namespace) as lxml elements, each gone when the next is asked
    for. Stray &, HTML's named characters, forbidden characters and undeclared prefixes, which many files have, are
    mended first. Raises SourceError for what is then not well-formed, and for far too many tags."""
    from lxml import etree

    if text.count("<") > MAX_TAGS or text.count("&") > MAX_REFERENCES:
        raise SourceError(f"holds over {MAX_TAGS:,} tags or {MAX_REFERENCES:,} references; split it")
    whole = text[root.start : root.name_end] + _declarations(text) + text[root.name_end :]
    events = etree.iterparse(
        BytesIO(_mended(whole).encode("utf-8")),
        events=("start", "end"),
        tag=[f"{{*}}{name}" for name in sorted(names)],
        encoding="utf-8",
        huge_tree=False,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    inside = None
    try:
        for event, element in events:
            if event == "start" and inside is None:
                inside = element
            elif event == "end" and element is inside:
                yield element
                inside = None
                _drop(element)
    except etree.XMLSyntaxError as error:
        reason = " ".join(str(error.msg).split())[:150]
        raise SourceError(f"is damaged or cut off ({reason}); try again later, or ask its publisher") from error


def namespace(element: Any) -> str:
    space, braced, _ = str(element.tag).rpartition("}")
    return space[1:] if braced else ""


def local_name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _drop(element: Any) -> None:
    """Frees an element, and all that stands before it under the same parent."""
    parent = element.getparent()
    element.clear()
    if parent is not None:
        while parent[0] is not element:
            del parent[0]


def _declarations(text: str) -> str:
    """What a root tag must say for every prefix to stand for something."""
    used = {found[1] for found in _PREFIX.finditer(text)} - {found[1] for found in _DECLARED.finditer(text)}
    unknown = sorted(used - {"xml", "xmlns"})[:_MAX_PREFIXES]
    return "".join(f' xmlns:{prefix}="{_PREFIXES.get(prefix, "prefix:" + prefix)}"' for prefix in unknown)


def _mended(text: str) -> str:
    """The text with HTML's named characters written out, stray & escaped, and without characters that XML forbids."""
    text = _NO_XML.sub("", text)
    out: list[str] = []
    at = 0
    while (start := text.find("<![CDATA[", at)) >= 0 and (end := text.find("]]>", start)) >= 0:
        out += (_without_html(text[at:start]), text[start : end + 3])
        at = end + 3
    out.append(_without_html(text[at:]))
    return "".join(out)


def _without_html(text: str) -> str:
    return _OF_HTML.sub(lambda found: _escaped(found[0]), _STRAY.sub("&amp;", text))


@lru_cache(maxsize=4096)
def _escaped(reference: str) -> str:
    return html.escape(_NO_XML.sub("", html.unescape(reference)))
