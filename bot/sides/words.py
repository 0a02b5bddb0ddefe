"""The words that attribute a side to its source."""

from __future__ import annotations

from datetime import date

from bot.sides.find import Side

_MONTHS = "January February March April May June July August September October November December".split()


def label(side: Side) -> str:
    """Who says it and when: "Harbour Post, 5 May 2025, the later report"; the title where no outlet is known."""
    document = side.document
    parts = [document.outlet or (f"“{document.title}”" if document.title else document.source)]
    if document.published:
        parts.append(day(document.published))
    if side.later:
        parts.append("the later report")
    return ", ".join(parts)


def day(published: str) -> str:
    """An ISO date as it is written: "5 May 2025"; what is less than a date stays as it is."""
    try:
        there = date.fromisoformat(published[:10])
    except ValueError:
        return published
    return f"{there.day} {_MONTHS[there.month - 1]} {there.year}"
