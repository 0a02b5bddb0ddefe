"""Conversations for tests: an ordinary one, and one whose every text is meant to break out of where it is put."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.schema import Also, AnswerSentence
from bot.ui.view.cards import cards_of
from bot.ui.view.exchange import Considered, Exchange
from index.filters import Filters
from index.schema import Document
from tests.ui import samples

WHEN = datetime(2024, 5, 3, 12, 30, tzinfo=UTC)
_EVIDENCE = {d.id: d for d in (samples.TREATY, samples.MILL, samples.CLOCKS)}


def answered(question: str = "How many warheads?", id: str = "answered") -> Exchange:
    """An answer of two sentences, each with its footnote, asked of 14 articles; with all that is kept beside it."""
    first = samples.citation(1, samples.TREATY, "It allows 1,550 warheads.")
    second = samples.citation(2, samples.MILL, "The monks built it in 1702.", also=(samples.CLOCKS,))
    answer = samples.answer(first, second)
    sentences = (answer.sentences[0], replace(answer.sentences[1], support="unsupported", citations=(2, 1)))
    answer = replace(answer, question=question, standalone_question=question, sentences=sentences)
    seen = Considered(samples.TREATY.id, samples.TREATY.source, samples.TREATY.title, 0, 9, "The room ", 0.5, 0.4, 2.0)
    return Exchange(question, answer, cards_of(answer, _EVIDENCE), id=id, articles=14, considered=(seen,))


def silent(question: str = "Who owns the moon?", id: str = "silent") -> Exchange:
    answer = samples.abstention(samples.MILL)
    cards = cards_of(answer, {})
    kept = replace(answer, question=question, standalone_question="Who owns the moon now?", nearest=())
    return Exchange(question, kept, cards, id=id, suggestions=("Who built the mill?",))


def whole() -> list[Exchange]:
    """One exchange of each kind."""
    filters = Filters(("2022/*", "b.txt"), ("Fenpedia",), ("en",), "2022-05-03", "2023-01-01")
    by_model = answered("And by a model?", "model")
    assert by_model.answer
    noted = replace(by_model.answer, model="small-one", notice="The model is slow today.")
    return [
        answered(),
        replace(by_model, answer=noted, filters=filters),
        silent(),
        Exchange("What failed?", error="the model is away", id="failed"),
        Exchange("What was stopped?", stopped=True, id="stopped"),
        Exchange("What is to come?", id="pending"),
    ]


# Lines that would be something in Markdown, HTML, a terminal or a line that is turned around.
TRICKS = (
    "<script>window.broken = 'script'</script>",
    "<img src=x onerror=\"window.broken='handler'\">",
    "</blockquote></bdi></li></style></title></textarea><svg onload=window.broken=1>",
    "<!-- ]]> --> <![CDATA[ <?php",
    "![alt](http://evil.example/pixel.png)",
    "[click](javascript:window.broken=1)",
    "<javascript:window.broken=1> [ref]: javascript:alert(1)",
    "[^1]: a footnote of the article's own",
    "[^99] and [1]: http://evil.example/ 'title'",
    "# a heading",
    "a heading of the other kind",
    "===",
    "---",
    "- a list",
    "+ a list",
    "1. a list",
    "2) a list",
    "> a quotation",
    "| a | table |",
    "| --- | --- |",
    "a | b",
    "--- | ---",
    "```html",
    "~~~",
    "    code by indentation",
    "\ta tab",
    "*emphasis* _emphasis_ **strong** `code` ``two`` ~~gone~~ ==marked== $x^2$ %%hidden%% ++in++",
    "&lt;b&gt; &amp; &#60;script&#62; &copy;",
    "\\<script> \\\\[a](b) trailing backslash \\",
    "{{ template }} {% raw %} {#id .class onclick=alert(1)} :::danger",
    "term",
    ": a definition",
    "'\"><a href='javascript:1'>",
    "body { display: none } @import url(http://evil.example/x.css);",
    "\x1b[31mred\x1b[0m \x07 \x00 \x85next \u2028line \u2029paragraph",
    "lone \ud83d surrogate",
    "\u202eoverride left open \u202b \u2067isolate left open",
    "closers of nothing \u2069\u2069\u202c\u202c",
    "closed, then turned \u2069\u2069\u2069\u202e",
    "مرحبا بالعالم 123 שלום",
)
TRICK = "\n".join(TRICKS)
LONG = "x" * 200_000


def hostile() -> list[Exchange]:
    """Exchanges with TRICKS in every text of theirs, links that must not be followed, and a quotation without end."""
    by_links = (
        "javascript:window.broken=1",
        "http://evil.example/a)b](javascript:1) \"t' <i>\n[x]: y",
        "data:text/html,<script>window.broken=1</script>",
    )
    found = []
    for at, link in enumerate(by_links):
        document = Document.create(
            source=f"{TRICK}.txt",
            title=TRICK,
            text=f"{TRICK}\n\n{LONG}",
            author=TRICK,
            published=TRICKS[0],
            updated=TRICKS[1],
            outlet=TRICKS[at],
            url=link,
        )
        first, second = samples.citation(1, document, TRICK), samples.citation(2, document, LONG)
        also = (Also(TRICK, TRICK, link),)
        first, second = (replace(c, place=TRICK, link=link, also=also) for c in (first, second))
        answer = samples.answer(first, second)
        # Each trick begins a sentence as well.
        more = tuple(AnswerSentence(trick, (2,), "verified") for trick in TRICKS)
        kept = replace(
            answer, sentences=answer.sentences + more, standalone_question=TRICK, notice=TRICK, model=TRICKS[1]
        )
        filters = Filters((TRICK,), (TRICK,), (TRICK,), TRICKS[0], TRICKS[0])
        cards = cards_of(kept, {document.id: document})
        found.append(Exchange(TRICK, kept, cards, id=f"hostile-{at}", filters=filters, articles=1))
        nothing = samples.abstention(document)
        near = cards_of(nothing, {})
        kept = replace(nothing, nearest=())
        found.append(Exchange(TRICK, kept, near, id=f"nothing-{at}", suggestions=TRICKS))
    return [*found, Exchange(TRICK, error=TRICK, id="failed"), *(Exchange(trick, stopped=True) for trick in TRICKS)]
