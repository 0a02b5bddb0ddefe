"""Formats: the bytes of one file to the documents in it, block by block. One module a format, one library each.

Every module has `read(data: bytes, name: str, ...) -> list[Page]`, raises SourceError (with the value and the remedy)
for what it cannot read, and imports its library inside `read`, so that a format costs nothing until it is met.
"""

from __future__ import annotations

from dataclasses import dataclass

from index.schema import Place

__all__ = ["Block", "Page", "Place"]


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
    no banners.
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

    @property
    def text(self) -> str:
        """The blocks, an empty line between them."""
        return "\n\n".join(block.text for block in self.blocks)
