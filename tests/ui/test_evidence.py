"""Checking an answer as a reader does: pointing, clicking, stepping, by keys alone, on a small screen, copying."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import a_reader
from tests.ui.steps import RUSSIA, SILENT, TRAM, answered, ask, drawn

pytestmark = pytest.mark.browser

COPIED = "() => navigator.clipboard.readText()"


# Whether an element stands in the window, and where it stood when this was asked before: smooth scrolling is over.
SHOWN = """id => {
    const box = document.getElementById(id).getBoundingClientRect(), before = window.shownAt;
    window.shownAt = box.top;
    return box.top >= 0 && box.bottom <= innerHeight && box.width > 0 && box.top === before;
}"""
# Whether a quotation is seen, scrolling being over: below the bar above the sources and above the question box, the
# title of its card too if there is room for both. The bar is wider than the card with its outline.
CLEAR = """id => {
    const box = (node) => node.getBoundingClientRect(), mark = document.getElementById(id);
    const whole = mark.closest('.fn-card'), card = box(whole), title = box(whole.querySelector('h4')), at = box(mark);
    const evidence = mark.closest('.fn-evidence'), bar = box(evidence.querySelector('.fn-evidence-bar'));
    const below = evidence.matches('.fn-sheet') ? innerHeight : box(document.querySelector('.st-key-fn-ask')).top;
    const before = window.clearAt;
    window.clearAt = at.top;
    const named = title.top >= bar.bottom || at.bottom - card.top > below - bar.bottom - 20;
    const covered = bar.left < card.left && bar.right > card.right;
    return at.top === before && at.top >= bar.bottom && at.bottom <= below && named && covered;
}"""
FOCUSED = "id => document.activeElement.id === id"


def shown(page: Any, n: int) -> None:
    """Waits until the quotation of footnote n of the first turn stands in the window."""
    page.wait_for_function(SHOWN, arg=f"t1-n{n}", polling=150)


@pytest.mark.slow
def test_pointing_at_a_footnote_shows_the_quotation(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    turn = ask(page, RUSSIA)
    drawn(page)
    tip = page.locator("#fn-tip")
    expect(tip).to_be_hidden()
    link = turn.locator(".fn-ref").nth(1)
    link.hover()
    tip.wait_for()
    n = link.get_attribute("data-n")
    expect(tip.locator("q")).to_have_text(page.locator(f"#t1-n{n}").inner_text())
    expect(link).to_have_attribute("aria-describedby", "fn-tip")
    page.keyboard.press("Escape")
    tip.wait_for(state="hidden")
    link.focus()
    page.keyboard.press("Shift+Tab")  # from there, the focus is one that is to be seen
    tip.wait_for()
    expect(turn.locator(".fn-ref").first).to_be_focused()


def test_a_click_marks_the_quotation_beside_the_answer_and_steps_go_round(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    turn = ask(page, RUSSIA)
    drawn(page)
    links, evidence = turn.locator(".fn-ref"), turn.locator(".fn-evidence")
    total = evidence.get_attribute("data-footnotes")
    link = links.last
    n = int(link.get_attribute("data-n"))
    page.mouse.wheel(0, -5000)
    at = link.bounding_box()["y"]
    link.click()
    page.wait_for_function("n => document.querySelector('#t1 .fn-place').textContent.startsWith(`${n} / `)", arg=n)
    shown(page, n)
    assert evidence.bounding_box()["x"] > link.bounding_box()["x"]  # beside, not below
    assert abs(link.bounding_box()["y"] - at) < 2  # and the answer stays where it is read
    card = turn.locator(".fn-card.fn-on")
    expect(card).to_have_count(1)
    expect(card.locator(".fn-numbers")).to_contain_text(f"[{n}]")
    expect(link).to_have_attribute("aria-current", "true")
    expect(link).to_have_attribute("aria-label", f"Footnote {n}: {card.locator('h4').inner_text()}")
    evidence.get_by_role("button", name="Next footnote").click()
    expect(evidence.locator(".fn-place")).to_have_text(f"1 / {total}")
    expect(turn.locator("[aria-current]").first).to_have_text("[1]")
    evidence.get_by_role("button", name="Previous footnote").click()
    expect(evidence.locator(".fn-place")).to_have_text(f"{total} / {total}")


@pytest.mark.parametrize("size", [(1280, 800), pytest.param((360, 740), marks=pytest.mark.slow)])
def test_no_bar_covers_the_quotation_or_the_name_of_its_source(
    browser: Any, sample_server: str, size: tuple[int, int]
) -> None:
    with a_reader(browser, viewport={"width": size[0], "height": size[1]}) as page:
        page.goto(sample_server)
        turn = ask(page, RUSSIA)
        drawn(page)
        for link in turn.locator(".fn-ref").all():
            link.click()
            page.wait_for_function(CLEAR, arg=f"t1-n{link.get_attribute('data-n')}", polling=150)
            if (shut := turn.get_by_role("button", name="Close")).is_visible():
                shut.click()


def test_every_step_of_checking_can_be_done_by_keys(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    page.get_by_placeholder("Ask your articles a question").focus()
    page.keyboard.type(RUSSIA)
    page.keyboard.press("Enter")
    turn = answered(page)
    drawn(page)
    turn.locator(".fn-ref").nth(2).focus()
    n = turn.locator(".fn-ref").nth(2).get_attribute("data-n")
    page.keyboard.press("Enter")
    page.wait_for_function(FOCUSED, arg=f"t1-n{n}")
    page.keyboard.press("Tab")  # the way back stands behind the quotation
    page.wait_for_function("() => document.activeElement.className === 'fn-back'")
    page.keyboard.press("Enter")
    page.wait_for_function(FOCUSED, arg=f"t1-r{n}")
    page.keyboard.press("Enter")
    page.wait_for_function(FOCUSED, arg=f"t1-n{n}")
    page.keyboard.press("Escape")
    page.wait_for_function(FOCUSED, arg=f"t1-r{n}")
    turn.locator(".fn-whole").first.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#fn-document")
    dialog.wait_for()
    page.frame_locator("#fn-document iframe").locator("mark").first.wait_for()
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    page.wait_for_function("() => document.activeElement.className === 'fn-whole'")


def test_the_whole_article_opens_over_the_page_at_the_quotation(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    turn = ask(page, TRAM)
    drawn(page)
    quotation = turn.locator("mark").first.inner_text()
    address = turn.locator(".fn-whole").first.get_attribute("href")
    turn.locator(".fn-whole").first.click()
    inside = page.frame_locator("#fn-document iframe")
    inside.locator("mark").first.wait_for()
    assert quotation in inside.locator("main").inner_text()
    with urlopen(f"{sample_server}/api/{address.split('?')[0].replace('document', 'documents')}") as response:
        words = json.load(response)["text"].split()
    assert set(words[-20:]) <= set(inside.locator("main").inner_text().split())  # down to the end of it
    page.get_by_role("button", name="Close").click()
    page.locator("#fn-document").wait_for(state="hidden")
    expect(turn).to_be_visible()


def test_on_a_small_screen_the_source_comes_up_from_below(browser: Any, sample_server: str) -> None:
    with a_reader(browser, viewport={"width": 360, "height": 740}) as page:
        page.goto(sample_server)
        turn = ask(page, RUSSIA)
        drawn(page)
        link = turn.locator(".fn-ref").nth(2)
        n = int(link.get_attribute("data-n"))
        link.click()
        shown(page, n)
        sheet, at = turn.locator(".fn-evidence").bounding_box(), link.bounding_box()
        assert at["y"] >= 0 and at["y"] + at["height"] <= sheet["y"]  # the sentence stays in sight above it
        expect(turn.locator(".fn-card:visible")).to_have_count(1)
        turn.get_by_role("button", name="Close").click()
        expect(turn.locator(".fn-sheet")).to_have_count(0)
        assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 360


def test_what_is_copied_keeps_its_footnotes(browser: Any, sample_server: str) -> None:
    with a_reader(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(sample_server)
        turn = ask(page, TRAM)
        drawn(page)
        sentence = turn.locator(".fn-sentence > span").first.inner_text()
        quotation = turn.locator(".fn-ref").first.get_attribute("data-quote")
        title = turn.locator(".fn-card h4").first.inner_text()
        turn.get_by_role("button", name="Copy", exact=True).click()
        page.wait_for_selector("text=Copied with its footnotes")
        plain = page.evaluate(COPIED)
        assert f"{sentence} [1]" in plain and f"“{quotation}”" in plain and title in plain
        turn.get_by_role("button", name="Copy as Markdown").click()
        page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('[^1]')")
        assert "\n[^1]: " in page.evaluate(COPIED)
        page.evaluate(
            """() => { const range = document.createRange();
                       range.selectNodeContents(document.querySelector('#t1 .fn-sentence'));
                       getSelection().removeAllRanges(); getSelection().addRange(range); }"""
        )
        page.keyboard.press("Control+c")
        page.wait_for_function("async () => !(await navigator.clipboard.readText()).includes('[^1]')")
        by_hand = page.evaluate(COPIED)
        assert sentence in by_hand and f"[1] “{quotation}” – {title}" in by_hand


@pytest.mark.slow
def test_support_is_told_by_signs_and_words(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    turn = ask(page, TRAM)
    drawn(page)
    for tag in turn.locator(".fn-sentence .fn-tag").all():
        assert tag.locator(".fn-sign").inner_text() == "❞"
        assert "quoted word for word" in tag.text_content()
    assert "❞" in turn.locator(".fn-meta").inner_text()


def test_why_an_answer_is_as_it_is(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    ask(page, "What did Dmitry Peskov say about Washington?")
    turn = ask(page, "What did he say about the Geneva meeting?", 2)
    drawn(page)
    why = turn.locator(".fn-why")
    expect(why.locator("table")).to_be_hidden()
    why.locator("summary").click()
    why.locator("table").wait_for()
    told = why.inner_text()
    assert "Peskov" in why.locator("dd").first.inner_text()  # the question as it was searched for
    assert "in all" in told and " ms" in told and "20 passages considered" in told
    assert why.locator("tbody tr").count() == 20
    assert why.locator("tbody td:last-child", has_text="[1]").count() >= 1
    scores = [float(cell) for cell in why.locator("tbody tr td:nth-child(3)").all_inner_texts()]
    assert all(-1 <= score <= 1 for score in scores)


@pytest.mark.slow
def test_an_abstention_has_reasons_too(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    turn = ask(page, SILENT)
    drawn(page)
    turn.locator(".fn-why summary").click()
    turn.locator(".fn-why table").wait_for()
    assert turn.locator(".fn-why tbody tr").count() == 20
    assert not any(turn.locator(".fn-why tbody td:last-child").all_inner_texts())
