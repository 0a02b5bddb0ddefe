"""The rows of JSON tables: a list of objects, or an object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from index.errors import SourceError
from index.formats.text import split_lines

MAX_ROW_CHARS = 8 * 2**20  # a character or two may make a value of a hundred bytes
_SPACE = re.compile(r"[ \t\r\n]*")

# Numbers as they are written; what is no number is nothing.
_JSON = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=lambda _: None)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that cannot be read, and why, with the remedy."""

    why: str


def json_rows(text: str, *, is_list: bool) -> Iterator[tuple[str, Row | Unread]]:
    """The objects of a JSON list, or of lines that are an object each, with where they stand ("item 7", "line 7").

    A line that is damaged, and what is too large or no object, is Unread. Raises SourceError, with the place, for a
    list that is damaged: where its next item begins cannot be told.
    """
    for where, value in _listed(text) if is_list else _by_line(text):
        if not isinstance(value, (dict, Unread)):
            value = Unread(f"{str(value)[:40]!r} is no object; give an object ({{...}}) for each row")
        yield where, value


def _by_line(text: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(split_lines(text), 1):
        if line.strip():
            yield f"line {number}", _decoded(line)


def _decoded(line: str) -> Any:
    if len(line) > MAX_ROW_CHARS:
        return Unread(f"longer than {MAX_ROW_CHARS:,} characters; give shorter rows")
    try:
        return _JSON.decode(line)
    except (ValueError, RecursionError) as error:
        return Unread(f"no JSON ({str(error).split(':')[0]}); give one object a line")


def _listed(text: str) -> Iterator[tuple[str, Any]]:
    """The items of a JSON list, one at a time: a large list takes little memory."""
    at = _end_of_space(text, text.index("[") + 1)
    number, start = 0, at
    window = text[start : start + 2 * MAX_ROW_CHARS]
    while text[at : at + 1] != "]":
        number += 1
        if at - start > MAX_ROW_CHARS:  # the decoder is shown a part of the text, for it to build no larger item
            start, window = at, text[at : at + 2 * MAX_ROW_CHARS]
        try:
            value, end = _JSON.raw_decode(window, at - start)
        except (ValueError, RecursionError) as error:
            is_cut = start + len(window) < len(text)
            size = f", or longer than {MAX_ROW_CHARS:,} characters" if is_cut else ""
            reason = f"{str(error).split(':')[0]} near line {text.count(chr(10), 0, at) + 1}"
            raise SourceError(f"item {number} is no JSON ({reason}){size}; mend the file or save it again") from error
        if start + end - at > MAX_ROW_CHARS:
            value = Unread(f"longer than {MAX_ROW_CHARS:,} characters; give shorter items")
        at = start + end
        yield f"item {number}", value
        at = _end_of_space(text, at)
        if text[at : at + 1] == ",":
            at = _end_of_space(text, at + 1)
        elif text[at : at + 1] != "]":
            raise SourceError(f"no comma and no ] after item {number} of the list; mend the file or save it again")
    if _end_of_space(text, at + 1) < len(text):
        raise SourceError("there is more after the end of the JSON list; give one list, or one object a line")


def _end_of_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
