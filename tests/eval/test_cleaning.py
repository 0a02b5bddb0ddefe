"""The labelled pages are sound, and the measure is right on cleaners whose figures are known."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eval.cleaning.__main__ import tables
from eval.cleaning.cleaners import CLEANERS, footnote
from eval.cleaning.make import build
from eval.cleaning.measure import count, measure
from eval.cleaning.pages import PAGES, LabelledBlock, LabelledPage, SitePage, read_pages, to_lines
from eval.cleaning.visible import visible_runs
from eval.errors import EvalError, SuiteError
from eval.match import words

STORED = read_pages()
STORIES = {(p.page.site, p.page.name): [b.text for b in p.blocks if b.story] for p in STORED}
LANTERN = [p for p in STORED if p.page.site == "lantern"]
name_of = {id(p): f"{p.page.site}/{p.page.name}" for p in STORED}


def page(site: str, name: str, *blocks: tuple[str, bool], title: str = "A headline", title_at: int = 0) -> LabelledPage:
    return LabelledPage(SitePage(site, name, ""), title, title_at, tuple(LabelledBlock(*block) for block in blocks))


# 3 blocks of chrome (1 of them inside the story), 3 of story with 5, 4 and 2 words
PAGE = page(
    "a",
    "one",
    ("Home News Sport", False),
    ("The ferry sank at noon.", True),
    ("Read more about the harbour", False),
    ("Nobody was on board.", True),
    ("It floated.", True),
    ("All rights reserved", False),
    title_at=1,
)
OTHER = page("b", "two", ("Share this", False), ("A cow was elected mayor.", True))


class Visible(HTMLParser):
    """The text outside what a browser hides, read by another parser than the one that made the labels."""

    VOID = frozenset("area base br col embed hr img input link meta source".split())
    HIDDEN = frozenset("head script style noscript template iframe object svg math video audio canvas select".split())

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            given = dict(attrs)
            hides = tag in self.HIDDEN or "hidden" in given or "display: none" in (given.get("style") or "")
            self._open.append((tag, hides))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag in [name for name, _ in self._open]:
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not any(hides for _, hides in self._open):
            self.text += data


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def test_there_are_enough_pages_sites_and_not_too_many_bytes() -> None:
    sites = Counter(p.page.site for p in STORED)
    assert len(STORED) >= 64
    assert sum(n >= 5 for n in sites.values()) >= 8
    assert len(sites) >= 15
    assert len(STORIES) == len(STORED), "file names are unique within a site"
    package = [f for f in PAGES.parent.rglob("*") if f.suffix in (".py", ".jsonl", ".html", ".txt")]
    assert sum(f.stat().st_size for f in package) < 1_500_000


@pytest.mark.parametrize("labelled", STORED, ids=lambda p: name_of[id(p)])
def test_the_labels_cover_the_visible_text_in_order(labelled: LabelledPage) -> None:
    parser = Visible()
    parser.feed(labelled.page.html)
    texts = [block.text for block in labelled.blocks]
    texts.insert(labelled.title_at, labelled.title)
    assert letters("".join(texts)) == letters(parser.text)
    assert all(words(text) for text in texts)
    assert not re.search(r"<!--@|\{\{|\{%", labelled.page.html), "a mark or a piece of template is left"
    assert any(block.story for block in labelled.blocks)
    assert sum(not block.story for block in labelled.blocks) > 10
    assert 50 < sum(len(block.text.split()) for block in labelled.blocks if block.story) < 600


def test_the_pages_are_what_the_stories_and_templates_make() -> None:
    assert to_lines(build()) == PAGES.read_text("utf-8")


def test_stories_differ_but_for_one_standing_paragraph() -> None:
    seen = Counter(text for story in STORIES.values() for text in set(story) if len(text.split()) > 7)
    repeated = {text: n for text, n in seen.items() if n > 1}
    assert list(repeated.values()) == [3], "the background of three dispatches, which is story all the same"
    assert next(iter(repeated)).startswith("Norfeld and Upper Orvane have disagreed since 2017")


def test_each_site_repeats_its_chrome() -> None:
    for site in {p.page.site for p in STORED}:
        pages = [{b.text for b in p.blocks if not b.story} for p in STORED if p.page.site == site]
        assert len(set.intersection(*pages)) >= 5, site


def test_the_set_holds_its_traps() -> None:
    assert any(p.title in STORIES[p.page.site, p.page.name] for p in STORED), "a headline that is said in the story"
    assert sum(len(story) == 1 for story in STORIES.values()) >= 3, "stories of one paragraph"
    assert any(len(story) > 1 and len(story[-1].split()) < 6 for story in STORIES.values()), "a short last paragraph"
    assert any("Accept all" in " ".join(story) for story in STORIES.values()), "a story about cookie banners"
    assert any(sum(len(t.split()) < 12 for t in story) > 0.7 * len(story) > 7 for story in STORIES.values()), "a list"


def test_a_perfect_cleaner_is_perfect() -> None:
    scores = measure(lambda pages: [STORIES[p.site, p.name] for p in pages])
    assert scores.overall.precision.value == 1.0
    assert scores.overall.recall.value == 1.0
    assert scores.overall.inner_recall.value == 1.0
    assert scores.overall.story_loss.value == 0.0
    assert {rates.recall.low for rates in scores.sites.values()} == {1.0}


def test_keeping_all_visible_text_removes_and_loses_nothing() -> None:
    overall = measure(CLEANERS["none"], LANTERN).overall
    assert math.isnan(overall.precision.value)
    assert (overall.recall.value, overall.inner_recall.value, overall.story_loss.value) == (0.0, 0.0, 0.0)


def test_dropping_everything_removes_and_loses_all() -> None:
    overall = measure(lambda pages: [[] for _ in pages], LANTERN).overall
    blocks = [block for p in LANTERN for block in p.blocks]
    assert overall.recall.value == overall.inner_recall.value == overall.story_loss.value == 1.0
    assert overall.precision.value == sum(not block.story for block in blocks) / len(blocks)


@pytest.mark.parametrize("labelled", STORED, ids=lambda p: name_of[id(p)])
def test_dropping_the_first_paragraph_loses_just_that(labelled: LabelledPage) -> None:
    story = STORIES[labelled.page.site, labelled.page.name]
    found = count(labelled, story[1:])
    assert (found.story_gone, found.story_words_lost) == (1, len(words(story[0])))
    assert found.chrome_gone == found.chrome


def test_the_counts_of_a_page() -> None:
    kept = ["The ferry sank at noon.", "Read more about the harbour", "It floated. All rights reserved"]
    found = count(PAGE, kept)
    assert (found.chrome, found.chrome_gone, found.inner, found.inner_gone) == (3, 1, 1, 0)
    assert (found.story, found.story_gone, found.story_words, found.story_words_lost) == (3, 1, 11, 4)


def test_the_rates_are_those_of_the_counts_over_all_pages() -> None:
    lines = [["The ferry sank at noon.", "It floated. All rights reserved"], ["A cow was elected mayor."]]
    scores = measure(lambda pages: lines, [PAGE, OTHER])
    overall = scores.overall
    assert overall.precision.value == 3 / 4  # 2 of 3 chrome blocks of one page and 1 of the other, 1 block of story
    assert overall.recall.value == 3 / 4
    assert overall.inner_recall.value == 1.0
    assert overall.story_loss.value == 4 / 16
    assert (overall.story_loss.low, overall.story_loss.high) == (0.0, 4 / 11), "either page could be drawn twice"
    assert overall.recall.n == 4
    assert (scores.sites["a"].recall.value, scores.sites["b"].recall.value) == (2 / 3, 1.0)
    assert math.isnan(scores.sites["b"].inner_recall.value), "there is no chrome inside that story"


@pytest.mark.parametrize(("kept", "gone"), [("Nobody was", 0), ("Nobody", 1), ("board. on was", 1), ("", 1)])
def test_a_block_is_gone_if_under_half_of_its_words_are_kept_in_order(kept: str, gone: int) -> None:
    around = ["Home News Sport", "The ferry sank at noon.", "Read more about the harbour", kept, "It floated."]
    assert count(PAGE, around).story_gone == gone


def test_lines_need_not_be_blocks_and_case_and_signs_do_not_count() -> None:
    assert count(PAGE, ["the FERRY sank", "at noon - nobody was on board", "* it floated!"]).story_words_lost == 0


def test_what_is_out_of_order_does_not_count_as_kept() -> None:
    assert count(PAGE, ["It floated.", "The ferry sank at noon."]).story_gone == 2


def test_a_kept_headline_is_no_link_that_repeats_it() -> None:
    linked = replace(PAGE, title="Ferry sinks", title_at=1, blocks=(LabelledBlock("Ferry sinks", False), *PAGE.blocks))
    assert count(linked, ["Ferry sinks The ferry sank at noon."]).chrome_gone == 3 + 1 - 1
    kept = count(replace(linked, title_at=2), ["Home News Sport", "Ferry sinks", "The ferry sank at noon."])
    assert kept.chrome_gone == 3, "the link, the teaser and the footer"


def test_words_count_where_their_neighbours_stand() -> None:
    quoted = page("a", "q", ("it was not me", False), ("She said that it was not me at all.", True))
    for kept in (["She said that it was not me at all."], ["She said that it was not me"], ["it was not me at all"]):
        found = count(quoted, kept)
        assert (found.chrome_gone, found.story_gone) == (1, 0)
    assert count(quoted, ["it was not me"]).chrome_gone == 0
    before = [("He went out slowly.", True), ("It was late", False), ("It was late when he left.", True)]
    lines = [text for text, story in before if story]
    assert count(page("a", "p", *before), lines).chrome_gone == 1, "a pull quote right before its paragraph"


def test_a_cleaner_must_answer_for_each_page() -> None:
    with pytest.raises(EvalError, match="1 pages of 2"):
        measure(lambda pages: [[]], [PAGE, OTHER])


def test_a_damaged_file_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    path.write_text(to_lines([PAGE]) + '{"site": "a"}\n', "utf-8")
    with pytest.raises(SuiteError, match=r"pages\.jsonl, line 2"):
        read_pages(path)
    path.write_text(to_lines([PAGE, OTHER]), "utf-8")
    assert read_pages(path) == (PAGE, OTHER)


def test_visible_runs() -> None:
    html = """<html><head><title>No</title></head><body><p>One <b>t</b>wo<!-- no --></p>three<br>four
    <script>no</script><div hidden>no</div><div style="color: red; display:  none">no</div><noscript>no</noscript>
    <ul><li>five<li>six</ul><table><tr><td>7</td><td>8</td></tr><tr><td>nine</td></tr></table></body></html>"""
    assert visible_runs(html) == [("C", t) for t in ("One two", "three", "four", "five", "six", "7 8", "nine")]
    marked = "<p>a <!--@S-->b <i>c</i> <!--@C-->d<!--@/--> e<!--@/--> @S</p>"
    assert visible_runs(marked) == [("C", "a"), ("S", "b c"), ("C", "d"), ("S", "e"), ("C", "@S")]


@pytest.mark.parametrize("name", CLEANERS)
def test_the_cleaners_answer_for_each_page(name: str) -> None:
    pages = [p.page for p in LANTERN[:2]]
    kept = CLEANERS[name](pages)
    assert len(kept) == 2
    assert all(any(words(line) for line in lines) for lines in kept)
    assert not any("\n" in line for lines in kept for line in lines)


def test_a_page_that_footnote_refuses_keeps_nothing() -> None:
    assert [" ".join(lines) for lines in footnote([SitePage("a", "empty.html", "")])] == [""]


def test_the_tables_name_cleaners_and_sites() -> None:
    def all_text(pages: Sequence[SitePage]) -> list[list[str]]:
        return [["The ferry sank at noon."], []]

    text = tables({"mine": measure(all_text, [PAGE, OTHER])})
    assert text.startswith("2 pages of 2 sites")
    rows = {line.split()[0]: line.split() for line in text.splitlines() if line}
    assert rows["mine"][1] == "precision", "the last table is that of the sites"
    assert rows["b"][1] == "50.0"
    assert "-" in rows["b"], "no inner chrome"
