"""The packaged embedding model, all-MiniLM-L6-v2, by the network that the reader has too: the same weights and vectors
as by sentence-transformers, several times as fast, and loaded without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np

from index.encode import DEFAULT_MODEL, ModelSpec, TokenVectors, Vectors, checked_weights, find_model, normalize
from index.network.batches import read_each
from index.network.towers import Tower, open_tower
from index.network.weights import Shape, from_bert
from index.threads import share_the_processor

_WINDOW = 256  # tokens, [CLS] and [SEP] among them, as the model's own settings say
_SPECIAL = frozenset({"[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]"})
_Found = TypeVar("_Found")


class PackagedEncoder:
    """The packaged model on the CPU, by the fastest engine there is (`index.network.towers`). Loads at first use.

    Raises EncoderError if the package is missing or its weights are not those that were checked.
    """

    def __init__(self, name: str = DEFAULT_MODEL) -> None:
        self._name = name
        self._loading = Lock()
        share_the_processor()

    @cached_property
    def _folder(self) -> Path:
        return find_model(self._name)

    @cached_property
    def spec(self) -> ModelSpec:
        return ModelSpec(self._name, checked_weights(self._folder, self._name), 384)

    @property
    def max_tokens(self) -> int:
        return _WINDOW - len(("[CLS]", "[SEP]"))

    @cached_property
    def _whole(self) -> Any:
        from tokenizers import Tokenizer

        found = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        found.no_padding()
        found.no_truncation()
        return found

    @cached_property
    def _cut(self) -> Any:
        found = type(self._whole).from_str(self._whole.to_str())
        found.enable_truncation(_WINDOW)
        return found

    @cached_property
    def _tower(self) -> Tower:
        from safetensors.numpy import load_file

        _ = self.spec  # the weights are those that were checked
        shape = Shape()
        return open_tower(from_bert(load_file(self._folder / "model.safetensors"), shape), shape)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(e.ids) for e in self._whole.encode_batch(list(texts), add_special_tokens=False)] if texts else []

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.spec.dimension), np.float32)
        return np.stack(self._each(texts, lambda vectors, _: _mean(vectors)))

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        def found(vectors: Vectors, encoding: Any) -> TokenVectors:
            tokens = encoding.tokens
            kept = [i for i, token in enumerate(tokens) if token not in _SPECIAL]
            return TokenVectors(_mean(vectors), tuple(tokens[i] for i in kept), normalize(vectors[kept]))

        return self._each(texts, found)

    def _each(self, texts: Sequence[str], make: Callable[[Vectors, Any], _Found]) -> list[_Found]:
        """What `make` makes of the vectors of each text's tokens, special ones among them, in order."""
        with self._loading:
            tower = self._tower
        encodings = self._cut.encode_batch(list(texts))
        each = read_each(tower, [e.ids for e in encodings], [e.type_ids for e in encodings])
        made = {n: make(vectors, encodings[n]) for n, vectors in each}  # at once: all vectors together are too much
        return [made[n] for n in range(len(texts))]


def _mean(vectors: Vectors) -> Vectors:
    mean: Vectors = normalize(vectors.mean(axis=0, keepdims=True))[0]
    return mean
