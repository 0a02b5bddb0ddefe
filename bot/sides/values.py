"""The value that a sentence gives for what is asked: a number, a date, a person, yes or no."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from bot.candidates import Candidate
from bot.names import is_person_like, names_in, people_in
from bot.question import Kind, Question
from bot.sides.senses import fits_sense, unit_wanted
from bot.sides.stance import asks_whether, stance
from bot.verify.moments import Moment, moments
from bot.verify.quantities import Quantity, quantities
from bot.verify.who import may_be_same
from index.dates import day_of
from index.sentences import Span
from index.terms import stem, terms

_WORD = re.compile(r"[^\W\d_]+")
_REACH = 12  # words from a value within which what is asked must be spoken of
_LONGEST = 1000  # characters: a longer sentence is no sentence but a table or an attack
_BRIEF = 40  # characters: a longer answer by the reader does not point at one value
# What a report gives as what was said before, or is not so, is not its own value.
_OUTDATED = re.compile(
    r"\b(?:up|down|revised|raised|lowered|cut|increased|grown|risen|fallen|moved|changed|back|brought forward|"
    r"postponed|delayed|corrected|reduced)\s+(?:\w+\s+){0,3}?from\s+(?:[\w£€$-]+\s+){0,4}?$"
    r"|\b(?:instead of|rather than|and not|as opposed to|compared (?:with|to)|but not|not|no longer)\s+"
    r"(?:[\w£€$-]+\s+){0,3}?$"
    r"|\b(?:earlier|previous(?:ly)?|initial(?:ly)?|original(?:ly)?|former(?:ly)?|preliminary|provisional|first "
    r"(?:reported|count|estimate|report|figure|thought|planned|announced))\s+(?:\w+\s+){0,6}?$",
    re.I,
)
_OUTDATED_AFTER = re.compile(
    r"^\s*(?:\w+\s+){0,3}?(?:initially|originally|previously|first|earlier)\s+"
    r"(?:reported|announced|planned|thought|given|estimated|expected|feared|stated|promised|believed|set|named)\b",
    re.I,
)
# "said on Tuesday": the day of the saying, not the day asked for.
_SAYING = re.compile(
    r"\b(?:said|told|says|announced|confirmed|reported|stated|added|wrote|spoke|warned|declared|according to)\b"
    r"(?:(?!\b(?:that|was|were|is|are|will|would|had|has|have|be)\b)[^.;:“”\"]){0,50}$",
    re.I,
)
_DAYS = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1, "last night": -1}
_DAY_WORD = re.compile(rf"\b(?:{'|'.join(_DAYS)})\b", re.I)
_PLACED = re.compile(r"\b(?:of|in|at|from|near)\s+(?:the\s+)?$")


@dataclass(frozen=True, slots=True)
class Value:
    """What a candidate gives at `text[start:end]` of its sentence; exactly one of the last four is set."""

    candidate: Candidate
    start: int
    end: int
    number: Quantity | None = None
    moment: Moment | None = None
    person: str | None = None
    yes: bool | None = None

    @property
    def words(self) -> str:
        return self.candidate.text[self.start : self.end]

    @property
    def published(self) -> str | None:
        return self.candidate.article.document.published


def value(asked: Question, candidate: Candidate, answers: Sequence[Span] = ()) -> Value | None:
    """What the candidate gives for what is asked; None if nothing, or if it speaks of it nowhere near.

    `answers` are the spans of the candidate's document in which the reader sees the answer.
    """
    if len(candidate.text) > _LONGEST:
        return None
    offset = candidate.article.sentences[candidate.number][0]
    spans = [(a - offset, b - offset) for a, b in answers]
    worth = [(_worth(asked, v, spans), v) for v in _values(asked, candidate, spans)]
    best = max(worth, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] > 0 else None


def _worth(asked: Question, v: Value, spans: Sequence[Span]) -> float:
    """How surely a value is what is asked for: does the reader point at it, how near are the question's words."""
    if v.yes is not None:
        return 1.0
    pointed = any(a < v.end and v.start < b for a, b in spans)
    placed = v.person is not None and _PLACED.search(v.candidate.text[: v.start])
    return (_nearness(asked, v) + pointed) / (10 if placed else 1)


def _nearness(asked: Question, v: Value) -> float:
    """Mean over the question's words, names left out: 1 for one beside the value, less further off, else 0."""
    wanted = set(terms(asked.text)) - _name_stems(asked)
    found: dict[str, float] = {}
    text = v.candidate.text
    for words in (list(_WORD.finditer(text, v.end)), list(_WORD.finditer(text[: v.start]))[::-1]):
        for off, match in enumerate(words[:_REACH]):
            word = stem(match.group(0).lower())
            if word in wanted:
                found[word] = max(found.get(word, 0.0), 1 / (1 + off / 3))
    return sum(found.values()) / len(wanted) if wanted else 0.0


def _name_stems(asked: Question) -> frozenset[str]:
    return frozenset(stem(w) for name in asked.names for w in name.lower().split())


def _values(asked: Question, candidate: Candidate, spans: Sequence[Span]) -> Iterator[Value]:
    text = candidate.text
    if asks_whether(asked.text):
        if (found := stance(asked.text, text, _name_stems(asked))) is not None:
            at = found[1].span() if found[1] else (0, len(text))
            yield Value(candidate, *at, yes=found[0])
    elif asked.kind is Kind.NUMBER:
        yield from (v for v in numbers(candidate) if _can_answer(asked.text, v))
    elif asked.kind is Kind.TIME:
        yield from dates(candidate)
    elif asked.kind is Kind.PERSON:
        yield from _people(asked, candidate)
    elif asked.kind is Kind.OPEN:  # what kind of thing is asked for, only the reader can tell
        brief = [(a, b) for a, b in spans if b - a <= _BRIEF]
        for v in (*numbers(candidate), *dates(candidate)):
            if any(a < v.end and v.start < b for a, b in brief) and _can_answer(asked.text, v):
                yield v


def _can_answer(question: str, v: Value) -> bool:
    if v.number is not None and not unit_wanted(question)(v.number):
        return False
    return fits_sense(question, v.candidate.text, v.start, v.end)


@lru_cache(maxsize=4096)
def own_numbers(text: str) -> tuple[Quantity, ...]:
    """The numbers that a text itself stands for: none in a date, no rank, nothing outdated."""
    at = moments(text)
    return tuple(
        q
        for q in quantities(text)
        if not q.loose
        and q.unit not in ("rank", "times")
        and not any(q.start < m.end and m.start < q.end for m in at)
        and not outdated(text, q.start, q.end)
    )


def numbers(candidate: Candidate) -> list[Value]:
    """The numbers that a sentence itself stands for."""
    return [Value(candidate, q.start, q.end, number=q) for q in own_numbers(candidate.text)]


def dates(candidate: Candidate) -> list[Value]:
    """The dates that a sentence itself stands for, not those on which it was said; "tomorrow" as the day that it is."""
    text, published = candidate.text, candidate.article.document.published
    found = list(moments(text))
    # In "Saturday 21 June" the weekday adds nothing.
    found = [m for m in found if m.weekday is None or not any(0 <= o.start - m.end <= 2 and o.day for o in found)]
    if day := day_of(published):  # without the day on which it appeared "tomorrow" may be any day
        for match in _DAY_WORD.finditer(text):
            there = day + timedelta(days=_DAYS[match.group(0).lower()])
            found.append(Moment(*match.span(), there.year, there.month, there.day))
    return [
        Value(candidate, m.start, m.end, moment=m)
        for m in found
        if not outdated(text, m.start, m.end) and not _SAYING.search(text[: m.start])
    ]


def people(candidate: Candidate) -> list[Value]:
    """The people whom a sentence names, each by the full name that the article knows."""
    text, document = candidate.text, candidate.article.document
    known = people_in(f"{document.text}\n{document.title}")
    found = []
    for name in names_in(text):
        while name and name not in text:  # "Ann Lee of Nether Crag" is two names
            name = name.rpartition(" ")[0]
        full = name if is_person_like(name) else next((p for p in known if name and may_be_same(name, p)), "")
        at = text.find(name)
        if full and not outdated(text, at, at + len(name)):
            found.append(Value(candidate, at, at + len(name), person=full))
    return found


def _people(asked: Question, candidate: Candidate) -> list[Value]:
    speaker = candidate.speaker
    if asked.asks_speaker and speaker is not None:
        at = max(0, candidate.text.find(speaker.name))
        return [Value(candidate, at, at + len(speaker.name), person=speaker.name)]
    named = {word.lower() for name in asked.names for word in name.split()}
    return [v for v in people(candidate) if v.person and not set(v.person.lower().split()) & named]


def outdated(text: str, start: int, end: int) -> bool:
    """True if the text gives what stands there as what was said before, or as what is not so."""
    clause = re.split(r"[,;:()—–]\s", text[max(0, start - 60) : start])[-1]
    return bool(_OUTDATED.search(clause) or _OUTDATED_AFTER.search(text[end : end + 60]))
