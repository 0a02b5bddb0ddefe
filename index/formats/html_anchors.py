"""What opens in a web page at a heading: the part of a link after its #."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LONGEST_NAME = 200
_MOST = 100


def anchor_of(element: HtmlElement) -> str:
    """The id that opens at an element; empty if it has none."""
    if element.tag == "body":
        return ""
    return element.get("id") or (element.get("name") or "" if element.tag == "a" else "")


def fragment_of(heading: HtmlElement, opened: Sequence[str]) -> str:
    """What opens at a heading: an id of its own, one inside it, one beside it, or that of the section it begins."""
    beside = heading.getnext()
    names = [anchor_of(element) for element in islice(heading.iter(), _MOST)]
    is_anchor = beside is not None and beside.tag == "a"
    if is_anchor and not "".join(islice(beside.itertext(), _MOST)).strip():
        names.append(anchor_of(beside))
    found = next((name for name in [*names, *reversed(opened)] if 0 < len(name) <= _LONGEST_NAME), "")
    return "".join(c if c.isprintable() and c not in ' "<>%\\^`{|}' else quote(c) for c in found)
