"""Exports of a MediaWiki (Special:Export, dumpBackup.php) to pages: each page of content, in its newest revision.

The files are XML in the namespaces http://www.mediawiki.org/xml/export-0.10/ and 0.11; others of that family are read
alike. They are read as a stream, their document types (which such exports do not have) are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from index.errors import SourceError
from index.formats import Page, check_parts
from index.formats.text import check_blocks, without_controls
from index.formats.wikitext import Names, read_wikitext
from index.formats.wikitext_templates import Library

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PAGES = 200_000
MAX_PAGE_CHARS = 4 * 2**20  # MediaWiki itself stops at 2 MB unless told otherwise
MAX_TAGS = 100_000  # in a revision, or between two pages; each takes some 200 bytes of memory
_LONGEST_TITLE = 1_000  # MediaWiki itself stops at 255 bytes
_FAMILY = "http://www.mediawiki.org/xml/export-"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_FILES, _CATEGORIES = "6", "14"
# User, File, MediaWiki, Template, TimedText, Module, Gadget, Gadget definition; talk has the odd numbers.
_TEMPLATES = 10
_NO_CONTENT = frozenset((2, 6, 8, _TEMPLATES, 710, 828, 2300, 2302))
_REDIRECT = re.compile(r"\s*#redirect\s*:?\s*\[\[", re.I)
_REMEDY = "export the pages again (Special:Export)"


@dataclass(frozen=True, slots=True)
class _Site:
    """What an export says of its wiki."""

    name: str | None = None
    base: str | None = None
    language: str | None = None
    names: Names = field(default_factory=Names)


@dataclass(frozen=True, slots=True)
class _Revision:
    """A revision of a page; later ones are greater. `text` is None if it is no wiki markup or has been deleted."""

    timestamp: str
    number: int
    text: str | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A page of any kind in its newest revision, the number of its namespace, and what is known of the wiki."""

    site: _Site
    title: str
    line: int
    space: int
    moved: bool
    revision: _Revision


def read(data: bytes, name: str) -> list[Page]:
    """The pages of content in an export: no talk, users, files, templates, modules, system messages, redirects. What
    is too long, or has no title, has a problem. A page has no author: many wrote it, and an export names only who
    changed it last.

    Raises SourceError if the export is damaged or breaks off, is no MediaWiki export, or holds no such page.
    """
    library = Library()
    if b"<ns>10</ns>" in data:
        for entry in _entries(data):
            if entry.space == _TEMPLATES and entry.title and entry.revision.text:
                library.add(entry.title, entry.revision.text)
    pages: dict[str, Page] = {}
    problems: list[Page] = []
    blocks = 0
    for entry in _entries(data):
        page = _page(entry, library)
        if page and page.problem:
            problems.append(page)
        elif page and (page.part not in pages or (pages[page.part].updated or "") <= (page.updated or "")):
            pages[page.part] = page
            check_blocks(blocks := blocks + len(page.blocks))
        if len(pages) + len(problems) > MAX_PAGES:
            raise SourceError(f"more than {MAX_PAGES:,} pages in one export; export fewer pages at a time")
    found = [*pages.values(), *problems]
    check_parts(found)
    if not found:
        raise SourceError(
            "no page of content with its text in the export (redirects, talk and templates are none); "
            "export articles, with their text"
        )
    return found


def _entries(data: bytes) -> Iterator[_Entry]:
    from lxml import etree

    site = _Site()
    newest: _Revision | None = None
    events = etree.iterparse(
        BytesIO(data), events=("start", "end"), resolve_entities=False, load_dtd=False, no_network=True,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    is_first = True
    tags = before = 0  # in the tree, now and before the revision at hand
    try:
        for event, element in events:
            if is_first:
                site = _Site(language=_checked_root(element).get(_LANGUAGE))
                is_first = False
            tag = str(element.tag).rpartition("}")[2]
            if event == "start":
                newest = None if tag == "page" else newest
                before = tags if tag == "revision" else before
                tags += 1
                if tags > MAX_TAGS:
                    raise SourceError(f"over {MAX_TAGS:,} tags in a page, or beside the pages; {_REMEDY}")
            elif tag == "siteinfo":
                site = _site(element, site.language)
            elif tag == "revision":
                newest = _later(newest, _revision(element))
                element.clear()
                tags = before + 1
            elif tag == "page":
                if newest:
                    yield _entry(element, newest, site)
                tags = _forget(element, tags)
    except etree.XMLSyntaxError as error:
        what = " ".join(str(error.msg).split(", line ")[0].split())[:100]
        line = f" at line {error.lineno}" if error.lineno else ""
        raise SourceError(f"the export is damaged or breaks off{line} ({what}); {_REMEDY}") from error
    if is_first:
        raise SourceError(f"not a MediaWiki export; {_REMEDY}")


def _checked_root(element: Any) -> Any:
    if element.getroottree().docinfo.internalDTD is not None:
        raise SourceError(f"the file declares a document type, which no MediaWiki export does; {_REMEDY}")
    root = element.getroottree().getroot()
    if not str(root.tag).startswith(f"{{{_FAMILY}") or not str(root.tag).endswith("}mediawiki"):
        raise SourceError(f"not a MediaWiki export: it begins with {str(root.tag)[:80]!r}; {_REMEDY}")
    return root


def _forget(page: Any, tags: int) -> int:
    """Frees what has been read, for a large export not to stay in memory; how many tags of so many then stay."""
    page.clear()
    while page.getprevious() is not None:
        del page.getparent()[0]
    return 2 if page.getparent() is not None and page.getparent().getparent() is None else tags


def _site(element: Any, language: str | None) -> _Site:
    spaces = {space.get("key"): _lower(space.text) for space in element.iterfind("{*}namespaces/{*}namespace")}
    known = Names()
    names = Names(
        known.files | {spaces.get(_FILES) or "file"},
        known.categories | {spaces.get(_CATEGORIES) or "category"},
        frozenset(spaces.values()),
    )
    return _Site(_text(element, "sitename"), _text(element, "base"), language, names)


def _lower(name: str | None) -> str:
    return " ".join((name or "").replace("_", " ").split()).lower()


def _text(element: Any, path: str) -> str | None:
    found = element.findtext("/".join(f"{{*}}{step}" for step in path.split("/")))
    return (found or "").strip() or None


def _revision(element: Any) -> _Revision:
    text = element.find("{*}text")
    is_markup = _text(element, "model") in (None, "wikitext") and text is not None and not text.get("deleted")
    number = _text(element, "id") or ""
    return _Revision(
        timestamp=_text(element, "timestamp") or "",
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 20 else 0,
        text=(text.text or "") if is_markup else None,
    )


def _later(one: _Revision | None, other: _Revision) -> _Revision:
    if one and (one.timestamp, one.number) > (other.timestamp, other.number):
        return one
    return other


def _entry(element: Any, revision: _Revision, site: _Site) -> _Entry:
    title = " ".join(without_controls(_text(element, "title") or "").split())
    space = _text(element, "ns") or "0"
    number = int(space) if re.fullmatch(r"-?[0-9]{1,9}", space) else 0
    return _Entry(site, title, element.sourceline or 0, number, element.find("{*}redirect") is not None, revision)


def _page(entry: _Entry, library: Library) -> Page | None:
    """The page, or None if it is no page of content or holds no words."""
    site, title, revision = entry.site, entry.title, entry.revision
    if entry.space < 0 or entry.space % 2 or entry.space in _NO_CONTENT or entry.moved:
        return None
    if revision.text is None or _REDIRECT.match(revision.text):
        return None
    if not title or len(title) > _LONGEST_TITLE:
        what = f"a title of {len(title):,} characters (limit {_LONGEST_TITLE:,})" if title else "no title"
        return Page((), part=f"page at line {entry.line}", problem=f"{what}; {_REMEDY}")
    if len(revision.text) > MAX_PAGE_CHARS:
        why = f"{len(revision.text):,} characters (limit {MAX_PAGE_CHARS:,}); split the page in the wiki"
        return Page((), part=title, problem=why)
    bare = title.partition(":")[2] if entry.space else title
    variables = {"PAGENAME": bare, "FULLPAGENAME": title, "SITENAME": site.name or ""}
    article = read_wikitext(revision.text, site.names, variables, library)
    if not article.blocks:
        return None
    return Page(
        tuple(article.blocks),
        title=title,
        updated=revision.timestamp or None,
        url=_url(site.base, title),
        outlet=site.name,
        language=site.language,
        section=article.category,
        part=title,
        is_bare=True,
    )


def _url(base: str | None, title: str) -> str | None:
    """The address of a page, given that of the wiki's main page; None if that does not show how addresses are made."""
    try:
        parts = urlsplit(base or "")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.fragment:
        return None
    # As MediaWiki writes titles in addresses.
    encoded = quote(title.replace(" ", "_"), safe=";@$!*(),/~:")
    start = f"{parts.scheme}://{parts.netloc}{parts.path}"
    if parts.query:
        return f"{start}?title={encoded}" if parts.query.startswith("title=") and "&" not in parts.query else None
    folder, _, last = start.rpartition("/")
    return f"{folder}/{encoded}" if parts.path.strip("/") and last and not last.endswith(".php") else None
