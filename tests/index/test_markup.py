"""Markdown to plain blocks and metadata."""

from __future__ import annotations

import pytest

from index.markup import read_markdown


def test_front_matter_is_metadata_and_not_text() -> None:
    page = read_markdown('---\ntitle: "A: b"\nAuthor: Ada Marsh\ndate: 2022-06-24\ntags: [x, y]\n---\nBody.\n')
    assert page.meta == {"title": "A: b", "author": "Ada Marsh", "date": "2022-06-24"}
    assert page.blocks == ["Body."]


def test_nothing_in_front_matter_is_none() -> None:
    assert read_markdown("---\nauthor: null\ndate: ~\nurl:\ntitle: T\n---\nBody.").meta == {"title": "T"}


@pytest.mark.parametrize(
    "front",
    ["date: 2022-13-45", "date: 24:99:99", "a: &a [x]\nb: [*a, *a]", "number: 1e999", "deep: " + "[" * 20 + "]" * 20],
)
def test_odd_front_matter_is_no_error(front: str) -> None:
    assert read_markdown(f"---\n{front}\ntitle: T\n---\nBody.").meta["title"] == "T"


@pytest.mark.parametrize("front", ["a: [", "just words", "- a\n- b", "x: " + "[" * 5000, "!!python/object:os.system 1"])
def test_what_is_no_front_matter_stays_text(front: str) -> None:
    page = read_markdown(f"---\n{front}\n---\nBody.")
    assert page.meta == {}
    assert "Body." in page.blocks


def test_markup_goes_and_words_stay() -> None:
    page = read_markdown("# The *title*\n\nSome **bold** [link](http://x.example) and `code`,\nthen <b>more</b>.\n")
    assert page.title == "The title"
    assert page.blocks == ["Some bold link and code, then <b>more</b>."]


def test_quotations_subheads_and_tables_keep_their_order() -> None:
    page = read_markdown("First.\n\n## Part two\n\n> Quoted.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nLast.")
    assert page.blocks == ["First.", "Part two", "Quoted.", "a", "b", "1", "2", "Last."]


def test_list_items_stay_recognisable_as_such() -> None:
    page = read_markdown("Bring:\n\n- a coat\n- two **boots**\n  - nested\n\n1. first\n2. second\n\nEnd.")
    assert page.blocks == ["Bring:", "- a coat", "- two boots", "- nested", "1. first", "2. second", "End."]


def test_only_the_first_level_one_heading_is_the_title() -> None:
    page = read_markdown("## Not this\n\n# This\n\nText.\n\n# Nor this\n")
    assert page.title == "This"
    assert page.blocks == ["Not this", "Text.", "Nor this"]


def test_code_is_kept_as_one_block() -> None:
    assert read_markdown("```\na = 1\nb = 2\n```\n").blocks == ["a = 1\nb = 2"]
