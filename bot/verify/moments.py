"""Dates, years, weekdays and times of day in a text, and whether a source's date bears a claimed one out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from bot.verify.quantities import quantities
from index.date_words import MONTHS
from index.dates import day_of

_MONTH_NAMES = (
    "january jan february feb march mar april apr may june jun july jul august aug september sept sep october oct "
    "november nov december dec"
).split()
_OTHERS = sorted((word for word in MONTHS if len(word) > 3 and word not in _MONTH_NAMES), key=len, reverse=True)
_MONTH = rf"(?P<month>{'|'.join(m.capitalize() for m in sorted(_MONTH_NAMES, key=len, reverse=True))})\b\.?"
_FOREIGN = rf"(?i:(?P<foreign>{'|'.join(_OTHERS)}))\b"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1\d{3}|20\d{2}|21\d{2})"
_PATTERNS = [
    re.compile(rf"\b{_DAY}\.?\s+(?:of\s+)?(?:{_MONTH})(?:,?\s+{_YEAR}\b)?"),
    re.compile(rf"\b{_MONTH}\s+{_DAY}\b(?!\s*(?:,\d|%))(?:,?\s+{_YEAR}\b)?"),
    re.compile(rf"\b{_DAY}\.?\s+(?:de\s+)?{_FOREIGN}(?:\s+(?:de\s+)?{_YEAR}\b)?"),
    re.compile(r"\b(?P<year>1\d{3}|20\d{2})-(?P<month>\d{2})-(?P<day>\d{2})\b"),
    re.compile(rf"\b{_MONTH},?(?:\s+(?:of\s+)?{_YEAR}\b)?"),
    re.compile(rf"{_FOREIGN}\s+(?:de\s+)?{_YEAR}\b"),
    re.compile(r"\b(?P<decade>(?:1\d|20)\d0)s\b"),
    re.compile(
        rf"(?<![\d.,€$£¥/])(?<!\d[-–]){_YEAR}(?:[-–](?P<second>\d{{2}}|\d{{4}}))?"
        r"(?![\d%])(?![.,]\d)(?!\s*(?:%|per cent|percent))"
    ),
]
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_WEEKDAY = re.compile(rf"\b({'|'.join(w.capitalize() for w in _WEEKDAYS)})\b")
_RELATIVE = {
    "today": (0, 0), "tonight": (0, 0), "yesterday": (-1, -1), "tomorrow": (1, 1), "last week": (-13, -1),
    "this week": (-6, 6), "next week": (1, 13), "last night": (-1, 0), "this month": (-30, 30),
}  # fmt: skip
_YEARS_AGO = re.compile(
    r"\b(?:(a|one|two|three|four|five|six|seven|eight|nine|ten|\d+) years? (?:ago|earlier|before)"
    r"|(last|this|next) year)\b",
    re.I,
)
_SMALL = {w: n for n, w in enumerate("a two three four five six seven eight nine ten".split(), 1)} | {"one": 1}
_CLOCK = re.compile(
    r"\b(?P<h>\d{1,2})(?:[:.](?P<m>\d{2}))?\s*(?P<half>[ap])\.?m\b\.?|\b(?P<h24>[01]?\d|2[0-3]):(?P<m24>[0-5]\d)\b"
    r"|\b(?P<oclock>\w+) o[’']clock\b|\b(?P<sharp>noon|midday|midnight)\b"
    r"|\b(?P<minutes>half|quarter|five|ten|twenty|twenty-five|\d{1,2})(?: minutes)? (?P<side>past|to) "
    r"(?P<hour>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as far as it is given: any of year, month, day, or a weekday (0 is Monday), or minutes after midnight.

    `decade` is True for "the 1990s"; `vague` for a time of day of which it is not told whether before noon.
    """

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    minutes: int | None = None
    decade: bool = False
    vague: bool = False


@lru_cache(maxsize=8192)
def moments(text: str) -> tuple[Moment, ...]:
    """The dates and times of day of a text, in order, none inside another."""
    found: list[Moment] = []
    for moment in _all(text):
        if not any(moment.start < other.end and other.start < moment.end for other in found):
            found.append(moment)
    return tuple(sorted(found, key=lambda moment: moment.start))


def _all(text: str) -> Iterator[Moment]:
    for match in _CLOCK.finditer(text):
        if (minutes := _minutes(match)) is not None:
            yield Moment(*match.span(), minutes=minutes[0], vague=minutes[1])
    plain = _unaccented(text)
    for pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            groups = match.groupdict()
            if groups.get("decade"):
                yield Moment(*match.span(), year=int(groups["decade"]), decade=True)
                continue
            named = (groups.get("month") or groups.get("foreign") or "").lower()
            month = int(named) if named.isdigit() else MONTHS.get(named)
            if (
                named in ("may", "march", "mar")
                and not groups.get("day")
                and not groups.get("year")
                and not _is_month(text, match)
            ):
                continue
            day, year = groups.get("day"), groups.get("year")
            yield Moment(*match.span(), int(year) if year else None, month, int(day) if day else None)
            if second := groups.get("second"):
                full = int(second) if len(second) == 4 else int(year or 0) // 100 * 100 + int(second)
                yield Moment(match.start("second"), match.end(), full)
    for match in _WEEKDAY.finditer(text):
        yield Moment(*match.span(), weekday=_WEEKDAYS.index(match.group(1).lower()))


def _unaccented(text: str) -> str:
    """The text with the accents taken off its letters, of the same length."""
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text)


def _is_month(text: str, match: re.Match[str]) -> bool:
    """ "In May", not "he may" (which has no capital) nor "Theresa May"; "in March", not "the March on Rome"."""
    return bool(
        re.search(
            r"\b(?:in|of|since|until|by|from|to|last|this|next|early|late|mid|during|and|or)[ -]$",
            text[: match.start()],
            re.I,
        )
    )


def _minutes(match: re.Match[str]) -> tuple[int, bool] | None:
    """Minutes after midnight, and whether noon may have to be added."""
    g = match.groupdict()
    if g["sharp"]:
        return (0 if g["sharp"].lower() == "midnight" else 720), False
    if g["h"]:
        return int(g["h"]) % 12 * 60 + int(g["m"] or 0) + (720 if g["half"].lower() == "p" else 0), False
    if g["h24"]:
        return int(g["h24"]) * 60 + int(g["m24"]), False
    if g["oclock"]:
        found = quantities(g["oclock"])
        return (int(found[0].values[0]) % 12 * 60, True) if found and found[0].values[0] <= 12 else None
    parts = {"half": 30, "quarter": 15}
    amount = parts.get(g["minutes"].lower()) or int(quantities(g["minutes"])[0].values[0])
    hour = int(quantities(f"{g['hour']} hours")[0].values[0] / 3600)
    return (hour * 60 + (amount if g["side"].lower() == "past" else -amount)) % 720, True


def borne_out(claimed: Moment, text: str, published: str | None) -> bool:
    """True if a source's text, which appeared on the ISO date `published`, gives the claimed date or time.

    What it leaves open (the year of "24 February", the date of "Wednesday") is filled in from the day it appeared.
    """
    day = day_of(published)
    given = [*moments(text), *(_relative(text, day) if day else ())]
    return any(_fits(claimed, one, day) for one in given) or (
        claimed.year is not None
        and claimed.month is None
        and any(claimed.year in q.values for q in quantities(text) if not q.unit)
    )


def on_date(claimed: Moment, published: str | None) -> bool:
    """True if the claimed date is (as far as it goes) the day on which the source appeared."""
    day = day_of(published)
    if day is None or claimed.minutes is not None or claimed.weekday is not None:
        return False
    return claimed.year in (None, day.year) and claimed.month in (None, day.month) and claimed.day in (None, day.day)


def _fits(claimed: Moment, given: Moment, day: date | None) -> bool:
    if claimed.minutes is not None or given.minutes is not None:
        if claimed.minutes is None or given.minutes is None:
            return False
        apart = claimed.minutes - given.minutes
        return apart % 720 == 0 if claimed.vague or given.vague else apart == 0
    if claimed.decade:
        return given.year is not None and claimed.year == given.year // 10 * 10
    if given.decade:
        return False
    if claimed.weekday is not None and given.weekday is None:
        full = _full(given, day)
        return full is not None and full.weekday() == claimed.weekday
    if given.weekday is not None and claimed.weekday is None:
        if day is None or claimed.day is None or claimed.month is None:
            return False
        named = _date(claimed.year or day.year, claimed.month, claimed.day)
        return named is not None and named.weekday() == given.weekday and abs((named - day).days) <= 7
    if claimed.weekday is not None:
        return claimed.weekday == given.weekday
    if claimed.year is not None and given.year is None:
        full = _full(given, day)
        if full is None or full.year != claimed.year:
            return False
    elif claimed.year is not None and claimed.year != given.year:
        return False
    return claimed.month in (None, given.month) and claimed.day in (None, given.day)


def _full(given: Moment, day: date | None) -> date | None:
    """The date with the year nearest to the day of appearing, where the text leaves the year out."""
    if given.month is None:
        return None
    if given.year is not None:
        return _date(given.year, given.month, given.day or 1)
    if day is None:
        return None
    near = [found for y in (-1, 0, 1) if (found := _date(day.year + y, given.month, given.day or 15))]
    return min(near, key=lambda found: abs((found - day).days), default=None)


def _relative(text: str, day: date) -> Iterator[Moment]:
    """The dates of "yesterday", "last year", "a year ago" in what appeared on `day`."""
    low = text.lower()
    for word, (first, last) in _RELATIVE.items():
        if word in low:
            for off in range(first, last + 1):
                there = day + timedelta(days=off)
                yield Moment(0, 0, there.year, there.month, there.day)
    for count, which in _YEARS_AGO.findall(text):
        back = {"last": 1, "this": 0, "next": -1}[which.lower()] if which else _SMALL.get(count.lower()) or int(count)
        yield Moment(0, 0, day.year - back, day.month if not which else None)
    if re.search(r"\b(?:last|this|next) (?:spring|summer|autumn|fall|winter)\b", low):
        for year in (day.year - 1, day.year, day.year + 1):
            if f"{'last' if year < day.year else 'this' if year == day.year else 'next'} " in low:
                yield Moment(0, 0, year)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None  # 31 February
