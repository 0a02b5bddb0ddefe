"""Why an answer is as it is: the question that was searched for, the passages considered with their scores, the time.

A table that is folded away, so that it is there at a click and costs no visit to the server.
"""

from __future__ import annotations

import math
from dataclasses import asdict

from bot.schema import Answer
from bot.ui.html.markup import DOT, text
from bot.ui.view.exchange import Considered, Exchange
from bot.ui.words import Words

_SHOWN = 180  # characters of a passage


def why_html(exchange: Exchange, words: Words) -> str:
    """The table for an answered exchange; nothing where nothing was searched."""
    answer = exchange.answer
    if answer is None or not exchange.considered:
        return ""
    sources = words.count("sources", len({p.document_id for p in exchange.considered}))
    passages = words.count("passages", len(exchange.considered))
    timings = [(name, value) for name, value in asdict(answer.timings_ms).items() if name == "total" or value >= 0.5]
    times = DOT.join(
        f"{text(words(f'why.{name}'))} {text(words('why.milliseconds', number=words.number(round(value))))}"
        for name, value in timings
    )
    rows = "".join(_row(rank, passage, answer, words) for rank, passage in enumerate(exchange.considered, start=1))
    made_by = f"{answer.answerer}, {answer.model}" if answer.model else words("why.quoting")
    facts = [
        (words("why.question"), f"<bdi>{text(answer.standalone_question)}</bdi>"),
        (words("why.timings"), times),
        (words("why.made_by"), f"<bdi>{text(made_by)}</bdi>"),
    ]
    told = "".join(f"<dt>{text(name)}</dt><dd>{value}</dd>" for name, value in facts)
    caption = text(words("why.considered", passages=passages, sources=sources))
    return (
        f'<details class="fn-why"><summary>{text(words("why.title"))}</summary><dl>{told}</dl>'
        f'<div class="fn-scroll" tabindex="0" role="group" aria-label="{caption}">'
        f"<table><caption>{caption}</caption><thead><tr>{_heads(words)}</tr></thead><tbody>{rows}</tbody></table>"
        "</div></details>"
    )


def _heads(words: Words) -> str:
    heads = [("rank", ""), ("passage", "")] + [(n, words(f"why.{n}_help")) for n in ("meaning", "words", "reading")]
    named = "".join(f'<th scope="col" title="{text(title)}">{text(words(f"why.{name}"))}</th>' for name, title in heads)
    return f'{named}<th scope="col">{text(words("why.cited"))}</th>'


def _row(rank: int, passage: Considered, answer: Answer, words: Words) -> str:
    cited = [
        c.n
        for c in answer.citations
        if c.document_id == passage.document_id and c.start < passage.end and passage.start < c.end
    ]
    reading = "" if passage.relevance is None else f"{1 / (1 + math.exp(-passage.relevance)):.2f}"
    shown = passage.text if len(passage.text) <= _SHOWN else f"{passage.text[:_SHOWN].rstrip()} …"
    numbers = "".join(f"[{n}]" for n in cited)
    return (
        f'<tr><td>{rank}</td><td dir="auto"><span class="fn-of">{text(passage.title)}</span> {text(shown)}</td>'
        f"<td>{passage.dense:.2f}</td><td>{passage.lexical:.1f}</td><td>{reading}</td><td>{numbers}</td></tr>"
    )
