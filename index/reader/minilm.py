"""The reader that ships with the project: a MiniLM trained to read (training/reader), 23 MB, on the CPU."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.reader import Reading, SentenceScore, Text
from index.sentences import Span
from index.threads import share_the_processor

if TYPE_CHECKING:
    from index.reader.network import Network
    from index.reader.tokens import Pairs, PairTokenizer

SHIPPED = Path(__file__).with_name("weights") / "reader.safetensors"
SHIPPED_SHA256 = "dad3944e9c1a631137dd61d2fe3a9d09379c1a130b0a6fc5ca89a3650dfe69c2"
_AT_ONCE = 32
_SPAN_TOKENS = 30  # the longest answer in words that is looked for, as is usual for SQuAD


class MiniLMReader:
    """Reads with the shipped weights, or with those of another file that training/reader made. Loads at first use.

    bfloat16 where the processor has it in hardware, else float32. Raises EncoderError if the weights are missing or
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
    def _network(self) -> Network:
        import torch

        from index.reader.packed import unpack

        network = unpack(self._path) if self._path else unpack(SHIPPED, SHIPPED_SHA256)
        return network.to(torch.bfloat16) if torch.cpu.get_capabilities().get("avx512_bf16") else network

    @cached_property
    def _tokenizer(self) -> PairTokenizer:
        from index.reader.tokens import PairTokenizer

        return PairTokenizer()

    def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        return [
            r for begin in range(0, len(texts), _AT_ONCE) for r in self._read(question, texts[begin : begin + _AT_ONCE])
        ]

    def supports(self, claim: str, texts: Sequence[Text]) -> list[float]:
        """Log-odds that each text bears out the claim: a sentence, or a question with its answer."""
        from index.reader.network import SUPPORTS

        scores = []
        for begin in range(0, len(texts), _AT_ONCE):
            _, pair, _, _ = self._scores(claim, texts[begin : begin + _AT_ONCE])
            scores += pair[:, SUPPORTS].tolist()
        return scores

    def _scores(self, question: str, texts: Sequence[Text]) -> tuple[Pairs, npt.NDArray, npt.NDArray, npt.NDArray]:  # type: ignore[type-arg]
        import torch

        with self._lock:
            tokenizer, network = self._tokenizer, self._network
        pairs = tokenizer.pairs([(question, text) for text in texts])
        with torch.inference_mode():
            scores = network(pairs.batch)
        return pairs, scores.pair.numpy(), scores.span.numpy(), scores.sentence.numpy()

    def _read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        from index.reader.network import ANSWERS, RELEVANT

        pairs, pair, span, sentence = self._scores(question, texts)
        numbers = pairs.batch.sentences.numpy()
        readings = []
        for row, sentences in enumerate(pairs.sentences):
            read = {int(n) for n in np.unique(numbers[row]) if n >= 0}
            scored = (SentenceScore(*sentences[n], float(sentence[row, n])) for n in sorted(read))
            readings.append(
                Reading(
                    float(pair[row, RELEVANT]),
                    float(pair[row, ANSWERS]),
                    tuple(scored),
                    _best_span(span[row], pairs.offsets[row]),
                )
            )
        return readings


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
