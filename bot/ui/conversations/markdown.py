"""Conversations as Markdown with real footnotes, and answers as plain text with numbered ones.

What comes from articles and people is escaped so that every reader of Markdown shows it letter for letter: `<`, `>` and
`&` as entities, which all of them know, other marks by a backslash, and what opens a block where a line begins with it.
Each of their lines that is written from right to left, or turns the direction, stands in an isolate of its own. A
footnote begins with its source, not with the quotation: so its first line is more than one word, and is never taken for
the address of a link by what knows no footnotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote as percent

from bot.ui.conversations.plain import isolated, lines, one_line
from bot.ui.conversations.told import SIGNS, Note, Said, Told, told
from bot.ui.view.exchange import Exchange
from bot.ui.words import Words

_ACTIVE = re.compile(r"[\\`*_{}\[\]|~$^#]|([=%+:])(?=\1)")  # the last four mark up when doubled, as in ==this==
_LINE_OPENER = re.compile(r"^(\d*)((?<!\d)[-+=:%]|(?<=\d)[.)])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_IN_ADDRESS = "/:?#@!$&'*+,;=~%-._"


def to_markdown(title: str, exchanges: Sequence[Exchange], words: Words, exported: datetime) -> str:
    """The conversation as a Markdown file."""
    count = words.count("export.questions", len(exchanges))
    blocks = [
        f"# {_escaped(title) or words('export.untitled')}",
        f"{words('export.made', moment=words.moment(exported))} · {count}",
    ]
    for one in told(exchanges, words):
        blocks += [f"## {_escaped(one.question)}", *_body(one, words), *_definitions(one, words)]
    return "\n\n".join(blocks) + "\n"


def answer_markdown(exchange: Exchange, words: Words) -> str:
    """One answer with its footnotes, or what there is in its place, to be put into a Markdown text."""
    one = _alone(exchange, words)
    return "\n\n".join([*_body(one, words), *_definitions(one, words)]) + "\n"


def answer_text(exchange: Exchange, words: Words) -> str:
    """One answer, or what there is in its place, as plain text: with [1] in it and a list of the sources below."""
    one = _alone(exchange, words)
    blocks = [_row(map(_plain, one.scope)), *map(_plain, one.remarks), _plain(one.status)]
    # A mark before it: else a sentence that begins with [1] would pass for a footnote.
    mark = "- " if len(one.said) > 1 else ""
    blocks += [f"{mark}{_plain_sentence(sentence, words)}" for sentence in one.said]
    blocks.append(_row(map(_plain, one.made)))
    blocks += [_plain_note(note, words) for note in one.notes]
    blocks += [f"{words('export.nearest')}:"] if one.nearest else []
    blocks += [_plain_note(note, words) for note in one.nearest]
    if one.suggestions:
        blocks.append("\n".join([f"{words('export.suggestions')}:", *(f"- {_plain(s)}" for s in one.suggestions)]))
    return "\n\n".join(filter(None, blocks)) + "\n"


def _alone(exchange: Exchange, words: Words) -> Told:
    """The exchange by itself: what it was asked of is worth telling only if that is not everything."""
    (one,) = told([exchange], words)
    return one if exchange.filters else replace(one, scope=())


def _body(one: Told, words: Words) -> list[str]:
    blocks = [_row(map(_escaped, one.scope)), *map(_line, one.remarks), _line(one.status)]
    said = [_sentence(sentence, words) for sentence in one.said]
    blocks.append(said[0] if len(said) == 1 else "\n".join(f"- {line}" for line in said))
    blocks.append(_row(map(_escaped, one.made)))
    if one.nearest:
        blocks.append(f"### {words('export.nearest')}")
        for note in one.nearest:
            quoted = "  \n".join(f"> {_line(line)}" for line in filter(None, lines(note.quote)))
            blocks.append(f"{quoted}\n>\n> — {_source(note)}")
    if one.suggestions:
        asked = "\n".join(f"- {_line(suggestion)}" for suggestion in one.suggestions)
        blocks += [f"### {words('export.suggestions')}", asked]
    return [block for block in blocks if block]


def _sentence(sentence: Said, words: Words) -> str:
    marks = "".join(f"[^{n}]" for n in sentence.numbers)
    return f"{_line(sentence.text)}{marks} ({SIGNS[sentence.support]} {words(f'export.{sentence.support}')})"


def _definitions(one: Told, words: Words) -> list[str]:
    found = []
    for note in one.notes:
        # Two spaces break a line; four keep the next one in the footnote.
        quote = "  \n    ".join(map(_line, filter(None, lines(note.quote))))
        found.append(f"[^{note.number}]: {_source(note)}: {words('export.quoted', quote=quote)}")
    return found


def _source(note: Note) -> str:
    title = _line(note.title)
    if note.link:
        title = f"[{_escaped(note.title)}]({_address(note.link).replace('&', '&amp;')})"
    return ", ".join([title, *map(_escaped, note.details)])


def _address(link: str) -> str:
    """A link with nothing in it that could end it: what is no mark of an address is percent-encoded."""
    return percent(one_line(link), safe=_IN_ADDRESS)


def _line(text: str) -> str:
    """A text of others as a line of Markdown."""
    return _LINE_OPENER.sub(r"\1\\\2", _escaped(text))


def _escaped(text: str) -> str:
    """A text of others within a line of Markdown."""
    return isolated(_ACTIVE.sub(r"\\\g<0>", one_line(text)).translate(_ENTITIES))


def _plain(text: str) -> str:
    return isolated(one_line(text))


def _plain_sentence(sentence: Said, words: Words) -> str:
    marks = " ".join(f"[{n}]" for n in sentence.numbers)
    return f"{_plain(sentence.text)} {marks} ({SIGNS[sentence.support]} {words(f'export.{sentence.support}')})"


def _plain_note(note: Note, words: Words) -> str:
    number = f"[{note.number}]" if note.number else "-"
    details = [*map(_plain, note.details), *([_address(note.link)] if note.link else [])]
    quote = words("export.quoted", quote="\n    ".join(map(isolated, filter(None, lines(note.quote)))))
    return f"{number} {', '.join([_plain(note.title), *details])}: {quote}"


def _row(parts: Iterable[str]) -> str:
    return " · ".join(parts)
