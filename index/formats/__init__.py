"""Formats: the bytes of one file to the documents in it, block by block. One module a format, one library each.

Every module has `read(data: bytes, name: str, ...) -> list[Page]`, raises SourceError (with the value and the remedy)
for what it cannot read, and imports its library inside `read`, so that a format costs nothing until it is met.
In a file of many documents, what cannot be read of one is a page with its `problem`, and the others are read all the
same; damage that hides where documents begin and end is the whole file's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from index.errors import SourceError
from index.schema import Place

__all__ = ["Block", "Page", "Place", "check_parts"]

_SHOWN = 80  # characters of a part's name in a message


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table row, on one line, in reading order."""

    text: str
    place: Place | None = None
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One document as its file gives it, not cleaned yet. What the file does not say is None; dates are as written.

    `part` tells the documents of one file apart ("" if the file is one document) and stays the same when others are
    added or taken out. `is_bare` tells that the file holds nothing but articles, as a wiki's own pages do: no menus,
    no banners. `problem` tells why this part of the file cannot be read, with the remedy: it then has no blocks, and
    `part` is where it stands ("line 7"). A part without blocks and problem has no text.
    """

    blocks: tuple[Block, ...]
    title: str | None = None
    author: str | None = None
    published: str | None = None
    updated: str | None = None
    url: str | None = None
    outlet: str | None = None
    language: str | None = None
    section: str | None = None
    part: str = ""
    is_bare: bool = False
    problem: str = ""

    @property
    def text(self) -> str:
        """The blocks, an empty line between them."""
        return "\n\n".join(block.text for block in self.blocks)


def check_parts(pages: Collection[Page]) -> None:
    """Raises SourceError, with the first problem, if more parts of a file cannot be read than can: it is something
    else than it looks like, and what could be read of it may be anything."""
    problems = [page for page in pages if page.problem]
    sound = sum(bool(page.blocks) for page in pages)
    if len(problems) > sound:
        many = f"{len(problems):,} of {len(problems) + sound:,} parts cannot be read, the first is " if sound else ""
        raise SourceError(f"{many}{problems[0].part[:_SHOWN]}: {problems[0].problem}")
