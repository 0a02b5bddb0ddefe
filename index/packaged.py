"""The packaged embedding model, all-MiniLM-L6-v2, by the network that the reader has too: the same weights and vectors
as by sentence-transformers, several times as fast, and loaded without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from index.encode import DEFAULT_MODEL, ModelSpec, TokenVectors, Vectors, checked_weights, find_model, normalize
from index.threads import share_the_processor

if TYPE_CHECKING:
    from index.reader.network import Tower

_WINDOW = 256  # tokens, [CLS] and [SEP] among them, as the model's own settings say
_SPECIAL = frozenset({"[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]"})
_ROWS, _LENGTHS = 8, 16  # what a batch of several texts is rounded up to
_TOKENS_AT_ONCE = 4096  # of a batch, what is padded among them
_Found = TypeVar("_Found")


class PackagedEncoder:
    """The packaged model on the CPU; bfloat16 where the processor has it in hardware, else float32. Loads at first use.

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
        import torch
        from safetensors.torch import load_file

        from index.reader.network import Shape, Tower, from_bert

        _ = self.spec  # the weights are those that were checked
        tower = Tower(Shape())
        tower.load_state_dict(from_bert(load_file(self._folder / "model.safetensors"), tower.shape))
        exact = not torch.cpu.get_capabilities().get("avx512_bf16")
        return tower.eval() if exact else tower.eval().to(torch.bfloat16)

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
        import torch

        with self._loading:
            tower = self._tower
        encodings = self._cut.encode_batch(list(texts))
        found: list[_Found | None] = [None] * len(texts)
        for rows in _batches([len(e.ids) for e in encodings]):
            # A few shapes only: kernels are made for a shape when it is first met, which takes as long as to use them.
            shape = _rounded(len(rows), _ROWS if len(rows) > 1 else 1), _rounded(len(encodings[rows[-1]].ids), _LENGTHS)
            ids, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
            mask[len(rows) :, 0] = 1  # of rows that are there to fill the shape
            for row, at in enumerate(rows):
                n = len(encodings[at].ids)
                ids[row, :n], mask[row, :n] = encodings[at].ids, 1
            with torch.inference_mode():
                given = torch.from_numpy(ids)
                states = tower.read(given, torch.zeros_like(given), torch.from_numpy(mask)).float().numpy()
            for row, at in enumerate(rows):
                found[at] = make(states[row, : len(encodings[at].ids)], encodings[at])
        return [one for one in found if one is not None]


def _rounded(number: int, step: int) -> int:
    return -(-number // step) * step


def _mean(vectors: Vectors) -> Vectors:
    mean: Vectors = normalize(vectors.mean(axis=0, keepdims=True))[0]
    return mean


def _batches(lengths: Sequence[int]) -> Iterator[npt.NDArray[np.int64]]:
    """The texts' numbers in batches of like lengths, the longest of each last."""
    order = np.argsort(lengths, kind="stable")
    begin = 0
    for end in range(1, len(order) + 1):
        if end == len(order) or lengths[order[end]] * (end + 1 - begin) > _TOKENS_AT_ONCE:
            yield order[begin:end]
            begin = end
