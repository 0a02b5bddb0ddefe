"""Whole answers of the product's own models where reports differ, and where they only seem to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.schema import Answer
from index.encode import Encoder
from index.schema import Document
from tests.bot.llm.server import says, serving
from tests.bot.sides.parts import FIRST, INJURED, SECOND, bot_on, report

GAZETTE = "Harbour Gazette, 3 May 2025: Twelve people were injured, the fire service said."
POST = (
    "Harbour Post, 5 May 2025, the later report: The number of people injured in the Mill Lane bakery fire has "
    "risen to 17, the hospital said on Sunday."
)


def texts(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def check_quotes(answer: Answer, documents: tuple[Document, ...]) -> None:
    by_id = {document.id: document for document in documents}
    assert answer.citations
    assert all(by_id[c.document_id].text[c.start : c.end] == c.quote for c in answer.citations)
    assert all(sentence.citations for sentence in answer.sentences)


@pytest.mark.parametrize("reader", ["footnote", "off"])
def test_both_sides_stand_first_in_order_of_time_each_with_its_source(
    reader: str, tmp_path: Path, model: Encoder
) -> None:
    answer = bot_on((SECOND, FIRST), tmp_path, model, reader=reader).ask(INJURED)
    assert texts(answer)[:2] == [GAZETTE, POST]
    check_quotes(answer, (FIRST, SECOND))
    assert {s.support for s in answer.sentences} == {"verbatim"}


def test_reports_with_a_time_are_in_order_too(tmp_path: Path, model: Encoder) -> None:
    timed = [replace(d, published=f"{d.published}T09:30:00+02:00") for d in (SECOND, FIRST)]
    assert texts(bot_on(timed, tmp_path, model).ask(INJURED))[:2] == [GAZETTE, POST]


def test_without_dates_none_is_the_later_and_without_an_outlet_the_title_names_it(
    tmp_path: Path, model: Encoder
) -> None:
    undated = replace(FIRST, outlet=None, published=None)
    shown = texts(bot_on((undated, SECOND), tmp_path, model).ask(INJURED))
    assert "“Twelve hurt as fire guts Mill Lane bakery”: Twelve people were injured, the fire service said." in shown
    assert POST.replace(", the later report", "") in shown


def test_two_reports_of_one_day_are_neither_the_later(tmp_path: Path, model: Encoder) -> None:
    same_day = replace(SECOND, published=FIRST.published)
    shown = texts(bot_on((FIRST, same_day), tmp_path, model).ask(INJURED))
    assert GAZETTE in shown
    assert not any("later report" in text for text in shown)


OTHERS = [
    report(
        "A dozen people were injured in the fire at the Mill Lane bakery, nurses said.", "Harbour Post", "2025-05-05"
    ),
    report("In the Mill Lane fire of 2021 5 people were injured. It was a mill then.", "Harbour Post", "2025-05-05"),
    report("Five people were injured in a fire in Mill Lane on Monday. A car burned.", "Harbour Post", "2022-05-05"),
    report(
        "The fire in Mill Lane left 3 people dead, police said. Their names are known.", "Harbour Post", "2025-05-05"
    ),
]


@pytest.mark.parametrize("other", OTHERS, ids=["agrees", "another year", "long before", "another fate"])
def test_nothing_is_claimed_where_reports_agree_or_are_about_different_things(
    other: Document, tmp_path: Path, model: Encoder
) -> None:
    shown = texts(bot_on((FIRST, other), tmp_path, model).ask(INJURED))
    assert any("Twelve people were injured" in text for text in shown)
    assert not any("Harbour" in text for text in shown)


WRITTEN = [
    ("Twelve people were injured, the fire service said [1].", [GAZETTE, POST]),
    (
        "The number of people injured has risen to 17 [2].",
        [GAZETTE, "Harbour Post, 5 May 2025, the later report: The number of people injured has risen to 17."],
    ),
    ("Between 12 and 17 people were injured [1][2].", ["Between 12 and 17 people were injured.", GAZETTE, POST]),
]


@pytest.mark.parametrize(("written", "expected"), WRITTEN, ids=["the earlier", "the later", "a blend"])
def test_a_model_that_tells_one_side_is_joined_by_the_other(
    written: str, expected: list[str], tmp_path: Path, model: Encoder
) -> None:
    answer = _by_model(written, (FIRST, SECOND), tmp_path, model)
    assert (answer.answerer, texts(answer)) == ("llm", expected)
    check_quotes(answer, (FIRST, SECOND))


def test_what_a_model_writes_about_something_else_is_left_alone(tmp_path: Path, model: Encoder) -> None:
    answer = _by_model("Sixty firefighters fought the blaze for five hours [1].", (FIRST, SECOND), tmp_path, model)
    assert texts(answer) == ["Sixty firefighters fought the blaze for five hours."]


def _by_model(written: str, documents: tuple[Document, ...], folder: Path, model: Encoder) -> Answer:
    """The answer of a model that writes this, in which "[1]" cites the first document, whatever the prompt calls it."""
    hits = bot_on(documents, folder, model).search(INJURED)
    places = {f"[{n}]": str(1 + [hit.document for hit in hits].index(of)) for n, of in enumerate(documents, 1)}
    for mark, place in places.items():
        written = written.replace(mark, f"<{place}>")
    written = written.replace("<", "[").replace(">", "]")
    with serving(says(written)) as server:
        return bot_on(documents, folder, model, answerer="llm", llm="scripted", llm_url=server.url).ask(INJURED)
