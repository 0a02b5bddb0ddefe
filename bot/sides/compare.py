"""Whether two values exclude one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from bot.sides.values import Value, dates, numbers, people
from bot.verify.moments import Moment, borne_out
from bot.verify.quantities import Quantity, agrees
from bot.verify.who import may_be_same

_CLOSE = Fraction(1, 40)  # how far a number may lie from the one that it rounds to
_MONTH = Fraction(2_629_800)  # seconds, on average
_ROUND = 1000  # from which size on a number is taken for a rounded one


def differ(one: Value, other: Value) -> bool:
    """True if two values exclude one another: neither is the other in other words, rounded or less exact, nor does it
    stand anywhere in the other's sentence."""
    return not any(_agree(one, v) for v in _beside(other)) and not any(_agree(v, other) for v in _beside(one))


def _beside(v: Value) -> Sequence[Value]:
    """The value and what else of its kind its sentence gives."""
    if v.number is not None:
        return [v, *(n for n in numbers(v.candidate) if n.number and n.number.unit == v.number.unit)]
    if v.moment is not None:
        return [v, *(d for d in dates(v.candidate) if d.moment and _comparable(d.moment, v.moment))]
    return [v, *people(v.candidate)] if v.person is not None else [v]


def _agree(one: Value, other: Value) -> bool:
    if one.number is not None and other.number is not None:
        return compatible(one.number, other.number)
    if one.moment is not None and other.moment is not None:
        return _same_moment(one, other)
    if one.person is not None and other.person is not None:
        return may_be_same(one.person, other.person) or may_be_same(other.person, one.person)
    if one.yes is not None and other.yes is not None:
        return one.yes == other.yes
    return True  # of different kinds: nothing is claimed


def compatible(one: Quantity, other: Quantity) -> bool:
    """True if two numbers may be one: equal, one as exact as the other allows, or one the other rounded. Numbers of
    different units are not held against one another."""
    if {one.unit, other.unit} == {"time", "months"}:
        one, other = (_in_seconds(q) for q in (one, other))
        return any(abs(a - b) <= max(a, b) / 8 for a in one.values for b in other.values)
    if one.unit != other.unit or agrees(one, other) or agrees(other, one):
        return True
    return any(a == b or _rounded(a, b) or _rounded(b, a) for a in one.values for b in other.values)


def _in_seconds(quantity: Quantity) -> Quantity:
    if quantity.unit == "time":
        return quantity
    return replace(quantity, unit="time", values=tuple(value * _MONTH for value in quantity.values))


def _rounded(exact: Fraction, rough: Fraction) -> bool:
    """True if `rough` is the other number with fewer digits: 1.2 million for 1,198,400, 33 per cent for a third."""
    if rough < _ROUND:
        return abs(exact - rough) <= rough / 50 and rough.denominator * exact.denominator > 1
    step = 1
    while rough % (10 * step) == 0:
        step *= 10
    return step > 1 and abs(exact - rough) <= min(Fraction(step, 2), _CLOSE * rough)


def _same_moment(one: Value, other: Value) -> bool:
    a, b = one.moment, other.moment
    assert a is not None and b is not None
    if not _comparable(a, b) or replace(a, start=0, end=0) == replace(b, start=0, end=0):
        return True
    return borne_out(a, other.words, other.published) or borne_out(b, one.words, one.published) or _same_day(a, b)


def _same_day(a: Moment, b: Moment) -> bool:
    """True if two dates that were worked out ("yesterday") are the same, as far as both are given."""
    pairs = ((a.year, b.year), (a.month, b.month), (a.day, b.day))
    return a.weekday is None and b.weekday is None and a.minutes is None and all(
        x is None or y is None or x == y for x, y in pairs
    )  # fmt: skip


def _comparable(a: Moment, b: Moment) -> bool:
    """True if both say something of the same: a time of day, a day, a month, a year."""
    if a.minutes is not None or b.minutes is not None:
        return a.minutes is not None and b.minutes is not None
    if a.weekday is not None or b.weekday is not None:
        return all(m.weekday is not None or (m.day is not None and m.month is not None) for m in (a, b))
    return (a.month is not None and b.month is not None) or (a.year is not None and b.year is not None)
