"""An encoder and a reader that remember what they did last: the same articles are asked about again and again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Generic, TypeVar

from index.encode import Encoder, ModelSpec, TokenVectors, Vectors
from index.reader import Loads, Reader, Reading, Text

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")


class Latest(Generic[_K, _V]):
    """The values of the `size` keys asked for last."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[_K, _V] = OrderedDict()
        self._lock = Lock()

    def holds(self, key: _K) -> bool:
        """True if the value of the key is at hand."""
        with self._lock:
            return key in self._kept

    def get(self, keys: Sequence[_K], make: Callable[[list[_K]], Sequence[_V]]) -> list[_V]:
        """The value of each key; `make` is asked for those missing, in one call."""
        with self._lock:
            known = {key: self._kept[key] for key in keys if key in self._kept}
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            known.update(zip(missing, make(missing), strict=True))
        with self._lock:
            for key in known:
                self._kept[key] = known[key]
                self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return [known[key] for key in keys]


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
