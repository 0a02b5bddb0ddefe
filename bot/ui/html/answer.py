"""An answer as HTML: its sentences with their footnotes, what became of each, and tools to copy and to judge it.

Pure functions; ids are as `render` explains them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.schema import Answer, AnswerSentence, Support
from bot.ui.conversations.export import answer_markdown, answer_text
from bot.ui.html.cards import cards_html, evidence_html
from bot.ui.html.markup import DOT, prose, text, whole_attribute
from bot.ui.view.exchange import Exchange
from bot.ui.words import Words

_SIGNS: dict[Support, str] = {"verbatim": "❞", "verified": "✓", "unsupported": "⚠"}


def sign(support: Support) -> str:
    """The sign that stands for what became of a sentence."""
    return _SIGNS[support]


def tag(sign: str, said: str, *, quiet: bool = False) -> str:
    """What became of a sentence, for the eye by a sign and for all by words; `quiet` leaves the words to be heard."""
    words = f'<span class="fn-heard">{text(said)}</span>' if quiet else text(said)
    title = f' title="{text(said)}"' if quiet else ""
    return f'<span class="fn-tag"{title}><span class="fn-sign" aria-hidden="true">{sign}</span> {words}</span>'


def answer_html(number: int, exchange: Exchange, words: Words, extras: str = "") -> str:
    """The answer with the evidence beside it, or the abstention. `extras` is HTML that follows what is said."""
    answer = exchange.answer
    assert answer is not None
    note = f'<p class="fn-note" role="note" dir="auto">{text(answer.notice)}</p>' if answer.notice else ""
    if answer.abstained:
        said = _abstention(number, exchange, answer, words)
        return f'<div class="fn-said">{note}{said}{extras}</div>'
    said = f'<div class="fn-answer">{_sentences(number, exchange, answer, words)}</div>'
    meta = _meta(answer, len(exchange.cards), words)
    evidence = evidence_html(number, exchange.cards, len(answer.citations), words)
    return f'<div class="fn-beside"><div class="fn-said">{note}{said}{meta}{extras}</div>{evidence}</div>'


def tools_html(number: int, exchange: Exchange, words: Words) -> str:
    """Buttons that copy the answer with its footnotes and that judge it; the page's script acts on them."""
    shown = "".join(
        f'<button type="button" class="fn-tool" data-act="{act}">{text(words(f"tools.{act}"))}</button>'
        for act in ("copy", "markdown")
    ) + "".join(
        f'<button type="button" class="fn-tool" data-act="{verdict}" '
        f'aria-pressed="{str(exchange.verdict == verdict).lower()}" aria-label="{text(words(f"tools.{verdict}"))}" '
        f'title="{text(words(f"tools.{verdict}"))}">'
        f'<span class="fn-icon" aria-hidden="true">thumb_{verdict}</span></button>'
        for verdict in ("up", "down")
    )
    copies = (
        f'<pre class="fn-copy" data-copy="copy" hidden>{text(answer_text(exchange, words))}</pre>'
        f'<pre class="fn-copy" data-copy="markdown" hidden>{text(answer_markdown(exchange, words))}</pre>'
    )
    return (
        f'<div class="fn-tools" role="group" aria-label="{text(words("tools.group"))}">{shown}'
        f'<span class="fn-told"></span></div>{_judging(number, words)}{copies}'
    )


def _judging(number: int, words: Words) -> str:
    """Where a verdict gets its reason; shown once a thumb was given."""
    fields = "".join(
        f'<label for="t{number}-{name}">{text(words(f"tools.{name}"))}</label>'
        f'<textarea id="t{number}-{name}" class="fn-{name}" rows="2" maxlength="4000" dir="auto"></textarea>'
        for name in ("reason", "expected")
    )
    return (
        f'<div class="fn-judging" hidden>{fields}<p>'
        f'<button type="button" class="fn-tool" data-act="send">{text(words("tools.send"))}</button> '
        f'<button type="button" class="fn-tool" data-act="cancel">{text(words("tools.cancel"))}</button></p></div>'
    )


def _sentences(number: int, exchange: Exchange, answer: Answer, words: Words) -> str:
    titles = {n: card.title for card in exchange.cards for n in card.numbers}
    quotes = {c.n: c.quote for c in answer.citations}
    met: set[int] = set()
    lines = []
    for sentence in answer.sentences:
        links = []
        for n in sentence.citations:
            anchor = "" if n in met else f' id="t{number}-r{n}"'
            met.add(n)
            label = words("answer.footnote", n=n, title=titles.get(n, ""))
            links.append(
                f'<a class="fn-ref"{anchor} href="#t{number}-n{n}" data-n="{n}" '
                f'data-quote="{whole_attribute(quotes[n])}" aria-label="{text(label)}">[{n}]</a>'
            )
        support = sentence.support
        marked = tag(_SIGNS[support], words(f"answer.{support}"), quiet=support == "verbatim")
        said = f'<span dir="auto" class="fn-{support}">{prose(sentence.text)}</span>'
        lines.append(f"{said}&nbsp;{' '.join(links)}&nbsp;{marked}")
    if len(lines) == 1:
        return f'<p class="fn-sentence">{lines[0]}</p>'
    items = "".join(f'<li class="fn-sentence">{line}</li>' for line in lines)
    return f'<ul class="fn-sentences">{items}</ul>'


def _abstention(number: int, exchange: Exchange, answer: Answer, words: Words) -> str:
    none = words.count("abstain.none", exchange.articles)
    looked = words("abstain.looked", question=answer.standalone_question)
    # The articles' silence is the answer here, so a number for "the answer is right" would mislead.
    said = (
        f'<div class="fn-answer fn-silent"><p class="fn-sentence">{text(words("abstain.said"))} {text(none)}</p></div>'
        f'<p class="fn-looked" dir="auto">{text(looked)}</p>'
    )
    if not exchange.cards:
        return said
    return (
        f'{said}<details class="fn-nearest" open><summary>{text(words("abstain.nearest"))} '
        f"<span>– {text(words('abstain.not_answers'))}</span></summary>"
        f"{cards_html(number, exchange.cards, words, level=3)}</details>"
    )


def _meta(answer: Answer, sources: int, words: Words) -> str:
    counts = Counter(sentence.support for sentence in answer.sentences)
    if len(counts) == 1:
        kind = next(iter(counts))
        name = words(f"answer.{kind}")
        every = name[:1].upper() + name[1:] if len(answer.sentences) == 1 else words("answer.every", support=name)
        support = f"{_SIGNS[kind]} {every}"
    else:
        kinds = ", ".join(
            f"{_SIGNS[kind]} {words('answer.kind', number=counts[kind], support=words(f'answer.{kind}'))}"
            for kind in _SIGNS
            if counts[kind]
        )
        support = words("answer.mixed", number=len(answer.sentences), kinds=kinds)
    quotes = {c.n: c.quote for c in answer.citations}
    if any(_puts_speaker_first(s, [quotes[n] for n in s.citations]) for s in answer.sentences):
        support += f", {words('answer.speakers')}"
    confidence = words("answer.confidence", value=f"{answer.confidence:.2f}")
    parts = [
        text(support),
        f'<span title="{text(words("answer.confidence_help"))}">{text(confidence)}</span>',
        text(words.count("sources", sources)),
    ]
    if answer.model:
        parts.append(text(words("answer.written_by", model=answer.model)))
    return f'<p class="fn-meta">{DOT.join(parts)}</p>'


def _puts_speaker_first(sentence: AnswerSentence, quotes: Sequence[str]) -> bool:
    """True for "NAME: quotation" where the quotation itself does not begin with the name."""
    _, colon, rest = sentence.text.partition(": ")
    return (
        bool(colon)
        and any(rest.lstrip("“").startswith(q.lstrip("“")) for q in quotes)
        and sentence.support == "verbatim"
    )
