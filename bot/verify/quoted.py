"""Quotations inside a claim: each has to stand in a passage; a nearly right one is put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.verify.align import find, nearly, parts_of, quotations
from bot.verify.pieces import Piece, pieces_of
from index.schema import Hit


@dataclass(frozen=True, slots=True)
class Quoted:
    """A claim whose quotations were held against the passages.

    `text` has them in the exact words; `found` are the passages that hold them, `repaired` is what was put right (was,
    is), `invented` the first that stands in none.
    """

    text: str
    found: frozenset[int] = frozenset()
    repaired: tuple[tuple[str, str], ...] = ()
    invented: str | None = None


def quoted(text: str, cited: Sequence[int], hits: Sequence[Hit]) -> Quoted:
    """Looks for the quotations of a claim, in the passages cited first."""
    order = [*cited, *(n for n in range(1, len(hits) + 1) if n not in cited)]
    passages = [(n, pieces_of(n, hits[n - 1])) for n in order]
    found: set[int] = set()
    repaired: list[tuple[str, str]] = []
    for start, end in reversed(quotations(text)):
        for part in reversed(parts_of(text[start:end])):
            at = text.index(part, start)
            exact, n = _exact(part, passages)
            if not exact:
                return Quoted(text, frozenset(found), tuple(repaired), part)
            found.add(n)
            inside = _kept_edges(part, exact)
            if inside != part:
                text = text[:at] + inside + text[at + len(part) :]
                if find(part, exact) is None:
                    repaired.append((part, inside))
    return Quoted(text, frozenset(found), tuple(repaired))


def _exact(part: str, passages: Sequence[tuple[int, list[Piece]]]) -> tuple[str, int]:
    """The words as the source has them, and the passage; empty if none has them, or nearly."""
    for search in (find, nearly):
        for n, pieces in passages:
            for first, last in _runs(pieces):
                text = first.article.document.text[first.start : last.end]
                if span := search(part, text):
                    return text[slice(*span)], n
    return "", 0


def _runs(pieces: Sequence[Piece]) -> list[tuple[Piece, Piece]]:
    """The stretches of sentences that follow on each other: what speaks to the machine is not quoted from."""
    runs: list[tuple[Piece, Piece]] = []
    for piece in pieces:
        if runs and runs[-1][1].number + 1 == piece.number:
            runs[-1] = (runs[-1][0], piece)
        else:
            runs.append((piece, piece))
    return runs


def _kept_edges(part: str, exact: str) -> str:
    """The exact words with the stop or comma that the claim has around them, and with its first letter's case."""
    core = part.strip(" .,;:!?…")
    before, _, after = part.partition(core)
    if core[:1] != exact[:1] and core[:1].lower() == exact[:1].lower():
        exact = core[:1] + exact[1:]
    return before + exact + after
