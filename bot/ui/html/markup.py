"""Texts and links as HTML: whatever comes from an article or a person is escaped here and nowhere else."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlsplit

from bot.ui.conversations.plain import balanced
from bot.ui.words import Words
from index.dates import day_of

_DIRECTED = re.compile("[\u2066-\u2069]")
_WORD = re.compile(r"\S+")
_PIECE = re.compile(r"(?:&#?\w+;|[^&]){1000}(?=.)")  # of HTML text
DOT = " <span aria-hidden=true>·</span> "


def text(value: str) -> str:
    """`value` as HTML text or attribute value, letter for letter but for what could act on the text around it: marks of
    direction that are not closed, or that close others than their own."""
    if not value.isascii() and _DIRECTED.search(value):
        value = "\n".join(balanced(line) for line in value.split("\n"))
    # A lone surrogate cannot be sent to a browser; NUL is no character of HTML.
    return escape(value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd"), quote=True)


def whole_attribute(value: str) -> str:
    """`value` as an attribute that is there whatever it says, for decodeURIComponent: from what st.html is given,
    Streamlit drops each attribute in which "</script>" or the like stands, though it is escaped."""
    return text(value.replace("%", "%25").replace("<", "%3C").replace(">", "%3E"))


def prose(value: str) -> str:
    """`value` as HTML text of any length: what has no spaces may be broken at every thousandth letter. A browser that
    has to find a place to break 200,000 letters in one piece stands still for many seconds."""
    return _WORD.sub(lambda word: _PIECE.sub(r"\g<0><wbr>", word[0]) if len(word[0]) > 1000 else word[0], text(value))


def label(value: str, most: int = 80) -> str:
    """`value` as the label of a Streamlit widget, which is Markdown: every sign escaped that could act."""
    line = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    line = line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", line)


def dated(iso: str | None, words: Words) -> str:
    """The day of an ISO date or time as the reader writes it; what is no day as it is, in a direction of its own."""
    if iso and (day := day_of(iso)):
        return f'<time datetime="{text(iso)}">{text(words.day(day))}</time>'
    return f"<bdi>{text(iso)}</bdi>" if iso else ""


def linked(inner: str, url: str | None, name: str = "") -> str:
    """The HTML as a link to an address of the web, which opens beside the page; as it is if the address is none."""
    if not url or not is_web_link(url):
        return inner
    label = f' aria-label="{text(name)}"' if name else ""
    return f'<a href="{text(url)}" target="_blank" rel="noopener noreferrer"{label}>{inner}</a>'


def is_web_link(url: str) -> bool:
    """True for a link that may be followed: http or https, with a host."""
    try:
        found = urlsplit(url)
    except ValueError:
        return False
    return found.scheme in ("http", "https") and bool(found.netloc)
