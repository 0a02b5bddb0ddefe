"""Conversations as one HTML page that needs nothing else, loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from bot.ui.conversations.plain import balanced, lines, one_line
from bot.ui.conversations.told import SIGNS, Note, Said, Told, told
from bot.ui.html.markup import DOT, linked, text
from bot.ui.view.exchange import Exchange
from bot.ui.words import Words

_STYLE = Path(__file__).with_name("export.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def to_html(title: str, exchanges: Sequence[Exchange], words: Words, exported: datetime) -> str:
    """The conversation as a page. Ids: q2 the second question, n7 the footnote 7, r7 where it is first referred to."""
    name = _line(title) or words("export.untitled")
    count = words.count("export.questions", len(exchanges))
    body = "".join(_article(at, one, words) for at, one in enumerate(told(exchanges, words), start=1))
    return (
        f'<!DOCTYPE html>\n<html lang="{words.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{name}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n<main>\n"
        f'<header><h1 dir="auto">{name}</h1>'
        f"<p>{text(words('export.made', moment=words.moment(exported)))}{DOT}{count}</p></header>\n"
        f"{body}</main>\n</body>\n</html>\n"
    )


@lru_cache(maxsize=1)
def _style() -> str:
    return _STYLE.read_text("utf-8")


def _article(at: int, one: Told, words: Words) -> str:
    met: set[int] = set()
    said = "".join(f"<li>{_sentence(sentence, met, words)}</li>" for sentence in one.said)
    parts = [
        f'<h2 id="q{at}" dir="auto">{_line(one.question)}</h2>',
        _row("scope", one.scope),
        *(f'<p class="remark" dir="auto">{_line(remark)}</p>' for remark in one.remarks),
        f'<p class="status" dir="auto">{_line(one.status)}</p>' if one.status else "",
        f'<ul class="said">{said}</ul>' if said else "",
        _row("made", one.made),
    ]
    if one.notes:
        notes = "".join(_note(note, words) for note in one.notes)
        parts.append(f'<h3>{words("export.footnotes")}</h3><ol class="notes">{notes}</ol>')
    if one.nearest:
        near = "".join(f"<li>{_quoted(note)}</li>" for note in one.nearest)
        parts.append(f'<h3>{words("export.nearest")}</h3><ul class="near">{near}</ul>')
    if one.suggestions:
        asked = "".join(f"<li><bdi>{_line(suggestion)}</bdi></li>" for suggestion in one.suggestions)
        parts.append(f"<h3>{words('export.suggestions')}</h3><ul>{asked}</ul>")
    return f'<article aria-labelledby="q{at}">{"".join(parts)}</article>\n'


def _sentence(sentence: Said, met: set[int], words: Words) -> str:
    links = []
    for n in sentence.numbers:
        anchor = "" if n in met else f' id="r{n}"'
        met.add(n)
        label = text(words("export.footnote", n=n))
        links.append(f'<a class="ref"{anchor} href="#n{n}" role="doc-noteref" aria-label="{label}">[{n}]</a>')
    sign = f'<span aria-hidden="true">{SIGNS[sentence.support]}</span> {words(f"export.{sentence.support}")}'
    return (
        f'<bdi class="{sentence.support}">{_line(sentence.text)}</bdi>&nbsp;{" ".join(links)} '
        f'<span class="support">{sign}</span>'
    )


def _note(note: Note, words: Words) -> str:
    label = text(words("export.back", n=note.number))
    back = f'<a class="back" href="#r{note.number}" role="doc-backlink" aria-label="{label}">↩</a>'
    return f'<li id="n{note.number}" value="{note.number}">{_quoted(note, back)}</li>'


def _quoted(note: Note, back: str = "") -> str:
    quote = "\n".join(text(balanced(line)) for line in lines(note.quote))
    title = linked(f"<cite><bdi>{_line(note.title)}</bdi></cite>", note.link)
    details = ", ".join([title, *(f"<bdi>{_line(detail)}</bdi>" for detail in note.details)])
    return f'<blockquote dir="auto">{quote}</blockquote><p class="source">{details} {back}</p>'


def _row(name: str, parts: Sequence[str]) -> str:
    row = DOT.join(f"<bdi>{_line(part)}</bdi>" for part in parts)
    return f'<p class="{name}">{row}</p>' if row else ""


def _line(value: str) -> str:
    """A text of others in one line; the element around it must isolate its direction (`bdi`, or `dir=auto`)."""
    return text(balanced(one_line(value)))
