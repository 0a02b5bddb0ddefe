"""One claim against the passages that it was written from: verbatim, verified, or not borne out, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.machine import addresses_machine
from bot.schema import DraftSentence, Evidence, Support
from bot.verify.align import find, with_marks, words
from bot.verify.choose import Finding, Selector
from bot.verify.claim import Claim
from bot.verify.framing import admits_silence, frames
from bot.verify.pieces import Piece, evidence_of, pieces_of
from bot.verify.quoted import Quoted, quoted
from bot.verify.score import Supports, share
from index.encode import Encoder
from index.reader import Reader
from index.schema import Hit
from index.sentences import Span
from index.terms import terms

_ELSEWHERE = 4  # other passages that are looked at when those cited do not bear a claim out
_LIKE = 0.35  # share of a claim's words that another passage must hold to be looked at
_SHOWN = 0.2  # share of a claim's words below which not even the closest sentence is worth showing beside it
# A sentence out of a longer one is not told apart from it if one of these stands in the rest.
_UNDERMINES = re.compile(
    r"\b(?:not|no|never|n[o’']t|if|unless|den(?:y|ies|ied)|reject\w*|false\w*|wrong\w*|untrue|myth|rumou?rs?|doubt\w*|"
    r"claim(?:s|ed)?|alleg\w+|suppos\w+|disput\w+|would|could|might|may|whether|hop(?:e[sd]?|ing)|fear\w*|refus\w*|fail\w*)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a claim. `sentence` is what may be shown, None if there is nothing to show or to cite; `reason`
    says why in a few words."""

    claim: Claim
    sentence: DraftSentence | None
    reason: str


class Checker:
    """Checks claims with the local models. A reader that cannot judge claims is as good as none."""

    def __init__(self, encoder: Encoder, reader: Reader | None) -> None:
        self._selector = Selector(encoder, reader if isinstance(reader, Supports) else None)

    def check(self, claim: Claim, hits: Sequence[Hit], question: str) -> Verdict:
        """The verdict on a claim. `hits[n - 1]` is passage n of the prompt; `question` is what was asked."""
        text = claim.text.strip()
        if not text or not words(text).folded:
            return Verdict(claim, None, "holds no words")
        if not terms(text) and not any(c.isdigit() for c in text):
            return Verdict(claim, None, "says nothing that could be checked")
        if frames(text) or words(text).folded == words(question).folded:
            return Verdict(claim, None, "leads up to the answer and claims nothing")
        if admits_silence(text):
            return Verdict(claim, None, "says that the sources do not say")
        if addresses_machine(text):
            return Verdict(claim, None, "speaks to the machine")
        if not hits:
            return Verdict(claim, None, "there is no passage to cite")
        cited = [n for n in claim.cited if 1 <= n <= len(hits)]
        pieces = {n: pieces_of(n, hit) for n, hit in enumerate(hits, 1)}
        held = quoted(text, cited, hits)
        if held.invented is not None:
            reason = f"the quotation “{held.invented}” is in no passage"
            return self._unsupported(claim, text, pieces, cited, reason)
        if whole := _verbatim(held.text, cited, pieces):
            return _shown(claim, *whole, held)
        return self._by_facts(claim, held, cited, pieces)

    def _by_facts(self, claim: Claim, held: Quoted, cited: list[int], pieces: dict[int, list[Piece]]) -> Verdict:
        """The verdict on a claim that is no copy of its source."""
        known = [piece.text for ns in pieces.values() for piece in ns]
        near = self._near(held.text, cited, pieces)
        pools = [cited] if cited else []
        pools += [[n] for n in near]
        if near and (cited or len(near) > 1):
            pools.append([*cited, *near])
        first: Finding | None = None
        for pool in pools:
            found = self._selector.find(held.text, [piece for n in pool for piece in pieces[n]], known)
            first = first or found
            if found.problem is None:
                extra = self._also(held.text, cited, found, pieces, known) if pool == cited else ()
                evidence = evidence_of([*found.pieces, *extra])
                used = tuple(dict.fromkeys(piece.n for piece in (*found.pieces, *extra)))
                return _shown(claim, held.text, evidence, "verified", used, held)
        reason = first.problem if first and first.problem else "no passage says this"
        if not cited:
            reason = "no passage is cited, and none says this" if first is None else f"no passage is cited; {reason}"
        return self._unsupported(claim, held.text, pieces, cited or near[:1], reason, first)

    def _near(self, text: str, cited: Sequence[int], pieces: dict[int, list[Piece]]) -> list[int]:
        """The passages not cited that share most words with a text, best first."""
        shares = {n: share(text, " ".join(p.text for p in ns)) for n, ns in pieces.items() if ns and n not in cited}
        return sorted((n for n, s in shares.items() if s >= _LIKE), key=lambda n: -shares[n])[:_ELSEWHERE]

    def _also(
        self, text: str, cited: Sequence[int], found: Finding, pieces: dict[int, list[Piece]], known: Sequence[str]
    ) -> tuple[Piece, ...]:
        """What of the other passages cited says the same by itself; a citation that adds nothing goes."""
        used = {piece.n for piece in found.pieces}
        extra: list[Piece] = []
        for n in cited:
            if n not in used:
                alone = self._selector.find(text, pieces[n], known)
                shown = {(p.article.document.id, p.number) for p in (*found.pieces, *extra)}
                if alone.problem is None:
                    extra += [p for p in alone.pieces if (p.article.document.id, p.number) not in shown]
        return tuple(extra)

    def _unsupported(
        self,
        claim: Claim,
        text: str,
        pieces: dict[int, list[Piece]],
        cited: Sequence[int],
        reason: str,
        found: Finding | None = None,
    ) -> Verdict:
        """The claim with the sentence that comes closest; nothing to show if none comes near."""
        pool = [piece for n in cited for piece in pieces[n]]
        closest = list(found.pieces) if found else sorted(pool, key=lambda piece: -share(text, piece.text))[:1]
        if not closest or max(share(text, piece.text) for piece in closest) < _SHOWN:
            return Verdict(claim, None, reason)
        return Verdict(claim, DraftSentence(text, evidence_of(closest), "unsupported"), reason)


Whole = tuple[str, tuple[Evidence, ...], Support, tuple[int, ...]]


def _verbatim(text: str, cited: Sequence[int], pieces: dict[int, list[Piece]]) -> Whole | None:
    """The claim as a copy of its source: sentences whole, or a part of one that the rest does not undermine."""
    for n in [*cited, *(n for n in pieces if n not in cited)]:
        for first, last in ((a, b) for i, a in enumerate(pieces[n]) for b in pieces[n][i : i + 3]):
            document, span = first.article.document, (first.start, last.end)
            source = document.text[slice(*span)]
            if last.number - first.number != pieces[n].index(last) - pieces[n].index(first):
                continue  # something between them is not to be quoted
            at = find(text, source)
            if at is None:
                continue
            exact = (span[0] + at[0], span[0] + at[1])
            rest = document.text[span[0] : exact[0]] + " " + document.text[exact[1] : span[1]]
            if any(c.isalnum() for c in rest):
                if last is not first or len(words(text).folded) < 4 or _UNDERMINES.search(rest):
                    continue
                exact = with_marks(document.text, exact, text)
                if document.text[exact[0]] != text[0]:
                    continue
            else:
                exact = span
            return document.text[slice(*exact)], (_span(first, exact),), "verbatim", (n,)
    return None


def _span(piece: Piece, span: Span) -> Evidence:
    return Evidence(piece.article.document, piece.hit.passage.id, *span)


def _shown(
    claim: Claim, text: str, evidence: tuple[Evidence, ...], support: Support, used: Sequence[int], held: Quoted
) -> Verdict:
    reasons = ["stands there word for word" if support == "verbatim" else "borne out by the passage"]
    if held.repaired:
        was, now = held.repaired[0]
        reasons = [f"the quotation “{was}” was put right: “{now}”"]
    if not claim.cited:
        reasons.append(f"no passage was cited; {_listed(used)} says it")
    elif not set(used) <= set(claim.cited):
        reasons.append(f"moved from {_listed(claim.cited)} to {_listed(used)}")
    elif left := [n for n in claim.cited if n not in used]:
        reasons.append(f"{_listed(left)} does not add to it")
    return Verdict(claim, DraftSentence(text, evidence, support), "; ".join(reasons))


def _listed(numbers: Sequence[int]) -> str:
    return "".join(f"[{n}]" for n in numbers)
