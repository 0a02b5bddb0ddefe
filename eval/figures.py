"""From outcomes to figures: means with intervals, curves, latency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from eval.interval import Statistic, mean_intervals, statistic_interval
from eval.measures.abstention import (
    accuracy_at_coverage,
    aurc,
    auroc,
    calibration,
    caught_at_coverage,
    expected_calibration_error,
    risk_coverage,
)
from eval.measures.table import MEASURES
from eval.results import Bin, Figure, Outcome, Spread

_CURVE_POINTS = 100
_COVERAGE = 0.9


class Confidences:
    """The confidence of each question beside what it promised: whether it is answerable, whether it was right.

    A question without gold words has no place in what is measured of being right. A failed one has the worst
    confidence that it could have: below all others if it is answerable, above all others if it is not, and full
    confidence in its being right.
    """

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        would_be = [o.would_be_right for o in outcomes]
        worst = {True: -np.inf, False: np.inf}
        self.all = np.array([worst[o.answerable] if o.response.error else o.response.confidence for o in outcomes])
        self.answerable = np.array([o.answerable for o in outcomes], bool)
        judged = np.array([w is not None for w in would_be], bool)
        promised = np.array([1.0 if o.response.error else o.response.confidence for o in outcomes])
        self.judged = promised[judged]
        self.right = np.array([w for w in would_be if w is not None], bool)


def mean_figures(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """The mean of each measure over the questions that it applies to, with its interval."""
    names = [m.name for m in MEASURES if any(m.name in o.scores for o in outcomes)]
    if not names:
        return {}
    values = np.array([[o.scores.get(name, np.nan) for name in names] for o in outcomes])
    means, low, high = mean_intervals(values)
    counts = (~np.isnan(values)).sum(axis=0)
    return {
        name: Figure(float(means[i]), float(low[i]), float(high[i]), int(counts[i])) for i, name in enumerate(names)
    }


def confidence_figures(found: Confidences, *, calibrated: bool) -> dict[str, Figure]:
    """What the confidence is worth: AUROC, what a limit at 90 % coverage gives, and the area under risk-coverage.

    Where it is meant as a probability, its calibration error too. What is drawn for an interval are all questions:
    each resample has a limit of its own.
    """
    figures: dict[str, Figure] = {}
    if found.answerable.any() and not found.answerable.all():
        n, unanswerable = len(found.all), int((~found.answerable).sum())
        figures["auroc"] = _figure(n, lambda rows: auroc(found.all[rows], found.answerable[rows]))
        figures["accuracy@90"] = _figure(
            n, lambda rows: accuracy_at_coverage(found.all[rows], found.answerable[rows], _COVERAGE)
        )
        caught = _figure(n, lambda rows: caught_at_coverage(found.all[rows], found.answerable[rows], _COVERAGE))
        figures["caught@90"] = replace(caught, n=unanswerable)
    if len(found.judged):
        figures["aurc"] = _figure(len(found.judged), lambda rows: aurc(found.judged[rows], found.right[rows]))
        if calibrated:
            figures["ece"] = _figure(
                len(found.judged), lambda rows: expected_calibration_error(found.judged[rows], found.right[rows])
            )
    return figures


def _figure(n: int, statistic: Statistic) -> Figure:
    value, low, high = statistic_interval(n, statistic)
    return Figure(value, low, high, n)


def curve(found: Confidences) -> tuple[tuple[float, float], ...]:
    """The risk-coverage curve, thinned to about a hundred points."""
    coverage, risk = risk_coverage(found.judged, found.right)
    if not len(coverage):
        return ()
    kept = sorted({round(i) for i in np.linspace(0, len(coverage) - 1, min(len(coverage), _CURVE_POINTS))})
    return tuple((float(coverage[i]), float(risk[i])) for i in kept)


def reliability(found: Confidences) -> tuple[Bin, ...]:
    """The bins of the calibration plot."""
    return calibration(found.judged, found.right) if len(found.judged) else ()


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, tuple[int, int]]:
    """(questions, right ones) by kind, among those that can be told."""
    kinds: dict[str, tuple[int, int]] = {}
    for outcome in outcomes:
        if outcome.right is not None:
            n, right = kinds.get(outcome.kind, (0, 0))
            kinds[outcome.kind] = (n + 1, right + outcome.right)
    return kinds


def latencies(timings: Sequence[Mapping[str, float]]) -> dict[str, Spread]:
    """Median and 95th percentile of each stage over the questions that were answered, stages that took time only."""
    stages = list(dict.fromkeys(stage for t in timings for stage in t))
    values = {stage: [t.get(stage, 0.0) for t in timings] for stage in stages}
    return {
        stage: Spread(float(np.percentile(v, 50)), float(np.percentile(v, 95)))
        for stage, v in values.items()
        if max(v) > 0
    }
