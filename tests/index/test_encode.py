"""Models found and refused. What an encoder promises is in contracts/test_encoder_contract.py."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from index.cached import CachedEncoder
from index.encode import DEFAULT_MODEL, Encoder, TokenVectors, normalize
from index.encoders.find import find_model
from index.encoders.sentence import SentenceTransformerEncoder
from index.errors import EncoderError
from tests.fakes import HashedWords


def test_the_packaged_model_goes_by_both_names() -> None:
    assert find_model(DEFAULT_MODEL) == find_model("all-MiniLM-L6-v2")
    assert list(find_model(DEFAULT_MODEL).glob("*.safetensors"))


def test_the_packaged_model_is_the_one_that_was_checked(model: Encoder) -> None:
    assert (model.spec.name, model.spec.dimension, model.max_tokens) == (DEFAULT_MODEL, 384, 254)
    assert model.spec.checksum.startswith("53aa51172d14")


def test_normalize_scales_rows_and_leaves_zeros() -> None:
    found = normalize(np.array([[3.0, 4.0], [0.0, 0.0]], np.float32))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.array([[0.6, 0.8], [0.0, 0.0]], np.float32), rtol=1e-6)


@pytest.mark.parametrize("name", ["/no/such/model", "./no-such-model", "~/no-such-model", "a/b/c", " "])
def test_a_missing_folder_is_not_looked_for_on_the_hub(name: str) -> None:
    with pytest.raises(EncoderError, match="FOOTNOTE_MODEL") as caught:
        find_model(name)
    assert repr(name) in str(caught.value)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"holds no weights .*give a model's folder"):
        find_model(str(tmp_path))


def test_a_folder_with_broken_weights_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"garbage")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match=r"cannot be loaded .*set FOOTNOTE_MODEL") as caught:
        SentenceTransformerEncoder(str(tmp_path)).encode(["a"])
    assert "\n" not in str(caught.value)


def test_making_an_encoder_loads_nothing() -> None:
    SentenceTransformerEncoder("/no/such/model")


def test_the_cache_encodes_each_text_once() -> None:
    class Counting(HashedWords):
        asked: ClassVar[list[str]] = []

        def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
            self.asked.extend(texts)
            return super().encode_tokens(texts)

    inner = Counting()
    cached = CachedEncoder(inner, size=2)
    first = cached.encode_tokens(["a b", "c", "a b"])
    again = cached.encode_tokens(["c", "a b"])
    assert inner.asked == ["a b", "c"]
    assert again == [first[1], first[0]]
    cached.encode_tokens(["d"])  # pushes out what was used longest ago
    cached.encode_tokens(["a b", "d"])
    assert inner.asked == ["a b", "c", "d"]
    cached.encode_tokens(["c"])
    assert inner.asked == ["a b", "c", "d", "c"]


def test_the_cache_holds_more_texts_in_one_call_than_its_size() -> None:
    cached = CachedEncoder(HashedWords(), size=1)
    assert len(cached.encode_tokens([str(i) for i in range(10)])) == 10
