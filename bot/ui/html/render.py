"""The page and its turns as HTML; answers are made in `answer`, the cards of their sources in `cards`.

Pure functions. Ids start with the turn's number ("t2-..."), so that they are unique in the page:
t2 the turn, t2-r1 where the answer refers to footnote 1, t2-n1 the quotation of footnote 1, t2-s1 the first source.
"""

from __future__ import annotations

import json

from bot.ui.html.answer import answer_html, sign, tag, tools_html
from bot.ui.html.markup import text
from bot.ui.html.scope import scope_html
from bot.ui.html.why import why_html
from bot.ui.view.exchange import Exchange
from bot.ui.view.writing import Judged, Writing
from bot.ui.words import Words
from bot.verify.markers import without_markers

SCRIPT = "footnote/page.js"  # relative: the server may stand below a base path


def turn_html(
    number: int, exchange: Exchange, words: Words, *, articles: int = 0, writing: Writing | None = None
) -> str:
    """One question with its answer, error or waiting note; `articles` is how many are being searched, `writing` what
    there is of an answer to come."""
    if exchange.answer is not None:
        extras = tools_html(number, exchange, words) + why_html(exchange, words)
        body = answer_html(number, exchange, words, extras)
    elif exchange.error is not None:
        body = notice_html(words("answer.failed"), exchange.error)
    elif exchange.stopped:
        body = f'<p class="fn-stopped">{text(words("answer.stopped"))}</p>'
    elif writing and writing.begun:
        body = _writing(writing, words)
    else:
        waiting = words("answer.waiting", articles=words.count("articles", articles))
        body = f'<p class="fn-waiting">{text(waiting)}</p>'
    busy = ' aria-busy="true"' if exchange.pending else ""
    return (
        f'<section class="fn fn-turn" id="t{number}" data-exchange="{text(exchange.id)}" '
        f'aria-labelledby="t{number}-q"{busy}>'
        f'<h2 class="fn-question" id="t{number}-q" dir="auto">{text(exchange.question)}</h2>'
        f"{scope_html(exchange.filters, words)}{body}</section>"
    )


def header_html(articles: int | None, words: Words) -> str:
    """The page's title, its promise and, where it is known, how many articles it answers from."""
    count = ""
    if articles is not None:
        indexed = words("page.indexed", articles=words.count("articles", articles))
        count = f'<p class="fn-count">{text(indexed)}</p>'
    return (
        '<header class="fn fn-header"><h1>Footnote</h1>'
        f'<p class="fn-promise">{text(words("page.promise"))}</p>{count}</header>'
    )


def notice_html(title: str, message: str) -> str:
    """A short problem report in the page's own voice."""
    return (
        f'<div class="fn fn-notice" role="alert"><p class="fn-notice-title">{text(title)}</p>'
        f'<p dir="auto">{text(message)}</p></div>'
    )


def no_index_html(command: str, words: Words, *, settings: bool) -> str:
    """What to do when nothing has been indexed yet; `settings` if the index is not where it is by default."""
    note = f" {text(words('empty.settings'))}" if settings else ""
    return (
        f'<section class="fn fn-empty"><h2>{text(words("empty.title"))}</h2>'
        f"<p>{text(words('empty.how'))}</p><pre><code>{text(command)}</code></pre>"
        f"<p>{text(words('empty.path'))}{note}</p></section>"
    )


def loading_html(words: Words) -> str:
    """The script element that makes the page listen, before anything has been asked."""
    return f'<script src="{SCRIPT}" data-texts="{_texts(words)}"></script>'


def script_html(number: int, exchange: Exchange, words: Words) -> str:
    """The script element that brings a new turn into view, and tells screen readers when its answer has come."""
    if exchange.answer is None:
        said = exchange.error or (words("answer.stopped") if exchange.stopped else "")
    elif exchange.answer.abstained:
        said = words("abstain.said")
    else:
        footnotes = words.count("footnotes", len(exchange.answer.citations))
        said = words("answer.said", footnotes=footnotes, sources=words.count("sources", len(exchange.cards)))
    if exchange.answer and exchange.answer.notice:
        said += f". {exchange.answer.notice}"
    # Only while it is pending: a reader who has begun to scroll the answer is left alone.
    turn = f' data-turn="t{number}"' if exchange.pending else ""
    return f'<script src="{SCRIPT}"{turn} data-said="{text(said)}" data-texts="{_texts(words)}"></script>'


def _texts(words: Words) -> str:
    more = {"close": words("evidence.close"), "lang": words.language}
    return text(json.dumps({**words.section("tools"), **more}, ensure_ascii=False))


def _writing(writing: Writing, words: Words) -> str:
    """An answer on its way. It is draft, so nothing in it is a footnote yet."""
    judged = "".join(f'<li class="fn-sentence">{_judged(sentence, words)}</li>' for sentence in writing.sentences)
    judged = f'<ul class="fn-sentences">{judged}</ul>' if judged else ""
    rest = without_markers(writing.rest).text  # the numbers are those of the prompt, not of footnotes
    return (
        f'<div class="fn-writing"><p class="fn-waiting">{text(words("answer.writing"))}</p>'
        f'{judged}<p class="fn-sentence fn-rest" dir="auto">{text(rest)}</p></div>'
    )


def _judged(sentence: Judged, words: Words) -> str:
    if sentence.state == "dropped":
        dropped = tag("✗", words("answer.dropped", reason=sentence.reason))
        return f'<s dir="auto" class="fn-dropped">{text(sentence.text)}</s> {dropped}'
    said = words(f"answer.{sentence.state}") + (f": {sentence.reason}" if sentence.state == "unsupported" else "")
    marked = tag(sign(sentence.state), said)
    return f'<span dir="auto" class="fn-{sentence.state}">{text(sentence.text)}</span> {marked}'
