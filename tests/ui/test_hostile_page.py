"""An article that means harm, in every place where the page shows something of it: nothing of it runs, nothing breaks
out of its place, nothing turns what stands beside it around."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from bot.schema import AnswerSentence
from bot.ui.conversations.store import Conversations
from bot.ui.view.cards import cards_of
from bot.ui.view.exchange import Exchange
from index.build import add_documents, ingest
from index.encode import Encoder
from index.schema import Document, Place, Spot
from tests.ui import samples
from tests.ui.conftest import a_tab, running, watched
from tests.ui.conversations.test_markdown import directed
from tests.ui.steps import answered, ask, drawn

pytestmark = pytest.mark.browser

TRICKS = (
    '<script>window.pwned=1</script> <img src=x onerror="window.pwned=1"> <svg onload=window.pwned=1> '
    "</section></details> <style>*{display:none}</style> [go](javascript:window.pwned=1) "
    "![i](https://evil.example/i.png) <https://evil.example> :red[x] $x^2$ :smile: `code` **bold**"
)
# What the answerer does not take for a machine's text, and so quotes.
SLY = "</section></details> <details open> <b> [go](data:text/html,x) :red[x] $x$ :smile: **bold**"
TURNS = "\u202egnp.exe \u2069\u2069\u2066 עברית"
TITLE = f"Harbour reopens {TRICKS}"
SAID = f"Mayor Ada Brook said that the harbour reopens in May {SLY} with two new cranes."
MORE = (
    "The harbour was closed in 2019 after a storm broke the north wall. Divers found cracks along forty metres of it. "
    "The town paid 3 million crowns for the repair, and fishermen moved to Sand Isle for three winters."
)
PAGE = f"""<!doctype html><html lang="en"><head><title>{escape(TITLE)}</title>
<meta property="og:title" content="{escape(TITLE)}">
<meta name="author" content="{escape(f"Rosa <b onclick=window.pwned=1>Quint</b> {TURNS}")}">
<meta property="og:site_name" content="{escape(f"The <img src=x onerror=window.pwned=1> Gull {TURNS}")}">
<link rel="canonical" href="javascript:window.pwned=1">
<meta property="og:url" content="data:text/html,<script>window.pwned=1</script>">
<meta property="article:published_time" content="2022-05-03">
<meta http-equiv="refresh" content="0;url=https://evil.example/"><base href="https://evil.example/">
<style>.fn {{ display: none }} body::before {{ content: "pwned"; position: fixed; inset: 0; z-index: 9999 }}</style>
<script>window.pwned = 1</script></head><body onload="window.pwned=1"><article><h1>{escape(TITLE)}</h1>
<p>{escape(SAID)} {MORE}</p>
<iframe src="javascript:window.pwned=1"></iframe><img src="https://evil.example/x.png" onerror="window.pwned=1">
<h2 id="x&quot; onmouseover=&quot;window.pwned=1">The cranes {escape(f"{TRICKS} {TURNS}")}</h2>
<p>{"x" * 200_000}</p>
<p style="position:fixed;inset:0;background:red">The crane driver, Odo Fenn, counts gulls. {escape(TRICKS)} {TURNS}</p>
</article></body></html>"""
# Files are cleaned of some of this as they are read, and the answerer quotes no scripts; a document that was stored as
# it came, and an answer that was made otherwise, may hold all of it.
STEPS = f"The lighthouse of Varnmouth has forty steps {TRICKS} {TURNS} and one lamp."
RAW = Document.create(
    source=f"lighthouse {TRICKS} {TURNS}.txt",
    title=f"The lighthouse {TURNS} {TRICKS}",
    text=f"{STEPS}\n\n{'y' * 200_000}\n\nIt is painted white. {TURNS} {TRICKS}",
    author=f"Agnes {TRICKS} {TURNS}",
    outlet=f"{TURNS} {TRICKS}",
    published="2022-11-14",
    url="javascript:window.pwned=1",
    spots=(Spot(0, Place(f"Page {TURNS} {TRICKS}", TRICKS)),),
)
LINKED = Document.create(
    source="ferry.txt",
    title=f"Ferry {TURNS}",
    text=f"Captain Ulla Brandt said that the ferry to Varnmouth sails at nine {TURNS} from the old quay.",
    author="עברית",
    outlet="עברית",
    published="2022-12-03",
    url=f'https://safe.example/"onmouseover="window.pwned=1"?{TRICKS}',
)
HARBOUR = ("When does the harbour reopen?", "in May </section></details> <details open")
FERRY = ("When does the ferry to Varnmouth sail, according to Captain Ulla Brandt?", "at nine")
SILENT = f"<img src=x onerror=window.pwned=1> :red[x] **b** {TURNS} who won the 1998 World Cup? {TRICKS} {TURNS}"
OWNER, KEPT = "5" * 32, "7" * 32

# What has come alive of the article in an element: tags that the page makes none of, handlers, links that lead astray.
ALIVE = """root => [...root.querySelectorAll("*")].filter(e =>
    e.matches("script, img, svg, style, link, meta, base, form, object, embed, iframe, b, strong, em, .katex")
    || e.matches("details:not([class])") || [...e.attributes].some(a => /^on/i.test(a.name))
    || (e.hasAttribute("href") && !(/^https?:$/.test(e.protocol) && [location.host, "safe.example"].includes(e.host)))
).map(e => e.outerHTML.slice(0, 200))"""
# Texts of the page's own whose first signs do not stand from left to right, and parts of a line that are out of order.
TURNED = """() => {
    const turned = [], own = `.fn-tag, .fn-meta, .fn-ref, .fn-numbers, .fn-ways a, .fn summary, .fn time, .fn-heading,
        .fn-tool, .fn dt, .fn th, .fn caption, .fn-promise, .fn-back, .fn-row-details time, .byline time, .count`;
    const box = (node, at) => {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        return range.getClientRects()[0];
    };
    for (const element of document.querySelectorAll(own)) {
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.search(/[a-z0-9]{2}/i);
            if (at < 0) continue;
            const first = box(node, at), second = box(node, at + 1);
            if (first?.width && second && second.top === first.top && second.left <= first.left) turned.push(node.data);
        }
    }
    for (const line of document.querySelectorAll(".fn-byline, .byline, .fn-row-details, .fn-meta")) {
        const boxes = [...line.children].map(child => child.getClientRects()).filter(rects => rects.length);
        for (let i = 1; i < boxes.length; i++) {
            const before = boxes[i - 1][boxes[i - 1].length - 1], after = boxes[i][0];
            if (Math.abs(before.bottom - after.bottom) < 4 && after.left < before.left) turned.push(line.textContent);
        }
    }
    return turned;
}"""
WIDE = """() => [...document.querySelectorAll("html, .stMain, .fn-evidence, .fn-card, .fn-question")]
    .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => `${e.className}: ${e.scrollWidth} > ${e.clientWidth}`)"""
# The labels of Streamlit's widgets are Markdown: nothing in them is to be more than text.
LABELS = ".stButton button p, .stCheckbox label p, [data-testid=stPopoverButton] p, [data-testid=stTooltipContent] p"


def harmless(page: Any) -> None:
    """Nothing has run, nothing has come alive, nothing is wider than the window or turned around."""
    for frame in page.frames:
        assert frame.evaluate("window.pwned") is None
    for own in page.locator(".fn:not(dialog)").all():
        assert own.evaluate(ALIVE) == []
    for label in page.locator(LABELS).all():
        assert label.evaluate(ALIVE) == [] and label.locator("*").count() == 0
    assert page.evaluate("getComputedStyle(document.body, '::before').content") == "none"
    assert page.evaluate(WIDE) == []
    assert page.evaluate(TURNED) == []


@pytest.fixture(scope="module")
def server(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "articles").mkdir()
    (folder / "articles" / "harbour.html").write_text(PAGE, "utf-8")
    ingest([str(folder / "articles")], folder / "index", model)
    add_documents([RAW, LINKED], folder / "index", model)
    keep(folder / "conversations.sqlite")
    with running(folder / "index", FOOTNOTE_READER="off") as address:  # quick to load
        yield address


def keep(path: Path) -> None:
    """A conversation with an answer that quotes all of it."""
    citations = (samples.citation(1, RAW, STEPS), samples.citation(2, RAW, f"It is painted white. {TURNS} {TRICKS}"))
    made = replace(samples.answer(*citations), question=SILENT, standalone_question=SILENT, notice=f"{TURNS} {TRICKS}")
    sentences = (made.sentences[0], AnswerSentence(f"It is white. {TURNS} {TRICKS}", (2, 1), "unsupported"))
    made = replace(made, sentences=sentences, model=f"{TURNS} {TRICKS}")
    exchange = Exchange(SILENT, made, cards_of(made, {RAW.id: RAW}), suggestions=(SILENT,))
    Conversations(path).put(OWNER, KEPT, exchange)


@pytest.fixture(params=[1280, pytest.param(360, marks=pytest.mark.slow)])
def page(request: pytest.FixtureRequest, profile: Any, server: str) -> Iterator[Any]:
    """A tab of that width; the test fails if a dialog came up in it."""
    with watched(profile), a_tab(profile) as tab:
        tab.set_viewport_size({"width": request.param, "height": 800})
        profile.grant_permissions(["clipboard-read", "clipboard-write"])
        tab.context.add_cookies([{"name": "footnote_reader", "value": OWNER, "url": server}])
        dialogs: list[str] = []

        def noted(dialog: Any) -> None:
            dialogs.append(dialog.message)
            dialog.dismiss()

        tab.on("dialog", noted)
        yield tab
        assert dialogs == []


def squeezed(text: str) -> str:
    return " ".join(text.split())


def check(page: Any, turn: Any, fact: str) -> None:
    """Points at the footnote of that fact, opens it, and copies the answer."""
    drawn(page)
    ref = next(ref for ref in turn.locator(".fn-ref").all() if fact in unquote(ref.get_attribute("data-quote")))
    tip = page.locator("#fn-tip")
    ref.scroll_into_view_if_needed()
    page.wait_for_timeout(700)  # of smooth scrolling, which hides it
    ref.hover()
    tip.wait_for()
    expect(tip.locator("q")).to_contain_text(fact)
    assert tip.evaluate(ALIVE) == []
    box = tip.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]
    ref.click()
    page.wait_for_timeout(700)  # of smooth scrolling
    expect(turn.locator("mark.fn-on").first).to_be_visible()
    harmless(page)
    turn.get_by_role("button", name="Copy as Markdown").press("Enter")
    page.wait_for_selector("text=Copied with its footnotes")
    directed(page.evaluate("navigator.clipboard.readText()"))
    turn.get_by_role("button", name="Copy", exact=True).press("Enter")
    page.wait_for_function("async () => !(await navigator.clipboard.readText()).includes('[^1]')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert fact in copied
    directed(copied)


@pytest.mark.parametrize("asked", [HARBOUR, pytest.param(FERRY, marks=pytest.mark.slow)], ids=["file", "linked"])
def test_quoted_in_an_answer_it_stays_text(page: Any, server: str, asked: tuple[str, str]) -> None:
    page.goto(server)
    question, fact = asked
    turn = ask(page, question)
    expect(turn.locator(".fn-answer")).to_contain_text(fact)
    drawn(page)
    harmless(page)
    check(page, turn, fact)
    page.keyboard.press("Escape")
    why = turn.locator(".fn-why")
    why.locator("summary").press("Enter")
    expect(why.locator("table")).to_contain_text("<script>window.pwned=1</script>")
    harmless(page)


def test_kept_with_all_that_it_says_it_stays_text(page: Any, server: str) -> None:
    page.goto(f"{server}/?c={KEPT}")
    turn = answered(page)
    drawn(page)
    assert "forty steps <script>window.pwned=1</script>" in turn.locator(".fn-answer").inner_text()
    assert squeezed(turn.locator("h2").inner_text()).startswith("<img src=x onerror=window.pwned=1> :red[x] **b**")
    assert turn.locator(".fn-ways a").count() == 1  # a script is no original to go to
    check(page, turn, "forty steps")


@pytest.mark.slow
def test_among_the_nearest_passages_it_stays_text(page: Any, server: str) -> None:
    page.goto(server)
    turn = ask(page, SILENT)
    drawn(page)
    nearest = turn.locator(".fn-nearest")
    assert "<script>window.pwned=1</script>" in nearest.inner_text()
    harmless(page)
    turn.locator(".fn-why summary").press("Enter")
    turn.locator(".fn-why table").wait_for()
    harmless(page)


def test_listed_named_and_taken_along_it_stays_text(page: Any, server: str) -> None:
    narrow = page.viewport_size["width"] < 600
    page.goto(f"{server}/?c={KEPT}")
    answered(page)
    drawn(page)
    page.get_by_role("button", name="This conversation").click()
    name = page.get_by_label("Name", exact=True)
    expect(name).to_have_value(re.compile(re.escape("<img src=x onerror=window.pwned=1> :red[x] **b**")))
    harmless(page)
    links = page.locator(".fn-exports a")
    addresses = [link.evaluate("e => e.href") for link in links.all()]
    page.keyboard.press("Escape")
    if narrow:
        page.get_by_test_id("stExpandSidebarButton").click()
    listed = page.locator(".st-key-fn-kept button").filter(has_text="<img src=x").first
    listed.wait_for()
    expect(listed).to_contain_text(":red[x] **b**")
    harmless(page)
    markdown, html, told = (page.request.get(address) for address in addresses)
    assert "sandbox" in html.headers["content-security-policy"]
    directed(markdown.text())
    exchange = told.json()["exchanges"][0]
    assert (exchange["question"], exchange["answer"]["citations"][0]["quote"]) == (SILENT, STEPS)
    # As a file, without the policy that it is sent with.
    page.route("**/taken.html", lambda route: route.fulfill(body=html.body(), content_type="text/html; charset=utf-8"))
    page.goto(f"{server}/taken.html")
    assert "forty steps <script>window.pwned=1</script>" in page.locator("body").inner_text()
    assert page.locator("body").evaluate(ALIVE) == [] and page.evaluate("window.pwned") is None
    assert page.evaluate(WIDE) == []


def test_in_the_document_view_it_stays_text(page: Any, server: str) -> None:
    page.goto(f"{server}/?c={KEPT}")
    whole = answered(page).locator(".fn-whole").first
    address = whole.get_attribute("href")
    drawn(page)
    whole.press("Enter")
    inside = page.frame_locator("#fn-document iframe")
    inside.locator("mark").first.wait_for()
    for own in ("body", "main"):
        assert inside.locator(own).evaluate(ALIVE.replace("script, ", "")) == []
    assert inside.locator("script").count() == 1  # its own
    harmless(page)
    page.keyboard.press("Escape")
    page.goto(f"{server}/{address}")
    page.locator("mark").first.wait_for()
    assert "forty steps <script>window.pwned=1</script>" in page.locator("main").inner_text()
    assert page.locator("main").evaluate(ALIVE) == [] and page.evaluate("window.pwned") is None
    assert page.evaluate(WIDE) == [] and page.evaluate(TURNED) == []
    assert page.locator("a[href^='javascript']").count() == 0


def test_in_the_library_it_stays_text(page: Any, server: str) -> None:
    page.goto(server)
    if page.viewport_size["width"] < 600:
        page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Library").click()
    page.wait_for_selector(".fn-row")
    if page.viewport_size["width"] < 600:
        page.get_by_test_id("stSidebarCollapseButton").locator("button").click()
    rows = page.locator(".st-key-fn-rows")
    expect(rows).to_contain_text("3 December 2022")
    expect(rows).to_contain_text("Harbour reopens")  # rows are drawn one by one, in no order that a test could rely on
    assert squeezed(TITLE).replace("`code`", "“code”") in squeezed(rows.inner_text())
    harmless(page)


def test_what_would_be_alive_is_found(page: Any, server: str) -> None:
    page.goto(server)
    page.wait_for_selector("text=3 articles indexed")
    drawn(page)
    for markup in (
        "<img alt=''>",
        "<p onward=''>",
        "<a href='javascript:1'>x</a>",
        "<a href='https://evil.example'>x</a>",
    ):
        parsed = f"html => ({ALIVE})(new DOMParser().parseFromString(html, 'text/html').body)"
        assert len(page.evaluate(parsed, markup)) == 1
    turned = "<span class='fn-tag'>\u202efootnote</span>", "<p class='fn-byline'>\u202e<i>one</i> <i>two</i></p>"
    for markup in turned:
        page.evaluate("html => { document.querySelector('.fn').innerHTML = html; }", markup)
        assert len(page.evaluate(TURNED)) == 1
