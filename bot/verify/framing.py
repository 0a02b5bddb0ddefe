"""Sentences that claim nothing: what leads up to an answer or away from it, and what says that sources are silent."""

from __future__ import annotations

import re

_SOURCES = r"(?:sources?|passages?|articles?|documents?|context|information|texts?|excerpts?)"
_THOSE = r"(?:the |these |your |all )?"
_LEAD = 40  # letters before which a sentence has said nothing else
_FRAMING = re.compile(
    r"^(?:(?:sure|certainly|of course|okay|ok|great question|yes|no)\W*)?"
    # "Here is what the sources say:", "In summary:"
    r"(?:(?:here(?:['’]s| is| are)|below(?: is| are)?)\b[^.]{0,90}[.:]?"
    r"|(?:in summary|to summari[sz]e|in short|overall|in conclusion|answer)\W*"
    # "Based on the passages provided:", "From the sources we can say the following:"
    rf"|(?:based on|according to|as per|from|given) {_THOSE}(?:\w+ )?{_SOURCES}"
    r"(?: (?:given|provided|above|cited|below|available))?\W*"
    r"(?:(?:here|the answer|i found|we find|we can say|i can (?:say|tell))\b.{0,60})?"
    # "The sources give three reasons:"
    rf"|(?:the|these|your) {_SOURCES} (?:say|tell|give|mention|report|describe|offer|state)s?(?: \w+){{0,6}}:"
    r"|(?:i hope|let me know|feel free|please (?:note|let)|if you (?:have|need|want|would)|is there anything|"
    r"for more (?:details|information))\b.{0,200}"
    r"|[^.]{0,60}\b(?:as follows|the following(?: \w+){0,3}):)$",
    re.I,
)
_SILENT = re.compile(
    rf"\b{_SOURCES}(?: (?:given|provided|available|above))?\b.{{0,40}}"
    r"\b(?:do(?:es)? not|don[’']t|doesn[’']t|did not|no(?:t)?|never|nothing|without)\b.{0,30}"
    r"\b(?:says?|mention|tell|specif|state|contain|provide|give|include|answer|address|discuss|detail|reveal|indicate|"
    r"name|information)"
    r"|\b(?:not|never) (?:mentioned|stated|specified|said|given|addressed|answered|provided|covered) (?:in|by) "
    rf"(?:the|these|any|your) (?:\w+ )?{_SOURCES}\b"
    rf"|\bno (?:information|mention|details?)\b.{{0,60}}\b(?:{_SOURCES}|provided|available)\b"
    r"|^(?:i|we) (?:cannot|can[’']t|could not|couldn[’']t|am unable to|do not|don[’']t) (?:\w+ ){0,3}"
    r"(?:find|answer|know|determine|tell|have)\b",
    re.I,
)


def frames(text: str) -> bool:
    """True for a sentence that leads up to an answer or away from it and claims nothing."""
    return bool(_FRAMING.match(text.strip()))


def admits_silence(text: str) -> bool:
    """True for a sentence that says that the sources do not say, and nothing before that."""
    found = _SILENT.search(text)
    return found is not None and found.start() <= _LEAD
