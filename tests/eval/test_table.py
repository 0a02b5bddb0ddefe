"""The measures by name."""

from __future__ import annotations

import pytest

from eval.measures.table import BY_NAME, HEADLINE, MEASURES, shown


def test_names_and_labels_are_used_once() -> None:
    assert len(BY_NAME) == len(MEASURES) == len({m.label for m in MEASURES})
    assert set(HEADLINE) <= BY_NAME.keys()


@pytest.mark.parametrize("name", BY_NAME)
def test_each_says_what_it_means_and_where_to_look(name: str) -> None:
    assert len(BY_NAME[name].meaning.split()) >= 3
    assert len(BY_NAME[name].look_at.split()) >= 3


def test_labels_of_the_measures_at_a_depth_or_a_coverage() -> None:
    labels = {
        m.name: (m.label, m.group) for m in MEASURES if m.name in {"gold_words@1", "gold_words@3"} or "@90" in m.name
    }
    assert labels == {
        "gold_words@1": ("Gold words in 1 sentence", "answers"),
        "gold_words@3": ("Gold words in 3", "answers"),
        "accuracy@90": ("Accuracy at 90 % coverage", "abstention"),
        "caught@90": ("Caught at 90 % coverage", "abstention"),
    }


@pytest.mark.parametrize("name", ["failed", "aurc", "ece", "boilerplate"])
def test_of_these_less_is_better(name: str) -> None:
    assert BY_NAME[name].better == "lower"


def test_values_are_shown_as_people_read_them() -> None:
    assert shown("right", 2 / 3) == "66.7%"
    assert shown("ndcg@10", 2 / 3) == "0.667"
    assert shown("answer_words", 12.4) == "12"
