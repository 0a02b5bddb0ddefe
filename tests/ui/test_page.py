"""The page as a reader meets it: a real browser against `streamlit run app.py`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from index.build import ingest
from index.encode import Encoder
from tests.conftest import SAMPLES
from tests.ui.steps import IN_VIEW, RUSSIA, SILENT, TRAM, ask, drawn, visited

pytestmark = pytest.mark.browser


def test_every_quotation_stands_in_its_article(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    turn = ask(page, RUSSIA)
    drawn(page)
    for card in turn.locator(".fn-card").all():
        article = (SAMPLES / card.locator(".fn-byline code").inner_text()).read_text("utf-8")
        for mark in card.locator("mark").all():
            assert mark.inner_text() in article


def test_anchors_stay_unique_and_new_turns_come_into_view(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    ask(page, RUSSIA, 1)
    ask(page, TRAM, 2)
    page.wait_for_function(IN_VIEW, arg="#t2-q")
    drawn(page)
    ids = page.eval_on_selector_all(".fn-turn [id], .fn-turn", "all => all.map(e => e.id)")
    assert len(ids) == len(set(ids))
    page.locator("#t2 .fn-ref").first.click()
    expect(page.locator("#t2 .fn-card.fn-on")).to_have_count(1)
    expect(page.locator("#t1 .fn-on")).to_have_count(0)


def test_an_example_question_is_asked_by_a_click_and_answered(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    example = page.locator(".st-key-fn-examples button").first
    question = example.inner_text()
    drawn(page)
    example.click()
    page.wait_for_selector("#t1 .fn-answer")
    expect(page.locator("#t1-q")).to_have_text(question)
    expect(page.locator("#t1 .fn-card mark").first).to_be_attached()
    expect(page.locator(".st-key-fn-examples button")).to_have_count(0)


def test_an_abstention_says_what_it_looked_for_and_what_can_be_asked(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    turn = ask(page, SILENT)
    drawn(page)
    assert "My sources don’t say. None of the 14 articles answers this question." in turn.inner_text()
    assert f"I looked for: “{SILENT}”" in turn.inner_text()
    assert turn.locator("mark, .fn-ref").count() == 0
    nearest = turn.locator(".fn-nearest")
    assert nearest.locator("summary").inner_text() == "Nearest passages – they do not answer the question"
    assert nearest.locator(".fn-card").first.is_visible()
    suggested = page.locator("[class*=st-key-fn-questions-] button").first
    question = suggested.inner_text()
    suggested.click()
    page.wait_for_selector("#t2 .fn-answer:not(.fn-silent)")
    expect(page.locator("#t2-q")).to_have_text(question)


@pytest.mark.slow
def test_an_error_is_one_line_and_the_conversation_goes_on(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    ask(page, TRAM, 1)
    turn = ask(page, "why " * 1500, 2)
    expect(turn.locator("[role=alert]")).to_contain_text("the limit is 4,000")
    drawn(page)
    assert "Traceback" not in page.content()
    ask(page, TRAM, 3)
    for turn in (1, 3):
        expect(page.locator(f"#t{turn} .fn-card").first).to_be_attached()


@pytest.mark.slow
def test_a_question_in_the_address_is_asked_once(page: Any, sample_server: str) -> None:
    page.goto(f"{sample_server}/?q={quote(TRAM)}")
    page.wait_for_selector("#t1 .fn-answer")
    expect(page.locator("#t1-q")).to_have_text(TRAM)
    drawn(page)
    page.get_by_role("button", name="New conversation").click()
    page.wait_for_selector(".st-key-fn-examples button")
    page.wait_for_selector(".fn-turn", state="detached")  # the page takes a moment to drop what it no longer draws


@pytest.mark.slow
def test_a_follow_up_is_understood_from_the_conversation(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    ask(page, "What did Dmitry Peskov say about Washington?", 1)
    follow_up = ask(page, "What did he say about the Geneva meeting?", 2)
    expect(follow_up.locator(".fn-answer")).to_contain_text("Peskov")


HOSTILE_TITLE = "Harbour <b>reopens</b> & <img src=x onerror=window.pwned=1> $x$ :red[x]"
HOSTILE = (
    "Mayor Ada Brook said that the harbour reopens in May <script>window.pwned=1</script> and "
    '<img src=x onerror="window.pwned=1"> <b>costs</b> $5 and $6 :red[nothing] '
    "[click](javascript:window.pwned=1) :smile:."
)


@pytest.mark.slow
def test_markup_in_articles_and_questions_stays_text(page: Any, tmp_path: Path, model: Encoder) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "harbour.txt").write_text(
        f"{HOSTILE_TITLE}\n\nBy Rosa Quint\n3 May 2022\n\n{HOSTILE} She added that the harbour has two cranes.\n",
        "utf-8",
    )
    ingest([str(articles)], tmp_path / "index", model)
    with visited(page, tmp_path / "index") as address:
        page.goto(address)
        question = "When does the harbour reopen, Ada Brook? <img src=x onerror=window.pwned=1> **now** $a$ :red[x]"
        turn = ask(page, question)
        drawn(page)
        assert page.locator("#t1-q").inner_text() == question
        shown = turn.inner_text()
        assert HOSTILE in " ".join(shown.split())
        assert HOSTILE_TITLE in shown
        assert turn.locator("script, img, b, strong, .katex, [style*=color], a[href^=javascript]").count() == 0
        assert page.evaluate("window.pwned") is None


def test_without_an_index_the_page_says_how_to_make_one(page: Any, tmp_path: Path, model: Encoder) -> None:
    index = tmp_path / "none"
    with visited(page, index, FOOTNOTE_READER="off") as address:  # quick to load
        with pytest.raises(HTTPError) as refused:
            urlopen(f"{address}/api/ready")
        with refused.value as response:
            assert (response.status, json.load(response)["error"]["code"]) == (503, "index_missing")
        page.goto(address)
        page.wait_for_selector(".fn-empty")
        drawn(page)
        expect(page.locator(".fn-empty pre")).to_have_text("python ingest.py PATH")
        assert str(tmp_path) not in page.content()
        ingest([str(SAMPLES / "2022-04-marrowick-tram-line.txt")], index, model)
        page.get_by_role("button", name="Check again").click()
        page.wait_for_selector("text=1 article indexed")
        expect(ask(page, TRAM).locator(".fn-card")).to_have_count(1)


@pytest.mark.slow
def test_a_damaged_index_is_reported_in_one_line(page: Any, sample_index: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_index, tmp_path / "index")
    next((tmp_path / "index").glob("v-*/documents.jsonl")).write_text("{}")
    with visited(page, tmp_path / "index") as address:
        page.goto(address)
        notice = page.locator(".fn-notice")
        notice.wait_for()
        drawn(page)
        assert "is damaged" in notice.inner_text() and "ingest" in notice.inner_text()
        assert "Traceback" not in page.content() and str(tmp_path) not in page.content()


@pytest.mark.slow
def test_a_second_ingest_is_picked_up_by_the_next_question(page: Any, tmp_path: Path, model: Encoder) -> None:
    index = tmp_path / "index"
    ingest([str(SAMPLES / "2022-08-tolm-valley-wheat.txt")], index, model)
    with visited(page, index) as address:
        page.goto(address)
        page.wait_for_selector("text=1 article indexed")
        expect(ask(page, TRAM, 1)).to_contain_text("My sources don’t say")
        ingest([str(SAMPLES / "2022-04-marrowick-tram-line.txt")], index, model)
        turn = ask(page, TRAM, 2)
        expect(turn.locator(".fn-card").first).to_contain_text("2022-04-marrowick-tram-line.txt")
        page.wait_for_selector("text=2 articles indexed")
        expect(page.locator("#t1")).to_contain_text("My sources don’t say")


@pytest.mark.slow
def test_the_page_fits_a_narrow_screen(page: Any, sample_server: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(sample_server)
    ask(page, RUSSIA)
    drawn(page)
    wide = page.evaluate("document.querySelector('.stMain').scrollWidth")
    assert wide <= 360
