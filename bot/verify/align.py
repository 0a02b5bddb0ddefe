"""Where the words of a claim stand in a text, up to case, punctuation, space and quotation marks; exact offsets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from index.sentences import Span

_WORD = re.compile(r"\d+(?:[.,’'\u00a0\u202f]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\W_]+|[%€$£¥]")
_CLOSERS = '.!?…,;:”»"’)'
_OPENERS = '“«„"‘('
# What opens a quotation, and what may close it.
_PAIRS = {"“": "”", "«": "»", "„": "“”", "「": "」", "‹": "›"}
_SINGLE = re.compile(r"(?<!\w)[‘'](?=\w)")
_AFTER_MARK = re.compile(r"(?<=[.,!?])[’'](?!\w)")
_AFTER_WORD = re.compile(r"(?<=\w)[’'](?!\w)")
_ELLIPSIS = re.compile(r"\s*(?:\[[^\]]{0,80}\]|\((?:\.\.\.|…)\)|…|\.\.\.)\s*")
_NEAR = 0.75  # share of words in common from which a quotation counts as meant to be this one
_FEWEST = 4  # words of a quotation that can be nearly right


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in the form in which they are compared, and where each stands."""

    folded: tuple[str, ...]
    spans: tuple[Span, ...]


@lru_cache(maxsize=4096)
def words(text: str) -> Words:
    """The words of a text, numbers and signs of money included."""
    found = [(match.group(0), match.span()) for match in _WORD.finditer(text)]
    return Words(tuple(_fold(word) for word, _ in found), tuple(span for _, span in found))


def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFKC", word).casefold().replace("’", "'")
    return plain.replace("\u00a0", "").replace(" ", "")


def find(needle: str, text: str) -> Span | None:
    """The first span of `text` that holds the words of `needle` one after another, without punctuation around it."""
    wanted, there = words(needle).folded, words(text)
    if not wanted:
        return None
    first, size = wanted[0], len(wanted)
    for at in range(len(there.folded) - size + 1):
        if there.folded[at] == first and there.folded[at : at + size] == wanted:
            return there.spans[at][0], there.spans[at + size - 1][1]
    return None


def nearly(needle: str, text: str) -> Span | None:
    """The span of `text` that `needle` was most likely meant to be, if most of its words stand there in order."""
    wanted, there = words(needle).folded, words(text)
    if len(wanted) < _FEWEST or not there.folded:
        return None
    matcher = SequenceMatcher(None, there.folded, wanted, autojunk=False)
    longest = matcher.find_longest_match()
    if longest.size < 2:
        return None
    begin = max(0, longest.a - longest.b - 2)
    end = min(len(there.folded), longest.a - longest.b + len(wanted) + 3)
    blocks = SequenceMatcher(None, there.folded[begin:end], wanted, autojunk=False).get_matching_blocks()
    blocks = [block for block in blocks if block.size]
    same = sum(block.size for block in blocks)
    # An exchanged word at either end is part of what is quoted.
    first = max(0, begin + blocks[0].a - min(1, blocks[0].b))
    last = begin + blocks[-1].a + blocks[-1].size - 1
    last = min(len(there.folded) - 1, last + min(1, len(wanted) - blocks[-1].b - blocks[-1].size))
    if same < _NEAR * max(len(wanted), last - first + 1):
        return None
    return there.spans[first][0], there.spans[last][1]


def with_marks(text: str, span: Span, like: str = "") -> Span:
    """The span with the stop and quotation marks that belong to it: those that close, and those that open it if `like`
    opens with one."""
    start, end = span
    if like[:1] in _OPENERS or (
        start and text[start - 1] in _OPENERS and not text[max(0, start - 2) : start - 1].strip()
    ):
        while start and text[start - 1] in _OPENERS:
            start -= 1
    while end < len(text) and text[end] in _CLOSERS:
        end += 1
    while end > span[1] and text[end - 1] in ",;:":
        end -= 1
    return start, end


def quotations(text: str) -> list[Span]:
    """Spans of what stands between quotation marks, the marks left out; the outermost where they are nested."""
    found: list[Span] = []
    at = 0
    while at < len(text):
        mark = text[at]
        end = -1
        if mark in _PAIRS:
            end = _closing(text, at, mark)
        elif mark == '"':
            end = text.find('"', at + 1)
        elif mark in "‘'" and (at == 0 or not text[at - 1].isalnum()):
            end = _closing_single(text, at)
        if end > at + 1 and any(c.isalnum() for c in text[at + 1 : end]):
            found.append((at + 1, end))
            at = end
        at += 1
    return found


def _closing(text: str, at: int, mark: str) -> int:
    depth = 0
    for place in range(at, len(text)):
        if text[place] == mark and mark not in _PAIRS[mark]:
            depth += 1
        elif text[place] in _PAIRS[mark]:
            depth -= 1
            if depth == 0:
                return place
    return -1


def _closing_single(text: str, at: int) -> int:
    """Where a single quotation mark is closed, after a stop if it can be (’ is an apostrophe too); -1 for one word."""
    following = _SINGLE.search(text, at + 1)
    inside = text[at + 1 : following.start() if following else len(text)]
    closing = _AFTER_MARK.search(inside) or next(reversed(list(_AFTER_WORD.finditer(inside))), None)
    return at + 1 + closing.start() if closing and " " in inside[: closing.start()] else -1


def parts_of(quotation: str) -> list[str]:
    """What a quotation quotes: its pieces between dots of omission and words in brackets."""
    return [part for part in _ELLIPSIS.split(quotation) if any(c.isalnum() for c in part)]


def without(text: str, spans: Sequence[Span]) -> str:
    """The text with the spans blanked out, offsets kept."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
