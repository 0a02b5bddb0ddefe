"""How well the confidence tells what can be answered, and what it promises."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from eval.results import Bin

Numbers = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
_BINS = 10
_ROUNDING = 1e-9  # a product a hair above a whole number is that number


def auroc(confidence: Numbers, answerable: Truths) -> float:
    """Area under the ROC curve: P(confidence of an answerable question > of an unanswerable one), ties half.

    The Mann-Whitney U of the two groups over the product of their sizes (Hanley and McNeil 1982). NaN if one
    group is empty.
    """
    yes, no = confidence[answerable], np.sort(confidence[~answerable])
    if not len(yes) or not len(no):
        return float("nan")
    below, up_to = np.searchsorted(no, yes, side="left"), np.searchsorted(no, yes, side="right")
    return float((below + up_to).sum() / (2 * len(yes) * len(no)))


def limit_at_coverage(confidence: Numbers, answerable: Truths, coverage: float) -> float:
    """The highest limit at which at least the share `coverage`, in (0, 1], of the answerable questions is answered.

    With the n answerable confidences in descending order c_1 >= ... >= c_n: c_k for k = ceil(coverage * n).
    Questions of equal confidence are answered together. NaN without answerable questions.
    """
    yes = np.sort(confidence[answerable])
    if not len(yes):
        return float("nan")
    return float(yes[-math.ceil(coverage * len(yes) - _ROUNDING)])


def accuracy_at_coverage(confidence: Numbers, answerable: Truths, coverage: float) -> float:
    """Share of all questions treated as they should be: answerable and answered, or unanswerable and not answered.

    Answered is what reaches `limit_at_coverage`; only the order of the confidences matters. One of minus infinity
    is none, and never answered, even if the coverage cannot be reached then. NaN if one group is empty.
    """
    if answerable.all() or not answerable.any():
        return float("nan")
    return float((_answered(confidence, answerable, coverage) == answerable).mean())


def caught_at_coverage(confidence: Numbers, answerable: Truths, coverage: float) -> float:
    """Share of the unanswerable questions that are not answered, as `accuracy_at_coverage` has it."""
    if answerable.all() or not answerable.any():
        return float("nan")
    return float((~_answered(confidence, answerable, coverage)[~answerable]).mean())


def _answered(confidence: Numbers, answerable: Truths, coverage: float) -> Truths:
    return (confidence >= limit_at_coverage(confidence, answerable, coverage)) & (confidence > -np.inf)


def risk_coverage(confidence: Numbers, right: Truths) -> tuple[Numbers, Numbers]:
    """Coverages and risks, most confident first: the share answered, and the share wrong among those.

    El-Yaniv and Wiener (JMLR 2010). Questions of equal confidence are answered together or not at all: a point
    for each confidence that occurs.
    """
    if not len(confidence):
        return np.array([]), np.array([])
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence = confidence[order]
    answered = np.arange(1, len(order) + 1)
    wrong = np.cumsum(~right[order])
    last_of_ties = np.append(sorted_confidence[1:] != sorted_confidence[:-1], True)
    return answered[last_of_ties] / len(order), wrong[last_of_ties] / answered[last_of_ties]


def aurc(confidence: Numbers, right: Truths) -> float:
    """Area under the risk-coverage curve (Geifman, Uziel and El-Yaniv, ICLR 2019): the mean risk over coverages.

    Each point's risk counts for the coverage gained since the point before. Lower is better; NaN without questions.
    """
    coverage, risk = risk_coverage(confidence, right)
    if not len(coverage):
        return float("nan")
    return float((np.diff(coverage, prepend=0.0) * risk).sum())


def calibration(confidence: Numbers, right: Truths) -> tuple[Bin, ...]:
    """The questions in ten bins of equal width; empty bins are left out. Confidence 1 falls into the last bin."""
    numbers = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    bins = []
    for number in range(_BINS):
        inside = numbers == number
        if inside.any():
            mean, share = float(confidence[inside].mean()), float(right[inside].mean())
            bins.append(Bin(number / _BINS, (number + 1) / _BINS, int(inside.sum()), mean, share))
    return tuple(bins)


def expected_calibration_error(confidence: Numbers, right: Truths) -> float:
    """ECE = sum over bins of n_bin / n * |mean confidence - share right| (Guo et al., ICML 2017, ten bins)."""
    if not len(confidence):
        return float("nan")
    return sum(b.n * abs(b.confidence - b.right) for b in calibration(confidence, right)) / len(confidence)
