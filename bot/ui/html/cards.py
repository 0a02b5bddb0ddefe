"""The evidence beside an answer as HTML: a card a source, with who says it, where, and the quotations marked.

Pure functions; ids are as `render` explains them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.schema import Also
from bot.ui.html.document import document_address
from bot.ui.html.markup import DOT, dated, is_web_link, linked, prose, text
from bot.ui.view.cards import Card, Excerpt, Location
from bot.ui.words import Words

_MOST_COPIES = 3  # named in a card; of the others, their number


def evidence_html(number: int, cards: Sequence[Card], footnotes: int, words: Words) -> str:
    """The cards beside the answer, under a bar that steps from footnote to footnote (by the page's script)."""
    title = words("evidence.one" if len(cards) == 1 else "evidence.other")
    steps = "".join(
        f'<button type="button" class="fn-step" data-act="{act}" aria-label="{text(words(f"evidence.{act}"))}">'
        f'<span aria-hidden="true">{sign}</span></button>'
        for act, sign in (("previous", "‹"), ("next", "›"), ("close", "×"))
    )
    return (
        f'<section class="fn-evidence" aria-labelledby="t{number}-e" data-footnotes="{footnotes}">'
        f'<div class="fn-evidence-bar"><h3 class="fn-heading" id="t{number}-e">{text(title)}</h3>'
        f'<span class="fn-place" aria-hidden="true"></span>{steps}</div>'
        f"{cards_html(number, cards, words, level=4)}</section>"
    )


def cards_html(number: int, cards: Sequence[Card], words: Words, level: int) -> str:
    """The cards of the turn with that number, one after the other; `level` is that of their headings."""
    return "".join(_card(number, place, card, words, level) for place, card in enumerate(cards, start=1))


def _card(number: int, place: int, card: Card, words: Words, level: int) -> str:
    anchor = f"t{number}-s{place}"
    before, _, after = words("evidence.updated").partition("{day}")
    updated = f"{text(before)}{dated(card.updated, words)}{text(after)}" if card.updated else ""
    details = [
        _isolated(card.author),
        _isolated(card.outlet) if card.outlet != card.author else "",
        dated(card.published, words),
        updated,
        f"<code>{_isolated(card.source)}</code>",
        _location(card.location, card.title) if card.location else "",
    ]
    byline = DOT.join(part for part in details if part)
    numbers = " ".join(f"[{n}]" for n in card.numbers)
    badge = f'<span class="fn-numbers" aria-hidden="true">{numbers}</span>' if numbers else ""
    excerpts = "".join(_excerpt(number, excerpt, card.title, words) for excerpt in card.excerpts)
    return (
        f'<article class="fn-card" id="{anchor}" aria-labelledby="{anchor}-t">'
        f'<div class="fn-card-head">{badge}<h{level} class="fn-title" id="{anchor}-t">'
        f"<bdi>{text(card.title)}</bdi></h{level}></div>"
        f'<p class="fn-byline">{byline}</p>{excerpts}{_also(card.also, words)}{_ways(card, words)}</article>'
    )


def _isolated(value: str | None) -> str:
    """So that its direction does not reorder what stands beside it."""
    return f"<bdi>{text(value)}</bdi>" if value else ""


def _ways(card: Card, words: Words) -> str:
    """The ways to the whole of the article: as it was read here, and where it was published."""
    ways = []
    if card.document_id:
        label = words("evidence.document_of", title=card.title)
        ways.append(
            f'<a class="fn-whole" href="{text(document_address(card))}" target="_blank" '
            f'aria-label="{text(label)}">{text(words("evidence.document"))}</a>'
        )
    if card.url and is_web_link(card.url):
        label = words("evidence.original_of", title=card.title)
        ways.append(linked(f'{text(words("evidence.original"))} <span aria-hidden="true">↗</span>', card.url, label))
    return f'<p class="fn-ways">{DOT.join(ways)}</p>' if ways else ""


def _location(location: Location, title: str) -> str:
    """A place's name, as a link if one opens there; for those who hear it out of context, with the source's title."""
    name = f'<span dir="auto">{text(location.label)}</span>'
    return linked(name, location.link, f"{location.label}: {title}")


def _also(copies: Sequence[Also], words: Words) -> str:
    if not copies:
        return ""
    named = [linked(f"<code>{text(_address(c.source))}</code>", c.url) for c in copies[:_MOST_COPIES]]
    rest = len(copies) - len(named)
    # The names hold markup, so they are put in after the words around them were escaped.
    key = "evidence.also_more" if rest else "evidence.also"
    before, _, after = words(key).partition("{sources}")
    return f'<p class="fn-also">{text(before)}{", ".join(named)}{text(after.format(number=words.number(rest)))}</p>'


def _address(source: str) -> str:
    """A source's name; of a web address what tells it from others."""
    return re.sub(r"^https?://(?:www\.)?", "", source)


def _excerpt(number: int, excerpt: Excerpt, title: str, words: Words) -> str:
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
            f'<a class="fn-back" href="#t{number}-r{n}" data-n="{n}" '
            f'aria-label="{text(words("answer.back", n=n))}">[{n}]</a>'
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
    return re.sub(r"\n\s*\n", '<span class="fn-gap"></span>', prose(value))
