"""A model that somebody chose: compared once, then by our own network alone, or by sentence-transformers."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.encode import TokenVectors, open_encoder
from index.encoders import checked
from index.encoders.checked import CheckedEncoder, compare
from index.encoders.network import NetworkEncoder
from index.encoders.sentence import SentenceTransformerEncoder
from index.errors import EncoderError
from index.network.towers import NoEngineError
from tests.fakes import HashedWords
from tests.test_imports import ROOT
from tests.tiny_models import make


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make("roberta", tmp_path_factory.mktemp("checked") / "model", "cls")


@pytest.fixture(scope="module")
def note(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is kept of the small model. Not to be changed."""
    cache = tmp_path_factory.mktemp("kept") / "cache"
    assert chosen(small, cache) is NetworkEncoder
    (kept,) = cache.iterdir()
    return kept


def chosen(folder: Path, cache: Path | None) -> type:
    encoder = open_encoder(str(folder), cache)
    assert isinstance(encoder, CheckedEncoder)
    assert encoder.encode(["Owls nest."]).shape == (1, encoder.spec.dimension)
    return type(encoder._chosen)


def test_it_is_compared_once_and_then_known(small: Path, note: Path) -> None:
    found = json.loads(note.read_text("utf-8"))
    assert found["ours"] is True and found["least_cosine"] > 0.999 and found["model"] == str(small)
    code = (
        "import sys; from pathlib import Path; from index.encode import open_encoder;"
        f"print(open_encoder({str(small)!r}, Path({str(note.parent)!r})).encode(['Owls nest.']).shape,"
        "{'torch', 'transformers', 'sentence_transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout == "(1, 48) set()\n", done.stderr


def test_another_kind_is_computed_by_sentence_transformers_which_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = make("bert", tmp_path / "model")
    (folder / "1_Pooling" / "config.json").write_text('{"embedding_dimension": 48, "pooling_mode": "lasttoken"}')
    with caplog.at_level(logging.WARNING):
        assert chosen(folder, tmp_path / "cache") is SentenceTransformerEncoder
    assert "by sentence-transformers, which takes longer: its pooling is lasttoken" in caplog.text
    caplog.clear()
    assert chosen(folder, tmp_path / "cache") is SentenceTransformerEncoder
    assert caplog.text == ""


def test_what_was_found_is_not_believed_of_other_files(small: Path, note: Path, tmp_path: Path) -> None:
    shutil.copy(note, tmp_path)
    settings = small / "sentence_bert_config.json"
    before = settings.read_text("utf-8")
    settings.write_text(json.dumps({**json.loads(before), "max_seq_length": 20}))
    try:
        assert chosen(small, tmp_path) is NetworkEncoder
    finally:
        settings.write_text(before)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("content", ["", "[]", '{"model": "m"}', '{"ours": true, "colour": "red"}', "\udcff"])
def test_a_damaged_note_is_found_out_again(
    content: str, small: Path, note: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = tmp_path / note.name
    kept.write_bytes(content.encode("utf-8", "surrogateescape"))
    with caplog.at_level(logging.WARNING):
        assert chosen(small, tmp_path) is NetworkEncoder
    assert "cannot be read and is found out again" in caplog.text
    assert kept.read_text("utf-8") == note.read_text("utf-8")


def test_where_nothing_can_be_kept_it_works_and_says_so(
    small: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_text("a file")
    with caplog.at_level(logging.WARNING):
        assert chosen(small, tmp_path / "cache") is NetworkEncoder
    assert "cannot be kept for the next start" in caplog.text


def test_without_a_place_to_keep_it_nothing_is_said(small: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert chosen(small, None) is NetworkEncoder
    assert caplog.text == ""


def test_without_openvino_sentence_transformers_computes(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checked, "find_spec", lambda name: None)
    assert chosen(small, tmp_path / "cache") is SentenceTransformerEncoder
    assert not (tmp_path / "cache").exists()


def test_an_engine_that_fails_on_this_machine_is_not_used(
    small: Path, note: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise NoEngineError("OpenVINO cannot be used (no such processor)")

    monkeypatch.setattr("index.encoders.network.open_openvino", refuse)
    with caplog.at_level(logging.WARNING):
        assert chosen(small, note.parent) is SentenceTransformerEncoder
    assert "no such processor" in caplog.text and "sentence-transformers is used" in caplog.text


def test_a_model_that_nobody_can_load_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"garbage")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match=r"cannot be loaded .*set FOOTNOTE_MODEL"):
        open_encoder(str(tmp_path), tmp_path / "cache").encode(["a"])


class Turned(HashedWords):
    """Vectors that look away."""

    def encode_tokens(self, texts: list[str]) -> list[TokenVectors]:  # type: ignore[override]
        return [TokenVectors(-one.sentence, one.tokens, one.vectors) for one in super().encode_tokens(texts)]


class Spelt(HashedWords):
    """Other tokens."""

    def encode_tokens(self, texts: list[str]) -> list[TokenVectors]:  # type: ignore[override]
        return [
            TokenVectors(one.sentence, tuple(t.upper() for t in one.tokens), one.vectors)
            for one in super().encode_tokens(texts)
        ]


class Counted(HashedWords):
    def count_tokens(self, texts: list[str]) -> list[int]:  # type: ignore[override]
        return [n + 1 for n in super().count_tokens(texts)]


class Narrow(HashedWords):
    @property
    def max_tokens(self) -> int:
        return super().max_tokens - 1


class Lost(HashedWords):
    """Vectors that are no numbers."""

    def encode_tokens(self, texts: list[str]) -> list[TokenVectors]:  # type: ignore[override]
        return [TokenVectors(one.sentence * np.nan, one.tokens, one.vectors) for one in super().encode_tokens(texts)]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (HashedWords(), ""),
        (Turned(), "other vectors, cosine -1"),
        (Lost(), "other vectors, cosine nan"),
        (Spelt(), "cut into other tokens"),
        (Counted(), "cut into other tokens"),
        (Narrow(), "another window"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_two_encoders_are_held_against_each_other(other: HashedWords, why: str) -> None:
    found = compare(other, HashedWords(), ["Owls nest in the forest.", "The tram opens in May."])
    assert found.ours == (not why)
    assert why in found.why
