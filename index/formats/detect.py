"""Which format a file is in: its content decides, its name where the content does not tell."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

from index.errors import SourceError
from index.formats import Page
from index.formats.html import looks_like_html
from index.formats.text import decode, web_address

if TYPE_CHECKING:
    from index.formats.table import Columns

SUFFIXES = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".pdf": "pdf", ".docx": "docx",
    ".eml": "mail", ".mbox": "mail", ".csv": "table", ".tsv": "table", ".jsonl": "table", ".ndjson": "table",
    ".json": "table", ".xml": "xml", ".rss": "xml", ".atom": "xml", ".urls": "text",
}  # fmt: skip
# What a web server calls them.
MEDIA_TYPES = {
    "text/plain": "text", "text/markdown": "markdown", "text/html": "html", "application/xhtml+xml": "html",
    "application/pdf": "pdf", "message/rfc822": "mail", "application/mbox": "mail", "text/csv": "table",
    "text/tab-separated-values": "table", "application/json": "table", "application/x-ndjson": "table",
    "application/xml": "xml", "text/xml": "xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}  # fmt: skip
# What servers call files that they do not know.
_VAGUE = ("", "application/octet-stream", "binary/octet-stream", "text/plain")
_HEAD = 4096
_MEDIAWIKI = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<mediawiki\b", re.I)
# What is no text, by its first bytes, and the remedy.
_FOREIGN = (
    (b"\xd0\xcf\x11\xe0", "an old Office file (.doc, .xls); save it as .docx or PDF"),
    (b"\x89PNG", "a picture; give the text in it"),
    (b"\xff\xd8\xff", "a picture; give the text in it"),
    (b"GIF8", "a picture; give the text in it"),
    (b"\x1f\x8b", "a compressed file (gzip); unpack it"),
    (b"7z\xbc\xaf", "a compressed file (7z); unpack it"),
    (b"Rar!", "a compressed file (rar); unpack it"),
    (b"{\\rtf", "an RTF file; save it as .docx or PDF"),
)


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a file besides its bytes: the `media_type` and `charset` that a server names, the `url` that it
    came from, what a feed says of it (used where the page does not), which `columns` of a table hold what, and, for
    files that are published, the `base_url` of their folder and their `path` in it."""

    media_type: str | None = None
    charset: str | None = None
    url: str | None = None
    title: str | None = None
    author: str | None = None
    published: str | None = None
    updated: str | None = None
    columns: Columns | None = None
    base_url: str | None = None
    path: str = ""


NOTHING = Given()


def read_pages(data: bytes, name: str, given: Given = NOTHING) -> list[Page]:
    """The documents in a file. Raises SourceError with the remedy if it cannot be read or is of no known format."""
    if not data.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise SourceError("the file is empty; remove it or put text in it")
    # What a file says of its address may be anything; nobody after this has to doubt it.
    pages = [replace(page, url=web_address(page.url or "")) for page in _pages(data, name, given)]
    return [_completed(page, given) for page in pages] if len(pages) == 1 else pages


def _completed(page: Page, given: Given) -> Page:
    url = page.url or given.url
    if url is None and given.base_url:
        url = given.base_url + quote(given.path)
    return replace(
        page,
        title=page.title or given.title,
        author=page.author or given.author,
        published=page.published or given.published,
        updated=page.updated or given.updated,
        url=url,
    )


def _pages(data: bytes, name: str, given: Given) -> list[Page]:
    kind = _kind(data, name, given.media_type)
    if kind == "pdf":
        from index.formats import pdf

        return pdf.read(data, name)
    if kind == "docx":
        from index.formats import docx

        return docx.read(data, name)
    if kind == "mail":
        from index.formats import mail

        return mail.read(data, name)
    if kind == "table":
        from index.formats import table

        return table.read(data, name, given.columns)
    if kind == "mediawiki":
        from index.formats import mediawiki

        return mediawiki.read(data, name)
    if kind == "html":
        from index.formats import html

        return html.read(data, name, url=given.url, encoding=given.charset)
    return _read_text(data, name, kind, given)


def _read_text(data: bytes, name: str, kind: str, given: Given) -> list[Page]:
    from index.formats import dokuwiki
    from index.formats.dokuwiki_signs import looks_like_dokuwiki
    from index.formats.markdown import markdown_page
    from index.formats.plain import plain_page

    text = decode(data)
    if kind == "markdown":
        return [markdown_page(text)]
    if looks_like_dokuwiki(text, name):
        address = f"{given.base_url}doku.php?id={dokuwiki.page_id(given.path)}" if given.base_url else None
        return [replace(page, url=address) for page in dokuwiki.read(data, name)]
    return [plain_page(text)]


def _kind(data: bytes, name: str, media_type: str | None) -> str:
    head = data[:_HEAD]
    by_suffix, by_type = SUFFIXES.get(PurePath(name).suffix.lower()), MEDIA_TYPES.get(media_type or "")
    by_name = by_suffix or by_type if media_type in (None, *_VAGUE) else by_type
    if head.lstrip()[:5] == b"%PDF-":
        return "pdf"
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        if b"word/" in data or by_name == "docx":
            return "docx"
        raise SourceError("a ZIP archive that is no Word file; unpack it and give the files in it")
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise SourceError(what)
    if by_name in ("pdf", "docx"):
        raise SourceError(f"named as {by_name.upper()}, but it is none by its content; give the original file")
    if _MEDIAWIKI.match(head):
        return "mediawiki"
    if by_name != "mail" and looks_like_html(head):
        return "html"
    if by_name == "xml":
        raise SourceError("XML of a kind that is not known; a MediaWiki export, a sitemap or a feed can be read")
    if by_name is None:
        kind = media_type or PurePath(name).suffix or "no suffix"
        raise SourceError(f"file type not supported ({kind}); supported: {', '.join(SUFFIXES)}")
    return by_name
