"""Which sources differ on what is asked, and which of them is the later one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.candidates import Candidate
from bot.features import Evidence, Numbers
from bot.question import Question
from bot.sides.compare import differ
from bot.sides.matter import same_matter
from bot.sides.values import Value, value
from index.dates import day_of
from index.schema import Document, Hit
from index.sentences import Span

ALONE = 0.35  # how probable it must be that a source by itself answers the question
_MARGIN = 5.0  # how far, in log-odds, it may stand behind the best sentence of all: further off nothing is shown
_SEEN = -1.5  # log-odds by the reader below which it sees no answer in a sentence
_BEHIND = 3.0  # how far, in log-odds, the sentence with the value may stand behind the source's best
_SOURCES = 6  # the best so many are compared
_MOST = 4  # sides that are told apart


@dataclass(frozen=True, slots=True)
class Side:
    """What one source gives. Sources of one `group` give the same, and the sentence of the one `shown` stands for all.
    `later`: no source that gives something else appeared on the same day or after."""

    value: Value
    group: int
    shown: bool
    later: bool = False

    @property
    def candidate(self) -> Candidate:
        return self.value.candidate

    @property
    def document(self) -> Document:
        return self.value.candidate.article.document


class Judged(Protocol):
    """Candidates judged for a question: their scores in log-odds and their numbers by score, best first."""

    @property
    def evidence(self) -> Evidence: ...

    @property
    def scores(self) -> Numbers: ...

    @property
    def order(self) -> Sequence[int]: ...


class Judge(Protocol):
    """The probability that candidates answer, if there were no others."""

    def __call__(self, candidates: Sequence[Candidate]) -> float: ...


def sides(judged: Judged, judge: Judge, hits: Sequence[Hit]) -> tuple[Side, ...]:
    """The sources that by themselves answer the question, if they differ: one side each, in order of publication.

    Empty if all agree that can be compared, or if several answers are asked for.
    """
    asked = judged.evidence.question
    if asked.wants_list:
        return ()
    given = _given(judged, _answers(hits))
    if len(_groups(asked, [v for v, _ in given])) < 2:
        return ()  # the judge is asked only where it matters
    groups = _groups(asked, [v for v, candidates in given if judge(candidates) >= ALONE])
    if len(groups) < 2:
        return ()
    found = [Side(v, n, v is group[0], _is_later(v, group, groups)) for n, group in enumerate(groups) for v in group]
    return tuple(sorted(found, key=lambda side: side.document.published or "~"))


def _given(judged: Judged, answers: Mapping[str, Sequence[Span]]) -> list[tuple[Value, list[Candidate]]]:
    """What each of the best sources gives in its best sentence, with all its sentences; the best source first."""
    candidates = judged.evidence.candidates
    by_document: dict[str, list[int]] = {}
    for i in judged.order:
        by_document.setdefault(candidates[i].article.document.id, []).append(i)
    found = []
    for id, numbers in list(by_document.items())[:_SOURCES]:
        floor = max(judged.scores[numbers[0]] - _BEHIND, judged.scores[judged.order[0]] - _MARGIN)
        near = [i for i in numbers if judged.scores[i] >= floor and _is_seen(candidates[i])]
        values = (value(judged.evidence.question, candidates[i], answers.get(id, ())) for i in near)
        if (best := next((v for v in values if v is not None), None)) is not None:
            found.append((best, [candidates[i] for i in sorted(numbers)]))
    return found


def _groups(asked: Question, values: Sequence[Value]) -> list[list[Value]]:
    """The values about the same thing as the first, those together that do not differ. One that fits two groups tells
    nothing and is left out."""
    groups: list[list[Value]] = []
    for v in values:
        if groups and not same_matter(asked, values[0], v):
            continue
        alike = [group for group in groups if not all(differ(v, other) for other in group)]
        if len(alike) == 1 and not any(differ(v, other) for other in alike[0]):
            alike[0].append(v)
        elif not alike and len(groups) < _MOST:
            groups.append([v])
    return groups


def _is_seen(candidate: Candidate) -> bool:
    return candidate.read is None or candidate.read.sentence >= _SEEN


def _answers(hits: Sequence[Hit]) -> dict[str, list[Span]]:
    """By document: the spans in which the reader sees the answer."""
    found: dict[str, list[Span]] = {}
    for hit in hits:
        if hit.reading is not None and hit.reading.span is not None:
            start, end = hit.reading.span
            found.setdefault(hit.document.id, []).append((hit.passage.start + start, hit.passage.start + end))
    return found


def _is_later(v: Value, group: Sequence[Value], groups: Sequence[Sequence[Value]]) -> bool:
    mine = day_of(v.published)  # a month or a year alone does not tell which of two is later
    others = [day_of(other.published) for g in groups if g is not group for other in g]
    return mine is not None and all(other is not None and other < mine for other in others)
