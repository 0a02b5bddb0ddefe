"""Markdown to blocks and metadata."""

from __future__ import annotations

import pytest

from index.formats import Page, Place
from index.formats.markdown import markdown_page


def texts(page: Page) -> list[str]:
    return [block.text for block in page.blocks]


def test_front_matter_is_metadata_and_not_text() -> None:
    page = markdown_page('---\ntitle: "A: b"\nAuthor: Ada Marsh\ndate: 2022-06-24\ntags: [x, y]\n---\nBody.\n')
    assert (page.title, page.author, page.published) == ("A: b", "Ada Marsh", "2022-06-24")
    assert texts(page) == ["Body."]


def test_nothing_in_front_matter_is_none() -> None:
    page = markdown_page("---\nauthor: null\ndate: ~\nurl:\ntitle: T\n---\nBody.")
    assert (page.title, page.author, page.published, page.url) == ("T", None, None, None)


@pytest.mark.parametrize(
    "front",
    ["date: 2022-13-45", "date: 24:99:99", "a: &a [x]\nb: [*a, *a]", "number: 1e999", "deep: " + "[" * 20 + "]" * 20],
)
def test_odd_front_matter_is_no_error(front: str) -> None:
    assert markdown_page(f"---\n{front}\ntitle: T\n---\nBody.").title == "T"


@pytest.mark.parametrize("front", ["a: [", "just words", "- a\n- b", "x: " + "[" * 5000, "!!python/object:os.system 1"])
def test_what_is_no_front_matter_stays_text(front: str) -> None:
    page = markdown_page(f"---\n{front}\n---\nBody.")
    assert page.title is None
    assert "Body." in texts(page)


def test_markup_goes_and_words_stay() -> None:
    page = markdown_page("# The *title*\n\nSome **bold** [link](http://x.example) and `code`,\nthen <b>more</b>.\n")
    assert page.title == "The title"
    assert texts(page) == ["Some bold link and code, then <b>more</b>."]


def test_quotations_subheads_and_tables_keep_their_order() -> None:
    page = markdown_page("First.\n\n## Part two\n\n> Quoted.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nLast.")
    assert texts(page) == ["First.", "Part two", "Quoted.", "a | b", "1 | 2", "Last."]


def test_list_items_stay_recognisable_as_such() -> None:
    page = markdown_page("Bring:\n\n- a coat\n- two **boots**\n  - nested\n\n1. first\n2. second\n\nEnd.")
    assert texts(page) == ["Bring:", "- a coat", "- two boots", "- nested", "1. first", "2. second", "End."]


def test_only_the_first_level_one_heading_is_the_title() -> None:
    page = markdown_page("## Not this\n\n# This\n\nText.\n\n# Nor this\n")
    assert page.title == "This"
    assert texts(page) == ["Not this", "Text.", "Nor this"]


def test_code_is_kept_as_one_block() -> None:
    assert texts(markdown_page("```\na = 1\nb = 2\n```\n")) == ["a = 1\nb = 2"]


def test_a_place_is_the_heading_above() -> None:
    page = markdown_page(
        "# Title\n\nOpening.\n\n## The *Ferry*, in May\n\nIt sank.\n\n## More\n\nA.\n\n## More\n\nB.\n"
    )
    assert [(b.text, b.place, b.is_heading) for b in page.blocks] == [
        ("Opening.", None, False),
        ("The Ferry, in May", Place("The Ferry, in May", "the-ferry-in-may"), True),
        ("It sank.", Place("The Ferry, in May", "the-ferry-in-may"), False),
        ("More", Place("More", "more"), True),
        ("A.", Place("More", "more"), False),
        ("More", Place("More", "more-1"), True),
        ("B.", Place("More", "more-1"), False),
    ]


def test_all_that_front_matter_tells() -> None:
    told = "updated: 2024-02-03\nsite: The Crier\nlang: en\ncategory: Ports\nurl: https://crier.example/a"
    page = markdown_page(f"---\n{told}\n---\nBody.")
    assert (page.updated, page.outlet, page.language, page.section) == ("2024-02-03", "The Crier", "en", "Ports")
    assert page.url == "https://crier.example/a"
