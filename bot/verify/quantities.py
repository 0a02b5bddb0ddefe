"""Numbers in a text as what they say: "5,532", "three quarters", "more than 1.2bn euros", "twelve"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from itertools import zip_longest

from bot.verify.units import unit_at


class Bound(Enum):
    """How a number is meant: "exactly 5", "about 5", "nearly 5", "more than 5"."""

    EXACT = "exactly"
    ABOUT = "about"
    LESS = "less than"
    MORE = "more than"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number at `text[start:end]`. `values` are what it may mean, several only where a point may divide thousands.

    `unit` is its kind of unit ("percent", "time"), empty if none; values are in that kind's common unit. A `loose` one
    ("one", "first") bears others out and needs no bearing out itself.
    """

    values: tuple[Fraction, ...]
    unit: str
    bound: Bound
    start: int
    end: int
    loose: bool = False


_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_CARDINALS = {word: n for n, word in enumerate(_ONES)} | {
    word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_SCALES = {
    "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12,
    "k": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6, "bn": 10**9, "tn": 10**12,
}  # fmt: skip
_ORDINALS = {
    word: n
    for n, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 1
    )
}
_PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5,
          "tenth": 10, "tenths": 10}  # fmt: skip
_TIMES: dict[str, int | Fraction] = {
    **dict.fromkeys("twice double doubled doubling doubles".split(), 2),
    **dict.fromkeys("thrice triple tripled trebled tripling".split(), 3),
    **dict.fromkeys(["quadruple", "quadrupled"], 4),
    "halved": Fraction(1, 2),
}
_GLYPHS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3)}
_DIGITS = r"\d{1,3}(?:[,\u00a0\u202f\u2009’']\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?![\d,.]*\d)|\d+(?:[.,]\d+)?"
_WORDS = "|".join(
    sorted([*_CARDINALS, "hundred", "thousand", "million", "billion", "trillion", "dozen"], key=len, reverse=True)
)
_NUMBER = re.compile(
    rf"(?<![\w.,])(?<![^\W\d_][-–])(?P<digits>{_DIGITS})(?P<glyph>[½¼¾⅓⅔])?(?:(?P<ordinal>st|nd|rd|th)\b|(?P<suffix>k|m|mn|mln|bn|tn)\b)?"
    r"(?![\w])(?:[ \u00a0-](?P<scale>hundred|thousand|million|billion|trillion|dozen|bn|mn|mln)s?\b)?"
    r"|(?P<alone>[½¼¾⅓⅔])"
    rf"|\b(?P<words>(?:(?:a|half a|several)[ -](?=(?:hundred|thousand|million|billion|trillion|dozen)\b))?"
    rf"(?:{_WORDS})\b(?:(?:[ -]|[ -]and[ -])(?:{_WORDS})\b)*)(?![’'])"
    rf"|\b(?P<part>{'|'.join(_PARTS)})\b"
    rf"|\b(?P<times>{'|'.join(_TIMES)})\b"
    rf"|\b(?P<place>{'|'.join(_ORDINALS)})\b",
    re.I,
)
_BOUNDS = (
    (Bound.LESS, r"nearly|almost|just under|under|less than|fewer than|up to|below|at most|no more than|not more than|"
     r"close to|nearing|approaching|not quite|a little under|a maximum of|short of"),
    (Bound.MORE, r"more than|over|above|at least|no less than|no fewer than|not less than|upwards of|exceeding|"
     r"exceeded|in excess of|just over|a little over|beyond|a minimum of|north of|surpassing|topped"),
    (Bound.ABOUT, r"about|around|roughly|approximately|some|circa|ca\.|c\.|an estimated|estimated|or so|~"),
)  # fmt: skip
_BEFORE = [
    (bound, re.compile(rf"(?:\b|(?=~))(?:{words})\s*(?:the\s+|[€$£¥₽₹]\s?)?$", re.I)) for bound, words in _BOUNDS
]
_AND_A_PART = re.compile(r" and a (half|quarter|third)\b", re.I)
_PRONOUN = re.compile(
    r"\s*(?:of\b|another\b|who\b|that\b|which\b|may\b|can\b|could\b|should\b|would\b|day\b|thing\b|$|[.,;])"
)


@lru_cache(maxsize=8192)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers in a text, in order, dates and times of day included as bare numbers."""
    return tuple(_with_shared_units(text, list(_raw(text))))


def _raw(text: str) -> Iterator[Quantity]:
    taken = 0
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        if start < taken:
            continue
        more = Fraction(0)
        if (match["digits"] or match["words"]) and (half := _AND_A_PART.match(text, end)):
            end = taken = half.end()
            more = Fraction(1, _PARTS[half.group(1).lower()])
        loose, unit, factor = False, "", Fraction(1)
        if match["digits"]:
            values = _digits(match["digits"], match["glyph"])
            scale = (
                _SCALES[(match["scale"] or match["suffix"] or "").lower()] if match["scale"] or match["suffix"] else 1
            )
            values = tuple(value * scale for value in values)
            if match["suffix"] == "m" and not text[max(0, start - 1) : start].strip("\u00a0 \n(-"):
                values = tuple(value / scale for value in values)  # "40m" of cloth: metres; "$40m": millions
                unit = "length"
            elif match["ordinal"]:
                unit = "rank"
            else:
                unit, factor = unit_at(text, start, end)
            if text[max(0, start - 6) : start].lower() == "minus " or (
                text[max(0, start - 1) : start] in ("-", "−") and not text[max(0, start - 2) : start - 1].strip()
            ):
                values = tuple(-value for value in values)
        elif match["alone"]:
            values, (unit, factor) = (_GLYPHS[match["alone"]],), unit_at(text, start, end)
            unit, factor = unit or "percent", factor if unit else Fraction(100)
        elif match["words"]:
            values = (_spelled(match["words"].lower()),)
            part = re.match(rf"[ -]({'|'.join(_PARTS)})\b", text[end:], re.I)
            if part and part.group(1).lower() not in ("half", "second"):
                continue  # "three quarters" is told by its part
            loose = match["words"].lower() == "one" and bool(_PRONOUN.match(text, end))
            loose |= match["words"].lower() == "one" and not unit_at(text, start, end)[0]
            loose |= match["words"].lower().startswith("several")
            unit, factor = unit_at(text, start, end)
        elif match["part"]:
            found = _part(text, match)
            if found is None:
                continue
            values, unit, loose = found
        elif match["times"]:
            values, unit = (Fraction(_TIMES[match["times"].lower()]),), "times"
        else:
            values, unit, loose = (Fraction(_ORDINALS[match["place"].lower()]),), "rank", True
        yield Quantity(tuple((v + more) * factor for v in values), unit, _bound(text, start), start, end, loose)


def _digits(digits: str, glyph: str | None) -> tuple[Fraction, ...]:
    """What digits may mean: "5.532" is a number with decimals or, on the continent, five thousand."""
    plain = re.sub(r"[\u00a0\u202f\u2009 ’']", "", digits)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        values = [Fraction(plain.replace(",", ""))]
        if plain.count(",") == 1 and "." not in plain and plain.startswith("0"):
            values = [Fraction(plain.replace(",", "."))]
    elif "," in plain:
        values = [Fraction(plain.replace(",", "."))]
    else:
        values = [Fraction(plain)]
        if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", plain):
            values.append(Fraction(plain.replace(".", "")))
    return tuple(value + _GLYPHS[glyph] for value in values) if glyph else tuple(values)


def _spelled(words: str) -> Fraction:
    """ "two hundred and forty-one thousand" as a number."""
    total, current = Fraction(0), Fraction(0)
    for word in re.split(r"[ -]", words):
        if word in ("and", "a", "several"):
            continue
        if word == "half":
            current = Fraction(1, 2)
        elif word in _CARDINALS:
            current += _CARDINALS[word]
        elif word in ("hundred", "dozen"):
            current = (current or Fraction(1)) * _SCALES[word]
        else:
            total, current = total + (current or Fraction(1)) * _SCALES[word], Fraction(0)
    return total + current


def _part(text: str, match: re.Match[str]) -> tuple[tuple[Fraction, ...], str, bool] | None:
    """A fraction ("three quarters", "a third", "half an hour"), or None where the word means something else."""
    word = match["part"].lower()
    before = re.search(rf"(?:\b(a|an|one|{'|'.join(_CARDINALS)})|(\d+))[ -]$", text[: match.start()], re.I)
    numerator = 1
    if before:
        said = (before.group(1) or before.group(2)).lower()
        numerator = int(said) if said.isdigit() else _CARDINALS.get(said, 1)
    elif not word.startswith("hal"):
        return ((Fraction(_ORDINALS[word]),), "rank", False) if word in _ORDINALS else None
    value = Fraction(numerator, _PARTS[word])
    if after := re.match(r" (?:an?|of an?) (\w+)", text[match.end() :]):
        unit, factor = unit_at(" " + after.group(1), 0, 0)
        if unit:
            return (value * factor,), unit, False
    if re.match(r" past\b", text[match.end() :]) or re.match(r"[ -](?:finals?|time|hour)\b", text[match.end() :]):
        return None
    return (value * 100,), "percent", False


def _bound(text: str, start: int) -> Bound:
    before = text[max(0, start - 30) : start]
    if re.search(r"\bwell over\s*$", before, re.I):
        return Bound.MORE
    return next((bound for bound, pattern in _BEFORE if pattern.search(before)), Bound.EXACT)


def _with_shared_units(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """ "From 4 to 5 percent", "10-15 km": the unit belongs to both numbers."""
    for here, following in zip_longest(found, found[1:]):
        yield here
        if following and following.unit and not here.unit and not here.loose:
            between = text[here.end : following.start]
            if re.fullmatch(r"\s*(?:-|–|—|to|and|or|per cent to)\s*(?:[€$£¥]\s?)?", between):
                factor = unit_at(text, following.start, following.end)[1]
                yield Quantity(tuple(v * factor for v in here.values), following.unit, here.bound, here.start, here.end)


def agrees(claimed: Quantity, given: Quantity) -> bool:
    """True if the number of a source bears the claimed one out: same value and unit, and no more said of it.

    "About", "nearly" and "more than" are borne out by a number that is so; none by its opposite.
    """
    if claimed.unit and claimed.unit != given.unit and not (claimed.unit == "rank" and not given.unit):
        return False
    return any(_fits(a, claimed.bound, b, given.bound) for a in claimed.values for b in given.values)


def _fits(claimed: Fraction, meant: Bound, given: Fraction, told: Bound) -> bool:
    if claimed == given:
        opposite = {meant, told} == {Bound.LESS, Bound.MORE}
        if opposite or (told is Bound.EXACT and meant in (Bound.LESS, Bound.MORE)):
            return False
        return not (told is Bound.ABOUT and meant in (Bound.LESS, Bound.MORE))
    if meant is Bound.EXACT or told is not Bound.EXACT or not claimed:
        return False
    off = (given - claimed) / abs(claimed)
    near = Fraction(1, 10)
    return {Bound.ABOUT: abs(off) <= near / 2, Bound.LESS: -near <= off < 0, Bound.MORE: 0 < off <= near}[meant]
