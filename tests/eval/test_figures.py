"""From outcomes to figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from eval.figures import Confidences, by_kind, confidence_figures, curve, latencies, mean_figures, reliability
from eval.results import Spread
from tests.eval.cases import failed, outcome, said, silent


def confidences(*pairs: tuple[float, bool, bool | None]) -> Confidences:
    """One for each (confidence, answerable, right)."""
    outcomes = [
        replace(
            outcome(f"q{n}", response=said("It is old.", confidence=c)), answerable=answerable, would_be_right=right
        )
        for n, (c, answerable, right) in enumerate(pairs)
    ]
    return Confidences(outcomes)


def test_means_are_over_the_questions_that_a_measure_applies_to() -> None:
    found = mean_figures([outcome("a", right=1.0, token_f1=0.5), outcome("b", right=0.0), outcome("c", right=1.0)])
    assert set(found) == {"right", "token_f1"}
    assert (found["right"].value, found["right"].n) == pytest.approx((2 / 3, 3))
    assert (found["token_f1"].value, found["token_f1"].n) == (0.5, 1)
    assert found["token_f1"].low == found["token_f1"].high == 0.5
    assert 0.0 <= found["right"].low < 2 / 3 < found["right"].high <= 1.0


def test_no_scores_are_no_figures() -> None:
    assert mean_figures([outcome("a")]) == {}


def test_figures_of_the_confidence() -> None:
    found = confidence_figures(
        confidences((0.9, True, True), (0.5, True, False), (0.5, False, False), (0.1, False, False)), calibrated=True
    )
    assert found["auroc"].value == pytest.approx(3.5 / 4)
    # most confident first: 0 wrong of 1, then two wrong of 3, then three of 4: 1/4 * 0 + 2/4 * 2/3 + 1/4 * 3/4
    assert found["aurc"].value == pytest.approx(1 / 3 + 3 / 16)
    # |0.9 - 1|, two at 0.5 with none right, |0.1 - 0|: (0.1 + 2 * 0.5 + 0.1) / 4
    assert found["ece"].value == pytest.approx(0.3)
    # both answerable ones are to be answered, so the limit is 0.5, which one of the others reaches
    assert (found["accuracy@90"].value, found["caught@90"].value) == (0.75, 0.5)
    assert all(figure.low <= figure.value <= figure.high for figure in found.values())
    assert {name: figure.n for name, figure in found.items()} == {
        "auroc": 4, "accuracy@90": 4, "caught@90": 2, "aurc": 4, "ece": 4,
    }  # fmt: skip


def test_the_limit_at_90_moves_with_the_questions_that_are_drawn() -> None:
    # one of ten answerable questions lies below all others, and is drawn more than once in some of the resamples
    found = confidence_figures(
        confidences(
            (0.1, True, True), *((0.8, True, True) for _ in range(9)), *((0.5, False, False) for _ in range(10))
        ),
        calibrated=False,
    )
    assert (found["caught@90"].value, found["accuracy@90"].value) == (1.0, 19 / 20)
    assert (found["caught@90"].low, found["caught@90"].high) == (0.0, 1.0)
    assert found["accuracy@90"].low < 0.8


def test_a_confidence_that_is_no_probability_has_no_calibration() -> None:
    assert "ece" not in confidence_figures(confidences((0.9, True, True), (0.1, False, False)), calibrated=False)


def test_without_both_kinds_of_question_there_is_no_telling_them_apart() -> None:
    assert set(confidence_figures(confidences((0.9, True, True), (0.5, True, False)), calibrated=True)) == {
        "aurc",
        "ece",
    }


def test_questions_without_gold_words_have_no_place_in_what_is_measured_of_being_right() -> None:
    found = confidences((0.9, True, None), (0.5, True, True), (0.1, False, False))
    figures = confidence_figures(found, calibrated=True)
    assert (figures["auroc"].n, figures["aurc"].n, figures["ece"].n) == (3, 2, 2)
    assert curve(found) == ((0.5, 0.0), (1.0, 0.5))
    assert sum(b.n for b in reliability(found)) == 2
    nothing = confidences((0.9, True, None), (0.1, False, None))
    assert set(confidence_figures(nothing, calibrated=True)) == {"auroc", "accuracy@90", "caught@90"}
    assert (curve(nothing), reliability(nothing)) == ((), ())


def test_a_failed_question_tells_answerable_from_unanswerable_as_badly_as_it_can() -> None:
    good = [outcome("a", response=said("It is old.")), replace(outcome("u", response=silent()), answerable=False)]
    crashed = [outcome("b", response=failed()), replace(outcome("v", response=failed()), answerable=False)]
    assert confidence_figures(Confidences(good), calibrated=True)["auroc"].value == 1.0
    found = Confidences([*good, *crashed])
    # a failed one is below all that are answerable, or above all that are not: of the four pairs one is right
    figures = confidence_figures(found, calibrated=True)
    assert figures["auroc"].value == pytest.approx(1 / 4)
    # 90 % are out of reach: all that did not fail are answered, 0.9 as it should be, 0.1 as it should not
    assert (figures["accuracy@90"].value, figures["caught@90"].value) == (1 / 4, 0.0)
    nothing_works = confidence_figures(Confidences(crashed), calibrated=True)
    assert [nothing_works[name].value for name in ("auroc", "accuracy@90", "caught@90")] == [0.0] * 3


def test_a_failed_question_is_further_out_than_any_confidence() -> None:
    sure = [outcome("a", response=said("It is old.", confidence=1.0))]
    unsure = [replace(outcome("u", response=silent(0.0)), answerable=False)]
    crashed = [outcome("b", response=failed()), replace(outcome("v", response=failed()), answerable=False)]
    # 1 > 0 is the only pair the right way round: neither failure ties with a confidence at the end of the scale
    assert confidence_figures(Confidences([*sure, *unsure, *crashed]), calibrated=True)["auroc"].value == 1 / 4


def test_a_long_curve_is_thinned_and_keeps_its_ends() -> None:
    found = confidences(*((1 - n / 1000, True, n % 3 > 0) for n in range(500)))
    points = curve(found)
    assert 90 <= len(points) <= 101
    assert points[0] == (1 / 500, 1.0)
    assert points[-1] == pytest.approx((1.0, 167 / 500))
    assert list(points) == sorted(points)


def test_right_by_kind() -> None:
    outcomes = [
        outcome("a", kind="fact", right=1.0),
        outcome("b", kind="fact", right=0.0),
        outcome("c", kind="list", right=1.0),
        outcome("d", kind="fact"),  # cannot be told
        outcome("e", kind="open"),
    ]
    assert by_kind(outcomes) == {"fact": (2, 1), "list": (1, 1)}


def shown(spreads: Mapping[str, Spread]) -> dict[str, tuple[float, float]]:
    return {stage: (round(spread.p50, 6), round(spread.p95, 6)) for stage, spread in spreads.items()}


def test_latency_is_the_median_and_the_95th_percentile_of_each_stage_that_took_time() -> None:
    timings = [{"retrieve": float(n), "rerank": 0.0, "total": 2.0 * n} for n in range(1, 101)]
    assert shown(latencies(timings)) == {"retrieve": (50.5, 95.05), "total": (101.0, 190.1)}
    assert shown(latencies([{"total": 4.0}, {}])) == {"total": (2.0, 3.8)}
    assert latencies([]) == {}
