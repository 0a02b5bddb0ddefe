"""Which texts hold which terms, and how often: the arrays under the word index, written to a folder and mapped from it.

The terms are in order; those of number t stand in the texts `rows[indptr[t] : indptr[t + 1]]`, `counts` times each.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.errors import IndexCorruptError
from index.lines import Lines
from index.terms import terms

_AT_ONCE = 50_000  # texts whose terms are counted together
_MOST = np.iinfo(np.uint16).max  # a text that holds a term more often is no other for it
Array = npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Postings:
    """Terms as UTF-8, `indptr` of shape (terms + 1,), `rows` and `counts` of shape (postings,), and `lengths`: how many
    terms each text has, repeated ones too."""

    terms: Lines
    indptr: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    counts: npt.NDArray[np.uint16]
    lengths: npt.NDArray[np.int32]

    def find(self, term: str) -> slice:
        """Where the postings of a term are; empty if no text holds it."""
        wanted = term.encode("utf-8", "surrogatepass")
        at = bisect_left(self.terms, wanted)
        if at == len(self.terms) or self.terms[at] != wanted:
            return slice(0, 0)
        return slice(int(self.indptr[at]), int(self.indptr[at + 1]))

    def save(self, folder: Path) -> None:
        """Writes the postings into an existing folder. Raises OSError."""
        self.terms.save(folder / "terms.txt")
        for name in ("indptr", "rows", "counts", "lengths"):
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> Postings:
        """The postings saved in a folder. Raises IndexCorruptError."""
        try:
            found = [
                np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
                for name in ("indptr", "rows", "counts", "lengths")
            ]
        except (OSError, ValueError, EOFError) as error:
            raise IndexCorruptError(f"{folder} cannot be read; ingest again into a new directory") from error
        return cls(Lines.load(folder / "terms.txt"), *found)


@dataclass(frozen=True, slots=True)
class _Segment:
    """Postings of some of the texts: of each, in the order of its terms, the term's number, the text's, the count."""

    numbers: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    counts: npt.NDArray[np.uint16]


def index_terms(texts: Sequence[str], old: Postings | None = None, taken: Sequence[int] | None = None) -> Postings:
    """The postings of the texts, numbered in order. `taken` gives for each the number that it has in `old`, -1 if it is
    not there: only those are read, the others' postings are taken over."""
    known = np.full(len(texts), -1, np.int64) if old is None or taken is None else np.array(taken, np.int64)
    numbers: dict[bytes, int] = {}
    lengths = np.zeros(len(texts), np.int32)
    segments = []
    if old is not None and (known >= 0).any():
        segments.append(_kept(old, known, numbers))
        lengths[known >= 0] = old.lengths[known[known >= 0]]
    fresh = iter(np.flatnonzero(known < 0).tolist())
    while some := list(islice(fresh, _AT_ONCE)):
        segments.append(_counted(some, (texts[row] for row in some), numbers, lengths))
    return _joined(segments, numbers, lengths)


def _kept(old: Postings, known: npt.NDArray[np.int64], numbers: dict[bytes, int]) -> _Segment:
    """The postings of the texts that stay, under the numbers that they have now."""
    moved = np.full(len(old.lengths), -1, np.int32)
    moved[known[known >= 0]] = np.flatnonzero(known >= 0)
    rows = moved[old.rows]
    stay = rows >= 0
    each = np.repeat(np.arange(len(old.terms)), np.diff(old.indptr))[stay]
    left, each = np.unique(each, return_inverse=True)  # terms that no text holds any more go
    numbers.update((old.terms[at], number) for number, at in enumerate(left.tolist()))
    return _Segment(each.astype(np.int64), rows[stay], old.counts[stay])


def _counted(
    rows: Sequence[int], texts: Iterable[str], numbers: dict[bytes, int], lengths: npt.NDArray[np.int32]
) -> _Segment:
    """The postings of some texts, read; notes new terms and the texts' lengths."""
    found = array("q")
    known: dict[str, int] = {}
    for row, text in zip(rows, texts, strict=True):
        before = len(found)
        for term in terms(text):
            number = known.get(term)
            if number is None:
                number = known[term] = numbers.setdefault(term.encode("utf-8", "surrogatepass"), len(numbers))
            found.append(number)
        lengths[row] = len(found) - before
    of_text = np.repeat(np.arange(len(rows)), lengths[rows])
    keys, counts = np.unique(np.frombuffer(found, np.int64) * len(rows) + of_text, return_counts=True)
    at = np.asarray(rows, np.int32)[keys % max(1, len(rows))]
    return _Segment(keys // max(1, len(rows)), at, np.minimum(counts, _MOST).astype(np.uint16))


def _joined(segments: Sequence[_Segment], numbers: dict[bytes, int], lengths: npt.NDArray[np.int32]) -> Postings:
    """The segments in one, under terms in order."""
    names = sorted(numbers)
    place = np.empty(len(names), np.int64)
    place[[numbers[name] for name in names]] = np.arange(len(names))
    each = [place[segment.numbers] for segment in segments]
    held = [np.bincount(terms, minlength=len(names)) for terms in each]
    indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(sum(held, np.zeros(len(names), np.int64)))])
    rows, counts = np.empty(int(indptr[-1]), np.int32), np.empty(int(indptr[-1]), np.uint16)
    free = indptr[:-1].copy()
    for segment, terms_, many in zip(segments, each, held, strict=True):
        order = np.argsort(terms_, kind="stable")
        first = np.cumsum(many) - many  # of each term, in this order
        at = np.repeat(free - first, many) + np.arange(len(order))
        rows[at], counts[at] = segment.rows[order], segment.counts[order]
        free += many
    return Postings(Lines.of(names), indptr, rows, counts, lengths)
