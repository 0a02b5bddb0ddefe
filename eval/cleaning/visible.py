"""The visible text of an HTML page as runs that no block boundary interrupts, in order of the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

_HIDDEN = frozenset("head script style noscript template iframe object svg math video audio canvas select".split())
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody tfoot thead tr ul br".split()
)
_SPACED = frozenset("td th button label caption".split())
# Text is yielded without line ends, so that none can be taken for a break or a mark.
_BREAK, _MARK = "\n", re.compile(r"\n@([STC]|/)")


def visible_runs(html: str) -> list[tuple[str, str]]:
    """(label, text) of each run of text, on one line.

    A comment `<!--@S-->` opens a stretch labelled S (so do T and C), `<!--@/-->` closes it; what is in none is C.
    What a browser with scripts would not show is left out; without style sheets, so what only they hide is shown.
    """
    runs: list[tuple[str, str]] = []
    labels, text = ["C"], ""
    for piece in [*_pieces(_parse(html)), _BREAK]:
        mark = _MARK.fullmatch(piece)
        if piece != _BREAK and not mark:
            text += piece
            continue
        if line := " ".join(text.split()):
            runs.append((labels[-1], line))
        text = ""
        if mark and mark[1] == "/":
            labels.pop()
        elif mark:
            labels.append(mark[1])
    return runs


def _parse(html: str) -> Any:
    lxml_html = import_module("lxml.html")
    return lxml_html.document_fromstring(html.encode(), parser=lxml_html.HTMLParser(encoding="utf-8"))


def _pieces(node: Any) -> Iterator[str]:
    """Text, breaks and marks below a node, in order."""
    if not isinstance(node.tag, str):
        if _MARK.fullmatch(mark := f"\n{node.text}"):
            yield mark
        return
    if _is_hidden(node):
        return
    edge = _BREAK if node.tag in _BLOCKS else " " if node.tag in _SPACED else ""
    yield edge
    yield _text(node.text)
    for child in node:
        yield from _pieces(child)
        yield _text(child.tail)
    yield edge


def _text(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _is_hidden(node: Any) -> bool:
    style = (node.get("style") or "").replace(" ", "").casefold()
    return node.tag in _HIDDEN or node.get("hidden") is not None or "display:none" in style
