"""Rows and reports as HTML."""

from __future__ import annotations

import pytest

from bot.ui.library.listing import Row
from bot.ui.library.show import job_html, row_html, spoken, titles_html
from bot.ui.library.work import Job, Result, Told
from bot.ui.words import words_for

ENGLISH, GERMAN = words_for("en"), words_for("de")
HOSTILE = "<script>alert(1)</script> :red[x] $x$ ![i](http://x/i.png) *a* `b` &amp; \u202egnp :smile: www.x.org"


def row(**more: object) -> Row:
    known: dict[str, object] = {
        "id": "0a1b",
        "source": "ferry.txt",
        "title": "The ferry",
        "outlet": "Oldmouth Post",
        "published": "2022-11-14",
        "language": "de",
        "passages": 3,
        "origin": "/home/me/ferry.txt",
        "words": "",
    }
    return Row(**{**known, **more})  # type: ignore[arg-type]


def test_a_name_read_out_holds_nothing_that_acts() -> None:
    name = spoken(HOSTILE)
    assert not set(name) & set("<>[]{}`*_~$:\\&|#@^=+-!\u202e")
    assert "www." not in name
    assert "script" in name and "i.png" in name
    assert spoken("The mayor’s “plan”, part 2 (of 3)?") == "The mayor’s “plan”, part 2 (of 3)?"
    assert spoken("a\n\n b") == "a b"
    assert spoken("\u202e") == "…"  # a checkbox must have a name


def test_a_row_links_to_the_document_and_hides_where_it_lies() -> None:
    shown = row_html(row(), ENGLISH)
    assert '<a href="document/0a1b" dir="auto" lang="de">The ferry</a>' in shown
    for detail in ("Oldmouth Post", "14 November 2022", "German", "3 passages", "ferry.txt"):
        assert detail in shown
    assert "/home/me" not in shown
    german = row_html(row(), GERMAN)
    assert "14. November 2022" in german and "Deutsch" in german


def test_a_row_without_details() -> None:
    shown = row_html(row(outlet=None, published=None, language=None), ENGLISH)
    assert "None" not in shown
    assert "about 1840" in row_html(row(published="about 1840"), ENGLISH)
    assert "x-elvish" in row_html(row(language="x-elvish"), ENGLISH)


@pytest.mark.parametrize("field", ["title", "outlet", "source", "published", "language", "id"])
def test_markup_in_a_row_stays_text(field: str) -> None:
    shown = row_html(row(**{field: '"><script>x</script>'}), ENGLISH)
    assert "<script" not in shown and "&lt;script&gt;" in shown and '""' not in shown


def test_a_report_tells_sums_and_each_file() -> None:
    results = (
        Result("ferry.txt", "added"),
        Result("news.csv", "added", 12),
        Result("bad.pdf", "skipped", why="it is <b>empty</b>"),
        Result("", "unchanged", 4000),
    )
    shown = job_html(Job(1, "upload", over=True, told=Told(results, (("a.txt", "b.txt"),))), ENGLISH)
    assert "13 added, 4,000 unchanged, 1 skipped" in shown
    assert "added (12 articles)" in shown
    assert "skipped: <span" in shown and "&lt;b&gt;empty" in shown
    assert "The same story: <code>a.txt</code>, <code>b.txt</code>" in shown
    assert shown.count("<li") == 4


def test_a_long_report_is_cut_short() -> None:
    results = tuple(Result(f"{n}.txt", "added") for n in range(1000))
    shown = job_html(Job(1, "upload", over=True, told=Told(results)), ENGLISH)
    assert "1,000 added" in shown and "and 800 more" in shown
    assert shown.count("<li") == 201


def test_a_report_of_an_error_and_of_nothing() -> None:
    assert "no &lt;disk&gt;" in job_html(Job(1, "upload", over=True, error="no <disk>"), ENGLISH)
    assert "Nothing to do" in job_html(Job(1, "refresh", over=True), ENGLISH)


def test_titles_to_be_asked_about_are_few() -> None:
    shown = titles_html([f"<{n}>" for n in range(10)], ENGLISH)
    assert shown.count("<li") == 9 and "and 2 more" in shown and "<0>" not in shown


def test_both_languages_have_all_the_words() -> None:
    assert ENGLISH.section("library").keys() == GERMAN.section("library").keys()
