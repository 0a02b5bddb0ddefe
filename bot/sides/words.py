"""The words that attribute a side to its source."""

from __future__ import annotations

from bot.schema import Citation
from bot.sides.find import Side
from index.dates import day_of
from index.schema import Document


def label(side: Side) -> str:
    """Who says it and when: "Harbour Post, 5 May 2025, the later report"; the title where no outlet is known."""
    return f"{credit(side.document)}, the later report" if side.later else credit(side.document)


def credit(of: Document | Citation) -> str:
    """The outlet of a source, else its title or its name, and the day if it is known."""
    name = of.outlet or (f"“{of.title}”" if of.title else of.source)
    return f"{name}, {day(of.published)}" if of.published else name


def day(published: str) -> str:
    """An ISO date as it is written: "5 May 2025"; what is less than a date stays as it is."""
    there = day_of(published)
    return f"{there.day} {there:%B %Y}" if there else published
