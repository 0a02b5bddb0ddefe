"""What every `Encoder` promises, checked of each: the packaged model, the cache around it, the fake of these tests."""

from __future__ import annotations

import numpy as np
import pytest

from index.cached import CachedEncoder
from index.encode import Encoder, open_encoder
from index.encoders.sentence import SentenceTransformerEncoder
from tests.fakes import HashedWords

TEXTS = ["The ferry stops for the winter.", "Owls nest in the forest", "", "ferry", "naïve café 他 👩‍👧", "word " * 900]


@pytest.fixture(scope="module", params=["packaged", "any", "cached", "fake"])
def encoder(request: pytest.FixtureRequest, model: Encoder) -> Encoder:
    if request.param == "fake":
        return HashedWords()
    if request.param == "any":
        return SentenceTransformerEncoder()
    return model if request.param == "cached" else open_encoder()


def test_spec_names_the_model(encoder: Encoder) -> None:
    spec = encoder.spec
    assert spec.name and spec.checksum and spec.dimension > 0
    assert spec == encoder.spec


def test_vectors_are_unit_rows_in_order(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.spec.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for row, text in enumerate(TEXTS):
        assert encoder.encode([text])[0] @ vectors[row] > 0.999  # bfloat16 rounds by the company a text is in


def test_nothing_gives_nothing(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.spec.dimension)
    assert encoder.encode_tokens([]) == []
    assert encoder.count_tokens([]) == []


def test_same_words_are_nearer_than_others(encoder: Encoder) -> None:
    ferry, boat, owl = encoder.encode(
        ["The ferry stops for the winter.", "The ferry stops in winter.", "Bread is sold."]
    )
    assert ferry @ boat > ferry @ owl + 0.2


def test_tokens_are_counted_without_a_cut(encoder: Encoder) -> None:
    counts = encoder.count_tokens(TEXTS)
    assert counts[2] == 0
    assert counts[3] >= 1
    assert counts[-1] >= 900 > encoder.max_tokens
    assert encoder.count_tokens(["a b c", "a b c"])[0] == encoder.count_tokens(["a b c"])[0]


def test_what_is_longer_than_the_limit_is_cut_off(encoder: Encoder) -> None:
    fits = "word " * encoder.max_tokens
    assert encoder.count_tokens([fits]) == [encoder.max_tokens]
    within, beyond = encoder.encode([fits, fits + "ferry owl bread " * 50])
    np.testing.assert_allclose(within, beyond, atol=1e-4)
    almost = "word " * (encoder.max_tokens - 1)
    assert abs(float(encoder.encode([almost + "ferry"])[0] @ encoder.encode([almost + "word"])[0])) < 0.99999


def test_token_vectors_fit_the_tokens_and_the_sentence(encoder: Encoder) -> None:
    found = encoder.encode_tokens(TEXTS)
    assert len(found) == len(TEXTS)
    for text, tokens, vector in zip(TEXTS, found, encoder.encode(TEXTS), strict=True):
        assert tokens.vectors.shape == (len(tokens.tokens), encoder.spec.dimension)
        count = min(encoder.count_tokens([text])[0], encoder.max_tokens)
        # what a model has no token for ("[UNK]") need not have a vector
        assert len(tokens.tokens) == count if text.isascii() else len(tokens.tokens) <= count
        if tokens.tokens:
            np.testing.assert_allclose(np.linalg.norm(tokens.vectors, axis=1), 1, atol=1e-5)
        np.testing.assert_allclose(tokens.sentence, vector, atol=1e-3)
    assert all(token not in ("[CLS]", "[SEP]", "[PAD]") for tokens in found for token in tokens.tokens)


def test_a_cache_changes_nothing(model: Encoder) -> None:
    plain, cached = HashedWords(), CachedEncoder(HashedWords(), size=3)
    for _ in range(2):
        for one, other in zip(plain.encode_tokens(TEXTS), cached.encode_tokens(TEXTS), strict=True):
            assert one.tokens == other.tokens
            np.testing.assert_array_equal(one.vectors, other.vectors)
