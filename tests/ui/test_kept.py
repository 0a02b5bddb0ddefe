"""Conversations that are kept: over a refresh, a lost connection, a restart; found, renamed, taken along, deleted."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import a_reader, running
from tests.ui.steps import RUSSIA, SILENT, TRAM, answered, ask, drawn

pytestmark = pytest.mark.browser


def new(page: Any) -> None:
    page.get_by_role("button", name="New conversation").click()
    page.wait_for_selector(".fn-turn", state="detached")


def listed(page: Any) -> list[str]:
    drawn(page)
    return [" ".join(t.split()) for t in page.locator(".st-key-fn-kept button").all_inner_texts()]


def menu(page: Any) -> None:
    drawn(page)
    page.get_by_role("button", name="This conversation").click()


def test_nothing_is_lost_when_the_page_is_refreshed(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    first = ask(page, TRAM, 1).locator(".fn-answer").inner_text()
    ask(page, SILENT, 2)
    page.wait_for_selector("[class*=st-key-fn-questions-] button")
    page.reload()
    expect(answered(page, 1).locator(".fn-answer")).to_have_text(first, use_inner_text=True)
    expect(page.locator("#t2 .fn-silent")).to_have_count(1)
    page.wait_for_selector("[class*=st-key-fn-questions-] button")
    expect(ask(page, "And when was it first planned?", 3).locator(".fn-answer")).to_have_count(1)


@pytest.mark.slow
def test_conversations_outlive_the_server(browser: Any, sample_index: Path, tmp_path: Path) -> None:
    kept = {"FOOTNOTE_CONVERSATIONS": str(tmp_path / "kept" / "talks.sqlite"), "FOOTNOTE_READER": "off"}
    with a_reader(browser) as page:
        with running(sample_index, **kept) as address:
            page.goto(f"{address}/?q={quote(TRAM)}")  # quicker than the page with its examples
            said = answered(page).locator(".fn-answer").inner_text()
            query, port = urlsplit(page.url).query, urlsplit(page.url).port
            page.goto("about:blank")
        with running(sample_index, **kept) as address:
            assert urlsplit(address).port != port  # cookies are the host's, whatever the port
            page.goto(f"{address}/?{query}")
            expect(answered(page).locator(".fn-answer")).to_have_text(said, use_inner_text=True)
            drawn(page)
            page.locator("#t1 .fn-ref").first.click()
            expect(page.locator("#t1 mark.fn-on")).to_have_count(1)
            page.goto("about:blank")


@pytest.mark.slow
def test_an_answer_outlives_the_connection_that_asked_for_it(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    page.get_by_placeholder("Ask your articles a question").fill(RUSSIA)
    page.keyboard.press("Enter")
    page.wait_for_url("**/?c=*")
    address = page.url
    page.goto("about:blank")  # gone before the answer came, or as it came
    page.goto(address)
    expect(answered(page).locator(".fn-ref").first).to_be_attached()
    drawn(page)
    expect(page.locator(".fn-turn")).to_have_count(1)


def test_one_of_several_is_opened_found_by_a_word_and_stays_apart(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    ask(page, TRAM)
    new(page)
    ask(page, SILENT)
    talks = page.locator(".st-key-fn-kept button")
    expect(talks).to_have_text([re.compile("Who won the 1998"), re.compile("When will Marrowick")])
    drawn(page)
    page.locator(".st-key-fn-kept button").nth(1).click()
    page.wait_for_selector("#t1-q >> text=Marrowick")
    drawn(page)
    expect(page.locator(".fn-turn")).to_have_count(1)
    page.locator(".st-key-fn-kept button").nth(0).click()
    page.wait_for_selector("#t1-q >> text=World Cup")
    search = page.get_by_label("Search conversations")
    search.fill("MARROWICK")
    search.press("Enter")
    expect(talks).to_have_text([re.compile("When will Marrowick")])
    search.fill("zebra%_")
    search.press("Enter")
    page.wait_for_selector("text=No conversation matches.")


def test_a_conversation_is_renamed_and_deleted(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    ask(page, TRAM)
    address = page.url
    menu(page)
    name = page.get_by_label("Name")
    hostile = "Trams **bold** :red[x] $y$ <img src=x onerror=window.pwned=1> :smile:"
    name.fill(hostile)
    name.press("Enter")
    page.wait_for_selector(".st-key-fn-kept button >> text=Trams")
    assert listed(page)[0] in hostile or listed(page)[0].rstrip("…") in hostile
    assert page.locator(".st-key-fn-kept").locator("strong, img, .katex, [style*=color]").count() == 0
    page.get_by_text("Delete", exact=True).click()
    page.get_by_role("button", name="Delete it for good").click()
    page.wait_for_selector("text=Nothing kept yet.")
    page.goto(address)
    page.wait_for_selector("text=is not kept in this browser, or was deleted")
    expect(page.locator(".fn-turn")).to_have_count(0)
    assert page.evaluate("window.pwned") is None


@pytest.mark.slow
def test_the_last_question_is_edited_and_asked_again(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    ask(page, RUSSIA, 1)
    ask(page, "When will the tram opne?", 2)
    drawn(page)
    page.get_by_role("button", name="Edit the question").click()
    box = page.get_by_placeholder("Ask your articles a question")
    expect(box).to_have_value("When will the tram opne?")
    drawn(page)
    expect(box).to_be_focused()  # where it can be edited
    page.get_by_role("button", name="Leave it as it was").press("Enter")
    page.get_by_role("button", name="Leave it as it was").wait_for(state="detached")
    drawn(page)
    expect(box).to_be_focused()  # not lost with the button that had it
    page.get_by_role("button", name="Edit the question").click()
    page.get_by_role("button", name="Leave it as it was").wait_for()
    drawn(page)
    box.fill(TRAM)
    page.keyboard.press("Enter")
    page.wait_for_selector("#t2-q >> text=Marrowick")
    answered(page, 2)
    drawn(page)
    expect(page.locator(".fn-turn")).to_have_count(2)
    page.get_by_role("button", name="Ask again").press("Enter")
    answered(page, 2)
    drawn(page)
    expect(box).to_be_focused()
    page.reload()
    answered(page, 2)
    expect(page.locator(".fn-question")).to_have_text([RUSSIA, TRAM])


def test_a_conversation_is_taken_along_with_its_footnotes(page: Any, sample_server: str, tmp_path: Path) -> None:
    page.goto(sample_server)
    turn = ask(page, TRAM)
    quotation = turn.locator(".fn-ref").first.get_attribute("data-quote")
    menu(page)
    for kind in ("Markdown", "HTML", "JSON"):
        with page.expect_download() as download:
            page.get_by_role("link", name=kind).click()
        target = tmp_path / download.value.suggested_filename
        download.value.save_as(target)
        said = target.read_text("utf-8")
        if kind == "JSON":
            exchange = json.loads(said)["exchanges"][0]
            assert exchange["answer"]["citations"][0]["quote"] == quotation
        else:
            assert ("[^1]" if kind == "Markdown" else "<html") in said
            assert quotation.split(",")[0] in said


def test_another_browser_sees_nothing_of_it(browser: Any, sample_server: str) -> None:
    with a_reader(browser) as mine, a_reader(browser) as theirs:
        mine.goto(sample_server)
        ask(mine, TRAM)
        address = mine.url
        id = address.partition("c=")[2]
        theirs.goto(address)
        theirs.wait_for_selector("text=is not kept in this browser")
        assert listed(theirs) == [] and theirs.locator(".fn-turn").count() == 0
        assert theirs.request.get(f"{sample_server}/conversation/{id}.md").status == 404
        assert mine.request.get(f"{sample_server}/conversation/{id}.md").status == 200
        cookie = next(c for c in mine.context.cookies() if c["name"] == "footnote_reader")
        assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
        for bad in ("nothing.md", f"{id}.exe", "..%2f..%2fetc.json"):
            with pytest.raises(HTTPError) as refused:
                urlopen(f"{sample_server}/conversation/{bad}")
            refused.value.close()
            assert refused.value.code in (400, 404)


@pytest.mark.slow
def test_conversations_that_cannot_be_kept_do_not_stop_the_answers(
    page: Any, sample_index: Path, tmp_path: Path
) -> None:
    (tmp_path / "talks.sqlite").write_text("this is no database")
    with running(sample_index, FOOTNOTE_CONVERSATIONS=str(tmp_path / "talks.sqlite")) as address:
        page.goto(address)
        expect(ask(page, TRAM).locator(".fn-ref").first).to_be_attached()
        drawn(page)
        said = page.locator(".stApp").inner_text()
        assert "talks.sqlite" in said and "FOOTNOTE_CONVERSATIONS" in said
        assert str(tmp_path) not in page.content()
        page.goto("about:blank")
