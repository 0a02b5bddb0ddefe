"""Web pages to blocks. trafilatura finds the story and what the page says of itself; the words are the page's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.byline import metadata_line
from index.errors import SourceError
from index.formats import Block, Page, Place
from index.formats.html_decode import decode_page
from index.formats.html_main import story_of
from index.formats.html_meta import read_meta
from index.formats.html_pieces import Piece, pieces_of
from index.formats.html_tree import MAX_BYTES, clear_unseen, nothing, parse, quiet
from index.formats.text import MAX_LINE_CHARS

_HEAD = 4096
_PARAGRAPH = 60
_HEADINGS = 20  # of those a page begins with, one may be its title
_AHEAD = re.compile(rb"(?:\s++|<!--.*?-->|<\?.*?>)*+", re.S)
_OPENS = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|link|article|main|section|header|div|p|h[1-6]|table|ul|ol|dl|"
    rb"blockquote|font|center|frameset)[\s>/]",
    re.I,
)

_SITE_LEADS = re.compile(r"\s+[-–—|·•:»«]\s")
_SITE_FOLLOWS = re.compile(r"\S\s+(?:[-–—|·•:»«]\s+|\[)\Z")


def looks_like_html(data: bytes) -> bool:
    """True if a file is a web page, or a part of one, by how it begins."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")):
        head = head[2 * head.startswith((b"\xff\xfe", b"\xfe\xff")) :].replace(b"\x00", b"")
    start = _AHEAD.match(head)
    return bool(_OPENS.match(head, start.end() if start else 0))


def read(data: bytes, name: str, *, url: str | None = None, encoding: str | None = None) -> list[Page]:
    """The one document of a web page. `url` is where it was got, `encoding` the charset that its server names.

    The place of a block is the heading above it; the title's own heading is no place. Raises SourceError if the page
    is too big or too deep, is no text, or holds none.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(f"{len(data) / 2**20:.1f} MB is over the limit of {MAX_BYTES // 2**20} MB; split the file")
    quiet()
    tree, is_ordinary = parse(decode_page(data, encoding))
    linked_data = [script.text or "" for script in tree.iter("script") if script.get("type") == "application/ld+json"]
    clear_unseen(tree)
    pieces = pieces_of(tree)
    if not pieces:
        raise nothing()
    meta = read_meta(tree, linked_data, url, is_ordinary=is_ordinary)
    headings = [piece for piece in pieces if piece.level and not piece.zone]
    site = _site_heading(meta.title or "", headings[:_HEADINGS])
    headings = [piece for piece in headings if piece is not site]
    pieces = [piece for piece in pieces if piece is not site]
    title = _title(meta.title, headings[:_HEADINGS], is_site_named=site is not None)
    if title and not meta.is_titled and not _heads(title, pieces):
        title = None
    story = story_of(pieces, tree) if is_ordinary else None
    shown = story or [piece for piece in pieces if not piece.zone] or pieces
    blocks = _blocks(_from_headline(shown, title), title)
    if not blocks:
        raise nothing()
    longest = max(len(block.text) for block in blocks)
    if longest > MAX_LINE_CHARS:
        raise SourceError(
            f"a paragraph of {longest:,} characters (limit {MAX_LINE_CHARS:,}) is no article text; break it up"
        )
    return [
        Page(
            blocks,
            title=title,
            author=meta.author,
            published=meta.published,
            updated=meta.updated,
            url=meta.url,
            outlet=meta.outlet or (site.text if site else None),
            language=meta.language,
            section=meta.section,
        )
    ]


def _site_heading(given: str, headings: Sequence[Piece]) -> Piece | None:
    """The heading that names the site, as the page's title does behind a dash, a bar or in brackets."""
    for piece in headings:
        rest = given.removesuffix(f"{piece.text}]").removesuffix(piece.text)
        if rest != given and _SITE_FOLLOWS.search(rest):
            return piece
    return None


def _title(given: str | None, headings: Sequence[Piece], *, is_site_named: bool) -> str | None:
    """The page's title, without the site's name where a heading shows which part of it that is."""
    if not given:
        return headings[0].text if headings else None
    for piece in headings:
        rest = given[len(piece.text) :] if given.startswith(piece.text) else ""
        if _same(piece.text, given) or _SITE_LEADS.match(rest):
            return piece.text
    first = [piece.text for piece in headings if piece.level == 1]
    return first[0] if is_site_named and len(first) == 1 else given


def _heads(title: str, pieces: Sequence[Piece]) -> bool:
    """True if the title is a headline, or a heading that no paragraph stands above."""
    for piece in pieces:
        if piece.level and _same(piece.text, title):
            return True
        if not piece.zone and not piece.level and len(piece.text) >= _PARAGRAPH:
            return any(piece.level == 1 and _same(piece.text, title) for piece in pieces)
    return True


def _same(one: str, other: str) -> bool:
    """True for two lines of the same letters."""
    return re.findall(r"\w", one.casefold()) == re.findall(r"\w", other.casefold())


def _from_headline(pieces: list[Piece], title: str | None) -> list[Piece]:
    """The pieces without the labels above the headline, but for bylines and dates; all, where a paragraph is above."""
    for i, piece in enumerate(pieces):
        if piece.level and title is not None and _same(piece.text, title):
            return [above for above in pieces[:i] if metadata_line(above.text)] + pieces[i:]
        if not piece.level and len(piece.text) >= _PARAGRAPH and 2 * piece.linked <= len(piece.text):
            break
    return pieces


def _blocks(pieces: list[Piece], title: str | None) -> tuple[Block, ...]:
    """The blocks with their places; without the title, if that is the first heading."""
    blocks: list[Block] = []
    place: Place | None = None
    is_first = True
    for piece in pieces:
        if piece.level:
            is_title = is_first and title is not None and _same(piece.text, title)
            is_first = False
            if is_title:
                continue
            place = Place(piece.text, piece.fragment)
        blocks.append(Block(piece.text, place, piece.level > 0))
    return tuple(blocks)
