"""The widget on the pages of another site, in a real browser, answered by a real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import a_reader
from tests.ui.sites import Site, strict
from tests.ui.steps import RUSSIA, SILENT, TRAM
from tests.ui.test_accessibility import serious

pytestmark = pytest.mark.browser


def script(server: str, attributes: str = "") -> str:
    return f'<script src="{server}/widget.js" {attributes} async></script>'


def opened(page: Any, address: str) -> Any:
    """The widget's panel on the page, opened by its bubble."""
    page.goto(address)
    page.locator("footnote-widget .bubble").click()
    return page.locator("footnote-widget .panel")


def ask(panel: Any, question: str, turn: int = 1) -> Any:
    """The turn's element once it is answered."""
    panel.get_by_role("textbox").fill(question)
    panel.get_by_role("textbox").press("Enter")
    found = panel.locator("section").nth(turn - 1)
    expect(found.locator(".asked")).to_have_text(question)
    expect(found.locator("[aria-busy]")).to_have_count(0)
    return found


@pytest.mark.parametrize("policy", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["strict", "open"])
def test_it_answers_with_footnotes_and_shows_the_quotation_on_hover(
    page: Any, listed_server: str, wiki: Site, policy: bool
) -> None:
    address = wiki.put("/page", script(listed_server), policy=strict(listed_server) if policy else "")
    turn = ask(opened(page, address), RUSSIA)
    box = page.locator("footnote-widget .panel").bounding_box()
    assert (box["x"] + box["width"], box["y"] + box["height"]) == (1280 - 16, 800 - 76)
    assert turn.locator("li").count() >= 2
    assert turn.locator("li").count() == turn.locator("li:has(.ref)").count() == turn.locator("li .sign").count()
    expect(turn.locator(".sign").first).to_have_attribute("aria-label", "quoted word for word")
    tip = page.locator("footnote-widget .tip")
    expect(tip).to_be_hidden()
    turn.locator(".ref").first.hover()
    expect(tip).to_be_visible()
    quote = tip.locator("blockquote").inner_text()
    said = turn.locator("bdi").first.inner_text()
    assert len(quote) > 40 and (quote in said or said in quote or quote.strip("“”") in said)
    link = tip.get_by_role("link", name="Read it in its place")
    with page.context.expect_page() as article:
        link.click()
    expect(article.value.locator("mark").first).to_contain_text(quote[:40].lstrip("“"))
    assert article.value.url.startswith(f"{listed_server}/document/") and "#c1" in article.value.url
    page.mouse.move(1, 1)
    expect(tip).to_be_hidden()


@pytest.fixture
def panel(page: Any, listed_server: str, wiki: Site) -> Iterator[Any]:
    yield opened(page, wiki.put("/panel", script(listed_server)))


@pytest.mark.slow
def test_follow_ups_know_what_was_said_and_silence_is_said(page: Any, panel: Any) -> None:
    ask(panel, "Who is Anatoly Antonov?")
    with page.expect_request("**/api/ask/stream") as sent:
        ask(panel, "When did he fly back?", 2)
    history = sent.value.post_data_json["history"]
    assert [turn["role"] for turn in history] == ["user", "assistant"] and "Antonov" in history[1]["content"]
    turn = ask(panel, SILENT, 3)
    expect(turn).to_contain_text("The articles don’t say.")
    expect(turn).to_contain_text(f"Looked for: “{SILENT}”")
    assert turn.locator("li blockquote").count() > 0 and turn.locator(".ref").count() == 0
    expect(page.locator("footnote-widget [role=status]")).to_have_text("The articles don’t say.")
    panel.get_by_role("button", name="New conversation").click()
    expect(panel.locator("section")).to_have_count(0)
    with page.expect_request("**/api/ask/stream") as sent:
        ask(panel, TRAM)
    assert sent.value.post_data_json["history"] == []
    assert page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [0, 0, ""]


def test_it_is_used_by_keyboard_and_heard(page: Any, listed_server: str, wiki: Site) -> None:
    page.goto(wiki.put("/keys", script(listed_server), head="<script>onkeydown = () => { window.heard = 1; }</script>"))
    bubble, field = page.locator("footnote-widget .bubble"), page.locator("footnote-widget textarea")
    bubble.press("Enter")
    expect(field).to_be_focused()
    expect(bubble).to_have_attribute("aria-expanded", "true")
    page.keyboard.type("Who is Anatoly")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Antonov?")
    expect(field).to_have_value("Who is Anatoly\nAntonov?")
    page.keyboard.press("Enter")
    refs = page.locator("footnote-widget .ref")
    refs.first.wait_for()
    expect(page.locator("footnote-widget [role=status]")).to_contain_text("Answer with")
    tip = page.locator("footnote-widget .tip")
    refs.first.focus()
    expect(tip).to_be_visible()
    expect(refs.first).to_have_attribute("aria-describedby", "tip")
    page.keyboard.press("Enter")  # it stays
    page.keyboard.press("Tab")
    expect(tip.locator("a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    expect(refs.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("footnote-widget .panel")).to_be_hidden()
    expect(bubble).to_be_focused()
    assert page.evaluate("window.heard") is None  # the page's shortcuts


def test_two_includes_make_one_bubble_and_attributes_are_kept_to(page: Any, listed_server: str, wiki: Site) -> None:
    attributes = "data-title='Fragt <b>uns</b>' data-lang=de data-position=left data-placeholder='Was denn?' data-open"
    first = script(listed_server, attributes).replace(" async", "")  # so that it is the first to run
    page.goto(wiki.put("/two", first + script(listed_server)))
    panel = page.locator("footnote-widget .panel")
    expect(panel.get_by_role("heading")).to_have_text("Fragt <b>uns</b>")
    page.wait_for_load_state()
    expect(page.locator("footnote-widget")).to_have_count(1)
    expect(panel.get_by_role("textbox")).to_have_attribute("placeholder", "Was denn?")
    assert panel.bounding_box()["x"] < 50
    assert page.evaluate("document.activeElement === document.body")  # it opened by itself, and took no focus
    expect(panel.get_by_role("button", name="Senden")).to_be_visible()


@pytest.mark.parametrize(
    ("scheme", "attributes", "head", "dark"),
    [
        ("dark", "", "", True),
        ("light", "", "", False),
        ("dark", "data-theme=light", "", False),
        ("light", "data-theme=dark", "", True),
        ("dark", "", "<style>:root { color-scheme: light }</style>", False),
        ("light", "", "<style>:root { color-scheme: dark }</style>", True),
        ("dark", "", "<style>body { background: #fff }</style>", False),
        ("light", "", "<style>html { background: rgb(10 10 20) }</style>", True),
    ],
)
def test_light_and_dark_follow_the_page(
    page: Any, listed_server: str, wiki: Site, scheme: str, attributes: str, head: str, dark: bool
) -> None:
    page.emulate_media(color_scheme=scheme)
    panel = opened(page, wiki.put("/theme", script(listed_server, attributes), head=head))
    expect(panel).to_have_css("background-color", "rgb(26, 30, 34)" if dark else "rgb(255, 255, 255)")


def test_a_page_that_turns_dark_takes_it_along(page: Any, panel: Any) -> None:
    expect(panel).to_have_css("background-color", "rgb(255, 255, 255)")
    page.evaluate("() => { document.body.style.background = '#111'; }")
    expect(panel).to_have_css("background-color", "rgb(26, 30, 34)")


def test_on_a_small_screen_it_fills_it_and_keeps_the_focus(browser: Any, listed_server: str, wiki: Site) -> None:
    with a_reader(browser, viewport={"width": 360, "height": 640}, has_touch=True) as page:
        panel = opened(page, wiki.put("/small", script(listed_server)))
        assert panel.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 640}
        turn = ask(panel, RUSSIA)
        turn.locator(".ref").first.tap()
        tip = page.locator("footnote-widget .tip")
        expect(tip).to_be_visible()
        box = tip.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360 and box["y"] >= 0
        assert panel.locator(".log").evaluate("log => log.scrollWidth <= log.clientWidth")
        turn.locator(".asked").tap()
        expect(tip).to_be_hidden()
        for _ in range(60):
            page.keyboard.press("Tab")
            where = page.evaluate("document.activeElement.tagName")
            assert where in ("FOOTNOTE-WIDGET", "BODY")  # the second on the way round, never a link of the page
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(page.locator("footnote-widget .bubble")).to_be_focused()


@pytest.mark.slow
def test_a_conversation_outlives_a_page_only_where_that_is_asked_for(page: Any, listed_server: str, wiki: Site) -> None:
    kept = wiki.put("/kept", script(listed_server, "data-keep=session"))
    said = ask(opened(page, kept), TRAM).inner_text()
    panel = opened(page, kept)
    expect(panel.locator("section")).to_have_text(said, use_inner_text=True)
    panel.locator(".ref").first.hover()
    expect(page.locator("footnote-widget .tip")).to_be_visible()
    page.mouse.move(1, 1)
    panel.get_by_role("button", name="New conversation").click()
    expect(opened(page, kept).locator("section")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
@pytest.mark.parametrize("width", [1280, pytest.param(360, marks=pytest.mark.slow)])
def test_it_has_no_serious_violations(browser: Any, listed_server: str, wiki: Site, scheme: str, width: int) -> None:
    with a_reader(browser, color_scheme=scheme, viewport={"width": width, "height": 740}) as page:
        head = "<style>body { background: #111; color: #eee } a { color: #9cf }</style>" if scheme == "dark" else ""
        panel = opened(page, wiki.put("/axe", script(listed_server), head=head))
        assert serious(page, app=False) == []
        turn = ask(panel, RUSSIA)
        turn.locator(".ref").first.focus()
        page.locator("footnote-widget .tip").wait_for()
        assert serious(page, app=False) == []
        ask(panel, SILENT, 2)
        assert serious(page, app=False) == []
        asked = "[...document.querySelector('footnote-widget').shadowRoot.querySelectorAll('.asked')]"
        page.evaluate(f"{asked}.at(-1).style.color = '#777'")  # the one in sight
        assert [line.split(":")[0] for line in serious(page, app=False)] == ["color-contrast"]  # it looks into it
