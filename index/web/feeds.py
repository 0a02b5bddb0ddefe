"""Sitemaps, RSS and Atom, read with lxml: element by element, so that size and time stay in proportion to the file."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import urljoin

from index.web.address import MAX_URL_CHARS
from index.web.listing import Listed
from index.web.xml_elements import ATOM, CONTENT, DC, NEWS, TERMS, Root, elements, local_name, namespace

ROOTS = frozenset({"urlset", "sitemapindex", "rss", "RDF", "feed"})
_MAX_LABEL_CHARS = 1000
_MAX_DATE_CHARS = 100

_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"

_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_MAILBOX = re.compile(r"[^\s()]+@[^\s()]+\s*\(([^()]+)\)")


def read(text: str, root: Root, url: str) -> Iterator[Listed]:
    """The entries of a sitemap or feed, those too that name no web page (their URL is then something else)."""
    if root.name in ("urlset", "sitemapindex"):
        yield from (_page(element, url) for element in elements(text, root, frozenset({"url", "sitemap"})))
        return
    authors: list[str] = []
    for element in elements(text, root, frozenset({"item", "entry", "author"})):
        if local_name(element) != "author":
            yield _entry(element, url, authors)
        elif namespace(element) in ("", ATOM) and root.name == "feed":
            authors += _names(element)  # Atom's author of the whole feed, for the entries that name none


def _page(element: Any, url: str) -> Listed:
    found = _children(element)
    news = next(iter(found.get((NEWS, "news"), [])), None)
    said = _children(news) if news is not None else {}
    return Listed(
        url=_joined(url, _text(found, "loc")),
        title=_label(_text(said, "title")),
        published=_date(_text(said, "publication_date")),
        updated=_date(_text(found, "lastmod")),
        is_list=local_name(element) == "sitemap",
    )


def _entry(element: Any, url: str, feed_authors: list[str]) -> Listed:
    found = _children(element)
    names = [_said(node) for node in found.get((DC, "creator"), [])]
    names = names or [name for node in found.get(("", "author"), []) for name in _names(node)] or feed_authors
    return Listed(
        url=_link(element, found, url),
        title=_label(_title(found)),
        author=_label(", ".join(dict.fromkeys(name for name in names if name))),
        published=_date(
            _text(found, "pubDate", "published", "issued")
            or _text(found, "date", space=DC)
            or _text(found, "issued", space=TERMS)
        ),
        updated=_date(_text(found, "updated", "modified") or _text(found, "modified", space=TERMS)),
        content_html=_content(found),
    )


_Children = dict[tuple[str, str], list[Any]]


def _children(element: Any) -> _Children:
    """The elements right under one, by namespace and name; "" stands for the element's own namespace, Atom and none."""
    found: _Children = {}
    own = (namespace(element), ATOM)
    for child in element:
        space = namespace(child)
        found.setdefault(("" if space in own else space, local_name(child)), []).append(child)
    return found


def _said(element: Any) -> str:
    """All the text in an element, on one line."""
    return " ".join("".join(element.itertext()).split())


def _text(found: _Children, *names: str, space: str = "") -> str:
    """What the first of these children with any text says; "" if none does."""
    for name in names:
        for element in found.get((space, name), []):
            if said := _said(element):
                return said
    return ""


def _label(text: str) -> str | None:
    return text if text and len(text) <= _MAX_LABEL_CHARS else None


def _date(text: str) -> str | None:
    return text if text and len(text) <= _MAX_DATE_CHARS else None


def _title(found: _Children) -> str:
    """The title as plain text. RSS titles hold HTML or not without saying so: those that look like it are taken so."""
    for element in found.get(("", "title"), []):
        said = _said(element)
        kind = element.get("type")
        if said and (kind in ("html", "text/html") or (kind is None and namespace(element) != ATOM)):
            said = " ".join(html.unescape(_TAG.sub("", said)).split())
        if said:
            return said
    return ""


def _names(author: Any) -> list[str]:
    """Names in an author element: its `name` children (Atom), or the text itself, by RSS "mail@host (Name)"."""
    inner = _children(author).get(("", "name"), [])
    if inner or len(author):
        return [name for node in inner if (name := _said(node))]
    said = _said(author)
    mailbox = _MAILBOX.fullmatch(said) if len(said) <= _MAX_LABEL_CHARS else None
    return [mailbox[1].strip() if mailbox else said]


def _link(element: Any, found: _Children, url: str) -> str:
    """The page that an entry stands for; "" if it names none."""
    nodes = found.get(("", "link"), [])
    pages = [n for n in nodes if n.get("rel", "alternate") == "alternate" and "html" in n.get("type", "html")]
    for node in pages:
        if written := (node.get("href") or _said(node)).strip():
            return _joined(_base(node, url), written)
    for node in found.get(("", "guid"), []):
        if node.get("isPermaLink", "true").lower() != "false":
            return _said(node)
    return str(element.get(_ABOUT, ""))


def _base(element: Any, url: str) -> str:
    """What relative links in an element are relative to: the feed's URL, as xml:base changes it on the way down."""
    for node in (*reversed(list(element.iterancestors())), element):
        url = _joined(url, node.get(_XML_BASE, "")) or url
    return url


def _joined(base: str, written: str) -> str:
    """The absolute URL; "" for what is none, or far too long for one."""
    try:
        return urljoin(base, written) if written and len(written) <= MAX_URL_CHARS else ""
    except ValueError:
        return ""


def _content(found: _Children) -> str | None:
    """The entry's own full text as HTML: RSS's content:encoded or Atom's content, not a summary."""
    encoded = [(node, "html") for node in found.get((CONTENT, "encoded"), [])]
    for element, usual in encoded + [(node, "text") for node in found.get(("", "content"), [])]:
        kind = element.get("type", usual).lower()
        if element.get("src") or ("/" in kind and kind not in ("text/html", "application/xhtml+xml", "text/plain")):
            continue  # kept elsewhere, or a picture in base64
        inner = _inner(element, is_plain=kind in ("text", "text/plain"))
        if inner.strip():
            return inner
    return None


def _inner(element: Any, *, is_plain: bool) -> str:
    """What an element holds, as HTML: its text, which is HTML itself unless it is plain, or the elements in it."""
    from lxml import etree

    own = element.text or ""
    if not len(element):
        return html.escape(own, quote=False) if is_plain else own
    copied = deepcopy(element)  # by itself, without the namespaces that the feed declares around it
    for node in copied.iter(etree.Element):
        node.tag = local_name(node)
    etree.cleanup_namespaces(copied)
    inner = (etree.tostring(child, encoding="unicode", method="html") for child in copied)
    return html.escape(own, quote=False) + "".join(inner)
