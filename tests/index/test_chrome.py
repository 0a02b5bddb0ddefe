"""Lines that a site repeats: which count, which are kept, and whose they are."""

from __future__ import annotations

import pytest

from index.chrome import Chrome, site_of
from index.formats import Block, Page


def page(*lines: str, is_bare: bool = False) -> Page:
    return Page(tuple(Block(line) for line in lines), is_bare=is_bare)


def kept(pages: list[Page], known: dict[str, list[str]] | None = None) -> list[list[str]]:
    """The lines left of each page of one site."""
    chrome = Chrome(known)
    for one in pages:
        chrome.see("site", (block.text for block in one.blocks))
    return [[block.text for block in chrome.without("site", one).blocks] for one in pages]


def test_a_label_on_most_pages_goes_and_one_on_few_stays() -> None:
    four = [page("Our other papers", f"Story {name}.") for name in ("one", "two", "three", "four")]
    assert kept(four) == [[f"Story {name}."] for name in ("one", "two", "three", "four")]
    assert kept(four[:3]) == [["Our other papers", f"Story {name}."] for name in ("one", "two", "three")]
    others = [page(f"Story number {n}.") for n in range(7)]
    assert kept(four + others)[0] == ["Our other papers", "Story one."], "four of eleven pages are few"


def test_a_sentence_must_stand_on_nearly_all_of_many_pages() -> None:
    background = "The dam broke in 1911, and 84 people died."
    assert all(background in lines for lines in kept([page(background, f"Day {n}.") for n in range(7)]))
    assert not any(background in lines for lines in kept([page(background, f"Day {n}.") for n in range(8)]))
    mixed = [page(background, f"Day {n}.") for n in range(8)] + [page(f"Night {n}.") for n in range(4)]
    assert all(background in lines for lines in kept(mixed)[:8]), "two thirds are not nearly all"


def test_lines_that_differ_in_their_figures_are_different_lines() -> None:
    reports = [page("Quarterly figures", f"Net profit: {n} million", f"Revenue rose by {n} percent.") for n in range(9)]
    assert kept(reports)[3] == ["Net profit: 3 million", "Revenue rose by 3 percent."]


def test_spelling_of_case_and_marks_does_not_matter() -> None:
    lines = ("Follow us!", "FOLLOW US", "follow us", "Follow – us")
    assert kept([page(line, f"Story {n}.") for n, line in enumerate(lines)]) == [[f"Story {n}."] for n in range(4)]


def test_figures_alone_and_long_paragraphs_are_no_such_lines() -> None:
    long = "word " * 121
    assert kept([page("12", long, f"Story {n}.") for n in range(9)])[0] == ["12", long, "Story 0."]


def test_a_page_of_nothing_else_is_left_as_it_is() -> None:
    assert kept([page("Our other papers")] * 5)[0] == ["Our other papers"]


def test_wiki_pages_have_no_such_lines() -> None:
    assert kept([page("History", f"Story {n}.", is_bare=True) for n in range(9)])[0] == ["History", "Story 0."]


def test_what_was_found_counts_the_next_time_too() -> None:
    chrome = Chrome()
    for n in range(4):
        chrome.see("site", ["Our other papers", f"Story {n}."])
    assert kept([page("Our other papers", "Story five.")], chrome.known()) == [["Story five."]]
    assert Chrome(chrome.known()).known() == chrome.known()


@pytest.mark.parametrize(
    ("url", "source", "origin", "site"),
    [
        (None, "https://www.a.example/x", "https://www.a.example/x", "a.example"),
        ("https://victim.example/", "https://a.example/x", "https://a.example/x", "a.example"),
        (None, "a.txt", "/news/a.txt", "/news"),
        ("https://a.example/x", "a.html", "/news/a.html", "/news a.example"),
        (None, "box.mbox#1", "/news/box.mbox", "/news/box.mbox"),
    ],
)
def test_what_a_page_says_of_its_address_is_not_trusted(url: str | None, source: str, origin: str, site: str) -> None:
    assert site_of(url, source, origin) == site
