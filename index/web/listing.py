"""What a fetched body lists: pages of a sitemap, entries of an RSS or Atom feed, or web addresses one a line."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from index.errors import SourceError
from index.formats.text import web_address
from index.web.address import MAX_URL_CHARS, shown
from index.web.inflate import GZIP_MAGIC, read_bounded

MAX_ENTRIES = 10_000
MAX_BYTES = 32 * 1024 * 1024  # unpacked
MAX_RATIO = 100
_HEAD_BYTES = 64 * 1024

_WEB = re.compile(r"https?://[^\s<>\"]+", re.I)
_SUFFIXES = (".txt", ".urls", ".xml", ".rss", ".atom")
_PLAIN = ("", "text/plain", "text/uri-list", "application/octet-stream")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as the mark of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED = re.compile(rb"\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z][\w.:-]{0,40})")
# Python's names for the encodings that text is written in; its others cost too much time or are no encodings of text.
_ENCODING = re.compile(r"ascii|utf-8|iso8859-\d+|cp\d+|koi8-[ru]|gb\w+|big5\w*|euc_\w+|shift_\w+|iso2022_\w+|mac-\w+")


@dataclass(frozen=True, slots=True)
class Listed:
    """A page that a list names. What the list does not say is None; dates are as written. `content_html` is the whole
    text of the entry if the feed carries it. `is_list` marks a sitemap in an index of sitemaps: a list in its turn."""

    url: str
    title: str | None = None
    author: str | None = None
    published: str | None = None
    updated: str | None = None
    content_html: str | None = None
    is_list: bool = False


def links(data: bytes, media_type: str, url: str, *, most: int = MAX_ENTRIES) -> list[Listed] | None:
    """The pages listed in a body that was found at `url`, in their order, each once; None if the body is no list.

    At most `most`, the first ones: a result of that length may be a part only. Entries of a feed or sitemap that name
    no web page are left out. Raises SourceError, naming the URL if there is one, for a list that is too large, damaged
    or cut off.
    """
    from index.web import feeds
    from index.web.xml_elements import root_of

    is_packed = data.startswith(GZIP_MAGIC)
    try:
        # By its beginning, so that a large file that is no list is not refused as one.
        root = root_of(_decoded(_head(data)))
        if root is not None and root.name in feeds.ROOTS:
            text = _decoded(_whole(data, is_packed=is_packed))
            return _first(feeds.read(text, root_of(text) or root, url), most)
    except SourceError as error:
        raise SourceError(f"{shown(url)} {error}".lstrip()) from error
    if root is not None or is_packed or media_type.lower() not in _PLAIN or len(data) > MAX_BYTES:
        return None
    lines = [line for line in map(str.strip, _decoded(data).splitlines()) if line and not line.startswith("#")]
    if not lines or not all(len(line) <= MAX_URL_CHARS and _WEB.fullmatch(line) for line in lines):
        return None
    return [Listed(line) for line in dict.fromkeys(lines)][:most]


def links_in_file(data: bytes, suffix: str) -> list[Listed] | None:
    """What a file lists that holds nothing else, such as a saved sitemap or a list; None for other files."""
    if suffix.lower() not in _SUFFIXES:
        return None
    return links(data, "text/plain" if suffix.lower() in (".txt", ".urls") else "application/xml", "")


def _head(data: bytes) -> bytes:
    """The beginning of a body, unpacked; empty if it cannot be."""
    try:
        packed = zlib.decompressobj(zlib.MAX_WBITS | 16) if data.startswith(GZIP_MAGIC) else None
        return packed.decompress(data[:_HEAD_BYTES], _HEAD_BYTES) if packed else data[:_HEAD_BYTES]
    except zlib.error:
        return b""


def _whole(data: bytes, *, is_packed: bool) -> bytes:
    if len(data) > MAX_BYTES:
        raise SourceError(f"is over the limit of {MAX_BYTES // 2**20} MB for a list of pages; split it")
    return read_bounded([data], "gzip", most_bytes=MAX_BYTES, most_ratio=MAX_RATIO) if is_packed else data


def _first(found: Iterable[Listed], most: int) -> list[Listed]:
    """The first of them that name web pages, each URL once; a later mention fills in nothing."""
    kept: dict[str, Listed] = {}
    for item in found:
        address = item.url.strip()
        if len(address) <= MAX_URL_CHARS and web_address(address) and address not in kept:
            kept[address] = replace(item, url=address)
            if len(kept) == most:
                break
    return list(kept.values())


def _decoded(data: bytes) -> str:
    """The text, by its mark, its XML declaration, as UTF-8, or as Western European, in this order."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    declared = _DECLARED.match(data)
    for name in (declared[1].decode("ascii") if declared else "utf-8", "utf-8"):
        try:
            if _ENCODING.fullmatch(codecs.lookup(name).name):
                return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("cp1252", "replace")
