"""Which documents are asked: by name and pattern, outlet, language, day."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import Any

import pytest
from pydantic import TypeAdapter

from index.filters import Filters
from index.schema import Document
from tests.fakes import document


def article(source: str = "a.txt", **told: Any) -> Document:
    return replace(document("It rained.", source=source), **told)


def admitted(filters: Filters, *documents: Document) -> list[str]:
    return [d.source for d in documents if filters.admit(d)]


def test_without_conditions_everything_passes() -> None:
    assert not Filters() and Filters().admit(article())
    for condition in ({"sources": ("a",)}, {"outlets": ("a",)}, {"languages": ("a",)}, {"since": "1"}, {"until": "1"}):
        assert Filters(**condition)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("2022/a.txt", ["2022/a.txt"]),
        ("2022/*", ["2022/a.txt", "2022/[draft] b.txt", "2022/b?.txt"]),
        ("*.txt", ["2022/a.txt", "2022/[draft] b.txt", "2022/b?.txt", "A.txt"]),
        ("a.txt", []),
        ("?.txt", ["A.txt"]),
        ("2022/[draft] b.txt", ["2022/[draft] b.txt"]),
        ("*/[draft]*", ["2022/[draft] b.txt"]),
        ("*/[!d]*", []),
        ("2022/b?.txt", ["2022/b?.txt"]),
        (
            "https://e.org/w?title=A*",
            ["https://e.org/w?title=A", "https://e.org/w?title=A*", "https://e.org/w?title=AB"],
        ),
        ("", []),
    ],
)
def test_sources_are_names_or_patterns_with_star_and_question_mark(pattern: str, found: list[str]) -> None:
    names = ["2022/a.txt", "2022/[draft] b.txt", "2022/b?.txt", "A.txt"]
    names += [f"https://e.org/w?title=A{rest}" for rest in ("", "*", "B")]
    assert admitted(Filters(sources=(pattern,)), *map(article, names)) == found


class Counted(str):
    """A name that counts how often anybody looks into it or compares it."""

    looks = 0

    def __contains__(self, part: object) -> bool:
        Counted.looks += 1
        return super().__contains__(part)  # type: ignore[operator]

    def __eq__(self, other: object) -> bool:
        Counted.looks += 1
        return super().__eq__(other)

    def __hash__(self) -> int:
        Counted.looks += 1
        return super().__hash__()


def test_a_thousand_names_are_not_gone_through_for_each_of_ten_thousand_documents() -> None:
    Counted.looks = 0
    filters = Filters(sources=tuple(Counted(f"2022/story-{10 * n}.txt") for n in range(1000)))
    first = article()
    documents = [replace(first, source=f"2022/story-{n}.txt") for n in range(10_000)]
    assert admitted(filters, *documents) == list(filters.sources)
    assert Counted.looks < 10 * 1000  # once or twice for each name, and for each that is met


def test_a_pattern_among_many_names_is_still_one() -> None:
    filters = Filters(sources=(*(f"{n}.txt" for n in range(1000)), "x/*"))
    documents = [article(name) for name in ("7.txt", "x/7.txt", "y/7.txt", "1000.txt")]
    assert admitted(filters, *documents) == ["7.txt", "x/7.txt"]


def test_outlets_are_compared_without_case_and_whole() -> None:
    gull, none = article(outlet="The Daily GULL"), article(outlet=None)
    assert Filters(outlets=("the daily gull", "Another")).admit(gull)
    assert not Filters(outlets=("Daily Gull",)).admit(gull)
    assert not Filters(outlets=("The Daily Gull",)).admit(none)
    assert Filters(outlets=("STRASSE",)).admit(article(outlet="Straße"))


def test_a_language_admits_its_regions_and_no_other() -> None:
    languages = ["en", "en-GB", "EN_us", "eng", "de", None]
    documents = [article(str(tag), language=tag) for tag in languages]
    assert admitted(Filters(languages=("en",)), *documents) == ["en", "en-GB", "EN_us"]
    assert admitted(Filters(languages=("en-gb", "de")), *documents) == ["en-GB", "de"]


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("2022-05-03", None, ["day", "late", "changed"]),
        (None, "2022-05-03", ["early", "day", "late"]),
        ("2022-05-03", "2022-05-03", ["day", "late"]),
        ("2022-05-04", "2022-05-03", []),
    ],
)
def test_both_days_are_included_and_what_has_no_date_is_not(
    since: str | None, until: str | None, found: list[str]
) -> None:
    documents = [
        article("early", published="2022-05-02"),
        article("day", published="2022-05-03", updated="2023-01-01"),
        article("late", published="2022-05-03T23:59:00+02:00"),
        article("changed", published=None, updated="2022-06-01"),
        article("undated", published=None, updated=None),
    ]
    assert admitted(Filters(since=since, until=until), *documents) == found


def test_every_condition_has_to_be_met() -> None:
    filters = Filters(("a*",), ("Gull",), ("en",), "2022-01-01", "2022-12-31")
    told = {"outlet": "gull", "language": "en-GB", "published": "2022-05-03"}
    assert filters.admit(article("a.txt", **told))
    others: list[tuple[str, dict[str, str | None]]] = [
        ("b.txt", {}),
        ("a.txt", {"outlet": "Tern"}),
        ("a.txt", {"language": None}),
        ("a.txt", {"published": "2023-01-01"}),
    ]
    for source, other in others:
        assert not filters.admit(article(source, **{**told, **other}))


def test_filters_are_kept_and_compared_by_their_conditions_alone() -> None:
    filters = Filters(sources=("a*", "b.txt"), since="2022-05-03")
    filters.admit(article())
    assert filters == Filters(sources=("a*", "b.txt"), since="2022-05-03")
    assert hash(filters) == hash(replace(filters))
    kept = TypeAdapter(Filters).dump_json(filters)
    assert not re.search(rb"names|patterns", kept) and set(asdict(filters)) == {
        "sources", "outlets", "languages", "since", "until",
    }  # fmt: skip
    assert TypeAdapter(Filters).validate_json(kept) == filters
