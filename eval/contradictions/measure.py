"""What an answer makes of sources that differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from bot.schema import Answer, AnswerSentence
from eval.contradictions.cases import Case, CaseSide
from eval.interval import mean_intervals
from eval.results import Figure

_LATER = re.compile(r"\b(?:later|latest|newer|newest|more recent|most recent)\b", re.I)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case and its answer. What does not apply to the case is None: `claims` (that the sources differ, although
    they do not) where they do, the others where they do not, `later` also where no side was shown."""

    case: Case
    answer: Answer
    shown: bool | None = None
    attributed: bool | None = None
    later: bool | None = None
    claims: bool | None = None


def judge(case: Case, answer: Answer) -> Outcome:
    """Shown: the words of each side stand in some sentence. Attributed: they do so in one that names the side's outlet
    and date outside what it quotes. Later: the report that is the later one is called that, and no other. Claims: a
    sentence is attributed or called later, although the sources do not differ."""
    own = [_own_words(sentence, answer) for sentence in answer.sentences]
    if not case.differs:
        named = [any(_names(words, article.outlet, article.published) for article in case.articles) for words in own]
        return Outcome(case, answer, claims=any(named) or any(_LATER.search(words) for words in own))
    holding = [[i for i, s in enumerate(answer.sentences) if _holds(s.text, side)] for side in case.sides]
    shown = all(holding)
    attributed = all(
        any(_names(own[i], side.outlet, side.published) for i in rows)
        for rows, side in zip(holding, case.sides, strict=True)
    )
    called = {
        article.outlet
        for words in own
        for article in case.articles
        if _LATER.search(words) and article.outlet and article.outlet in words
    }
    return Outcome(case, answer, shown, attributed, _later_right(case, called) if case.later or shown else None)


def _later_right(case: Case, called: set[str]) -> bool:
    """True if the report that supersedes is called the later one, and none that is not later than the other sides."""
    last = max(side.published or "" for side in case.sides)
    latest = [side.outlet for side in case.sides if (side.published or "") == last]
    return called <= (set(latest) if len(latest) == 1 else set()) and case.later in (None, *called)


def _own_words(sentence: AnswerSentence, answer: Answer) -> str:
    """The sentence without what it quotes."""
    text = sentence.text
    for n in sentence.citations:
        text = text.replace(answer.citations[n - 1].quote, " ")
    return text


def _holds(text: str, side: CaseSide) -> bool:
    return any(re.search(rf"(?<![\w.,]){re.escape(w)}(?!\w)", text, re.I) for w in side.words)


def _names(words: str, outlet: str | None, published: str | None) -> bool:
    return outlet is not None and outlet in words and (published is None or any(d in words for d in _dates(published)))


def _dates(published: str) -> tuple[str, ...]:
    there = date.fromisoformat(published)
    return published, f"{there.day} {there:%B %Y}", f"{there:%B} {there.day}, {there.year}"


def figure(values: Sequence[bool | None]) -> Figure:
    """The share of True among those that apply, with its 95 % interval over cases."""
    applying = [value for value in values if value is not None]
    if not applying:
        return Figure(float("nan"), float("nan"), float("nan"), 0)
    means, low, high = mean_intervals(np.array(applying, np.float64)[:, None])
    return Figure(float(means[0]), float(low[0]), float(high[0]), len(applying))


def table(outcomes: Sequence[Outcome]) -> str:
    """A Markdown table: a row for each kind of case and one for all, percentages with 95 % intervals."""
    head = "| | cases | both sides shown | both attributed | later said right | false alarms |"
    lines = [head, "|---|---|---|---|---|---|"]
    kinds = list(dict.fromkeys(o.case.kind for o in outcomes))
    for name, rows in [*((k, [o for o in outcomes if o.case.kind == k]) for k in kinds), ("all", list(outcomes))]:
        columns = ([getattr(o, field) for o in rows] for field in ("shown", "attributed", "later", "claims"))
        lines.append(f"| {name} | {len(rows)} | {' | '.join(_cell(figure(column)) for column in columns)} |")
    return "\n".join(lines)


def _cell(found: Figure) -> str:
    if not found.n:
        return "-"
    return f"{100 * found.value:.0f} [{100 * found.low:.0f}, {100 * found.high:.0f}] of {found.n}"
