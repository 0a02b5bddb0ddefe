"""The cards of an answer's sources as HTML: who says it, where, and the excerpts with the quotations marked.

Pure functions; ids are as `render` explains them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.schema import Also
from bot.ui.markup import DOT, linked, text
from bot.ui.view import Card, Excerpt, Location

_MOST_COPIES = 3  # named in a card; of the others, their number


def cards_html(number: int, cards: Sequence[Card]) -> str:
    """The cards of the turn with that number, one after the other."""
    return "".join(_card(number, place, card) for place, card in enumerate(cards, start=1))


def _card(number: int, place: int, card: Card) -> str:
    anchor = f"t{number}-s{place}"
    title = linked(f'<span dir="auto">{text(card.title)}</span>', card.url)
    details = [
        text(card.author) if card.author else "",
        text(card.outlet) if card.outlet and card.outlet != card.author else "",
        _date(card.published),
        f"updated {_date(card.updated)}" if card.updated else "",
        f"<code>{text(card.source)}</code>",
        _location(card.location, card.title) if card.location else "",
    ]
    byline = DOT.join(part for part in details if part)
    numbers = " ".join(f"[{n}]" for n in card.numbers)
    badge = f'<span class="fn-numbers" aria-hidden="true">{numbers}</span>' if numbers else ""
    excerpts = "".join(_excerpt(number, excerpt, card.title) for excerpt in card.excerpts)
    return (
        f'<article class="fn-card" id="{anchor}" aria-labelledby="{anchor}-t">'
        f'<div class="fn-card-head">{badge}<h4 id="{anchor}-t">{title}</h4></div>'
        f'<p class="fn-byline">{byline}</p>{excerpts}{_also(card.also)}</article>'
    )


def _location(location: Location, title: str) -> str:
    """A place's name, as a link if one opens there; for those who hear it out of context, with the source's title."""
    name = f'<span dir="auto">{text(location.label)}</span>'
    return linked(name, location.link, f"{location.label}: {title}")


def _also(copies: Sequence[Also]) -> str:
    if not copies:
        return ""
    named = [linked(f"<code>{text(_address(c.source))}</code>", c.url) for c in copies[:_MOST_COPIES]]
    rest = len(copies) - len(named)
    more = f" and {rest:,} more" if rest else ""
    return f'<p class="fn-also">Also in: {", ".join(named)}{more}</p>'


def _address(source: str) -> str:
    """A source's name; of a web address what tells it from others."""
    return re.sub(r"^https?://(?:www\.)?", "", source)


def _excerpt(number: int, excerpt: Excerpt, title: str) -> str:
    started: set[int] = set()
    parts = ["… " if excerpt.cut_before else ""]
    for segment in excerpt.segments:
        if not segment.numbers:
            parts.append(_paragraphs(segment.text))
            continue
        # One stretch may open several quotations; each needs an element of its own to be jumped to.
        opening = [n for n in segment.numbers if n not in started]
        started.update(opening)
        marked = f"<mark{_anchor(number, opening[0]) if opening else ''}>{_paragraphs(segment.text)}</mark>"
        for n in opening[1:]:
            marked = f"<span{_anchor(number, n)}>{marked}</span>"
        parts.append(marked)
        parts += [
            f'<a class="fn-back" href="#t{number}-r{n}" aria-label="Footnote {n}: back to the answer">[{n}]</a>'
            for n in segment.ends
        ]
    parts.append(" …" if excerpt.cut_after else "")
    quoted = f'<blockquote dir="auto">{"".join(parts)}</blockquote>'
    if not excerpt.locations:
        return quoted
    shown = {n for segment in excerpt.segments for n in segment.numbers}
    places = []
    for location in excerpt.locations:
        which = "" if shown <= set(location.numbers) else f"{' '.join(f'[{n}]' for n in location.numbers)} "
        places.append(f"{which}{_location(location, title)}")
    return f"<figure>{quoted}<figcaption>{DOT.join(places)}</figcaption></figure>"


def _anchor(number: int, n: int) -> str:
    return f' id="t{number}-n{n}" tabindex="-1"'


def _paragraphs(value: str) -> str:
    return re.sub(r"\n\s*\n", '<span class="fn-gap"></span>', text(value))


def _date(published: str | None) -> str:
    if not published:
        return ""
    try:
        day = date.fromisoformat(published[:10])
    except ValueError:
        return text(published)
    return f'<time datetime="{day.isoformat()}">{day.day} {day:%B %Y}</time>'
