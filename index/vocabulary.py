"""How the indexed articles spell their words, and a question respelt to match: people mistype names most of all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from index.spellings import WORD, Spellings

_SHORTEST = 5  # a shorter word has too many neighbours
_LONG = 8  # from here on, two slips are still recognised


class Vocabulary:
    """The words of a set of texts with how often each stands there: those of documents whose label set is `seen`, as
    `index.spellings` numbers them, of all with None."""

    def __init__(self, spellings: Spellings, seen: npt.NDArray[np.bool_] | None = None) -> None:
        self._spellings, self._seen = spellings, seen

    @classmethod
    def of(cls, texts: Iterable[str]) -> Vocabulary:
        """The words of these texts."""
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(WORD.findall(text))
        return cls(Spellings.of({"": counts}))

    def __contains__(self, word: str) -> bool:
        return bool(self._spellings.of_word(word.casefold(), self._seen))

    @cached_property
    def _count(self) -> dict[str, int]:
        """How often each word stands there, however it is spelt; wanted only for a word that is not known."""
        counts: dict[str, int] = {}
        for word, _, count in self._spellings.every(self._seen):
            counts[word] = counts.get(word, 0) + count
        return counts

    @cached_property
    def _words(self) -> list[str]:
        return list(self._count)

    def _spelt(self, word: str) -> str:
        """The word as it is mostly spelt."""
        found = self._spellings.of_word(word, self._seen)
        return max(found, key=lambda spelling: found[spelling])

    def nearest(self, word: str) -> str | None:
        """The known word, as it is mostly spelt, that `word` is a slip of; None if there is no clear one.

        A slip is a letter too many, too few, wrong, or two swapped (optimal string alignment; Damerau 1964): one
        of them, or two in a word of eight letters or more, never in the first letter alone. A known word with
        more at its end ("liken", "router") is taken for a word of its own.
        """
        low = word.casefold()
        if len(low) < _SHORTEST:
            return None
        slips = 2 if len(low) >= _LONG else 1
        found = [
            (distance, -self._count[known], known)
            for known, distance, _ in extract(low, self._words, scorer=OSA.distance, score_cutoff=slips, limit=20)
            if (known[0] == low[0] or known[:2] == low[1::-1]) and not low.startswith(known)
        ]
        return self._spelt(min(found)[2]) if found else None

    def respell(self, question: str, is_word: Callable[[str], bool]) -> str:
        """The question with each slip mended. What the texts hold, or `is_word` knows as a word, is left alone."""

        def mended(match: re.Match[str]) -> str:
            word = match.group(0)
            if word in self or is_word(word):
                return word
            return self.nearest(word) or word

        return WORD.sub(mended, question)
