"""The sides put into an answer that a model wrote: what it left out is quoted, what it tells is attributed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, TypeAlias, runtime_checkable

from bot.names import names_in
from bot.schema import DraftSentence
from bot.sides.compare import compatible
from bot.sides.find import Side
from bot.sides.values import own_numbers
from bot.sides.words import label
from bot.verify.moments import borne_out, moments, on_date
from bot.verify.who import may_be_same, named
from index.schema import Hit

_LATER = re.compile(r"\b(?:later|latest|newer|newest|more recent|most recent|updated?|revised|since then|now)\b", re.I)

# A side and the sentence that quotes it, attributed.
Told: TypeAlias = tuple[Side, DraftSentence]


@runtime_checkable
class TellsSides(Protocol):
    """An answerer that knows where the sources differ."""

    def sides(self, question: str, hits: Sequence[Hit]) -> Sequence[Told]:
        """The sides with a quotation each, in order of publication; empty where the sources agree."""
        ...


def with_sides(sentences: Sequence[DraftSentence], sides: Sequence[Told]) -> tuple[DraftSentence, ...]:
    """The sentences with the sides that they leave out. Unchanged where none of them touches what is disputed, and
    where they tell every side by its source."""
    found = list(sentences)
    settled: set[int] = set()
    touched: list[int] = []
    for i, sentence in enumerate(sentences):
        told = [side for side, _ in sides if _tells(sentence, side)]
        groups = {side.group for side in told}
        if groups:
            touched.append(i)
        if all(_names(sentence.text, side, sides) for side in told):
            settled |= groups
        elif len(groups) == 1:
            settled |= groups
            found[i] = replace(sentence, text=f"{label(told[0])}: {sentence.text}")
    if not touched:
        return tuple(sentences)
    left = [(side, quote) for side, quote in sides if side.shown and side.group not in settled]
    first, last = touched[0], touched[-1]
    told_first = _published_by(sentences[first])
    before = [quote for side, quote in left if (side.document.published or "~") < told_first]
    after = [quote for _, quote in left if quote not in before]
    return (*found[:first], *before, *found[first : last + 1], *after, *found[last + 1 :])


def _published_by(sentence: DraftSentence) -> str:
    return min((e.document.published or "~" for e in sentence.evidence), default="~")


def _tells(sentence: DraftSentence, side: Side) -> bool:
    """True if a sentence borne out by a side's source gives what that side gives."""
    value, document = side.value, side.document
    if sentence.support == "unsupported" or all(e.document.id != document.id for e in sentence.evidence):
        return False
    if value.number is not None:
        return any(n.unit == value.number.unit and compatible(n, value.number) for n in own_numbers(sentence.text))
    if value.moment is not None:
        return any(borne_out(m, value.words, document.published) for m in moments(sentence.text))
    if value.person is not None:
        return any(may_be_same(name, value.person) for name in names_in(sentence.text))
    start, end = side.candidate.article.sentences[side.candidate.number]
    return any(e.document.id == document.id and e.start < end and start < e.end for e in sentence.evidence)


def _names(text: str, side: Side, sides: Sequence[Told]) -> bool:
    """True if a text names the side's source so that it can be told from the others, and says that it is the later one
    if it is."""
    document = side.document
    dated = any(m.day and on_date(m, document.published) for m in moments(text))
    shared = any(o.group != side.group and o.document.outlet == document.outlet for o, _ in sides)
    by = document.outlet or document.title
    named_there = (by in text or named(by, [text])) and (dated or not shared)
    return named_there and (not side.later or dated or _LATER.search(text) is not None)
