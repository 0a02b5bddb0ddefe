"""The page for those who hear it, who use no mouse, and who need contrast; and one with 200 footnotes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from bot.ui.conversations.store import Conversations
from bot.ui.view.cards import cards_of
from bot.ui.view.exchange import Exchange
from index.schema import Document
from tests.ui import samples
from tests.ui.conftest import a_reader
from tests.ui.steps import RUSSIA, SILENT, TRAM, answered, ask, drawn

pytestmark = pytest.mark.browser

SCHEMES = pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
SETTLED_MS = 500  # the longest of Streamlit's own transitions is 300
OWNER, KEPT = "3" * 32, "4" * 32

# Whether the focus can be seen: whether the element with it, or one around it that is drawn as its box, looks otherwise
# than without.
SEEN = """async () => {
    const looks = () => {
        const found = [];
        let e = focused;
        for (let up = 0; e && up < 5; up++, e = e.parentElement) {
            const s = getComputedStyle(e);
            found.push([s.outline, s.boxShadow, s.borderColor, s.backgroundColor, s.textDecoration]);
        }
        return JSON.stringify(found);
    };
    const focused = document.activeElement, seen = looks();
    focused.blur();
    await new Promise(done => setTimeout(done, 60)); // some of Streamlit's widgets are drawn anew for it
    const unseen = looks();
    focused.focus({ preventScroll: true });
    return seen !== unseen;
}"""
NAMED = """() => { const e = document.activeElement;
    return `${e.tagName} ${e.className} ${e.getAttribute("aria-label") ?? e.innerText ?? ""}`.slice(0, 120); }"""


def serious(page: Any, *, app: bool = True) -> list[str]:
    """What axe finds on the page as it is now, of impact serious or critical. Nothing is left out. `app`: whether it is
    one that Streamlit draws."""
    if app:
        drawn(page)
    page.wait_for_timeout(SETTLED_MS)
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['target']} {node['html'][:120]} {node['failureSummary']}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.slow
def test_a_violation_is_found(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    page.wait_for_selector(".st-key-fn-examples button")
    drawn(page)
    page.evaluate("() => { document.querySelector('.fn-promise').style.color = '#ccc'; }")
    page.evaluate("() => { document.querySelector('.fn-header').append(document.createElement('button')); }")
    assert sorted(line.split(":")[0] for line in serious(page)) == ["button-name", "color-contrast"]


@SCHEMES
def test_the_chat_has_no_serious_violations(browser: Any, sample_server: str, scheme: str) -> None:
    with a_reader(browser, color_scheme=scheme) as page:
        page.goto(sample_server)
        page.wait_for_selector(".st-key-fn-examples button")
        drawn(page)
        page.get_by_role("button", name="All articles").click()
        page.get_by_role("combobox", name="Outlet").wait_for()
        assert serious(page) == []
        page.keyboard.press("Escape")
        turn = ask(page, RUSSIA)
        drawn(page)
        turn.locator(".fn-ref").nth(1).click()
        turn.locator(".fn-card.fn-on").wait_for()
        turn.locator(".fn-ref").first.hover()
        page.locator("#fn-tip").wait_for()
        assert serious(page) == []
        turn.locator(".fn-why summary").click()
        turn.locator(".fn-why table").wait_for()
        turn.get_by_role("button", name="Bad answer").click()
        turn.locator(".fn-judging").wait_for()
        assert serious(page) == []
        page.get_by_role("button", name="This conversation").click()
        page.get_by_label("Name", exact=True).wait_for()
        assert serious(page) == []
        page.keyboard.press("Escape")
        ask(page, SILENT, 2)
        page.wait_for_selector("[class*=st-key-fn-questions-] button")
        assert serious(page) == []


@pytest.mark.slow
@SCHEMES
def test_a_small_screen_has_no_serious_violations(browser: Any, sample_server: str, scheme: str) -> None:
    with a_reader(browser, color_scheme=scheme, viewport={"width": 360, "height": 740}) as page:
        page.goto(sample_server)
        turn = ask(page, RUSSIA)
        drawn(page)
        turn.locator(".fn-ref").first.click()
        turn.locator(".fn-sheet").wait_for()
        assert serious(page) == []


@pytest.mark.slow
@SCHEMES
def test_library_document_and_embed_have_no_serious_violations(browser: Any, sample_server: str, scheme: str) -> None:
    with a_reader(browser, color_scheme=scheme) as page:
        page.goto(sample_server)
        whole = ask(page, RUSSIA).locator(".fn-whole").first
        drawn(page)
        address = whole.get_attribute("href")
        whole.click()
        page.frame_locator("#fn-document iframe").locator("mark").first.wait_for()
        assert serious(page) == []
        page.keyboard.press("Escape")
        page.get_by_role("link", name="Library").click()
        page.wait_for_selector(".fn-row")
        assert serious(page) == []
        page.locator(".st-key-fn-rows label").first.click()
        page.wait_for_selector(".st-key-fn-chosen")
        assert serious(page) == []
        page.goto(f"{sample_server}/{address}")
        page.wait_for_selector("mark")
        assert serious(page, app=False) == []
        page.goto(f"{sample_server}/?embed=true&theme={scheme}&q={quote(TRAM)}")
        answered(page)
        assert serious(page) == []


@pytest.mark.slow
def test_the_german_page_has_no_serious_violations_and_says_its_language(page: Any, sample_server: str) -> None:
    page.goto(f"{sample_server}/?lang=de")
    page.get_by_placeholder("Frage").fill(RUSSIA)
    page.keyboard.press("Enter")
    turn = answered(page)
    drawn(page)
    turn.locator(".fn-ref").first.click()
    assert serious(page) == []
    expect(turn.locator(".fn-why summary")).to_have_text("Warum diese Antwort")
    assert page.evaluate("document.querySelector('#t1').closest('[lang]').lang") == "de"


class Stops:
    """Where Tab leads; `unseen` are the places at which the focus could not be seen."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.unseen: list[str] = []

    def to(self, selector: str, most: int = 60) -> int:
        """Presses Tab until the focus is on what the selector names; how often."""
        for pressed in range(1, most + 1):
            self._page.keyboard.press("Tab")
            if self._page.evaluate("() => document.activeElement === document.body"):
                continue  # round the end of the page
            if not self._page.evaluate(SEEN):
                self.unseen.append(self._page.evaluate(NAMED))
            if self._page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return pressed
        raise AssertionError(f"{most} times Tab did not lead to {selector}, but to {self._page.evaluate(NAMED)}")


def test_everything_can_be_reached_by_tab_and_enter_and_the_focus_is_seen(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    page.wait_for_selector(".st-key-fn-examples button")
    drawn(page)
    page.add_style_tag(content="* { transition: none !important; }")  # looks are compared at once
    stops = Stops(page)
    steps = {"question": stops.to("textarea")}
    page.keyboard.type(RUSSIA)
    page.keyboard.press("Enter")
    answered(page)
    drawn(page)
    steps["footnote"] = stops.to(".fn-ref")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id.startsWith('t1-n')")  # its quotation
    n = page.evaluate("document.querySelector('#t1 .fn-evidence').dataset.at")
    expect(page.locator(f"#t1-n{n}")).to_be_focused()
    underlined = (
        "e => getComputedStyle(e.closest('mark') ?? e.querySelector('mark')).textDecorationLine === 'underline'"
    )
    assert page.locator(f"#t1-n{n}").evaluate(underlined)  # and so it stays while it is the one that is looked at
    stops.to(".fn-back", 1)
    page.keyboard.press("Enter")
    expect(page.locator(f"#t1-r{n}")).to_be_focused()
    stops.to(".fn-tool[data-act=copy]")
    stops.to(".fn-why summary")
    stops.to(".fn-step[data-act=next]")
    stops.to(".fn-whole")
    steps["library"] = stops.to(".stPageLink a[href*=library]", 120)
    page.keyboard.press("Enter")
    page.wait_for_selector(".fn-row")
    drawn(page)
    steps["back"] = stops.to(".stPageLink a:not([href*=library])", 120)
    page.keyboard.press("Enter")
    answered(page)
    drawn(page)
    steps["new"] = stops.to(".st-key-restart button", 120)
    page.keyboard.press("Enter")
    page.wait_for_selector(".fn-turn", state="detached")
    assert stops.unseen == []
    print(f"Tab was pressed: {steps}")
    assert steps["question"] <= 12 and steps["footnote"] <= 20


@pytest.mark.slow
def test_screen_readers_are_told_that_the_answer_came(page: Any, sample_server: str) -> None:
    page.goto(sample_server)
    turn = ask(page, RUSSIA, 1)
    drawn(page)
    live = page.locator("#fn-live")
    footnotes, sources = turn.locator(".fn-back").count(), turn.locator(".fn-card").count()
    expect(live).to_have_text(f"Answer with {footnotes} footnotes from {sources} sources")
    expect(live).to_have_attribute("role", "status")
    ask(page, SILENT, 2)
    expect(live).to_have_text("My sources don’t say.")
    drawn(page)
    turn.get_by_role("button", name="Next footnote").press("Enter")
    expect(live).to_have_text(f"1 / {footnotes}")
    for heading in turn.locator("h2, h3, h4").all():
        assert heading.text_content().strip()
    assert turn.get_attribute("aria-labelledby") == "t1-q"


def with_200_footnotes(question: str) -> Exchange:
    """An answer of 200 sentences, each with a quotation of its own, out of 20 documents."""
    documents = [
        Document.create(
            source=f"{d}.txt",
            title=f"The lighthouse of district {d}",
            text="\n\n".join(
                f"The lighthouse of district {d} has {s + 40} steps on floor {s}. Its keeper counts them. " * 2
                for s in range(10)
            ),
        )
        for d in range(20)
    ]
    quotes = [(d, f"The lighthouse of district {n} has {s + 40} steps on floor {s}.")
              for n, d in enumerate(documents) for s in range(10)]  # fmt: skip
    made = samples.answer(*(samples.citation(n, d, said) for n, (d, said) in enumerate(quotes, 1)))
    made = replace(made, question=question, standalone_question=question)
    return Exchange(question, made, cards_of(made, {d.id: d for d in documents}))


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 360])
def test_200_footnotes_open_without_lag(browser: Any, sample_server: str, sample_index: Path, width: int) -> None:
    Conversations(sample_index.parent / "conversations.sqlite").put(OWNER, KEPT, with_200_footnotes("How many steps?"))
    # Without smooth scrolling, so that the quotation is there when the click is done.
    with a_reader(browser, viewport={"width": width, "height": 800}, reduced_motion="reduce") as page:
        page.context.add_cookies([{"name": "footnote_reader", "value": OWNER, "url": sample_server}])
        page.goto(f"{sample_server}/?c={KEPT}")
        turn = answered(page)
        expect(turn.locator(".fn-ref")).to_have_count(200)
        drawn(page)
        times = page.evaluate(
            """async () => {
                const times = [], painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
                const refs = [...document.querySelectorAll("#t1 .fn-ref")];
                for (let i = 0; i < 30; i++) {
                    const ref = refs[(i * 67) % refs.length];
                    await painted();
                    const began = performance.now();
                    ref.click();
                    await painted();
                    times.push(performance.now() - began);
                    const n = ref.dataset.n, box = document.getElementById(`t1-n${n}`).getBoundingClientRect();
                    if (box.top < 0 || box.bottom > innerHeight || !box.width) throw new Error(`${n} is not shown`);
                }
                return times;
            }"""
        )
        print(f"200 footnotes at {width}: {median(times):.0f} ms in the middle, {max(times):.0f} ms at most")
        assert median(times) < 200
