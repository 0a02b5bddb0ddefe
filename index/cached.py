"""An encoder that remembers the texts it encoded last: the same articles are asked about again and again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from index.encode import Encoder, ModelSpec, TokenVectors, Vectors


class CachedEncoder:
    """Wraps an encoder; `encode_tokens` keeps the last `size` texts (about 40 kB each at 25 tokens of 384 numbers)."""

    def __init__(self, encoder: Encoder, size: int = 4096) -> None:
        self._encoder = encoder
        self._size = size
        self._kept: OrderedDict[str, TokenVectors] = OrderedDict()
        self._lock = Lock()

    @property
    def spec(self) -> ModelSpec:
        return self._encoder.spec

    @property
    def max_tokens(self) -> int:
        return self._encoder.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_tokens(texts)

    def encode(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode(texts)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(missing, self._encoder.encode_tokens(missing), strict=True))
        with self._lock:
            for text in known:
                self._kept[text] = known[text]
                self._kept.move_to_end(text)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return [known[text] for text in texts]
