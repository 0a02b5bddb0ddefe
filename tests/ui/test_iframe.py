"""The page in the frame of another site's page, in browsers that let no third party keep cookies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from bot.feedback import read_feedback
from tests.ui.conftest import ARGUMENTS, CHROMIUM, patience_ms
from tests.ui.sites import Site, site
from tests.ui.steps import TRAM, drawn

pytestmark = pytest.mark.browser

ASKED = f"?embed=true&q={quote(TRAM)}"
# As the setting "Block third-party cookies" leaves it, and as browsers will be that know no other way.
PREFERENCES = {"profile": {"block_third_party_cookies": True, "cookie_controls_mode": 1}}


def frame(address: str) -> str:
    return f'<iframe title="Footnote" src="{address}" width="480" height="640"></iframe>'


@contextmanager
def blocking(browser: Any, folder: Path, how: str) -> Iterator[Any]:
    """A tab of a browser that blocks cookies of third parties; errors on its pages fail the test."""
    arguments = [*ARGUMENTS]
    if how == "preference":
        (folder / "Default").mkdir(parents=True)
        (folder / "Default" / "Preferences").write_text(json.dumps(PREFERENCES))
    else:
        arguments.append("--test-third-party-cookie-phaseout")
    context = browser.browser_type.launch_persistent_context(
        folder, executable_path=str(CHROMIUM), args=arguments, locale="en-GB"
    )
    page, problems = context.new_page(), list[str]()
    page.set_default_timeout(patience_ms())
    context.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: problems.append(str(error.error)))
    yield page
    context.close()
    assert problems == []


@pytest.mark.parametrize("how", ["preference", pytest.param("phaseout", marks=pytest.mark.slow)])
def test_it_works_where_third_parties_keep_no_cookies(
    browser: Any, listed_server: str, wiki: Site, sample_index: Path, tmp_path: Path, how: str
) -> None:
    with blocking(browser, tmp_path / "profile", how) as page:
        page.goto(wiki.put("/frame", frame(f"{listed_server}/{ASKED}")))
        inside = page.frame_locator("iframe").first
        turn = inside.locator("#t1")
        turn.locator(".fn-answer").wait_for()
        drawn(inside)
        assert page.frames[1].evaluate("document.hasStorageAccess()") is False  # they are blocked indeed
        turn.locator(".fn-ref").first.click()
        turn.locator("mark.fn-on").first.wait_for()
        turn.locator(".fn-whole").first.click()
        article = inside.frame_locator("#fn-document iframe")
        article.locator("mark").first.wait_for()  # a frame in the frame: all pages around it have to be listed
        inside.locator("#fn-document > button").click()
        turn.get_by_role("button", name="Close").click()
        turn.get_by_role("button", name="Good answer").click()
        expect(turn.locator(".fn-told")).to_have_text("Thank you, that is noted")
        kept = read_feedback(sample_index.parent / "feedback.jsonl")[-1]
        assert (kept.question, kept.verdict) == (TRAM, "up")
        assert page.context.cookies() == []
        page.goto("about:blank")


@pytest.mark.parametrize("path", [f"/{ASKED}", "/document/x", "/api/docs", "/api/documents"])
@pytest.mark.parametrize("listed", [False, True])
def test_who_may_frame_what(unwatched: Any, listed_server: str, wiki: Site, path: str, listed: bool) -> None:
    """Pages may be framed by listed origins, the API by none, and nothing by an origin that is not listed."""
    page = unwatched
    shown = listed and not path.startswith("/api/")
    with site() as other:
        page.goto((wiki if listed else other).put("/framed", frame(listed_server + path)))
        page.frames[1].wait_for_url(f"{listed_server}{path}" if shown else "chrome-error:**", timeout=patience_ms())
        assert page.frames[1].url.startswith("chrome-error:") is not shown


def test_a_site_around_a_listed_one_has_to_be_listed_too(unwatched: Any, listed_server: str, wiki: Site) -> None:
    page = unwatched
    inner = wiki.put("/inner", frame(f"{listed_server}/document/x"))
    with site() as other:
        page.goto(other.put("/outer", frame(inner)))
        page.frames[2].wait_for_url("chrome-error:**", timeout=patience_ms())


def test_the_list_is_in_the_policy_and_nothing_else_is(listed_server: str, wiki: Site) -> None:
    for path, listed in (("/", True), (f"/{ASKED}", True), ("/document/x", True), ("/api/docs", False)):
        try:
            with urlopen(listed_server + path) as answer:
                policy = answer.headers["Content-Security-Policy"]
        except OSError as error:  # 404 for the document that is none
            policy = error.headers["Content-Security-Policy"]  # type: ignore[attr-defined]
        (ancestors,) = [part.strip() for part in policy.split(";") if "frame-ancestors" in part]
        assert ancestors == "frame-ancestors 'self'" + (f" {wiki.origin} https://wiki.example" if listed else "")


@pytest.mark.parametrize(("origin", "taken"), [("own", True), ("wiki", False), ("null", False)])
def test_the_pages_own_connection_is_open_to_its_own_pages_alone(
    unwatched: Any, listed_server: str, wiki: Site, origin: str, taken: bool
) -> None:
    """In a frame the page's origin is the server's, so the list has no part in it. Streamlit by itself would let pages
    of localhost in, as these are."""
    page = unwatched
    address = listed_server.replace("http:", "ws:") + "/_stcore/stream"
    connects = """address => new Promise(done => {
        const socket = new WebSocket(address, ["streamlit"]);
        socket.onopen = () => { socket.close(); done(true); };
        socket.onerror = () => done(false);
    })"""
    page.goto(f"{listed_server}/api/health" if origin == "own" else wiki.put("/socket", ""))
    if origin == "null":
        page.goto("data:text/html,<title>x</title>")
    assert page.evaluate(connects, address) is taken
