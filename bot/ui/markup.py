"""Texts and links as HTML: whatever comes from an article or a person is escaped here and nowhere else."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

DOT = " <span aria-hidden=true>·</span> "


def text(value: str) -> str:
    """`value` as HTML text or attribute value, letter for letter."""
    # A lone surrogate cannot be sent to a browser; NUL is no character of HTML.
    return escape(value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd"), quote=True)


def plural(count: int, noun: str) -> str:
    """ "1 article", "14 articles"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


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
