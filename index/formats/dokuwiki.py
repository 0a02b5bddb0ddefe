"""DokuWiki pages (data/pages/NAMESPACE/PAGE.txt) to blocks: the words without the marks.

Section ids are DokuWiki's own with its settings as installed (`deaccent` 1, `sepchar` _). In one point this reader is
milder than DokuWiki: a formatting mark or footnote ends with its paragraph, so that one that somebody forgot to close
does not swallow the headings after it.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from index.errors import SourceError
from index.formats import Block, Page, Place
from index.formats.text import decode, without_controls
from index.formats.wiki import DokuWikiIds, raised, table_row

MAX_CHARS = 4 * 2**20
_LONGEST_HEADING = 1000
_LONGEST_LINK = 2000

# The alternatives stand in the order in which DokuWiki tries them.
_TOKEN = re.compile(
    r"(?P<item>\n {2,}[*-])|(?P<pre>\n  (?![*-])[^\n]*(?:\n  [^\n]*)*)|(?P<macro>~~[A-Z]{2,}\b[^~\n]{0,200}~~)"
    r"|(?P<heading>={2,})|(?P<row>\n[|^])|(?P<mark>\*\*|(?<!:)//|__|''|</?sup>|</?del>)|(?P<sub></?sub>)"
    r"|(?P<rule>\n *-{4,} *(?=\n))|(?P<break>\\\\(?: |(?=\n)))|(?P<note>\(\(|\)\))"
    r"|(?P<verbatim><nowiki>|%%|<(?:php|PHP|html|HTML)>|<(?:code|file)\b)|(?P<quote>\n>+)|(?P<link>\[\[)"
    r"|(?P<media>\{\{)|(?P<url>\b(?:https?|ftps?|file|ssh|git|svn|irc|news|telnet)://[\w/#~:.?+=&%@!\[\];,-]+)"
    r"|<(?P<mail>[\w.+-]{1,64}@[\w.-]{1,255})>|(?P<cell>[|^])|(?P<blank>\n *(?=\n))|(?P<newline>\n)"
)
_CLOSERS = {"<nowiki>": "</nowiki>", "<code": "</code>", "<file": "</file>", "%%": "%%"}
_PAIRS = dict(zip(("**", "//", "__", "''"), "\x01\x02\x03\x04", strict=True))
_BRACKETS = dict(
    zip(("<sup>", "</sup>", "<del>", "</del>", "((", "))"), "\x05\x06\x0e\x0f\x10\x11", strict=True)
)  # control characters stand for marks until their paragraph is whole: `decode` has removed any from the text
_CELL = "\x12"
_SHOWN = frozenset(
    ".bmp .gif .ico .jpe .jpeg .jpg .png .svg .swf .tif .tiff .webp .mp3 .mp4 .ogg .ogv .wav .webm".split()
)


def read(data: bytes, name: str) -> list[Page]:
    """The page, its title the first heading (else the page's name), which is no block of its own at the top.

    A block's place is the heading above it, its fragment the id that DokuWiki gives that heading. Raises SourceError.
    """
    # A tab indents as two spaces do, and decoding would make one of it; DokuWiki writes no UTF-16.
    spaced = data if data.startswith((b"\xff\xfe", b"\xfe\xff")) else data.replace(b"\t", b"  ")
    text = decode(spaced)
    if len(text) > MAX_CHARS:
        raise SourceError(f"{len(text):,} characters are too many for a wiki page (limit {MAX_CHARS:,}); split it")
    reader = _Reader(text)
    reader.run()
    if not reader.blocks:
        raise SourceError("the wiki page holds no text; remove it or put text in it")
    return [Page(tuple(reader.blocks), title=reader.title or _title_of(name), is_bare=True)]


def page_id(path: str) -> str:
    """What DokuWiki calls the page in a file, as an address writes it; `path` is the file's, below `data/pages`."""
    below = path.rpartition("data/pages/")[2]
    return quote(unquote(str(PurePosixPath(below).with_suffix(""))).replace("/", ":"), safe=":")


def _title_of(name: str) -> str:
    return " ".join(without_controls(unquote(PurePosixPath(name).stem)).split())


class _Reader:
    """Walks over a text token by token and gathers blocks."""

    def __init__(self, text: str) -> None:
        self.blocks: list[Block] = []
        self.title: str | None = None
        self._text = f"\n{text}\n"
        self._at = 0
        self._kind = "paragraph"
        self._pieces: list[str] = []
        self._place: Place | None = None
        self._ids = DokuWikiIds()
        self._unclosed: set[str] = set()

    def run(self) -> None:
        while match := _TOKEN.search(self._text, self._at):
            self._pieces.append(self._text[self._at : match.start()])
            self._at = match.end()
            self._take(match.lastgroup or "", match)
        self._pieces.append(self._text[self._at :])
        self._flush()

    def _take(self, token: str, match: re.Match[str]) -> None:
        found = match[token]
        if token in ("item", "row") or (token == "quote" and found.count(">") != self._kind.count(">")):
            self._flush(found.strip() if token == "quote" else token)
        elif token in ("quote", "break"):
            self._pieces.append(" ")
        elif token in ("blank", "rule") or (token == "newline" and self._kind != "paragraph"):
            self._flush()
        elif token == "newline":
            self._pieces.append(" ")
        elif token == "pre" and self._kind != "paragraph":  # goes on below an item, a row or a quotation
            self._flush()
            self._at = match.start() + 1
        elif token == "pre":
            self._verbatim_block(found)
        elif token in ("mark", "note"):
            self._pieces.append(_PAIRS.get(found) or _BRACKETS[found])
        elif token == "cell":
            self._pieces.append(_CELL if self._kind == "row" else found)
        elif token in ("url", "mail"):
            self._pieces.append(found)
        elif token == "heading":
            self._heading(match)
        elif token == "verbatim":
            self._verbatim(found)
        elif token in ("link", "media"):
            self._bracketed(found, "]]" if token == "link" else "}}")

    def _heading(self, match: re.Match[str]) -> None:
        start = match.start()
        end = self._text.find("\n", start, start + _LONGEST_HEADING)
        line = self._text[start:end].rstrip() if end >= 0 else ""
        if self._kind != "paragraph" or not line.endswith("==") or len(line) < 5:
            self._pieces.append(match[0])
            return
        self._flush()
        self._at = end
        written = line.strip("=").strip(" ")
        words = " ".join(written.split())
        if not words:
            return
        place = Place(words, self._ids.take(written))
        if self.title is None and not self.blocks:
            self.title = words
            return
        self.title = self.title or words
        self._place = place
        self.blocks.append(Block(words, place, is_heading=True))

    def _verbatim(self, opener: str) -> None:
        """What stands between two tags in which no mark counts; the tag itself if it is never closed."""
        closer = _CLOSERS.get(opener) or opener.replace("<", "</")
        end = -1 if closer in self._unclosed else self._text.find(closer, self._at)
        if end < 0:
            self._unclosed.add(closer)
            self._pieces.append(opener)
            return
        body = self._text[self._at : end]
        self._at = end + len(closer)
        if opener in ("<code", "<file"):
            body = body.partition(">")[2]  # before it stand the language and the name of the file
            if self._kind != "row":
                self._verbatim_block(body)
                return
        elif opener.lower() == "<html>":
            body = re.sub(r"<[^<>]*>", " ", body)
        elif opener.lower() == "<php>":
            body = ""
        self._pieces.append(body)

    def _verbatim_block(self, body: str) -> None:
        self._flush()
        self._pieces.append(body)
        self._flush()

    def _bracketed(self, opener: str, closer: str) -> None:
        """The words of a link, the caption of a picture."""
        end = self._text.find(closer, self._at, self._at + _LONGEST_LINK)
        body = self._text[self._at : end] if end >= 0 else "\n\n"
        if "\n\n" in body:
            self._pieces.append(opener)
            return
        self._at = end + 2
        self._pieces.append(_link_words(body) if opener == "[[" else _caption(body))

    def _flush(self, kind: str = "paragraph") -> None:
        """Ends the block at hand and begins one of the given kind."""
        text = "".join(self._pieces)
        words = table_row(map(_cell, text.split(_CELL))) if self._kind == "row" else _plain(text)
        if words:
            self.blocks.append(Block(f"- {words}" if self._kind == "item" else words, self._place))
        self._pieces = []
        self._kind = kind


def _plain(text: str) -> str:
    """A block on one line, without its marks. A mark that has no partner is text."""
    for mark, sign in _PAIRS.items():
        if text.count(sign) % 2:
            head, _, tail = text.rpartition(sign)
            text = head + mark + tail
        text = text.replace(sign, "")
    text = re.sub(r"\x0e[^\x0e\x0f]*\x0f|\x10[^\x10\x11]*\x11", "", text)  # deleted words, footnotes
    text = re.sub(r"\x05([0-9+−-]+)\x06", lambda m: raised(m[1]), text)
    for mark, sign in _BRACKETS.items():
        text = text.replace(sign, "" if mark.startswith("<") else mark)
    return " ".join(text.split())


def _cell(text: str) -> str:
    words = _plain(text)
    return "" if words == ":::" else words  # a cell that only continues the one above it


def _link_words(body: str) -> str:
    """What DokuWiki shows for a link: its words, else what its target says to a reader."""
    target, _, words = body.partition("|")
    target, words = target.strip(), words.strip()
    if words.startswith("{{") and words.endswith("}}"):
        return _caption(words[2:-2])
    if words:
        return words
    if "://" in target or target.startswith("\\\\") or re.fullmatch(r"[\w.+-]+@[\w.-]+", target):
        return target
    if wiki := re.match(r"[a-zA-Z0-9.]+>", target):
        return target[wiki.end() :]
    page, _, section = target.partition("?")[0].partition("#")
    return section or re.split(r"[:;]", page.rstrip(":;"))[-1]


def _caption(body: str) -> str:
    """What DokuWiki tells of a picture or sound, and at least the name of any other file, which it shows as a link."""
    source, _, words = body.partition("|")
    path, _, how = source.strip().partition("?")
    if ">" in path:  # what a plugin puts here
        return ""
    is_shown = PurePosixPath(path).suffix.lower() in _SHOWN and "linkonly" not in how.lower()
    return words.strip() or ("" if is_shown else re.split("[:/]", path)[-1])
