"""Any model by sentence-transformers: slow to load and sure. The only place that knows that library for embedding."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encode import DEFAULT_MODEL, ModelSpec, TokenVectors, Vectors, normalize
from index.encoders.find import checked_weights, find_model, first_line
from index.errors import EncoderError
from index.threads import share_the_processor

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceTransformerEncoder:
    """Any sentence-transformers model, by hub id or local path, on the CPU. Loads at first use."""

    def __init__(self, name: str = DEFAULT_MODEL, *, batch_size: int = 32) -> None:
        self._name = name
        self._batch_size = batch_size
        share_the_processor()

    @cached_property
    def _folder(self) -> Path:
        return find_model(self._name)

    @cached_property
    def _model(self) -> SentenceTransformer:
        folder = self._folder
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # loading takes a moment; a bar for it only clutters the terminal
        try:
            return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except Exception as error:  # the library raises whatever its readers raise
            raise EncoderError(
                f"embedding model {self._name!r} cannot be loaded ({first_line(error)}); "
                "set FOOTNOTE_MODEL to a sentence-transformers model (hub id or local path)"
            ) from error

    @cached_property
    def spec(self) -> ModelSpec:
        checksum = checked_weights(self._folder, self._name)
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise EncoderError(f"embedding model {self._name!r} does not tell its dimension; choose another model")
        return ModelSpec(self._name, checksum, dimension)

    @cached_property
    def max_tokens(self) -> int:
        limit = self._model.max_seq_length or 512
        special = len(self._model.tokenizer("", add_special_tokens=True)["input_ids"])
        return int(limit) - special

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        tokens = self._model.tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in tokens["input_ids"]]

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.spec.dimension), np.float32)
        vectors = self._model.encode(
            list(texts), batch_size=self._batch_size, show_progress_bar=False, convert_to_numpy=True
        )
        return normalize(np.asarray(vectors, np.float32))

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        if not texts:
            return []
        # with output_value=None the library returns one dict of tensors a text, which its annotations leave out
        outputs: Any = self._model.encode(
            list(texts), batch_size=self._batch_size, show_progress_bar=False, output_value=None
        )
        special = set(self._model.tokenizer.all_special_ids)
        found = []
        for output in outputs:
            ids = output["input_ids"].tolist()[: int(output["attention_mask"].sum())]
            kept = [i for i, token in enumerate(ids) if token not in special]
            vectors = np.asarray(output["token_embeddings"].float().cpu(), np.float32)[kept]
            sentence = np.asarray(output["sentence_embedding"].float().cpu(), np.float32)[None, :]
            tokens = self._model.tokenizer.convert_ids_to_tokens([ids[i] for i in kept])
            found.append(TokenVectors(normalize(sentence)[0], tuple(tokens), normalize(vectors)))
        return found
