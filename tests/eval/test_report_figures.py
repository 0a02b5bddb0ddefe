"""Figures as cells: where measures that are not in the headline are shown, and that the headline keeps its columns."""

from __future__ import annotations

import pytest

from eval.measures.table import HEADLINE
from eval.report import page, summary, table_text
from eval.report.figures import GROUPS, groups, headline_names
from eval.report.view import suite_views
from tests.eval.cases import outcome, results, run

HEAD = {"right": 0.5, "gold_words": 0.75, "auroc": 0.875}
NEW = {"gold_words@1": 0.25, "gold_words@3": 0.5, "accuracy@90": 0.8125, "caught@90": 0.625}
LABELS = {
    "gold_words@1": "Gold words in 1 sentence",
    "gold_words@3": "Gold words in 3",
    "accuracy@90": "Accuracy at 90 % coverage",
    "caught@90": "Caught at 90 % coverage",
}
BEFORE = run(outcome("q1", right=1.0), outcome("q2", right=0.0), figures=HEAD)
AFTER = run(outcome("q1", right=1.0), outcome("q2", right=0.0), figures=HEAD | NEW)
UNREAD = run(outcome("q1", right=1.0), system="unread", figures=HEAD | dict.fromkeys(NEW, 0.125))


def test_each_stands_in_its_group_beside_what_it_goes_with() -> None:
    shown = {group: [row.measure.name for row in rows] for group, rows in groups([AFTER])}
    assert shown == {
        GROUPS["answers"]: ["right", "gold_words", "gold_words@1", "gold_words@3"],
        GROUPS["abstention"]: ["auroc", "accuracy@90", "caught@90"],
    }


def test_the_headline_and_the_tiles_are_as_they_were() -> None:
    assert not set(NEW) & set(HEADLINE)
    assert headline_names([AFTER]) == headline_names([BEFORE]) == HEADLINE
    assert table_text(results(AFTER)) == table_text(results(BEFORE))
    before, after = (suite_views(results(measured))[0] for measured in (BEFORE, AFTER))
    assert (after.mosaic, after.legend, after.headline) == (before.mosaic, before.legend, before.headline)
    assert after.verdict == before.verdict


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("gold_words@1", "**25.0%** [15.0–35.0%]"),
        ("gold_words@3", "**50.0%** [40.0–60.0%]"),
        ("accuracy@90", "**81.2%** [71.2–91.2%]"),
        ("caught@90", "**62.5%** [52.5–72.5%]"),
    ],
)
def test_the_value_is_a_percentage_and_the_better_system_is_marked(name: str, cell: str) -> None:
    rows = [[c.strip() for c in line.split("|")[1:-1]] for line in summary(results(UNREAD, AFTER)).splitlines()]
    assert [LABELS[name], cell, "12.5% [2.5–22.5%]"] in rows


def test_footnote_comes_before_its_unread_self_and_a_page_names_all() -> None:
    (view,) = suite_views(results(UNREAD, AFTER))
    assert [system.name for system in view.systems] == ["footnote", "unread"]
    html = page(results(UNREAD, AFTER))
    assert all(html.count(f">{label}<") >= 2 for label in LABELS.values()), "in the table, and where it is explained"


def test_what_a_suite_without_unanswerable_questions_does_not_measure_has_no_row() -> None:
    assert not any(label in summary(results(BEFORE)) for label in LABELS.values())
