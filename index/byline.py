"""Author and date from the lines at the head of a page: bylines, datelines, the outlet's name beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from index import boilerplate
from index.sentences import Span, split_paragraphs

HEAD_BLOCKS = 8  # how far down a page its head may reach
_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    rf"(?P<iso>\b\d{{4}}-\d{{2}}-\d{{2}}\b)|\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m1>{_MONTHS})\.?,?\s+(?P<y1>\d{{4}})\b"
    rf"|\b(?P<m2>{_MONTHS})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})\b",
    re.I,
)
_BY = r"^(?i:(?:(?:words|text|story|report|written|reported)\s+)?by|(?:words|text|story|report):)\s+"
_PARTICLE = r"(?:(?:al|bin|da|de|del|della|den|der|di|dos|du|el|la|le|ter|van|von|y|zu)\s+)"
_PERSON = rf"{_PARTICLE}{{0,2}}[A-ZÀ-ÞĀ-Ž][\w.'’-]*(?:\s+{_PARTICLE}{{0,2}}[A-ZÀ-ÞĀ-Ž][\w.'’-]*){{0,3}}"
_BYLINE = re.compile(
    rf"{_BY}({_PERSON}(?:(?:\s*,\s*|\s+and\s+){_PERSON}){{0,5}})(?=\s*$|\s*[,|–—·•(]|\s+(?:in|for|at)\b|\s+\d)"
)
# "By our staff reporter", "By agencies": a byline that names no one.
_NAMELESS_BYLINE = re.compile(
    rf"{_BY}(?i:(?:(?:a|our|the|own|\w+)\s+){{0,3}}(?:staff|agenc(?:y|ies)|reporters?|correspondents?|writers?|desk|editors?|wires?))"
    r"(?=\s*$|\s*[,|–—·•(]|\s+\d)"
)
_WORDS_FOR_METADATA = 14
# "KYIV, Nov 3 (Northwire) – ", "(Northwire) – ". Of what stands there only capitals tell that it is no sentence.
_DATELINE = re.compile(r"([^()]{0,60}?)\s?\(([^()]{2,60})\)(?:\s?[–—]\s?|\s--?\s)(?=\S)")
_DAY = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTHS}\b\.?|{_MONTHS}\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?)(?:,?\s+\d{{4}})?",
    re.I,
)
_SMALL = frozenset("and de des du for la of the".split())
_NUMERAL = re.compile(r"[IVXLC]+")
_WORDS_OF_A_NAME = 6
_LEAD_PARAGRAPHS = 3  # how far down a story may begin


def take_metadata(blocks: Sequence[str]) -> tuple[list[int], str | None, str | None]:
    """Author and date from the lines at the head, and the numbers of the blocks that are not those lines."""
    author: str | None = None
    published: str | None = None
    kept: list[int] = []
    head = blocks[:HEAD_BLOCKS]
    lines = [metadata_line(block) for block in head]
    for i, block in enumerate(blocks):
        if i < len(lines) and (line := lines[i]):
            author, published = author or line[0], published or line[1]
        elif not (i < len(lines) and _is_outlet(block) and any(lines[max(0, i - 1) : i + 2])):
            kept.append(i)
    return kept, author, published


def _is_outlet(block: str) -> bool:
    """True for a line that can only be a publication's name beside a byline or a date: short, all in title case."""
    words = block.split()
    small = {"the", "of", "and", "&", "for", "in"}
    return (
        len(words) <= 6
        and not boilerplate.is_sentence(block)
        and all(w[0].isupper() or w.lower() in small for w in words)
    )


def dateline(text: str) -> Span | None:
    """The place, day and agency that a story opens with, perhaps below a summary: "KYIV, Nov 3 (Northwire) – ". None if
    there are none, or if several paragraphs open so: that may tell who speaks, or be the terms of a list."""
    found = [
        (start, start + end, number)
        for number, (start, stop) in enumerate(split_paragraphs(text))
        if (end := _dateline_end(text[start:stop]))
    ]
    if len(found) != 1:
        return None
    start, end, number = found[0]
    return (start, end) if number < _LEAD_PARAGRAPHS else None


def _dateline_end(block: str) -> int:
    """Where the running text of a block begins that opens with an agency in brackets and a dash, perhaps with a
    place in capitals and a day before them; 0 for any other block."""
    found = _DATELINE.match(block)
    if not found or block[found.end()].islower() or not boilerplate.is_sentence(block[found.end() :]):
        return 0
    place, agency = found.groups()
    where, days = _DAY.subn("", place)
    parts = [part.strip() for part in where.split(",") if part.strip()]
    named = all(_is_name(part) for part in [*parts, *re.split(r"[,/]", agency)])
    shouted = not parts or parts[0].isupper() or days > 0
    if not named or not shouted or _NUMERAL.fullmatch(agency) or (place and not parts and not days):
        return 0
    # "ABM (Anti-Ballistic Missile) – " opens a definition.
    spelt_out = parts and (_initials(parts[0]) == agency or _initials(agency) == parts[0])
    return 0 if spelt_out else found.end()


def _is_name(text: str) -> bool:
    words = text.split()
    capital = all(word[0].isupper() or word[0].isdigit() or word in _SMALL for word in words)
    return 0 < len(words) <= _WORDS_OF_A_NAME and capital and words[0][0].isupper() and len(text.strip()) > 1


def _initials(text: str) -> str:
    return "".join(part[0] for part in re.split(r"[\s-]+", text) if part and part not in _SMALL)


def metadata_line(block: str) -> tuple[str | None, str | None] | None:
    """(author, ISO date) of a line that holds nothing but those; None for any other line."""
    if len(block.split()) > _WORDS_FOR_METADATA or boilerplate.is_sentence(block):
        return None
    byline, nameless = _BYLINE.match(block), _NAMELESS_BYLINE.match(block)
    found = _DATE.search(block)
    if not byline and not nameless and not found:
        return None
    rest = block
    for match in (nameless or byline, found):
        if match:
            rest = rest.replace(match.group(0), " ")
    left = [w for w in boilerplate.words_of(rest) if w not in _DATE_LINE_WORDS]
    announced = re.match(r"(?:published|posted|updated|first published|last updated)\b", block, re.I)
    if len(left) > (6 if byline or announced or _is_outlet(block.split(",")[0]) else 2):
        return None
    author = byline.group(1).strip() if byline and not nameless else None
    return author, (iso_date(found.group(0)) if found else None)


_DATE_LINE_WORDS = frozenset(
    "published updated last first posted on at am pm gmt utc cet cest est edt bst msk date monday tuesday "
    "wednesday thursday friday saturday sunday mon tue wed thu fri sat sun by and".split()
)


def iso_date(text: str) -> str | None:
    """The first date in a text, as YYYY-MM-DD; None if there is none that the calendar knows."""
    found = _DATE.search(text)
    if not found:
        return None
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"]).isoformat()
        month = (found["m1"] or found["m2"])[:3]
        day, year = found["d1"] or found["d2"], found["y1"] or found["y2"]
        return datetime.strptime(f"{day} {month} {year}", "%d %b %Y").date().isoformat()
    except ValueError:
        return None
