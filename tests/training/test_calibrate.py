"""Calibration: a scale and a shift that are known are found again."""

from __future__ import annotations

import numpy as np
import pytest

from training.calibrate import platt


@pytest.mark.parametrize(("scale", "shift"), [(1.0, 0.0), (2.0, -1.0), (0.5, 0.7)])
def test_a_known_scale_and_shift_are_found(scale: float, shift: float) -> None:
    chance = np.random.default_rng(0)
    score = chance.normal(0, 2, 20_000)
    truth = chance.random(len(score)) < 1 / (1 + np.exp(-(scale * score + shift)))
    assert platt(score, truth, np.ones(len(score))) == pytest.approx((scale, shift), abs=0.1)


def test_scores_that_tell_nothing_are_scaled_away() -> None:
    chance = np.random.default_rng(1)
    score, truth = chance.normal(0, 2, 20_000), chance.random(20_000) < 0.8
    assert platt(score, truth, np.ones(len(score))) == pytest.approx((0, np.log(4)), abs=0.1)


def test_scores_that_part_the_classes_stay_finite() -> None:
    scale, shift = platt(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([False, False, True, True]), np.ones(4))
    assert 1 < scale < 100
    assert shift == pytest.approx(0, abs=0.01)


def test_what_counts_a_third_moves_the_base_rate_a_third_as_much() -> None:
    score, truth = np.zeros(400), np.arange(400) < 100
    _, shift = platt(score, truth, np.where(truth, 1, 1 / 3))
    assert shift == pytest.approx(0, abs=0.01), "100 against 300 thirds"
