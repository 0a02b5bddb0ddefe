"""Views to HTML. Pure functions; whatever comes from an article or a person is escaped here and nowhere else.

Ids start with the turn's number ("t2-..."), so that they are unique in the page:
t2 the turn, t2-r1 where the answer refers to footnote 1, t2-n1 the quotation of footnote 1, t2-s1 the first source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from html import escape
from urllib.parse import urlsplit

from bot.schema import Also, Answer, AnswerSentence, Support
from bot.ui.view import Card, Excerpt, Exchange, Location

SCRIPT = "footnote/page.js"  # relative: the server may stand below a base path
_SUPPORT: dict[Support, str] = {
    "verbatim": "quoted word for word",
    "verified": "checked against its source",
    "unsupported": "not confirmed by its source",
}
_DOT = " <span aria-hidden=true>·</span> "
_MOST_COPIES = 3  # named in a card; of the others, their number
_CONFIDENCE_HELP = "Estimated probability that the sources answer the question and that this answer is right"


def turn_html(number: int, exchange: Exchange, articles: int = 0) -> str:
    """One question with its answer, error or waiting note; `articles` is how many are being searched."""
    if exchange.answer is not None:
        body = answer_html(number, exchange.answer, exchange.cards)
    elif exchange.error is not None:
        body = notice_html("This question could not be answered", exchange.error)
    else:
        body = f'<p class="fn-waiting">Reading {plural(articles, "article")} …</p>'
    return (
        f'<section class="fn fn-turn" id="t{number}" aria-labelledby="t{number}-q">'
        f'<h2 class="fn-question" id="t{number}-q" dir="auto">{text(exchange.question)}</h2>{body}</section>'
    )


def answer_html(number: int, answer: Answer, cards: Sequence[Card]) -> str:
    """The answer's sentences with their footnote links, then a card per source; or the abstention."""
    if answer.abstained:
        return _abstention(number, answer, cards)
    titles = {n: card.title for card in cards for n in card.numbers}
    met: set[int] = set()
    lines = []
    for sentence in answer.sentences:
        links = []
        for n in sentence.citations:
            anchor = "" if n in met else f' id="t{number}-r{n}"'
            met.add(n)
            label = f"Footnote {n}: {titles.get(n, '')}"
            links.append(f'<a class="fn-ref"{anchor} href="#t{number}-n{n}" aria-label="{text(label)}">[{n}]</a>')
        doubt = "" if sentence.support == "verbatim" else f' <span class="fn-tag">{_SUPPORT[sentence.support]}</span>'
        lines.append(f'<span dir="auto">{text(sentence.text)}</span>&nbsp;{" ".join(links)}{doubt}')
    if len(lines) == 1:
        said = f'<p class="fn-sentence">{lines[0]}</p>'
    else:
        said = "".join(f'<li class="fn-sentence">{line}</li>' for line in lines)
        said = f'<ul class="fn-sentences">{said}</ul>'
    sources = "".join(_card(number, place, card) for place, card in enumerate(cards, start=1))
    return (
        f'<div class="fn-answer">{said}</div>{_meta(answer, len(cards))}'
        f'<h3 class="fn-heading">{"Source" if len(cards) == 1 else "Sources"}</h3>{sources}'
    )


def header_html(articles: int | None) -> str:
    """The page's title, its promise and, where it is known, how many articles it answers from."""
    count = "" if articles is None else f'<p class="fn-count">{plural(articles, "article")} indexed</p>'
    return (
        '<header class="fn fn-header"><h1>Footnote</h1>'
        f'<p class="fn-promise">Answers from your own articles, with a footnote on every sentence.</p>{count}</header>'
    )


def notice_html(title: str, message: str) -> str:
    """A short problem report in the page's own voice."""
    return (
        f'<div class="fn fn-notice" role="alert"><p class="fn-notice-title">{text(title)}</p>'
        f'<p dir="auto">{text(message)}</p></div>'
    )


def no_index_html(command: str, note: str) -> str:
    """What to do when nothing has been indexed yet."""
    return (
        '<section class="fn fn-empty"><h2>There is no index yet</h2>'
        "<p>Footnote answers from articles that you give it. Put yours in with this command, then check again:</p>"
        f"<pre><code>{text(command)}</code></pre>"
        "<p>PATH is a file, a folder or a web address: text, web pages, PDF, Word, mail, tables, wiki exports. "
        f"{text(note)}</p></section>"
    )


def script_html(number: int, exchange: Exchange) -> str:
    """The script element that brings a new turn into view, and tells screen readers when its answer has come."""
    if exchange.answer is None:
        said = exchange.error or ""
    elif exchange.answer.abstained:
        said = exchange.answer.answer
    else:
        footnotes, sources = len(exchange.answer.citations), len(exchange.cards)
        said = f"Answer with {plural(footnotes, 'footnote')} from {plural(sources, 'source')}"
    # Only while it is pending: a reader who has begun to scroll the answer is left alone.
    turn = f' data-turn="t{number}"' if exchange.pending else ""
    return f'<script src="{SCRIPT}"{turn} data-said="{text(said)}"></script>'


def text(value: str) -> str:
    """`value` as HTML text or attribute value, letter for letter."""
    # A lone surrogate cannot be sent to a browser; NUL is no character of HTML.
    return escape(value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd"), quote=True)


def plural(count: int, noun: str) -> str:
    """ "1 article", "14 articles"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _abstention(number: int, answer: Answer, cards: Sequence[Card]) -> str:
    nearest = ""
    if cards:
        body = "".join(_card(number, place, card) for place, card in enumerate(cards, start=1))
        nearest = (
            '<details class="fn-nearest"><summary>Nearest passages <span>– they do not answer the question</span>'
            f"</summary>{body}</details>"
        )
    # The articles' silence is the answer here, so a number for "the answer is right" would mislead.
    return f'<div class="fn-answer fn-silent"><p class="fn-sentence">{text(answer.answer)}</p></div>{nearest}'


def _meta(answer: Answer, sources: int) -> str:
    kinds = {sentence.support for sentence in answer.sentences}
    if len(kinds) == 1:
        kind = _SUPPORT[next(iter(kinds))]
        support = kind.capitalize() if len(answer.sentences) == 1 else f"Every sentence {kind}"
    else:
        support = f"{sum(s.support == 'verbatim' for s in answer.sentences)} of {len(answer.sentences)} sentences "
        support += _SUPPORT["verbatim"]
    quotes = {c.n: c.quote for c in answer.citations}
    if any(_puts_speaker_first(s, [quotes[n] for n in s.citations]) for s in answer.sentences):
        support += ", speakers’ names added"
    parts = [
        text(support),
        f'<span title="{_CONFIDENCE_HELP}">Confidence {answer.confidence:.2f}</span>',
        plural(sources, "source"),
    ]
    if answer.model:
        parts.append(f"Written by {text(answer.model)}")
    return f'<p class="fn-meta">{_DOT.join(parts)}</p>'


def _puts_speaker_first(sentence: AnswerSentence, quotes: Sequence[str]) -> bool:
    """True for "NAME: quotation" where the quotation itself does not begin with the name."""
    _, colon, rest = sentence.text.partition(": ")
    return (
        bool(colon)
        and any(rest.lstrip("“").startswith(q.lstrip("“")) for q in quotes)
        and sentence.support == "verbatim"
    )


def _card(number: int, place: int, card: Card) -> str:
    anchor = f"t{number}-s{place}"
    title = _linked(f'<span dir="auto">{text(card.title)}</span>', card.url)
    details = [
        text(card.author) if card.author else "",
        text(card.outlet) if card.outlet and card.outlet != card.author else "",
        _date(card.published),
        f"updated {_date(card.updated)}" if card.updated else "",
        f"<code>{text(card.source)}</code>",
        _location(card.location, card.title) if card.location else "",
    ]
    byline = _DOT.join(part for part in details if part)
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
    return _linked(name, location.link, f"{location.label}: {title}")


def _also(copies: Sequence[Also]) -> str:
    if not copies:
        return ""
    named = [_linked(f"<code>{text(_address(c.source))}</code>", c.url) for c in copies[:_MOST_COPIES]]
    rest = len(copies) - len(named)
    more = f" and {rest:,} more" if rest else ""
    return f'<p class="fn-also">Also in: {", ".join(named)}{more}</p>'


def _address(source: str) -> str:
    """A source's name; of a web address what tells it from others."""
    return re.sub(r"^https?://(?:www\.)?", "", source)


def _linked(inner: str, url: str | None, name: str = "") -> str:
    """The HTML as a link to an address of the web, which opens beside the page; as it is if the address is none."""
    if not url or not is_web_link(url):
        return inner
    label = f' aria-label="{text(name)}"' if name else ""
    return f'<a href="{text(url)}" target="_blank" rel="noopener noreferrer"{label}>{inner}</a>'


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
    return f"<figure>{quoted}<figcaption>{_DOT.join(places)}</figcaption></figure>"


def _anchor(number: int, n: int) -> str:
    return f' id="t{number}-n{n}" tabindex="-1"'


def _paragraphs(value: str) -> str:
    return re.sub(r"\n\s*\n", '<span class="fn-gap"></span>', text(value))


def is_web_link(url: str) -> bool:
    """True for a link that may be followed: http or https, with a host."""
    try:
        found = urlsplit(url)
    except ValueError:
        return False
    return found.scheme in ("http", "https") and bool(found.netloc)


def _date(published: str | None) -> str:
    if not published:
        return ""
    try:
        day = date.fromisoformat(published[:10])
    except ValueError:
        return text(published)
    return f'<time datetime="{day.isoformat()}">{day.day} {day:%B %Y}</time>'
