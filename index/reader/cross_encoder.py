"""Any cross-encoder of sentence-transformers as a reader: it ranks passages, and knows nothing of sentences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from index.chunk import embedding_text
from index.errors import EncoderError
from index.reader import Reading, Text

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class CrossEncoderReader:
    """A cross-encoder with one score a pair, by hub id or local path, on the CPU. Loads at first use."""

    def __init__(self, name: str, *, batch_size: int = 32) -> None:
        self._name = name
        self._batch_size = batch_size

    @property
    def name(self) -> str:
        return self._name

    @cached_property
    def _model(self) -> CrossEncoder:
        from sentence_transformers import CrossEncoder
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # it only clutters the terminal
        try:
            model: CrossEncoder = CrossEncoder(self._name, device="cpu")
        except Exception as error:  # the library raises whatever its readers raise
            raise EncoderError(
                f"reader {self._name!r} cannot be loaded ({(str(error).strip().splitlines() or ['?'])[0][:200]}); set "
                "FOOTNOTE_READER to footnote, off, or a cross-encoder (hub id or local path)"
            ) from error
        if model.num_labels != 1:
            raise EncoderError(
                f"reader {self._name!r} gives {model.num_labels} scores a pair, not one of relevance; set "
                "FOOTNOTE_READER to a cross-encoder made for ranking"
            )
        return model

    def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        if not texts:
            return []
        from torch import nn

        pairs = [(question, embedding_text(text.title, text.text)) for text in texts]
        scores = self._model.predict(
            pairs, batch_size=self._batch_size, show_progress_bar=False, activation_fn=nn.Identity()
        )
        return [Reading(float(score)) for score in scores]
