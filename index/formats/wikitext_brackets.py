"""The brackets in MediaWiki's markup: which belong together, and what stands in place of those in braces.

Time is linear in the length of the markup, whatever stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from index.formats.wikitext_expand import ENDED, HIDE, VALUE

_REST_OF_LINE = re.compile(r"[ \t]*\n")
_BRACKETS = re.compile(r"\{{2,40}|\}{2,40}|\[\[|\]\]|\[(?=[a-zA-Z]+:|//)|\]|\n")
_VALUE = re.compile(f"{VALUE}([0-9]+){ENDED}")
_SQUARE = re.compile(f"[][](?!{HIDE})")
_OPENERS = {"]]": "[[", "]": "["}
_DEEPEST = 20


class Values:
    """Texts that brackets and signs around them do not touch: markup names them by number."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def put(self, text: str) -> str:
        """What names a text."""
        self._texts.append(text)
        return f"{VALUE}{len(self._texts) - 1}{ENDED}"

    def resolve(self, markup: str) -> str:
        """The markup with its values in their places."""
        return _VALUE.sub(lambda named: self._texts[int(named[1])], markup) if VALUE in markup else markup


class Calls(Protocol):
    """What stands in braces, its parts (between bars) given; what is nested in them is named by number."""

    def template(self, parts: Sequence[str]) -> str: ...

    def parameter(self, parts: Sequence[str]) -> str: ...


def expand(markup: str, calls: Calls, values: Values) -> str:
    """The markup with all that stands in braces replaced.

    The brackets left stand in pairs, at most _DEEPEST deep, those of a link on one line; all others are hidden.
    """
    stack = _Stack(calls, values)
    at = 0
    while match := _BRACKETS.search(markup, at):
        found = match[0]
        if found == "]]" and stack.innermost == "[":
            found = "]"
        stack.add(markup[at : match.start()])
        at = match.start() + len(found)
        if found == "\n":
            stack.end_line(is_paragraph=_REST_OF_LINE.match(markup, at) is not None)
        elif found[0] == "}":
            stack.close_braces(len(found))
        elif found[0] == "]":
            stack.close(found)
        else:
            stack.open(found)
    stack.add(markup[at:])
    return values.resolve(stack.all())


class _Stack:
    """The brackets open at a place in the markup, each with what stands after it so far."""

    def __init__(self, calls: Calls, values: Values) -> None:
        self._calls = calls
        self._values = values
        self._open: list[tuple[str, list[str]]] = [("", [])]
        self._too_deep = dict.fromkeys("{[", 0)

    @property
    def innermost(self) -> str:
        return self._open[-1][0]

    def add(self, text: str) -> None:
        self._open[-1][1].append(text)

    def open(self, bracket: str) -> None:
        if len(self._open) > _DEEPEST:
            self._too_deep[bracket[0]] += 1
            self.add(hidden(bracket))
        else:
            self._open.append((bracket, []))

    def close(self, bracket: str) -> None:
        """Ends a link."""
        if self._too_deep["["]:
            self._too_deep["["] -= 1
            self.add(hidden(bracket))
        elif _OPENERS[bracket] == self.innermost:
            self._put(self._link(_OPENERS[bracket], self._pop(), bracket))
        else:
            self.add(bracket if bracket == "]" else hidden(bracket))

    def close_braces(self, count: int) -> None:
        """Ends templates (two braces) and parameters (three), as many as so many braces end."""
        if self._too_deep["{"]:
            self._too_deep["{"] -= 1
            self.add(hidden("}" * count))
            return
        while count > 1 and any(bracket[:1] == "{" for bracket, _ in self._open):
            while self.innermost[0] != "{":
                self._give_up()
            opened = len(self.innermost)
            taken = 3 if min(opened, count) > 2 else 2
            parts = self._pop().split("|")
            if opened - taken > 1:
                self._open.append(("{" * (opened - taken), []))
            elif opened > taken:
                self.add(hidden("{"))
            self._put(self._calls.parameter(parts) if taken == 3 else self._calls.template(parts))
            count -= taken
        self.add(hidden("}" * count))

    def end_line(self, *, is_paragraph: bool) -> None:
        """No address runs on into the next line, no link into the next paragraph."""
        while self.innermost == "[" or (is_paragraph and self.innermost == "[["):
            self._give_up()
        self.add("\n")

    def all(self) -> str:
        while len(self._open) > 1:
            self._give_up()
        return "".join(self._open[0][1])

    def _pop(self) -> str:
        self._too_deep = dict.fromkeys(self._too_deep, 0)
        return "".join(self._open.pop()[1])

    def _put(self, text: str) -> None:
        """Adds what is whole; within braces, where bars and signs of equality count, by its number."""
        self.add(self._values.put(text) if any(bracket[:1] == "{" for bracket, _ in self._open) else text)

    def _link(self, opener: str, inner: str, closer: str) -> str:
        words = self._values.resolve(inner)
        if "\n" in words.partition("|")[0] or _depth(words) > 2 * _DEEPEST:
            return f"{hidden(opener)}{words}{hidden(closer)}"
        return f"{opener}{words}{closer}".replace("\n", " ")

    def _give_up(self) -> None:
        """The innermost bracket has no partner: it is text."""
        bracket, inner = self._open.pop()
        self.add(hidden(bracket))
        self._open[-1][1].extend(inner)


def hidden(bracket: str) -> str:
    """The bracket as text."""
    return "".join(char + HIDE for char in bracket)


def _depth(words: str) -> int:
    """How deep the square brackets in a text are nested, which values may have brought."""
    depth = deepest = 0
    for bracket in _SQUARE.findall(words):
        depth = depth + 1 if bracket == "[" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest
