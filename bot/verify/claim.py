"""A sentence that a model claims, and what its Markdown leaves of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.verify.markers import numbers_of

# "According to [2], ..." and "Passage 1 says that ...": with the marker gone, the phrase around it says nothing.
_NUMBERED = r"(?:sources?|passages?|documents?|articles?)"
_NUMBERS = r"(?:#?\d{1,3}\b(?:\s*(?:,|and|&)\s*#?\d{1,3}\b)*)?"
_BY_NUMBER = re.compile(
    r"^(?:according to|as (?:stated|noted|reported|mentioned|described|said|per) (?:in|by)|as per|per|in|from)\b\s*"
    rf"(?:the\s+)?(?:{_NUMBERED}\b)?\s*(?P<a>{_NUMBERS})\s*,\s*"
    rf"|^(?:the\s+)?{_NUMBERED}\s*(?P<b>{_NUMBERS})\s*"
    r"(?:both\s+)?(?:states?|says?|reports?|notes?|mentions?|explains?|adds?|confirms?|tells? us)\s+(?:that\s+)?",
    re.I,
)
_MARKUP = re.compile(
    r"\*\*|__|~~|`+|</?(?:b|i|em|strong|p|br|u|span|mark)\s*/?>|(?<!\w)[*_](?=\w)|(?<=[\w.!?,”\"])[*_](?!\w)", re.I
)
_LINKED = re.compile(r"!?\[([^\[\]]{0,300})\]\((?:[^()\s]|\([^()\s]*\)){0,500}\)")


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of an answer without its markers. `cited` are the passage numbers as written, possibly wrong ones."""

    text: str
    cited: tuple[int, ...]


def make_claim(text: str, cited: list[int]) -> Claim | None:
    """The claim without markup; None for a question or for no words at all."""
    plain = _LINKED.sub(r"\1", text)
    plain = " ".join(_MARKUP.sub("", plain).split())
    plain = re.sub(r"\s+([.,;:!?])(?=\s|$)", r"\1", plain)
    if lead := _BY_NUMBER.match(plain):
        named = numbers_of(lead.group("a") or lead.group("b") or "")
        if named or cited:
            cited = [*named, *cited]
            plain = plain[lead.end() :]
            plain = plain[:1].upper() + plain[1:]
    if not any(c.isalpha() for c in plain) or plain.endswith(("?", "？")):
        return None
    return Claim(plain, tuple(dict.fromkeys(cited)))
