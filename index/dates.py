"""Dates as pages, mails, feeds and documents write them, to ISO. What a date leaves open stays open: nothing is taken
from today's date, from the machine's locale or time zone, or from the likelier of two readings.

A date written in words is read only if every word is known (see `date_words`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from index.date_words import MONTHS, WEEKDAYS_TOO, ZONES, day_first, sorted_out

_LONGEST_GIVEN = 1000
_LONGEST = 120  # with single spaces
_YEARS = range(1000, 2101)
_FARTHEST_ZONE = 14 * 60  # minutes


@dataclass(frozen=True, slots=True)
class _Clock:
    """A time of day as written. `offset` is "+hh:mm", "" if none is given."""

    hour: int
    minute: int = 0
    second: int = 0
    offset: str = ""


def parse_date(written: str, *, language: str | None = None) -> str | None:
    """YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SS with +hh:mm if an offset is given; None for what is no single, full date.

    ISO 8601, RFC 2822 and 850, the C library's form, PDF dates, seconds or milliseconds since 1970 (10 or 13 digits,
    nothing else), numbers with dots (day first), slashes or hyphens, and names of months, with or without a time. In
    "03/04/2024" the day is the number that can be no month; where both can, `language` (a tag such as "en-GB") decides,
    or nothing does. Two digits are a year only in mail and web headers, by the rule of RFC 2822. Fractions of seconds
    are dropped, a leap second is 59, 24:00 is the next day's 00:00, and a zone whose name stands for several (CST, IST,
    BST) leaves the time without an offset. Years before 1000 or after 2100 are None.
    """
    if len(written) > _LONGEST_GIVEN:
        return None
    text = " ".join(unicodedata.normalize("NFC", written).translate(_DASHES).casefold().split())
    if not text or len(text) > _LONGEST:
        return None
    try:
        day, clock = _numeral(text) or _iso(text) or _in_words(_EAST_ASIAN.sub(r"\1-\2-\3 ", text), language)
        return _stamp(day, clock)
    except ValueError:  # not in the calendar, or in none of the forms
        return None


def day_of(written: str | None) -> date | None:
    """The day of what `parse_date` gives, with a time or without; None for all else."""
    try:
        return date.fromisoformat((written or "")[:10])
    except ValueError:
        return None


_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_EAST_ASIAN = re.compile(r"([0-9]{4}) ?[年년] ?([0-9]{1,2}) ?[月월] ?([0-9]{1,2}) ?[日일]")
_EPOCH = re.compile(r"[0-9]{10}(?:[0-9]{3})?")
_PDF = re.compile(
    r"(?:d:(?=[0-9]{8})|(?=[0-9]{14}))([0-9]{8})(?:([0-9]{2})([0-9]{2})?([0-9]{2})?)?"
    r"(?P<zone>z(?:00'00'?)?|[+-][0-9]{2}'?(?:[0-9]{2}'?)?)?"
)
_ISO = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}|[0-9]{4}-?w[0-9]{2}-?[1-7]|[0-9]{4}-?[0-9]{3})"
    r"(?:(?P<gap>[t ])(?P<hour>[0-9]{2})(?::?(?P<minute>[0-9]{2})(?::?(?P<second>[0-9]{2}))?)?(?P<part>[.,][0-9]+)?"
    r"(?P<zone> ?(?:z|[+-][0-9]{2}(?::?[0-9]{2})?))?(?:\[[^\]]*\])?)?"
)
_CLOCK = re.compile(
    r"(?<![0-9:.])(?P<hour>[0-9]{1,2})(?![0-9])"
    r"(?:(?P<mark>[:.]| ?h ?)(?P<minute>[0-9]{2})(?![0-9])(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?)?"
    r"(?: ?(?P<half>[ap])\.? ?m\b\.?)?(?P<word> ?(?:uhr|uur|hrs|h|ч)\b\.?)?"
    r"(?P<zone> ?\(?(?:(?:gmt|utc) ?[+-][0-9]{1,2}|[+-][0-9]{2})(?::?[0-9]{2})?(?![0-9.])| ?z\b)?"
)
_NUMBERS = re.compile(r"(?<![0-9+-])([0-9]{1,4}) ?([./-]) ?([0-9]{1,2}) ?\2 ?([0-9]{1,4})(?![0-9])")


def _numeral(text: str) -> tuple[date, _Clock | None] | None:
    """What is written in digits without a gap: time since 1970, a PDF date, year to second in fourteen digits."""
    if _EPOCH.fullmatch(text):
        moment = datetime.fromtimestamp(int(text[:10]), UTC)
        return moment.date(), _Clock(moment.hour, moment.minute, moment.second, "+00:00")
    if not (found := _PDF.fullmatch(text)):
        return None
    day, hour, minute, second, zone = found.groups()
    clock = _Clock(int(hour), int(minute or 0), int(second or 0), _offset(zone)) if hour else None
    return date.fromisoformat(day), clock


def _iso(text: str) -> tuple[date, _Clock | None] | None:
    found = _ISO.fullmatch(text)
    if not found or (found["gap"] == " " and not found["second"] and (found["zone"] or found["part"])):
        return None  # with a space, "10:30-12:00" may be from one time to another, and "14.30" two numbers
    written = found["date"].upper()
    if re.fullmatch(r"[0-9]{4}-?[0-9]{3}", written):
        day = date(int(written[:4]), 1, 1) + timedelta(int(written[-3:]) - 1)
        if day.year != int(written[:4]):
            raise ValueError(f"{written}: no such day of the year")
    else:
        day = date.fromisoformat(written)
    if not found["hour"]:
        return day, None
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if found["part"] and not found["second"]:
        rest = int(float(f"0.{found['part'][1:]}") * (60 if found["minute"] else 3600))
        minute, second = minute + rest // 60, rest % 60
    return day, _Clock(hour, minute, second, _offset(found["zone"]))


def _in_words(text: str, language: str | None) -> tuple[date, _Clock | None]:
    """A date and perhaps a time, in any order, with nothing beside them but known words. Raises ValueError."""
    clock, rest = _take_clock(text)
    found = _NUMBERS.search(rest)
    if found:
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    numbers, months, zones = sorted_out(rest)
    if clock and not clock.offset and zones:
        clock = _Clock(clock.hour, clock.minute, clock.second, ZONES[zones[0]])
    if found:
        if numbers or set(months) - WEEKDAYS_TOO:
            raise ValueError(f"{text!r}: more than one date")
        return _from_numbers(found, language), clock
    known = {MONTHS[word] for word in months}
    if len(known) > 1:
        known = {MONTHS[word] for word in months if word not in WEEKDAYS_TOO}
    if len(known) != 1 or len(numbers) != 2:
        raise ValueError(f"{text!r}: not one day, one month and one year")
    lengths = [len(number) for number in numbers]
    if 4 in lengths and min(lengths) <= 2:
        day, year = map(int, numbers if lengths[1] == 4 else reversed(numbers))
    elif max(lengths) <= 2 and clock and clock.offset and _SHORT_YEAR.search(rest):
        day, year = int(numbers[0]), int(numbers[1]) + (2000 if int(numbers[1]) < 50 else 1900)
    else:
        raise ValueError(f"{text!r}: no year in four digits")
    return date(year, known.pop(), day), clock


_SHORT_YEAR = re.compile(r"\b[0-9]{1,2}[ -][a-z]{3,9}[ -][0-9]{2}\b")


def _take_clock(text: str) -> tuple[_Clock | None, str]:
    """The first time of day, if there is one, and the text without it. (Of a second one, numbers are left over.)"""
    found = next(filter(_is_time, _CLOCK.finditer(text)), None)
    if not found:
        return None, text
    hour, zone = int(found["hour"]), found["zone"] or ""
    if zone.startswith("-") and not found["second"]:
        raise ValueError(f"{text!r}: an offset, or from one time to another")
    if (found["half"] == "a" and hour > 12) or (found["half"] == "p" and hour == 0):
        raise ValueError(f"{text!r}: no such hour")
    if found["half"] and hour <= 12:
        hour = hour % 12 + (12 if found["half"] == "p" else 0)
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    if zone:
        rest = re.sub(r"\([^()]*\)", " ", rest)  # the zone's name once more
    return _Clock(hour, int(found["minute"] or 0), int(found["second"] or 0), _offset(zone)), rest


def _is_time(found: re.Match[str]) -> bool:
    """Numbers with a colon or an h; others only if am, pm, "Uhr" or the name of a zone follows."""
    if found["half"] or found["word"] or (found["minute"] and found["mark"] != "."):
        return True
    named = re.match(r" ?\(?([^\W\d_]+)", found.string[found.end() :])
    return bool(found["minute"] and named and named[1] in ZONES)


def _from_numbers(found: re.Match[str], language: str | None) -> date:
    first, mark, middle, last = found.groups()
    if len(first) == 4 and len(last) <= 2:
        return date(int(first), int(middle), int(last))
    if len(last) != 4 or len(first) > 2:
        raise ValueError(f"{found.group()!r}: no year in four digits")
    one, two, year = int(first), int(middle), int(last)
    if mark == "." or one == two or one > 12:
        return date(year, two, one)
    if two > 12:
        return date(year, one, two)
    is_day_first = day_first(language)
    if is_day_first is None:
        raise ValueError(f"{found.group()!r}: day or month first")
    return date(year, two, one) if is_day_first else date(year, one, two)


def _offset(zone: str | None) -> str:
    """ "+hh:mm" for an offset in digits or Z, "" for none."""
    if not zone:
        return ""
    digits = re.sub(r"[^0-9]", "", zone)
    hours, minutes = int(digits[:-2] if len(digits) > 2 else digits or 0), int(digits[-2:] if len(digits) > 2 else 0)
    if minutes > 59 or hours * 60 + minutes > _FARTHEST_ZONE:
        raise ValueError(f"{zone!r}: no such offset")
    return f"{'-' if '-' in zone and hours + minutes else '+'}{hours:02}:{minutes:02}"


def _stamp(day: date, clock: _Clock | None) -> str | None:
    if clock and (clock.hour, clock.minute, clock.second) == (24, 0, 0):
        day, clock = day + timedelta(1), _Clock(0, offset=clock.offset)
    if day.year not in _YEARS:
        return None
    if not clock:
        return day.isoformat()
    second = 59 if clock.second == 60 else clock.second
    return datetime(day.year, day.month, day.day, clock.hour, clock.minute, second).isoformat() + clock.offset
