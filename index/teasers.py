"""Pointers to other stories inside a block ("Read more: ..."), also where they are glued to the story."""

from __future__ import annotations

import re

from index.boilerplate import QUOTED_SPEECH, is_sentence, words_of

# A label that sends the reader to another story: short, made of such words alone, closed by a colon or an arrow.
_LABEL_CLOSED = re.compile(r"\W*((?:[\w’'-]+\s+){0,4}[\w’'-]+)\s*[:|»›▸▶►→]\s*(?=\S)")
_LABEL_KEYS = frozenset(
    "also more see read watch listen related further recommended trending popular latest next elsewhere "
    "miss similar readers picks must-read".split()
)
_LABEL_WORDS = _LABEL_KEYS | frozenset(
    "on at in from to the a this that our you your may might will like liked enjoy enjoyed viewed most "
    "stories articles article story topics topic coverage news posts video videos reading don't what "
    "editor's editors must now here other just about up for".split()
)
_LABEL_SITE = re.compile(
    r"^\W*(?:also|read|read more|see|see also|more|watch|continue reading|also read)\s+(?:on|at|in|from)\s+"
    r"(?:[\w-]+(?:\.[\w-]+)+|[A-Z]{2,}\b|[A-Z]\w+\s+[A-Z]{2,}\b)",
    re.I,
)
_SITE_IS_NAME = re.compile(r"\b(?:on|at|in|from)\s+(?:\S+\.[a-z]{2,}\b|[A-Z][\w&]*)")
# "mediaEarlier": a teaser run into the sentence that follows it.
_JUNCTION = re.compile(r"(?<=[a-z][a-z\d])(?=[A-Z][a-z]+(?:\s|,))|(?<=[!?’”\d])(?=[A-Z][a-z]+\s|[“‘«][A-Z])")

_LONGEST_TEASER = 300
# A teaser stands at the start of a block, or right behind a sentence's end, often without a space between.
_TEASER_PLACE = re.compile(r"\A|(?<=[.!?”’\"])\s?(?=[A-Z])|(?<=[.!?][”\"])\s?(?=[A-Z])")


def without_teasers(text: str) -> str:
    """A block without its teasers for other stories ("Read more: ..."); empty if it is nothing else.

    A teaser glued to the story ("...of state mediaEarlier this week") ends at the junction.
    """
    pieces: list[str] = []
    position = 0
    for opening in _TEASER_PLACE.finditer(text):
        start = opening.end()
        if start < position:
            continue
        length = _teaser_length(text[start:], at_start=start == 0, glued=opening.group(0)[-1:] not in (" ", ""))
        if length:
            pieces.append(text[position:start].strip())
            position = start + length
    pieces.append(text[position:].strip())
    return " ".join(piece for piece in pieces if piece)


def opens_with_teaser(text: str) -> bool:
    """True if a block begins by sending the reader to another story."""
    return bool(_teaser_length(text, at_start=True, glued=False))


def _teaser_length(text: str, *, at_start: bool, glued: bool) -> int:
    """How many leading characters are a teaser; 0 for none."""
    site = _LABEL_SITE.match(text)
    if site and not _SITE_IS_NAME.search(text[: site.end() + 1]):
        site = None
    opening = site or _closed_label(text)
    if opening is None:
        return 0
    junction = _JUNCTION.search(text, opening.end() + 10, opening.end() + _LONGEST_TEASER)
    if junction and is_sentence(text):
        return junction.start()
    if not is_sentence(text):
        return len(text)
    # A labelled question or exclamation is a headline too; longer running text is story that opens like a label.
    single = len(re.findall(r"[.!?]\s", text)) == 0
    headline = single and len(words_of(text)) <= 20 and not QUOTED_SPEECH.search(text)
    return len(text) if (at_start or glued) and headline else 0


def _closed_label(text: str) -> re.Match[str] | None:
    match = _LABEL_CLOSED.match(text)
    words = set(words_of(match.group(1))) if match else set()
    return match if words & _LABEL_KEYS and words <= _LABEL_WORDS else None
