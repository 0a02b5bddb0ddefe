"""The fewest sentences of passages that bear a claim out, or why none do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.verify.facts import Objection, objection
from bot.verify.pieces import Piece
from bot.verify.score import THRESHOLD, Likeness, Supports, compare, features, probability, reader_score, share
from bot.verify.who import named, names_of, word_set
from index.encode import Encoder
from index.terms import terms

_MOST = 3  # sentences under one claim
_GAIN = 0.06  # what a further sentence has to add to the cover of the claim's words
_LOSS = 0.02  # what a sentence may take with it and still be left out
_ACROSS = 0.05  # how much a further sentence must add if it is from another place


@dataclass(frozen=True, slots=True)
class Finding:
    """The pieces that come closest to a claim; `problem` says why they do not bear it out, None if they do."""

    pieces: tuple[Piece, ...]
    probability: float
    problem: str | None


class Selector:
    """Chooses evidence with an encoder and, if there is one that judges claims, a reader."""

    def __init__(self, encoder: Encoder, reader: Supports | None) -> None:
        self._encoder = encoder
        self._reader = reader

    def find(self, claim: str, pool: Sequence[Piece], known: Sequence[str]) -> Finding:
        """The best evidence for a claim among the pieces of a pool. `known` are the texts of all passages."""
        if not pool:
            return Finding((), 0.0, "no passage is cited")
        likeness = compare(claim, [piece.text for piece in pool], self._encoder)
        rows = closest(claim, pool, likeness)
        problem = objection(claim, [pool[row] for row in rows], known)
        while problem is not None and problem.missing and len(rows) < _MOST:
            more = self._adding(problem, claim, pool, rows, known)
            if more is None:
                break
            rows, problem = more
        if problem is not None and (other := self._another(claim, pool, likeness, rows, known)) is not None:
            rows, problem = other, None
        if problem is None:
            rows = self._pruned(claim, pool, likeness, rows, known)
            rows += _naming(claim, pool, rows, known)
        chance = probability(self.features(claim, pool, likeness, rows))
        pieces = tuple(pool[row] for row in rows)
        if problem is not None:
            return Finding(pieces, chance, problem.reason)
        return Finding(pieces, chance, None if chance >= THRESHOLD else "the passage cited does not say this")

    def features(self, claim: str, pool: Sequence[Piece], likeness: Likeness, rows: Sequence[int]) -> tuple[float, ...]:
        """What the probability is made of that the rows of the pool bear the claim out, hard facts aside."""
        evidence = " ".join(_attributed(pool[row]) for row in rows)
        found: tuple[float, ...] = features(claim, evidence, likeness, rows)
        if self._reader is not None:
            title = pool[rows[0]].article.document.title
            found = (*found, reader_score(claim, title, evidence, self._reader))
        return found

    def _adding(
        self, problem: Objection, claim: str, pool: Sequence[Piece], rows: list[int], known: Sequence[str]
    ) -> tuple[list[int], Objection | None] | None:
        """The rows with one more that bears out what was missing, and stands close or speaks of the same."""
        said = set(terms(claim)) - set(terms(problem.missing))
        words = word_set(problem.missing)
        ranked = sorted(
            (row for row in range(len(pool)) if row not in rows),
            key=lambda row: (
                not any(pool[row].next_to(pool[r]) for r in rows),
                -len(said & set(terms(pool[row].text))),
            ),
        )
        for row in ranked:
            close = any(pool[row].next_to(pool[r]) for r in rows)
            if not close and len(said & set(terms(pool[row].text))) < 2:
                continue
            after = objection(claim, [*(pool[r] for r in rows), pool[row]], known)
            if after is None or (after.missing and not word_set(after.missing) & words):
                return [*rows, row], after
        return None

    def _another(
        self, claim: str, pool: Sequence[Piece], likeness: Likeness, rows: Sequence[int], known: Sequence[str]
    ) -> list[int] | None:
        """One single sentence against which nothing is to be said, nearly as close as those that were found."""
        floor = 0.9 * likeness.cover(rows)
        for row in sorted(range(len(pool)), key=lambda row: -likeness.cover([row]))[:4]:
            if likeness.cover([row]) >= floor and objection(claim, [pool[row]], known) is None:
                return [row]
        return None

    def _pruned(
        self, claim: str, pool: Sequence[Piece], likeness: Likeness, rows: list[int], known: Sequence[str]
    ) -> list[int]:
        """The rows without those that the rest can do without."""
        for row in list(reversed(rows)):
            rest = [r for r in rows if r != row]
            if (
                rest
                and likeness.cover(rows) - likeness.cover(rest) < _LOSS
                and objection(claim, [pool[r] for r in rest], known) is None
            ):
                rows = rest
        return rows


def closest(claim: str, pool: Sequence[Piece], likeness: Likeness) -> list[int]:
    """The row of the sentence that comes closest to a claim, and those that add to it what it lacks."""
    shares = [share(claim, _attributed(piece)) for piece in pool]
    worth = [likeness.cover([row]) + 0.5 * shares[row] + 0.3 * likeness.cosine([row]) for row in range(len(pool))]
    rows = [worth.index(max(worth))]
    while len(rows) < min(_MOST, len(pool)):
        others = [row for row in range(len(pool)) if row not in rows]
        best = max(others, key=lambda row: likeness.cover([*rows, row]))
        near = any(pool[best].next_to(pool[row]) for row in rows)
        held, more = (" ".join(pool[row].text for row in some) for some in (rows, [*rows, best]))
        gain = likeness.cover([*rows, best]) - likeness.cover(rows)
        if gain < _GAIN + (0 if near else _ACROSS) or share(claim, more) <= share(claim, held):
            break
        rows.append(best)
    return rows


def _naming(claim: str, pool: Sequence[Piece], rows: Sequence[int], known: Sequence[str]) -> list[int]:
    """The rows that name whom the claim names and the chosen sentences call "he": they leave it open."""
    found: list[int] = []
    texts = [pool[row].text for row in rows]
    for name in names_of(claim, known):
        if not named(name, [*texts, *(pool[row].text for row in found)]):
            before = [
                row
                for row, piece in enumerate(pool)
                if row not in rows
                and named(name, [piece.text])
                and any(piece.article is pool[r].article and piece.number < pool[r].number for r in rows)
            ]
            found += before[-1:]
    return found


def _attributed(piece: Piece) -> str:
    """The sentence with its speaker in front where it does not name the speaker itself."""
    speaker = piece.speaker
    return f"{speaker.name}: {piece.text}" if speaker and speaker.inferred else piece.text
