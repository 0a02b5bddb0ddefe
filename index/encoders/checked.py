"""A model that somebody chose: by our own network once it was seen to give what sentence-transformers gives."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

import numpy as np

from index.encode import Encoder, ModelSpec, TokenVectors, Vectors
from index.encoders.checkpoint import UnlikeError
from index.encoders.find import checked_weights, find_model
from index.encoders.network import NetworkEncoder
from index.encoders.probes import PROBES
from index.encoders.sentence import SentenceTransformerEncoder
from index.network.towers import LEAST_COSINE, NoEngineError

_LIBRARIES = ("openvino", "sentence-transformers", "tokenizers", "transformers")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether our network gives a model's vectors. `why` says why it does not; `least_cosine` is that of the vectors
    of both for the texts that they were compared on, None if it did not come to that."""

    model: str
    ours: bool
    why: str = ""
    least_cosine: float | None = None


class CheckedEncoder:
    """Any sentence-transformers model, by hub id or local path, on the CPU. Loads at first use.

    The first time, sentence-transformers loads it too and both encode some texts; from then on only one of them is
    loaded. What was found is kept in the folder `cache` for these files and these versions of the libraries; without
    one, or where it cannot be written, it is found out each time. Raises EncoderError if there is no such model.
    """

    def __init__(self, name: str, cache: Path | None = None) -> None:
        self._name = name
        self._cache = cache
        self._choosing = Lock()

    @cached_property
    def _chosen(self) -> Encoder:
        if find_spec("openvino") is None:
            return SentenceTransformerEncoder(self._name)
        key = self._key(find_model(self._name))
        verdict = self._kept(key)
        if verdict is None:
            verdict = _judge(self._name)
            self._keep(key, verdict)
            if verdict.ours:
                _log.info("model %r: OpenVINO gives its vectors, cosine %.5f", self._name, verdict.least_cosine)
            else:
                _log.warning(
                    "model %r is computed by sentence-transformers, which takes longer: %s", self._name, verdict.why
                )
        if verdict.ours:
            ours = NetworkEncoder(self._name)
            try:
                ours.load()
                return ours
            except NoEngineError as error:  # on another machine than the one where it was compared
                _log.warning("%s; sentence-transformers is used, which takes longer", error)
        return SentenceTransformerEncoder(self._name)

    def _key(self, folder: Path) -> str:
        """What stands for the model's files and what computes them."""
        digest = hashlib.sha256(checked_weights(folder, self._name).encode())
        for file in sorted(folder.rglob("*.json")):
            digest.update(f"{file.relative_to(folder)} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
        digest.update(" ".join(version(library) for library in _LIBRARIES).encode())
        return digest.hexdigest()[:32]

    def _kept(self, key: str) -> Verdict | None:
        if self._cache is None:
            return None
        try:
            return Verdict(**json.loads((self._cache / f"model-{key}.json").read_text("utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            _log.warning("what was found out of model %r cannot be read and is found out again: %s", self._name, error)
            return None

    def _keep(self, key: str, verdict: Verdict) -> None:
        if self._cache is None:
            return
        place = self._cache / f"model-{key}.json"
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            partial = place.with_suffix(f".{id(self)}")
            partial.write_text(json.dumps(asdict(verdict), ensure_ascii=False, indent=1) + "\n", "utf-8")
            partial.replace(place)
        except OSError as error:
            _log.warning("what was found out of model %r cannot be kept for the next start: %s", self._name, error)

    def _open(self) -> Encoder:
        with self._choosing:
            return self._chosen

    @property
    def spec(self) -> ModelSpec:
        return self._open().spec

    @property
    def max_tokens(self) -> int:
        return self._open().max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._open().count_tokens(texts)

    def encode(self, texts: Sequence[str]) -> Vectors:
        return self._open().encode(texts)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        return self._open().encode_tokens(texts)


def _judge(name: str) -> Verdict:
    ours = NetworkEncoder(name)
    try:
        ours.load()
    except (UnlikeError, NoEngineError) as error:
        return Verdict(name, False, str(error))
    return compare(ours, SentenceTransformerEncoder(name))


def compare(ours: Encoder, theirs: Encoder, texts: Sequence[str] = PROBES) -> Verdict:
    """Whether ours gives what theirs gives: the same tokens, and vectors that differ by rounding only."""
    name = theirs.spec.name
    if (ours.spec, ours.max_tokens) != (theirs.spec, theirs.max_tokens):
        return Verdict(name, False, "it has another window or width than its files say")
    pairs = list(zip(ours.encode_tokens(texts), theirs.encode_tokens(texts), strict=True))
    same = ours.count_tokens(texts) == theirs.count_tokens(texts)
    if not same or any(one.tokens != other.tokens for one, other in pairs):
        return Verdict(name, False, "its texts are cut into other tokens than its tokenizer.json says")
    least = float(np.min([one.sentence @ other.sentence for one, other in pairs]))
    if not least >= LEAST_COSINE:
        return Verdict(name, False, f"OpenVINO gives other vectors, cosine {least:.4f}", least)
    return Verdict(name, True, least_cosine=least)
