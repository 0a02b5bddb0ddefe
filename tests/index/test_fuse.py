"""Fusion by rank, and the spreading over sources."""

from __future__ import annotations

import pytest

from index.fuse import RRF_K, diversify, reciprocal_rank_fusion


def test_a_score_is_the_sum_of_reciprocal_ranks() -> None:
    scores = reciprocal_rank_fusion([[7, 8], [8, 9]])
    assert scores[7] == pytest.approx(1 / (RRF_K + 1))
    assert scores[8] == pytest.approx(1 / (RRF_K + 2) + 1 / (RRF_K + 1))
    assert scores[9] == pytest.approx(1 / (RRF_K + 2))
    assert max(scores, key=scores.__getitem__) == 8


def test_nothing_fused_is_nothing() -> None:
    assert reciprocal_rank_fusion([[], []]) == {}
    assert diversify({}, {}, 5) == []


def test_a_long_source_does_not_fill_the_list() -> None:
    scores = {i: 1.0 - i / 1000 for i in range(10)} | {20: 0.95, 30: 0.94}
    source = dict.fromkeys(range(10), "long") | {20: "b", 30: "c"}
    assert diversify(scores, source, 3) == [0, 20, 30]


def test_a_clearly_better_second_passage_still_gets_in() -> None:
    assert diversify({1: 1.0, 2: 0.9, 3: 0.5}, {1: "a", 2: "a", 3: "b"}, 2) == [1, 2]


def test_without_a_decay_the_order_is_that_of_the_scores() -> None:
    scores = {1: 0.2, 2: 0.9, 3: 0.5, 4: 0.5}
    assert diversify(scores, dict.fromkeys(scores, "a"), 10, decay=1) == [2, 3, 4, 1]


def test_each_item_once_and_no_more_than_k() -> None:
    scores = {i: 1 / (i + 1) for i in range(20)}
    chosen = diversify(scores, {i: str(i % 3) for i in scores}, 7)
    assert len(chosen) == len(set(chosen)) == 7
    assert len(diversify(scores, {i: str(i % 3) for i in scores}, 99)) == 20
