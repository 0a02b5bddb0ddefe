"""What the confidence is worth: against values worked out by hand, and scikit-learn's where it has them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from eval.measures.abstention import (
    Numbers,
    Truths,
    accuracy_at_coverage,
    aurc,
    auroc,
    calibration,
    caught_at_coverage,
    expected_calibration_error,
    limit_at_coverage,
    risk_coverage,
)


def truths(text: str) -> Truths:
    """A truth for each digit: "10" is True, False."""
    return np.array([digit == "1" for digit in text], bool)


def test_auroc_counts_pairs_and_a_tie_is_half_a_pair() -> None:
    # answerable 0.9 and 0.5 against 0.5 and 0.1: three pairs the right way round, one tie
    assert auroc(np.array([0.9, 0.5, 0.5, 0.1]), truths("1100")) == pytest.approx(3.5 / 4)


def test_auroc_at_its_ends_and_where_the_confidence_is_always_the_same() -> None:
    confidence = np.array([0.9, 0.8, 0.2, 0.1])
    assert auroc(confidence, truths("1100")) == 1.0
    assert auroc(confidence, truths("0011")) == 0.0
    assert auroc(np.full(4, 0.7), truths("1010")) == 0.5


@pytest.mark.parametrize("answerable", ["111", "000", ""])
def test_auroc_without_one_of_the_groups_is_undefined(answerable: str) -> None:
    assert math.isnan(auroc(np.linspace(0, 1, len(answerable)), truths(answerable)))


@pytest.mark.parametrize("seed", range(5))
def test_auroc_agrees_with_scikit_learn(seed: int) -> None:
    generator = np.random.default_rng(seed)
    confidence = generator.random(200).round(1 + seed % 2)  # rounded: many ties
    answerable = generator.random(200) < 0.2 + 0.6 * confidence
    assert auroc(confidence, answerable) == pytest.approx(float(roc_auc_score(answerable, confidence)))


# ten answerable questions from 1.0 down to 0.1, and four that are not
TEN = [n / 10 for n in range(1, 11)]
MIXED = np.array([*TEN, 0.95, 0.2, 0.15, 0.05]), truths("1" * 10 + "0" * 4)


@pytest.mark.parametrize(
    ("answerable", "limit"),
    [
        (TEN, 0.2),  # nine of ten
        (TEN[:9], 0.1),  # eight of nine would be 89 %
        ([*TEN, 0.05], 0.1),  # ten of eleven are 91 %, nine of eleven 82 %
        ([*TEN, *TEN], 0.2),  # two of twenty are below
        ([0.4] * 5 + [0.7] * 5, 0.4),  # the five at 0.7 are half
        ([0.1, 0.1, *TEN[2:]], 0.1),  # the two lowest are answered together or not at all: 8 of 10 are too few
        ([0.6], 0.6),
    ],
)
def test_the_limit_is_the_highest_that_answers_nine_in_ten(answerable: list[float], limit: float) -> None:
    confidence = np.array([0.99, *reversed(answerable), 0.0])  # the unanswerable ones have no say in it
    assert limit_at_coverage(confidence, truths("0" + "1" * len(answerable) + "0"), 0.9) == limit


@pytest.mark.parametrize("percent", [1, 50, 55, 90, 95, 100])
def test_the_limit_is_as_high_as_whole_numbers_say(percent: int) -> None:
    for n in range(1, 300):  # a confidence of i for the i-th: those from the limit up are n - limit
        fewest = -(-n * percent // 100)
        assert n - limit_at_coverage(np.arange(n, dtype=float), truths("1" * n), percent / 100) == fewest


def at_coverage(confidence: Numbers, answerable: Truths, coverage: float = 0.9) -> tuple[float, float]:
    """Accuracy, and the share caught."""
    return (
        accuracy_at_coverage(confidence, answerable, coverage),
        caught_at_coverage(confidence, answerable, coverage),
    )


def test_accuracy_and_what_is_caught_at_the_limit() -> None:
    # limit 0.2: nine of ten are answered; 0.95 and 0.2 are too, which reach it; 0.15 and 0.05 are caught
    assert at_coverage(*MIXED) == pytest.approx(((9 + 2) / 14, 2 / 4))
    # limit 0.6: five of ten are answered, 0.95 alone of the others
    assert at_coverage(*MIXED, coverage=0.5) == pytest.approx(((5 + 3) / 14, 3 / 4))


def test_the_order_is_all_that_counts() -> None:
    confidence, answerable = MIXED
    assert at_coverage(np.log(confidence) - 5, answerable) == at_coverage(*MIXED)


def test_at_a_coverage_at_its_ends() -> None:
    confidence, answerable = np.array([0.9, 0.8, 0.2, 0.1]), truths("1100")
    assert at_coverage(confidence, answerable) == (1.0, 1.0)
    assert at_coverage(confidence, ~answerable) == (0.5, 0.0)
    assert at_coverage(np.full(4, 0.7), answerable) == (0.5, 0.0)


def test_what_has_no_confidence_is_not_answered_even_if_the_coverage_cannot_be_reached() -> None:
    none = -math.inf  # three of five answerable ones and one of two others have some confidence
    confidence, answerable = np.array([0.9, 0.5, 0.0, none, none, 0.3, none]), truths("1111100")
    assert limit_at_coverage(confidence, answerable, 0.9) == none
    assert at_coverage(confidence, answerable) == pytest.approx(((3 + 1) / 7, 1 / 2))


@pytest.mark.parametrize("answerable", ["111", "000", ""])
def test_at_a_coverage_without_one_of_the_groups_is_undefined(answerable: str) -> None:
    confidence = np.linspace(0, 1, len(answerable))
    assert all(math.isnan(value) for value in at_coverage(confidence, truths(answerable)))
    assert math.isnan(limit_at_coverage(confidence, truths(answerable), 0.9)) is ("1" not in answerable)


def test_questions_of_equal_confidence_are_answered_together() -> None:
    coverage, risk = risk_coverage(np.array([0.1, 0.9, 0.5, 0.9]), truths("0110"))
    # 0.9 twice (one wrong), then 0.5 (right), then 0.1 (wrong)
    assert coverage.tolist() == [0.5, 0.75, 1.0]
    assert risk.tolist() == pytest.approx([1 / 2, 1 / 3, 2 / 4])


def test_the_order_among_ties_does_not_matter() -> None:
    one = risk_coverage(np.array([0.9, 0.9, 0.9, 0.2]), truths("1001"))
    other = risk_coverage(np.array([0.2, 0.9, 0.9, 0.9]), truths("1010"))
    assert [x.tolist() for x in one] == [x.tolist() for x in other]


def test_aurc_weighs_each_risk_by_the_coverage_gained() -> None:
    # the three points above: 0.5 * 1/2 + 0.25 * 1/3 + 0.25 * 2/4
    assert aurc(np.array([0.1, 0.9, 0.5, 0.9]), truths("0110")) == pytest.approx(0.25 + 0.25 / 3 + 0.125)


def test_aurc_is_the_share_wrong_if_the_confidence_says_nothing_and_less_if_it_orders_well() -> None:
    assert aurc(np.full(4, 0.5), truths("1000")) == pytest.approx(0.75)
    # right, right, wrong, wrong in this order: (0 + 0 + 1/3 + 2/4) / 4; the other way round: (1 + 1 + 2/3 + 2/4) / 4
    confidence = np.array([0.9, 0.8, 0.2, 0.1])
    assert aurc(confidence, truths("1100")) == pytest.approx((1 / 3 + 1 / 2) / 4)
    assert aurc(confidence, truths("0011")) == pytest.approx((2 + 2 / 3 + 1 / 2) / 4)


def test_bins_hold_their_lower_bound_and_the_last_one_holds_one() -> None:
    found = calibration(np.array([1.0, 0.95, 0.0, 0.1, 0.19]), truths("10011"))
    assert [(b.low, b.high, b.n, b.right) for b in found] == [
        (0.0, 0.1, 1, 0.0),
        (0.1, 0.2, 2, 1.0),
        (0.9, 1.0, 2, 0.5),
    ]
    assert [b.confidence for b in found] == pytest.approx([0.0, 0.145, 0.975])


def test_calibration_error_weighs_bins_by_their_questions() -> None:
    # bin 0: |0.05 - 0| over 1 question; bin 9: |0.975 - 0.5| over 2: (0.05 + 2 * 0.475) / 3
    found = expected_calibration_error(np.array([0.05, 0.95, 1.0]), truths("010"))
    assert found == pytest.approx((0.05 + 0.95) / 3)
    assert expected_calibration_error(np.array([1.0, 0.0]), truths("10")) == 0.0
    assert expected_calibration_error(np.array([1.0, 0.0]), truths("01")) == 1.0


def test_without_questions_there_is_nothing_to_say() -> None:
    nothing = np.array([])
    assert math.isnan(aurc(nothing, truths("")))
    assert math.isnan(expected_calibration_error(nothing, truths("")))
    assert calibration(nothing, truths("")) == ()
    assert [x.tolist() for x in risk_coverage(nothing, truths(""))] == [[], []]
