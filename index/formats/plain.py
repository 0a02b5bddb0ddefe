"""Plain text to blocks: lines, with hard-wrapped paragraphs joined again."""

from __future__ import annotations

import re

from index.boilerplate import is_sentence
from index.formats import Block, Page


def plain_page(text: str) -> Page:
    """The blocks of a text; it says nothing of itself."""
    return Page(tuple(Block(block) for block in _blocks(text)))


def _blocks(text: str) -> list[str]:
    """Lines as blocks, but hard-wrapped paragraphs (lines cut at a column) joined again."""
    blocks: list[str] = []
    for group in re.split(r"\n[ \t]*\n", text):
        lines = [line.strip() for line in group.split("\n") if line.strip()]
        blocks.extend([" ".join(lines)] if _is_wrapped(lines) else lines)
    return blocks


def _is_wrapped(lines: list[str]) -> bool:
    if len(lines) < 2:
        return False
    inner = lines[:-1]
    at_column = sum(50 <= len(line) <= 110 for line in inner)
    unfinished = sum(not is_sentence(line) for line in inner)
    return at_column >= 0.8 * len(inner) and unfinished >= 0.5 * len(inner) and max(map(len, lines)) <= 110
