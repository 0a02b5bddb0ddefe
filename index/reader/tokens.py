"""Questions and passages to the tensors that the network reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.chunk import embedding_text
from index.encode import DEFAULT_MODEL
from index.encoders.find import find_model
from index.reader import Text
from index.sentences import Span, split_sentences

if TYPE_CHECKING:
    from index.network.torch import Batch

WINDOW = 256  # tokens of question, title and passage together
Tokens = npt.NDArray[np.int64]
_QUESTION = 64  # tokens of the question that are read


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs as the network takes them, with the way back to their texts.

    `ids`, `types`, `mask` and `numbers` have shape (pairs, tokens); `numbers` tells which sentence of the text a token
    belongs to, -1 for all other tokens, and `most` is the highest number of sentences in a text. `sentences` are those
    of each text; `offsets` are arrays of shape (tokens, 2), each token's place in the text, (-1, -1) for what is not a
    token of it.
    """

    ids: Tokens
    types: Tokens
    mask: Tokens
    numbers: Tokens
    most: int
    sentences: list[list[Span]]
    offsets: list[Tokens]

    @property
    def batch(self) -> Batch:
        """The same as tensors."""
        import torch

        from index.network.torch import Batch

        ids, types, mask, numbers = map(torch.from_numpy, (self.ids, self.types, self.mask, self.numbers))
        return Batch(ids, types, mask, numbers, self.most)


class PairTokenizer:
    """Tokenises a question with texts; the end of what does not fit is cut off, never the question's beginning."""

    def __init__(self, folder: Path | None = None) -> None:
        from tokenizers import Tokenizer

        file = str((folder or find_model(DEFAULT_MODEL)) / "tokenizer.json")
        self._tokenizer: Any = Tokenizer.from_file(file)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(WINDOW, strategy="only_second")
        self._questions: Any = Tokenizer.from_file(file)  # the other one refuses a long text that is no pair
        self._questions.no_padding()
        self._questions.enable_truncation(_QUESTION)

    def pairs(self, asked: Sequence[tuple[str, Text]]) -> Pairs:
        """The pairs of question and text as one batch, padded to the longest."""
        whole = [embedding_text(text.title, text.text) for _, text in asked]
        questions = {q: self._cut(q) for q in {q for q, _ in asked}}
        encoded = self._tokenizer.encode_batch([(questions[q], w) for (q, _), w in zip(asked, whole, strict=True)])
        longest = max(len(e.ids) for e in encoded)
        ids, types, mask = (np.zeros((len(asked), longest), np.int64) for _ in range(3))
        numbers = np.full((len(asked), longest), -1, np.int64)
        sentences, offsets = [], []
        for row, ((_, text), full, tokens) in enumerate(zip(asked, whole, encoded, strict=True)):
            n = len(tokens.ids)
            ids[row, :n], types[row, :n], mask[row, :n] = tokens.ids, tokens.type_ids, 1
            places = np.array(tokens.offsets, np.int64) - (len(full) - len(text.text))
            inside = (types[row, :n] == 1) & (places[:, 0] >= 0) & (places[:, 1] > places[:, 0])
            places[~inside] = -1
            spans = split_sentences(text.text)
            if spans:
                found = np.searchsorted([start for start, _ in spans], places[:, 0], side="right") - 1
                numbers[row, :n] = np.where(inside, found, -1)
            sentences.append(spans)
            offsets.append(places)
        most = max(map(len, sentences), default=0) or 1
        return Pairs(ids, types, mask, numbers, most, sentences, offsets)

    def _cut(self, question: str) -> str:
        places = self._questions.encode(question, add_special_tokens=False).offsets
        return question if len(places) < _QUESTION else question[: places[-1][1]]
