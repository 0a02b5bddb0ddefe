"""The packaged model by our own network gives what sentence-transformers gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.encoders.network import NetworkEncoder
from index.encoders.sentence import SentenceTransformerEncoder
from index.errors import EncoderError
from tests.test_imports import ROOT

TEXTS = [
    "The tram opens in May.",
    "",
    "ß ü 漢字 עברית 🚋 " * 100,
    "word " * 400,
    "a",
    *(path.read_text("utf-8")[:900] for path in sorted((ROOT / "data" / "articles").iterdir())),
]


@pytest.fixture(scope="module")
def both() -> tuple[NetworkEncoder, SentenceTransformerEncoder]:
    return NetworkEncoder(), SentenceTransformerEncoder()


def test_vectors_are_those_of_sentence_transformers(both: tuple[NetworkEncoder, SentenceTransformerEncoder]) -> None:
    ours, theirs = (encoder.encode(TEXTS) for encoder in both)
    assert (ours * theirs).sum(axis=1).min() >= 0.999
    assert np.allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)


def test_tokens_and_their_vectors_are_too(both: tuple[NetworkEncoder, SentenceTransformerEncoder]) -> None:
    for ours, theirs in zip(*(encoder.encode_tokens(TEXTS) for encoder in both), strict=True):
        assert ours.tokens == theirs.tokens
        assert ours.sentence @ theirs.sentence >= 0.999
        if ours.tokens:
            assert (ours.vectors * theirs.vectors).sum(axis=1).min() >= 0.995


def test_counts_limits_and_names_are_too(both: tuple[NetworkEncoder, SentenceTransformerEncoder]) -> None:
    ours, theirs = both
    assert ours.count_tokens(TEXTS) == theirs.count_tokens(TEXTS)
    assert (ours.spec, ours.max_tokens) == (theirs.spec, theirs.max_tokens)


@pytest.mark.slow
def test_the_order_of_the_texts_is_kept_and_company_changes_little(both: tuple[NetworkEncoder, object]) -> None:
    ours = both[0]
    alone = np.stack([ours.encode([text])[0] for text in TEXTS])
    assert (ours.encode(TEXTS) * alone).sum(axis=1).min() >= 0.999


def test_changed_weights_are_refused(tmp_path: Path, both: tuple[NetworkEncoder, object]) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for file in both[0]._folder.iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes()[: None if file.suffix == ".json" else -1])
    changed = NetworkEncoder()
    changed.__dict__["_folder"] = folder
    with pytest.raises(EncoderError, match="damaged or changed"):
        changed.encode(["a"])
    (folder / "tokenizer.json").write_text("{]")
    with pytest.raises(EncoderError, match=r"packaged model is damaged: its tokenizer.json .*force-reinstall"):
        changed.count_tokens(["a"])


def test_sentence_transformers_is_not_loaded_for_it() -> None:
    code = (
        "import sys; from index.encode import open_encoder; open_encoder().encode(['a']);"
        "print({'transformers', 'sentence_transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout == "set()\n", done.stderr
