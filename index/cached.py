"""An encoder and a reader that remember what they did last: the same articles are asked about again and again."""

from __future__ import annotations

from collections.abc import Sequence

from index.encode import Encoder, ModelSpec, TokenVectors, Vectors
from index.latest import Latest
from index.reader import Loads, Reader, Reading, Text


class CachedEncoder:
    """Wraps an encoder; `encode_tokens` keeps the last `size` texts (about 40 kB each at 25 tokens of 384 numbers)."""

    def __init__(self, encoder: Encoder, size: int = 2048) -> None:
        self._encoder = encoder
        self._tokens: Latest[str, TokenVectors] = Latest(size)

    @property
    def spec(self) -> ModelSpec:
        return self._encoder.spec

    @property
    def max_tokens(self) -> int:
        return self._encoder.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_tokens(texts)

    def encode(self, texts: Sequence[str]) -> Vectors:
        if len(texts) != 1:
            return self._encoder.encode(texts)
        (question,) = self.encode_tokens(texts)  # whose tokens are wanted next
        return question.sentence[None]

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        return self._tokens.get(texts, self._encoder.encode_tokens)


class CachedReader:
    """Wraps a reader, kept as `reader` for what else it can do; keeps the last `size` readings (about 1 kB each)."""

    def __init__(self, reader: Reader, size: int = 2048) -> None:
        self.reader = reader
        self._readings: Latest[tuple[str, Text], Reading] = Latest(size)

    @property
    def name(self) -> str:
        return self.reader.name

    def load(self) -> None:
        """See `Loads`."""
        if isinstance(self.reader, Loads):
            self.reader.load()

    def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        return self._readings.get(
            [(question, text) for text in texts], lambda keys: self.reader.read(question, [text for _, text in keys])
        )
