"""What a web page says of itself: title, author, address, outlet, language, section. Nothing is inferred."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import urljoin, urlsplit

from index.formats.html_dates import find_dates
from index.formats.html_pieces import tidy
from index.formats.html_tree import is_furniture

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LONGEST = 1000
_LONGEST_NAME = 200
_LONGEST_TITLE = 500
_LONGEST_JSON = 1_000_000
_MOST_NODES = 200
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
_TITLE_TAGS = frozenset(("og:title", "twitter:title", "title", "dc.title", "headline"))
_NO_NAMES = frozenset("admin administrator author editor guest root super user webmaster".split())
_STORY_TYPES = ("Article", "Posting", "Report", "Review", "Recipe")

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Meta:
    """What a page says of itself; None for what it does not say. `is_titled` tells that its head has the title."""

    title: str | None = None
    is_titled: bool = False
    author: str | None = None
    published: str | None = None
    updated: str | None = None
    url: str | None = None
    outlet: str | None = None
    language: str | None = None
    section: str | None = None


def read_meta(tree: HtmlElement, linked_data: Sequence[str], url: str | None, *, is_ordinary: bool) -> Meta:
    """What a page says of itself, in its head, its linked data (JSON-LD) and, if it is no huge one, its body. `url` is
    where it was got."""
    tags = _meta_tags(tree)
    nodes = list(_nodes(linked_data))
    story = _story(nodes)
    names = {str(node["@id"]): node for node in nodes if "@id" in node}
    found = _asked(tree, is_ordinary=is_ordinary)
    address = _canonical(tree, tags, url)
    published, updated = find_dates(tree, tags, story, address or url)
    title = found.get("title") or _line(story.get("headline"))
    outlet = tags.get("og:site_name") or _persons(story.get("publisher"), names) or found.get("outlet")
    section = tags.get("article:section") or _line(story.get("articleSection")) or found.get("section")
    return Meta(
        title=title,
        is_titled=bool(_head_title(tree) or tags.keys() & _TITLE_TAGS),
        author=_persons(story.get("author"), names) or _persons(tags.get("author"), {}) or found.get("author"),
        published=published,
        updated=updated,
        url=address,
        outlet=outlet,
        language=_language(tree, tags, story),
        section=section if section not in (title, outlet) else None,
    )


def _meta_tags(tree: HtmlElement) -> dict[str, str]:
    """The contents of the <meta> elements by their names in lower case; the first of each name counts."""
    tags: dict[str, str] = {}
    for meta in tree.iter("meta"):
        content = tidy(meta.get("content") or "")
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if content and len(content) <= _LONGEST and (key := meta.get(attribute)):
                tags.setdefault(key.strip().lower(), content)
    return tags


def _nodes(linked_data: Sequence[str]) -> Iterator[Node]:
    """The things that a page describes in JSON-LD: those at the top, and what they say the page is about."""
    count = 0
    for text in linked_data:
        if len(text) > _LONGEST_JSON:
            continue
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue  # broken, as on many pages; the page's other words stand
        for root in data if isinstance(data, list) else [data]:
            if not isinstance(root, dict):
                continue
            graph = root.get("@graph")
            for node in (root, *(graph if isinstance(graph, list) else ()), root.get("mainEntity")):
                count += 1
                if count > _MOST_NODES:
                    return
                if isinstance(node, dict):
                    yield node


def _story(nodes: Sequence[Node]) -> Node:
    """The article among them, or the page; nothing if there is neither."""
    for endings in (_STORY_TYPES, ("Page",)):
        for node in nodes:
            types = node.get("@type")
            if any(str(name).endswith(endings) for name in (types if isinstance(types, list) else [types])):
                return node
    return {}


def _persons(value: object, names: dict[str, Node]) -> str | None:
    """The names of persons or organisations, with commas between them. `names` are the things that others refer to."""
    found: list[str] = []
    for item in (value if isinstance(value, list) else [value])[:20]:
        node = item
        if isinstance(item, dict) and "name" not in item:
            node = names.get(str(item.get("@id")), item)
        name = _line(node.get("name") if isinstance(node, dict) else node)
        if _is_name(name) and name not in found:
            found.append(name)
    joined = ", ".join(found)
    return joined if 0 < len(joined) <= _LONGEST_NAME else None


def _is_name(text: str | None) -> TypeGuard[str]:
    """False for an address, an account, and what a system calls its users."""
    if not text or re.search(r"://|www\.|@|\A\W*\Z", text):
        return False
    return not _NO_NAMES.issuperset(text.lower().split())


def _line(value: object) -> str | None:
    """A string of JSON-LD on one line, or the first of a list."""
    if isinstance(value, list):
        value = value[0] if value else None
    line = tidy(unescape(value)) if isinstance(value, str) and len(value) <= _LONGEST else ""
    return line or None


def _asked(tree: HtmlElement, *, is_ordinary: bool) -> dict[str, str]:
    """What trafilatura finds by the page's markup: title, author, outlet, section."""
    from trafilatura.metadata import extract_metadata

    sketch = _sketch(tree, is_ordinary=is_ordinary)
    try:
        known = extract_metadata(copy.deepcopy(sketch), date_config={"extensive_search": False})
    except Exception:  # whatever a page does to it: what the page says plainly is read without it
        return {}
    said = tidy(" ".join(sketch.itertext()))  # it mends names, and here they are wanted as the page has them
    found = {"title": known.title}
    authors = (known.author or "").split("; ")
    if all(_is_name(name) and name in said for name in authors):
        found["author"] = ", ".join(authors)
    if known.sitename and known.sitename in _head_title(tree) and not known.sitename.startswith("http"):
        found["outlet"] = known.sitename
    if known.categories:
        found["section"] = known.categories[0]
    lines = {key: tidy(value) for key, value in found.items() if value}
    return {key: line for key, line in lines.items() if 0 < len(line) <= _LONGEST_TITLE}


def _head_title(tree: HtmlElement) -> str:
    title = tree.find(".//title")
    return tidy(title.text or "") if title is not None else ""


def _sketch(tree: HtmlElement, *, is_ordinary: bool) -> HtmlElement:
    """A copy of the page, or of its head, without furniture and long texts: they say nothing of the page as a whole."""
    head = tree.find("head")
    if is_ordinary:
        sketch = copy.deepcopy(tree)
    else:
        sketch = tree.makeelement("html")
        sketch.append(tree.makeelement("head") if head is None else copy.deepcopy(head))
    for element in list(sketch.iter()):
        is_long = len(element.get("content") or "") > _LONGEST
        if is_long or (element.tag not in ("html", "head", "body") and is_furniture(element)):
            element.clear(keep_tail=True)
        if len(element.text or "") > _LONGEST_NAME * 2:
            element.text = None
        if len(element.tail or "") > _LONGEST_NAME * 2:
            element.tail = None
    return sketch


def _canonical(tree: HtmlElement, tags: dict[str, str], url: str | None) -> str | None:
    """The address that the page gives as its own, if it is one of the web."""
    links = [link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    for address in [*links, tags.get("og:url")]:
        try:
            given = urlsplit((address or "").strip())
            whole: str = urljoin(url or "", given.geturl()) if given.netloc or not given.scheme else ""
            parts = urlsplit(whole)
            host, user = parts.hostname, parts.username
        except ValueError:
            continue
        is_plain = whole.isprintable() and " " not in whole and len(whole) <= _LONGEST
        if address and parts.scheme in ("http", "https") and host and not user and is_plain:
            return whole
    return None


def _language(tree: HtmlElement, tags: dict[str, str], story: Node) -> str | None:
    named = (tree.get("lang"), tree.get("xml:lang"), tags.get("content-language"), tags.get("og:locale"))
    for name in (*named, _line(story.get("inLanguage"))):
        if name and _LANGUAGE.fullmatch(name.strip()):
            return name.strip()
    return None
