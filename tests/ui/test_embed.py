"""The page in the frame of another page, and on its own at that size: it asks at once, shows no more than the answer,
keeps nothing, and leads out to the full page."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from bot.feedback import read_feedback
from tests.ui.steps import RUSSIA, TRAM, answered, drawn

pytestmark = pytest.mark.browser

CHROME = "[data-testid=stSidebar], [data-testid=stHeader], [data-testid=stToolbar], .fn-header, .st-key-menu, footer"
WITHIN = """id => {
    const box = document.getElementById(id).getBoundingClientRect();
    return box.top >= 0 && box.bottom <= 480 && box.right <= 320 && box.width;
}"""
COLOURS = {"dark": "rgb(20, 23, 26)", "light": "rgb(252, 251, 248)"}


def embedded(server: str, question: str, more: str = "") -> str:
    return f"{server}/?embed=true&q={quote(question)}{more}"


@pytest.fixture
def small(page: Any) -> Any:
    page.set_viewport_size({"width": 320, "height": 480})
    return page


def test_it_asks_at_once_and_shows_nothing_but_the_answer(small: Any, sample_server: str) -> None:
    small.goto(embedded(sample_server, TRAM))
    turn = answered(small)
    drawn(small)
    expect(small.locator("#t1-q")).to_have_text(TRAM)
    assert [e for e in small.locator(CHROME).all() if e.is_visible()] == []
    assert small.evaluate("document.querySelector('.stMain').scrollWidth") <= 320
    assert small.evaluate("document.querySelectorAll('.fn-turn').length") == 1
    assert small.evaluate("document.querySelector('.stMain').scrollTop") == 0
    assert small.locator("#t1-q").bounding_box()["y"] < 24  # nor an empty band above it
    assert turn.locator(".fn-answer").bounding_box()["y"] < 480  # the answer is in sight without scrolling


@pytest.mark.slow
def test_a_footnote_opens_in_a_small_frame(small: Any, sample_server: str) -> None:
    small.goto(embedded(sample_server, RUSSIA))
    turn = answered(small)
    drawn(small)
    ref = turn.locator(".fn-ref").nth(1)
    n = ref.get_attribute("data-n")
    ref.click()
    small.wait_for_function(WITHIN, arg=f"t1-n{n}")
    expect(turn.locator(".fn-card:visible")).to_have_count(1)
    turn.get_by_role("button", name="Close").click()
    expect(turn.locator(".fn-sheet")).to_have_count(0)
    assert small.evaluate("document.querySelector('.stMain').scrollWidth") <= 320


@pytest.mark.parametrize(
    ("theme", "system"), [("dark", "light"), pytest.param("light", "dark", marks=pytest.mark.slow)]
)
def test_the_address_decides_the_theme(page: Any, sample_server: str, theme: str, system: str) -> None:
    page.emulate_media(color_scheme=system)
    page.goto(embedded(sample_server, TRAM, f"&theme={theme}"))
    turn = answered(page)
    expect(page.locator(".stApp")).to_have_css("background-color", COLOURS[theme])
    drawn(page)
    turn.locator(".fn-whole").first.click()
    inside = page.frame_locator("#fn-document iframe")
    inside.locator("mark").first.wait_for()
    expect(inside.locator("body")).to_have_css("background-color", COLOURS[theme])


@pytest.mark.slow
@pytest.mark.parametrize("system", ["light", "dark"])
def test_without_a_theme_it_is_that_of_the_system(page: Any, sample_server: str, system: str) -> None:
    page.emulate_media(color_scheme=system)
    page.goto(embedded(sample_server, TRAM))
    answered(page)
    expect(page.locator(".stApp")).to_have_css("background-color", COLOURS[system])


def test_nothing_is_kept_of_it(small: Any, sample_server: str) -> None:
    small.goto(embedded(sample_server, TRAM))
    answered(small)
    drawn(small)
    # Streamlit's guard of uploads against other sites' forms, the same for all of the session, names no reader.
    assert {cookie["name"] for cookie in small.context.cookies()} <= {"_streamlit_xsrf"}
    assert "c=" not in small.url
    small.set_viewport_size({"width": 1280, "height": 800})
    small.goto(sample_server)  # from here on this browser has a name
    small.wait_for_selector("text=Nothing kept yet.")
    small.goto(embedded(sample_server, TRAM))
    answered(small)
    drawn(small)
    small.goto(sample_server)
    small.wait_for_selector("text=Nothing kept yet.")


def test_a_link_leads_to_the_full_page_with_the_question(small: Any, sample_server: str) -> None:
    small.goto(embedded(sample_server, TRAM))
    said = answered(small).locator(".fn-answer").inner_text()
    drawn(small)
    link = small.get_by_role("link", name="Open the full page")
    expect(link).to_have_attribute("target", "_blank")
    with small.context.expect_page() as opened:
        link.click()
    full = opened.value
    full.set_viewport_size({"width": 1280, "height": 800})
    expect(answered(full).locator(".fn-answer")).to_have_text(said, use_inner_text=True)
    expect(full.locator("#t1-q")).to_have_text(TRAM)
    assert "embed" not in full.url
    expect(full.locator("[data-testid=stSidebar]")).to_be_visible()
    expect(full.locator(".fn-header")).to_be_visible()


def test_it_works_in_a_frame_of_the_same_origin(page: Any, sample_server: str, sample_index: Path) -> None:
    wiki = f"<link rel=icon href=data:,><h1>Wiki</h1><iframe width=320 height=480 src='{embedded('', TRAM)}'></iframe>"
    page.route("**/wiki", lambda route: route.fulfill(body=wiki, content_type="text/html"))
    page.goto(f"{sample_server}/wiki")
    frame = page.frame_locator("iframe").first
    turn = frame.locator("#t1")
    turn.locator(".fn-answer").wait_for()
    drawn(frame)
    turn.locator(".fn-ref").first.click()
    turn.locator("mark.fn-on").first.wait_for()
    turn.get_by_role("button", name="Close").click()
    turn.get_by_role("button", name="Bad answer").click()
    expect(turn.locator(".fn-told")).to_have_text("Thank you, that is noted")
    turn.get_by_label("What would be right? (optional)").fill("In autumn, from a frame.")
    turn.get_by_role("button", name="Send").click()
    turn.locator(".fn-judging").wait_for(state="hidden")
    kept = read_feedback(sample_index.parent / "feedback.jsonl")[-1]
    assert (kept.question, kept.verdict, kept.expected) == (TRAM, "down", "In autumn, from a frame.")


def test_another_origin_may_not_frame_it(unwatched: Any, sample_server: str) -> None:
    page, context = unwatched, unwatched.context
    wiki = f"<iframe src='{embedded(sample_server, TRAM)}'></iframe>"
    context.route("http://127.0.0.1:8765/*", lambda route: route.fulfill(body=wiki, content_type="text/html"))
    policy = context.request.get(embedded(sample_server, TRAM)).headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    page.goto("http://127.0.0.1:8765/wiki")
    page.frames[1].wait_for_url("chrome-error:**")
    expect(page.frame_locator("iframe").locator(".stApp")).to_have_count(0)
    assert page.frames[1].url == "chrome-error://chromewebdata/"
