"""What counts as shown, attributed and later, and that the cases are what they should be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.schema import Answer, AnswerSentence, Timings
from eval.contradictions.cases import Case, CaseArticle, CaseSide, read_cases
from eval.contradictions.measure import figure, judge, table
from eval.errors import SuiteError

ARTICLES = (
    CaseArticle(title="A", outlet="Harbour Gazette", author=None, published="2025-05-03", text="12 people were hurt."),
    CaseArticle(title="B", outlet="Harbour Post", author=None, published="2025-05-05", text="17 people were hurt."),
)
SIDES = (
    CaseSide(outlet="Harbour Gazette", published="2025-05-03", words=("12", "twelve")),
    CaseSide(outlet="Harbour Post", published="2025-05-05", words=("17",)),
)
DIFFERS = Case(
    id="c1", half="develop", kind="superseded", question="How many?", articles=ARTICLES, sides=SIDES,
    later="Harbour Post",
)  # fmt: skip
AGREES = DIFFERS.model_copy(update={"kind": "agree", "later": None})
GAZETTE, POST = (
    "Harbour Gazette, 3 May 2025: 12 were hurt.",
    "Harbour Post, 5 May 2025, the later report: 17 were hurt.",
)


def answer(texts: Sequence[str]) -> Answer:
    sentences = tuple(AnswerSentence(text, (), "verified") for text in texts)
    return Answer("q", "q", not texts, 0.9, "", sentences, (), Timings(), "extractive")


JUDGED = [
    ([GAZETTE, POST], (True, True, True)),
    (["12 were hurt.", "17 were hurt."], (True, False, False)),
    ([GAZETTE], (False, False, False)),
    ([GAZETTE, POST.replace(", the later report", "")], (True, True, False)),
    ([GAZETTE.replace(": 12", ", the later report: 12"), POST], (True, True, False)),
    (["Harbour Gazette: 12 were hurt.", POST], (True, False, True)),
    (["112 were hurt.", POST], (False, False, True)),
    ([], (False, False, False)),
]


@pytest.mark.parametrize(("texts", "expected"), JUDGED)
def test_a_side_counts_with_its_words_its_outlet_and_its_date(
    texts: list[str], expected: tuple[bool, bool, bool]
) -> None:
    found = judge(DIFFERS, answer(texts))
    assert (found.shown, found.attributed, found.later, found.claims) == (*expected, None)


@pytest.mark.parametrize(("texts", "claims"), [(["12 were hurt."], False), ([GAZETTE], True), ([], False)])
def test_where_nothing_differs_attributing_a_side_is_a_false_alarm(texts: list[str], claims: bool) -> None:
    found = judge(AGREES, answer(texts))
    assert (found.shown, found.attributed, found.later, found.claims) == (None, None, None, claims)


def test_figures_leave_out_what_does_not_apply() -> None:
    found = figure([True, None, False, True, True])
    assert (found.value, found.n) == (0.75, 4)
    assert found.low <= 0.75 <= found.high
    assert figure([None]).n == 0
    rows = table([judge(DIFFERS, answer([GAZETTE, POST])), judge(AGREES, answer([]))]).splitlines()
    assert rows[-1] == ("| all | 2 | 100 [100, 100] of 1 | 100 [100, 100] of 1 | 100 [100, 100] of 1 | 0 [0, 0] of 1 |")


def test_the_cases_shipped_are_whole_and_their_words_stand_in_the_articles() -> None:
    cases = read_cases()
    assert {case.half for case in cases} == {"develop", "held out"}
    for case in cases:
        assert len({document.id for document in case.documents()}) == len(case.articles)
        for side in case.sides:
            text = " ".join(f"{a.title} {a.text}" for a in case.articles if a.outlet == side.outlet).lower()
            assert any(words.lower() in text for words in side.words), case.id


BROKEN = [
    ("[{]", "Invalid JSON"),
    (json.dumps([DIFFERS.model_dump() | {"half": "dev"}]), "0.half"),
    (json.dumps([DIFFERS.model_dump() | {"sides": []}]), "give at least two"),
    (json.dumps([DIFFERS.model_dump()] * 2), "stands twice"),
]


@pytest.mark.parametrize(("text", "why"), BROKEN)
def test_bad_cases_are_refused_with_the_reason(text: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    path.write_text(text, "utf-8")
    with pytest.raises(SuiteError, match=why):
        read_cases(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="nowhere"):
        read_cases(tmp_path / "nowhere.json")
