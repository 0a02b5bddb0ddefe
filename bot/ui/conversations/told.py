"""Exchanges as they are told outside of the page: in the interface's words, with footnotes numbered throughout.

No markup yet: each text is as it came, and it is for `markdown`, `html` and `text` to make it harmless.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.schema import Also, Answer, AnswerSentence, Support
from bot.ui.conversations.store import UNREADABLE
from bot.ui.html.markup import is_web_link
from bot.ui.view.cards import Card
from bot.ui.view.exchange import Exchange
from bot.ui.words import Words
from index.dates import day_of
from index.filters import Filters

SIGNS: dict[Support, str] = {"verbatim": "❞", "verified": "✓", "unsupported": "⚠"}
_MOST = 10  # names in a row; of the others, their number


@dataclass(frozen=True, slots=True)
class Note:
    """A quotation and where it stands: `link` opens there, None without an address of the web; `details` are author,
    outlet, days, place, source and copies. `number` is 0 for a passage that is near, but no footnote."""

    number: int
    title: str
    link: str | None
    details: tuple[str, ...]
    quote: str


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of an answer with the numbers of its footnotes."""

    text: str
    numbers: tuple[int, ...]
    support: Support


@dataclass(frozen=True, slots=True)
class Told:
    """A question and what came of it. `scope` is what it was asked of, `remarks` precede the answer, `status` stands in
    place of one, `made` says how sure it is and who wrote it. What there is not is empty."""

    question: str
    scope: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    status: str = ""
    said: tuple[Said, ...] = ()
    made: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    nearest: tuple[Note, ...] = ()
    suggestions: tuple[str, ...] = ()


def told(exchanges: Sequence[Exchange], words: Words) -> list[Told]:
    """The exchanges in order; no two of their footnotes have the same number."""
    found: list[Told] = []
    used = 0
    for exchange in exchanges:
        found.append(_told(exchange, words, used))
        used += len(found[-1].notes)
    return found


def _told(exchange: Exchange, words: Words, used: int) -> Told:
    scope = _scope(exchange.filters, exchange.articles, words)
    answer = exchange.answer
    if answer is None:
        return Told(exchange.question, scope, status=_status(exchange, words))
    remarks = []
    if answer.standalone_question.strip() not in ("", answer.question.strip(), exchange.question.strip()):
        remarks.append(words("export.understood", question=answer.standalone_question))
    if answer.notice:
        remarks.append(answer.notice)
    if answer.abstained:
        return Told(
            exchange.question,
            scope,
            tuple(remarks),
            words("export.silent"),
            nearest=tuple(note for card in exchange.cards for note in _near(card, words)),
            suggestions=exchange.suggestions,
        )
    made = [words("export.confidence", value=words.number(round(answer.confidence, 2)))]
    if answer.model:
        made.append(words("export.model", model=answer.model))
    notes, numbers = _notes(answer, words, used)
    said = tuple(_said(sentence, numbers) for sentence in answer.sentences)
    return Told(exchange.question, scope, tuple(remarks), "", said, tuple(made), notes)


def _status(exchange: Exchange, words: Words) -> str:
    if exchange.error == UNREADABLE:
        return words("export.unreadable")
    if exchange.error is not None:
        return words("export.failed", error=exchange.error)
    return words("export.stopped" if exchange.stopped else "export.pending")


def _notes(answer: Answer, words: Words, used: int) -> tuple[tuple[Note, ...], dict[int, int]]:
    """The answer's footnotes with numbers above `used`, and these by the answer's own."""
    numbers = {citation.n: used + at for at, citation in enumerate(answer.citations, start=1)}
    notes = tuple(
        Note(
            numbers[c.n],
            c.title.strip() or c.source,
            _web(c.link) or _web(c.url),
            _details(c.author, c.outlet, c.published, c.updated, c.place, c.source, c.also, words),
            c.quote,
        )
        for c in answer.citations
    )
    return notes, numbers


def _said(sentence: AnswerSentence, numbers: dict[int, int]) -> Said:
    return Said(sentence.text, tuple(numbers[n] for n in sentence.citations), sentence.support)


def _near(card: Card, words: Words) -> list[Note]:
    found = []
    for excerpt in card.excerpts:
        place = card.location or next(iter(excerpt.locations), None)
        link = place.link if place else None
        details = _details(
            card.author,
            card.outlet,
            card.published,
            card.updated,
            place.label if place else None,
            card.source,
            card.also,
            words,
        )
        found.append(Note(0, card.title.strip() or card.source, _web(link) or _web(card.url), details, excerpt.text))
    return found


def _details(
    author: str | None,
    outlet: str | None,
    published: str | None,
    updated: str | None,
    place: str | None,
    source: str,
    also: Sequence[Also],
    words: Words,
) -> tuple[str, ...]:
    changed = updated if (updated or "")[:10] != (published or "")[:10] else None
    found = (
        author,
        outlet if outlet != author else None,
        _day(published, words) if published else None,
        words("export.updated", day=_day(changed, words)) if changed else None,
        place,
        source,
        words("export.also", names=_names([other.source for other in also], words)) if also else None,
    )
    return tuple(detail for detail in found if detail and detail.strip())


def _scope(filters: Filters, articles: int, words: Words) -> tuple[str, ...]:
    if not filters and not articles:
        return ()
    asked = words.count("articles", articles) if articles else words("export.chosen")
    found = [words("export.asked", articles=asked)]
    for key, names in (("sources", filters.sources), ("outlets", filters.outlets), ("languages", filters.languages)):
        if names:
            found.append(words(f"export.{key}", names=_names(names, words)))
    for key, day in (("since", filters.since), ("until", filters.until)):
        if day:
            found.append(words(f"export.{key}", day=_day(day, words)))
    return tuple(found)


def _names(names: Sequence[str], words: Words) -> str:
    shown = ", ".join(names[:_MOST])
    rest = len(names) - _MOST
    return words("export.more", names=shown, number=words.number(rest)) if rest > 0 else shown


def _day(iso: str, words: Words) -> str:
    """The day of an ISO date or time, written out; as it is if it is none."""
    day = day_of(iso)
    return words.day(day) if day else iso


def _web(link: str | None) -> str | None:
    return link if link and is_web_link(link) else None
