"""An answer while a model writes it: the sentences judged so far, and the text that no verdict has reached. No HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from bot.answerer import Token
from bot.schema import Support
from bot.verify.check import Verdict
from bot.verify.markers import without_markers

_WORD = re.compile(r"[^\W_]+")
_TARGET = r"\]\([^()\s]*\)"  # of a Markdown link
_BETWEEN = rf"(?:{_TARGET}|[\W_])*"
_CLOSING = re.compile(rf"(?:{_TARGET}|[^\w\s]|_)*\s*")


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence with what became of it; `reason` says why in a few words."""

    text: str
    state: Support | Literal["dropped"]
    reason: str


@dataclass(frozen=True, slots=True)
class Writing:
    """`rest` is the model's own Markdown after the last sentence judged; `keeps_unsupported` if the answer will keep
    sentences that are not borne out."""

    sentences: tuple[Judged, ...] = ()
    rest: str = ""
    keeps_unsupported: bool = False

    @property
    def begun(self) -> bool:
        return bool(self.sentences or self.rest.strip())

    def heard(self, item: Token | Verdict) -> Writing:
        """This with one more thing that the answerer did."""
        if isinstance(item, Token):
            return replace(self, rest=self.rest + item.text)
        claim = item.claim.text.strip()
        if not _WORD.search(claim):
            return self  # there is nothing to show
        kept = item.sentence
        if kept and (kept.support != "unsupported" or self.keeps_unsupported):
            judged = Judged(kept.text, kept.support, item.reason)
        else:
            judged = Judged(claim, "dropped", item.reason)
        return replace(self, sentences=(*self.sentences, judged), rest=_after(self.rest, claim))


def _after(rest: str, claim: str) -> str:
    """What follows a sentence in a model's Markdown, its markers included; all of it if the sentence is not found."""
    plain = without_markers(rest)
    found = re.search(_BETWEEN.join(_WORD.findall(claim)), plain.text)
    if found is None:
        return rest
    closing = _CLOSING.match(plain.text, found.end())
    end = closing.end() if closing else found.end()
    return rest[plain.origin[end] :] if end < len(plain.text) else ""
