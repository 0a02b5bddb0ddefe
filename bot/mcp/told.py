"""What the tools take and give, as text for a model to read and as JSON. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.errors import InputError
from bot.schema import Answer
from index.filters import Filters
from index.schema import Hit
from index.view import View

PAGE = 20_000  # characters of a document at a time
_FIELDS = ("source", "title", "author", "published", "updated", "outlet", "language", "url")
_SHOWN = 80


def filters_of(
    sources: Sequence[str] | None,
    outlets: Sequence[str] | None,
    languages: Sequence[str] | None,
    since: str | None,
    until: str | None,
) -> Filters:
    """The filters of a tool's arguments. Raises InputError for what is no day."""
    among, told, spoken = (tuple(names or ()) for names in (sources, outlets, languages))
    return Filters(among, told, spoken, _day("since", since), _day("until", until))


def _day(name: str, text: str | None) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError as error:
        raise InputError(f"{name} is {str(text)[:_SHOWN]!r}; write the day as 2024-03-31") from error


def answer_text(answer: Answer) -> str:
    """The answer with its footnotes, numbered as in its sentences."""
    if answer.abstained:
        near = [f"- {_place(hit)}: {hit.passage.text}" for hit in answer.nearest]
        return "\n".join([answer.answer, *(["", "Nearest passages (they do not answer it):", *near] if near else [])])
    lines = [
        f"{s.text} {''.join(f'[{n}]' for n in s.citations)}{_DOUBT if s.support == 'unsupported' else ''}"
        for s in answer.sentences
    ]
    for c in answer.citations:
        told = ", ".join(part for part in (c.title, c.author, c.outlet, c.published, c.place) if part)
        link = f" {c.link}" if c.link else ""
        lines += ["", f"[{c.n}] {told} ({c.source}, document {c.document_id}, {c.start}-{c.end}){link}", f"“{c.quote}”"]
        if c.also:
            lines.append(f"also in {', '.join(other.source for other in c.also)}")
    return "\n".join([*lines, *(["", answer.notice] if answer.notice else [])])


_DOUBT = " (not confirmed by the source)"


def hits_text(hits: Sequence[Hit]) -> str:
    """The passages, best first."""
    found = [f"{rank}. {hit.document.title} ({_place(hit)})\n{hit.passage.text}" for rank, hit in enumerate(hits, 1)]
    return "\n\n".join(found) or "No passage was found."


def _place(hit: Hit) -> str:
    return f"{hit.document.source}, document {hit.document.id}, {hit.passage.start}-{hit.passage.end}"


def document_json(view: View, id: str, start: int, end: int | None) -> dict[str, Any]:
    """One page of a document that the view holds: what is known of it, `text` from `start` to `end`, `length` of the
    whole text, `next` where to go on, None at its end. Raises InputError for an unknown id and for no such place."""
    document = view.documents.get(id)
    if document is None:
        raise InputError(f"no document has the id {id[:_SHOWN]!r}; take the ids from ask or search")
    length = len(document.text)
    if start > length or (end is not None and end < start):
        asked = f"{start} to {'the end' if end is None else end}"
        raise InputError(f"{asked} is no part of a text of {length} characters; give 0 <= start <= end")
    end = min(length, start + PAGE, length if end is None else end)
    return {
        "id": document.id,
        **{name: getattr(document, name) for name in _FIELDS},
        "length": length,
        "start": start,
        "end": end,
        "text": document.text[start:end],
        "next": end if end < length else None,
    }


def document_text(told: dict[str, Any]) -> str:
    """The page as text."""
    known = ", ".join(told[name] for name in ("title", "author", "outlet", "published", "url") if told[name])
    more = f"\n\n(go on with start = {told['next']})" if told["next"] is not None else ""
    place = f"{told['source']}, characters {told['start']}-{told['end']} of {told['length']}"
    return f"{known}\n{place}\n\n{told['text']}{more}"
