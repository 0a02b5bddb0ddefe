"""The page and its turns as HTML; the cards of an answer's sources are made in `cards`.

Pure functions. Ids start with the turn's number ("t2-..."), so that they are unique in the page:
t2 the turn, t2-r1 where the answer refers to footnote 1, t2-n1 the quotation of footnote 1, t2-s1 the first source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.schema import Answer, AnswerSentence, Support
from bot.ui.cards import cards_html
from bot.ui.markup import DOT, plural, text
from bot.ui.view import Card, Exchange
from bot.ui.writing import Judged, Writing
from bot.verify.markers import without_markers

SCRIPT = "footnote/page.js"  # relative: the server may stand below a base path
_SUPPORT: dict[Support, str] = {
    "verbatim": "quoted word for word",
    "verified": "checked against the source",
    "unsupported": "not confirmed by the source",
}
_SIGNS: dict[Support, str] = {"verbatim": "❞", "verified": "✓", "unsupported": "⚠"}
_STOPPED = "Stopped before the answer was complete."
_CONFIDENCE_HELP = "Estimated probability that the sources answer the question and that this answer is right"


def turn_html(number: int, exchange: Exchange, articles: int = 0, writing: Writing | None = None) -> str:
    """One question with its answer, error or waiting note; `articles` is how many are being searched, `writing` what
    there is of an answer to come."""
    if exchange.answer is not None:
        body = answer_html(number, exchange.answer, exchange.cards)
    elif exchange.error is not None:
        body = notice_html("This question could not be answered", exchange.error)
    elif exchange.stopped:
        body = f'<p class="fn-stopped">{_STOPPED}</p>'
    elif writing and writing.begun:
        body = _writing(writing)
    else:
        body = f'<p class="fn-waiting">Reading {plural(articles, "article")} …</p>'
    busy = ' aria-busy="true"' if exchange.pending else ""
    return (
        f'<section class="fn fn-turn" id="t{number}" aria-labelledby="t{number}-q"{busy}>'
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
        tag = "" if sentence.support == "verbatim" else f" {_tag(_SIGNS[sentence.support], _SUPPORT[sentence.support])}"
        marked = f' class="fn-{sentence.support}"'
        lines.append(f'<span dir="auto"{marked}>{text(sentence.text)}</span>&nbsp;{" ".join(links)}{tag}')
    if len(lines) == 1:
        said = f'<p class="fn-sentence">{lines[0]}</p>'
    else:
        said = "".join(f'<li class="fn-sentence">{line}</li>' for line in lines)
        said = f'<ul class="fn-sentences">{said}</ul>'
    return (
        f'{_note(answer)}<div class="fn-answer">{said}</div>{_meta(answer, len(cards))}'
        f'<h3 class="fn-heading">{"Source" if len(cards) == 1 else "Sources"}</h3>{cards_html(number, cards)}'
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
        said = exchange.error or (_STOPPED if exchange.stopped else "")
    elif exchange.answer.abstained:
        said = exchange.answer.answer
    else:
        footnotes, sources = len(exchange.answer.citations), len(exchange.cards)
        said = f"Answer with {plural(footnotes, 'footnote')} from {plural(sources, 'source')}"
    if exchange.answer and exchange.answer.notice:
        said += f". {exchange.answer.notice}"
    # Only while it is pending: a reader who has begun to scroll the answer is left alone.
    turn = f' data-turn="t{number}"' if exchange.pending else ""
    return f'<script src="{SCRIPT}"{turn} data-said="{text(said)}"></script>'


def _abstention(number: int, answer: Answer, cards: Sequence[Card]) -> str:
    nearest = ""
    if cards:
        nearest = (
            '<details class="fn-nearest"><summary>Nearest passages <span>– they do not answer the question</span>'
            f"</summary>{cards_html(number, cards)}</details>"
        )
    # The articles' silence is the answer here, so a number for "the answer is right" would mislead.
    said = f'<div class="fn-answer fn-silent"><p class="fn-sentence">{text(answer.answer)}</p></div>'
    return f"{_note(answer)}{said}{nearest}"


def _writing(writing: Writing) -> str:
    """An answer on its way. It is draft, so nothing in it is a footnote yet."""
    judged = "".join(f'<li class="fn-sentence">{_judged(sentence)}</li>' for sentence in writing.sentences)
    judged = f'<ul class="fn-sentences">{judged}</ul>' if judged else ""
    rest = without_markers(writing.rest).text  # the numbers are those of the prompt, not of footnotes
    return (
        '<div class="fn-writing"><p class="fn-waiting">Being written; each sentence is checked when it is complete</p>'
        f'{judged}<p class="fn-sentence fn-rest" dir="auto">{text(rest)}</p></div>'
    )


def _judged(sentence: Judged) -> str:
    if sentence.state == "dropped":
        tag = _tag("✗", f"dropped: {sentence.reason}")
        return f'<s dir="auto" class="fn-dropped">{text(sentence.text)}</s> {tag}'
    said = _SUPPORT[sentence.state] + (f": {sentence.reason}" if sentence.state == "unsupported" else "")
    tag = _tag(_SIGNS[sentence.state], said)
    return f'<span dir="auto" class="fn-{sentence.state}">{text(sentence.text)}</span> {tag}'


def _tag(sign: str, said: str) -> str:
    """What became of a sentence, for the eye by a sign and for all by words."""
    return f'<span class="fn-tag"><span class="fn-sign" aria-hidden="true">{sign}</span> {text(said)}</span>'


def _note(answer: Answer) -> str:
    return f'<p class="fn-note" role="note" dir="auto">{text(answer.notice)}</p>' if answer.notice else ""


def _meta(answer: Answer, sources: int) -> str:
    counts = Counter(sentence.support for sentence in answer.sentences)
    if len(counts) == 1:
        kind = _SUPPORT[next(iter(counts))]
        support = kind.capitalize() if len(answer.sentences) == 1 else f"Every sentence {kind}"
    else:
        kinds = ", ".join(f"{counts[kind]} {said}" for kind, said in _SUPPORT.items() if counts[kind])
        support = f"Of {len(answer.sentences)} sentences: {kinds}"
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
    return f'<p class="fn-meta">{DOT.join(parts)}</p>'


def _puts_speaker_first(sentence: AnswerSentence, quotes: Sequence[str]) -> bool:
    """True for "NAME: quotation" where the quotation itself does not begin with the name."""
    _, colon, rest = sentence.text.partition(": ")
    return (
        bool(colon)
        and any(rest.lstrip("“").startswith(q.lstrip("“")) for q in quotes)
        and sentence.support == "verbatim"
    )
