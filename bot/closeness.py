"""How close candidate sentences come to a question word by word (late interaction, Khattab and Zaharia 2020)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bot.candidates import Candidate
from bot.question import Question
from index.encode import Encoder, TokenVectors
from index.stop_words import STOP_WORDS

Numbers = npt.NDArray[np.float64]

BY_WORDS = ("dense", "late", "late_before", "headline")  # the columns of `Closeness.rows`
_STOP_WEIGHT = 0.1


@dataclass(frozen=True)
class Closeness:
    """What is measured of those of the candidates whose numbers are in `compared`."""

    question: Question
    candidates: Sequence[Candidate]
    compared: Sequence[int]
    encoder: Encoder

    @cached_property
    def rows(self) -> list[tuple[float, float, float, float]]:
        """A row for each in `compared`: cosine, late interaction, that of the sentence before where it is a candidate
        too, and the cosine of the title where the sentence opens its article."""
        vector = self._question.sentence
        return [
            (
                float(self._tokens[self.candidates[i].attributed].sentence @ vector),
                self._late_score(i),
                self._late_score(self._before(i)),
                float(self._tokens[self._title(i)].sentence @ vector) if self._opens(i) else 0.0,
            )
            for i in self.compared
        ]

    def late(self, i: int) -> Numbers:
        """The best cosine of each question token with any of a candidate's tokens (MaxSim)."""
        question, tokens = self._question.vectors, self._tokens[self.candidates[i].attributed]
        return (question @ tokens.vectors.T).max(axis=1) if len(tokens.vectors) else np.zeros(len(question))

    @cached_property
    def content(self) -> npt.NDArray[np.bool_]:
        """Which question tokens are neither stop words nor marks."""
        return np.array(
            [t.lstrip("#▁Ġ").lower() not in STOP_WORDS and any(c.isalnum() for c in t) for t in self._question.tokens],
            dtype=bool,
        )

    @cached_property
    def about(self) -> npt.NDArray[np.bool_]:
        """Which question tokens say what is asked of the people and places named: content, but no names."""
        named = {token for name in self.question.names for token in self._tokens[name].tokens}
        unnamed = [token not in named for token in self._question.tokens]
        return np.asarray(self.content & np.array(unnamed, dtype=bool), dtype=np.bool_)

    def _late_score(self, i: int | None) -> float:
        if i is None or not len(self._question.vectors):  # nothing that the model knows is asked
            return 0.0
        weights = np.where(self.content, 1.0, _STOP_WEIGHT)
        return float(self.late(i) @ weights / weights.sum())

    def _before(self, i: int) -> int | None:
        candidate = self.candidates[i]
        return self._places.get((candidate.article.document.id, candidate.number - 1))

    @cached_property
    def _places(self) -> dict[tuple[str, int], int]:
        return {(c.article.document.id, c.number): i for i, c in enumerate(self.candidates)}

    def _title(self, i: int) -> str:
        return self.candidates[i].article.document.title

    def _opens(self, i: int) -> bool:
        """Whether a candidate is among its article's first sentences: those carry what the headline promises."""
        return self.candidates[i].number < 2

    @property
    def _question(self) -> TokenVectors:
        return self._tokens[self.question.text]

    @cached_property
    def _tokens(self) -> dict[str, TokenVectors]:
        """The vectors of all texts that are compared, by text; made in one go."""
        numbers = {n for i in self.compared for n in (i, self._before(i)) if n is not None}
        titles = [self._title(i) for i in self.compared if self._opens(i)]
        sentences = [self.candidates[n].attributed for n in sorted(numbers)]
        texts = list(dict.fromkeys([self.question.text, *self.question.names, *titles, *sentences]))
        return dict(zip(texts, self.encoder.encode_tokens(texts), strict=True))
