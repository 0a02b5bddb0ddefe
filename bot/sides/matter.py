"""Whether two sentences of different sources are about the same thing: the names asked about, the time, the words."""

from __future__ import annotations

import re
from datetime import date

from bot.candidates import Candidate
from bot.known import told_by
from bot.names import ROLE_NOUNS
from bot.question import Question
from bot.sides.values import Value
from bot.verify.moments import moments
from index.dates import day_of
from index.stop_words import STOP_WORDS
from index.terms import terms

# Reports further apart than this are about what comes round again each year, unless they date it themselves.
_APART = 270
_LONG_AGO = 2  # years before the report: what lies so far back has not changed since
_STATEMENT = 0.6  # share of a question's words that who says "it" must be saying
_SPEECH = frozenset(terms("say said says tell told claim claimed announce announced confirm confirmed warn warned"))
_YEARS_BACK = 15  # a year further back is when something was built, not when it happened
_YEAR = re.compile(r"\b(last|this|next) year\b", re.I)


def same_matter(asked: Question, one: Value, other: Value) -> bool:
    """True if two values can only both be right if they are the same."""
    a, b = one.candidate, other.candidate
    if any(_knows(a, name) != _knows(b, name) for name in asked.names):
        return False
    if asked.asks_speaker and not (_says_it(asked, a) and _says_it(asked, b)):
        return False  # of those who speak about a thing there may be many
    if one.moment is not None and other.moment is not None:
        return _near(a, b) or (_long_ago(one) and _long_ago(other))
    years, others = _years(a), _years(b)
    if years and others:
        return bool(years & others)
    alone = years or others
    if alone and any(abs(y - p) <= _YEARS_BACK for y in alone for p in _published_years(a if others else b)):
        return bool(alone & set(_published_years(a if others else b))) and _near(a, b)
    return _near(a, b)


def _knows(candidate: Candidate, name: str) -> bool:
    """True if the article knows the name, and not only another one that ends alike ("Nether Thorle")."""
    document = candidate.article.document
    text = f"{document.title}\n{document.text}\n{told_by(document)}"
    if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.I):
        return True
    first, _, last = name.rpartition(" ")
    for match in re.finditer(rf"(?:(?P<before>[^\W\d_][\w’'.-]*)\s)?(?<!\w){re.escape(last)}(?!\w)", text):
        before = match["before"]
        if before is None or not before[0].isupper() or before.lower() in STOP_WORDS | ROLE_NOUNS:
            return True
        if before.lower() in first.lower().split():
            return True
    return False


def _says_it(asked: Question, candidate: Candidate) -> bool:
    names = {term for name in asked.names for term in terms(name)}  # the article knows them
    wanted = set(terms(asked.text)) - names - _SPEECH
    return len(wanted & set(terms(candidate.surroundings))) >= _STATEMENT * len(wanted)


def _near(a: Candidate, b: Candidate) -> bool:
    days = [_day(c) for c in (a, b)]
    return days[0] is None or days[1] is None or abs((days[0] - days[1]).days) <= _APART


def _long_ago(v: Value) -> bool:
    day = _day(v.candidate)
    return bool(v.moment and v.moment.year and (day is None or v.moment.year <= day.year - _LONG_AGO))


def _years(candidate: Candidate) -> set[int]:
    """The years that a sentence names, "last year" among them."""
    found = {m.year for m in moments(candidate.text) if m.year is not None}
    if (day := _day(candidate)) is not None:
        off = {"last": -1, "this": 0, "next": 1}
        found |= {day.year + off[match.group(1).lower()] for match in _YEAR.finditer(candidate.text)}
    return found


def _published_years(candidate: Candidate) -> list[int]:
    day = _day(candidate)
    return [day.year] if day else []


def _day(candidate: Candidate) -> date | None:
    return day_of(candidate.article.document.published)
