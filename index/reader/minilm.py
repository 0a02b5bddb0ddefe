"""The reader that ships with the project: a MiniLM trained to read (training/reader), 23 MB, on the CPU."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from index.network.batches import read_each
from index.network.towers import Tower, open_tower
from index.network.weights import Weights, sizes
from index.reader import Reading, SentenceScore, Text
from index.reader.heads import ANSWERS, RELEVANT, SUPPORTS, HeadScores, head_scores
from index.reader.packed import read_packed
from index.reader.tokens import Pairs, PairTokenizer, Tokens
from index.sentences import Span
from index.threads import share_the_processor

SHIPPED = Path(__file__).with_name("weights") / "reader.safetensors"
SHIPPED_SHA256 = "dad3944e9c1a631137dd61d2fe3a9d09379c1a130b0a6fc5ca89a3650dfe69c2"
_AT_ONCE = 32
_SPAN_TOKENS = 30  # the longest answer in words that is looked for, as is usual for SQuAD


class MiniLMReader:
    """Reads with the shipped weights, or with those of another file that training/reader made. Loads at first use.

    By the fastest engine there is (`index.network.towers`). Raises EncoderError if the weights are missing or
    not what they should be.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = Lock()
        share_the_processor()

    @property
    def name(self) -> str:
        return "footnote" if self._path is None else str(self._path)

    @cached_property
    def _network(self) -> tuple[Tower, Weights]:
        """The encoder, and the weights of the heads among all."""
        weights, shape = read_packed(self._path) if self._path else read_packed(SHIPPED, SHIPPED_SHA256)
        heads = {name: weight for name, weight in weights.items() if name not in sizes(shape)}
        return open_tower(weights, shape), heads

    @cached_property
    def _tokenizer(self) -> PairTokenizer:
        return PairTokenizer()

    def load(self) -> None:
        """See `Loads`."""
        self._loaded()

    def _loaded(self) -> tuple[PairTokenizer, Tower, Weights]:
        with self._lock:
            return self._tokenizer, *self._network

    def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        return [
            r for begin in range(0, len(texts), _AT_ONCE) for r in self._read(question, texts[begin : begin + _AT_ONCE])
        ]

    def supports(self, claim: str, texts: Sequence[Text]) -> list[float]:
        """Log-odds that each text bears out the claim: a sentence, or a question with its answer."""
        return [
            float(scores.pair[SUPPORTS])
            for begin in range(0, len(texts), _AT_ONCE)
            for scores in self._scores(claim, texts[begin : begin + _AT_ONCE])[1]
        ]

    def _scores(self, question: str, texts: Sequence[Text]) -> tuple[Pairs, list[HeadScores]]:
        tokenizer, tower, heads = self._loaded()
        pairs = tokenizer.pairs([(question, text) for text in texts])
        lengths = pairs.mask.sum(1)
        ids, types = ([row[:n] for row, n in zip(of, lengths, strict=True)] for of in (pairs.ids, pairs.types))
        scores = {n: head_scores(v, pairs.numbers[n, : len(v)], heads) for n, v in read_each(tower, ids, types)}
        return pairs, [scores[n] for n in range(len(texts))]

    def _read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        pairs, found = self._scores(question, texts)
        return [_reading(*row) for row in zip(found, pairs.numbers, pairs.sentences, pairs.offsets, strict=True)]


def _reading(scores: HeadScores, numbers: Tokens, sentences: list[Span], offsets: Tokens) -> Reading:
    read = sorted({int(n) for n in np.unique(numbers) if n >= 0})
    scored = (SentenceScore(*sentences[n], float(scores.sentence[n])) for n in read)
    pair = scores.pair
    return Reading(float(pair[RELEVANT]), float(pair[ANSWERS]), tuple(scored), _best_span(scores.span, offsets))


def _best_span(scores: npt.NDArray[np.float32], offsets: npt.NDArray[np.int64]) -> Span | None:
    """The span of the text whose start and end score highest together; None if no token of the text was read."""
    inside = np.flatnonzero(offsets[:, 0] >= 0)
    if not len(inside):
        return None
    start, end = scores[inside, 0], scores[inside, 1]
    total = start[:, None] + end[None, :]
    allowed = np.triu(np.ones(total.shape, bool)) & ~np.triu(np.ones(total.shape, bool), _SPAN_TOKENS)
    first, last = np.unravel_index(np.where(allowed, total, -np.inf).argmax(), total.shape)
    return int(offsets[inside[first], 0]), int(offsets[inside[last], 1])
