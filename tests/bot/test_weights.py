"""The fitted weights: a number for every feature, in the order of the features."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.weights import Weights, feature_names, weights_file


def raw(read: bool) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(weights_file(read).read_text("utf-8"))
    return found


@pytest.mark.parametrize("read", [False, True])
def test_every_feature_has_a_number_and_every_number_a_feature(read: bool) -> None:
    sentence, answerable = feature_names(read)
    assert list(raw(read)["sentence"]) == list(sentence)
    assert set(raw(read)["answerable"]) == {*answerable, "bias"}
    weights = Weights.load(read=read)
    assert weights.sentence.tolist() == [raw(read)["sentence"][name] for name in sentence]
    assert weights.answerable.tolist() == [raw(read)["answerable"][name] for name in answerable]
    assert weights.bias == raw(read)["answerable"]["bias"]
    assert np.isfinite([*weights.sentence, *weights.answerable, weights.bias]).all()


def test_the_readers_features_come_behind_the_others() -> None:
    for plain, read in zip(feature_names(False), feature_names(True), strict=True):
        assert read[: len(plain)] == plain
        assert len(set(read)) == len(read) > len(plain)


def test_the_files_say_where_they_come_from() -> None:
    for read in (False, True):
        assert raw(read)["fitted_by"] == "training/fit_weights.py"
        assert all("(" in source for source in raw(read)["data"])  # with its licence


@pytest.mark.parametrize(("part", "name"), [("sentence", "read"), ("answerable", "read_lead"), ("answerable", "bias")])
def test_a_missing_feature_is_an_error(tmp_path: Path, part: str, name: str) -> None:
    changed, path = raw(True), tmp_path / "weights.json"
    path.write_text(json.dumps(changed), "utf-8")
    Weights.load(read=True, path=path)
    del changed[part][name]
    path.write_text(json.dumps(changed), "utf-8")
    with pytest.raises(KeyError, match=name):
        Weights.load(read=True, path=path)


def test_weights_without_a_reader_do_not_do_for_one() -> None:
    with pytest.raises(KeyError, match="read"):
        Weights.load(read=True, path=weights_file(False))


def test_the_order_is_that_of_the_features_not_of_the_file(tmp_path: Path) -> None:
    turned, path = raw(True), tmp_path / "weights.json"
    for part in ("sentence", "answerable"):
        turned[part] = dict(reversed(turned[part].items()))
    path.write_text(json.dumps(turned), "utf-8")
    np.testing.assert_array_equal(Weights.load(read=True, path=path).sentence, Weights.load(read=True).sentence)


def test_a_probability_lies_between_0_and_1_and_rises_with_the_weights() -> None:
    weights = Weights(np.zeros(1), np.array([2.0, -1.0]), 0.5)
    assert weights.probability(np.array([0.0, 0.5])) == 0.5
    rising = [weights.probability(np.array([x, 0.0])) for x in (-50, -1, 0, 1, 9)]
    assert rising == sorted(rising)
    assert 0 < rising[0] < rising[-1] < 1
