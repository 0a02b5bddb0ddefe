"""The widget where something goes wrong, or somebody means harm."""

from __future__ import annotations

import json
from pathlib import Path
from time import time
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from bot.api.tokens import issue, secret_of
from tests.ui.sites import Site, site, strict
from tests.ui.steps import TRAM
from tests.ui.test_widget import ask, opened, script

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror='window.pwned=1'><script>window.pwned=1</script>"
DRAFT = ("token", {"text": "Perhaps", "checked": False})
TURNS = "\u202egnp.exe \u2066עברית"


@pytest.fixture
def tab(unwatched: Any) -> Any:
    return unwatched


def counted(server: str) -> dict[str, float]:
    """What the server says of the API's responses so far: how many were refusals of a page, and the others by route."""
    with urlopen(f"{server}/metrics") as answer:
        lines = [line for line in answer.read().decode().splitlines() if line.startswith("footnote_requests_total")]
    counts = {line.split("} ")[0]: float(line.split("} ")[1]) for line in lines}
    others = {name: n for name, n in counts.items() if "/api/" in name or "/v1/" in name}
    return others | {"refused": sum(n for name, n in counts.items() if 'status="403"' in name)}


def test_a_page_that_is_not_listed_gets_nothing(tab: Any, listed_server: str) -> None:
    before = counted(listed_server)
    with site() as other:
        turn = ask(opened(tab, other.put("/page", script(listed_server))), TRAM)
        expect(turn).to_contain_text("does not list this page’s origin")
        fetched = """async address => {
            const found = [];
            for (const [path, options] of [
                ["/api/documents", {}], ["/api/search?q=tram", {}], ["/api/widget/token", { method: "POST" }],
                ["/api/documents", { headers: { Authorization: "Bearer x" } }],
            ]) found.push(await fetch(address + path, options).then(r => r.text(), error => error.name));
            return found;
        }"""
        assert tab.evaluate(fetched, listed_server) == ["TypeError"] * 4
        tab.goto("about:blank")
    after = counted(listed_server)
    assert after.pop("refused") >= before.pop("refused") + 5
    assert after == before  # nothing of the API was answered


def test_a_listed_page_gets_no_further_than_the_widget(tab: Any, listed_server: str, wiki: Site) -> None:
    tab.goto(wiki.put("/plain", ""))
    fetched = """async address => {
        const { token } = await (await fetch(address + "/api/widget/token", { method: "POST" })).json();
        const found = [], headers = { Authorization: `Bearer ${token}` };
        for (const path of ["/api/search?q=tram", "/api/documents", "/metrics", "/v1/models"])
            found.push((await fetch(address + path, { headers })).status);
        return found;
    }"""
    assert tab.evaluate(fetched, listed_server) == [200, 403, 403, 403]


def test_a_token_that_has_ended_is_renewed(tab: Any, listed_server: str, wiki: Site, sample_index: Path) -> None:
    old = issue(secret_of(sample_index.parent / "secret"), wiki.origin, int(time()) - 1)
    asked: list[Any] = []

    def first_an_old_one(route: Any) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.continue_()
            return
        headers = {"Access-Control-Allow-Origin": wiki.origin}
        route.fulfill(json={"token": old, "expires_in": 600}, headers=headers)

    tab.route("**/api/widget/token", first_an_old_one)
    refused: list[str] = []
    tab.on("response", lambda r: refused.append(r.json()["error"]["code"]) if r.status == 401 else None)
    panel = opened(tab, wiki.put("/renew", script(listed_server)))
    assert ask(panel, TRAM).locator(".ref").count() > 0
    assert len(asked) == 2 and refused == ["token_expired"]
    assert ask(panel, "Who is Anatoly Antonov?", 2).locator(".ref").count() > 0
    assert len(asked) == 2  # it is used again


def answering(tab: Any, origin: str, *replies: dict[str, Any]) -> None:
    """Has the next questions answered so; what comes after goes to the server."""
    left = list(replies)

    def reply(route: Any) -> None:
        headers = {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "Retry-After"}
        if not left:
            route.continue_()
            return
        given = left.pop(0)
        route.fulfill(**{**given, "headers": {**headers, **given.get("headers", {})}})

    tab.route("**/api/ask/stream", reply)


def problem(status: int, code: str, message: str, **headers: str) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"status": status, "json": {"error": {"code": code, "message": message}}, "headers": named}


def events(*found: tuple[str, Any]) -> dict[str, Any]:
    body = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in found)
    return {"body": f": a beat\n\n{body}", "content_type": "text/event-stream"}


def test_what_goes_wrong_is_said_and_can_be_tried_again(tab: Any, listed_server: str, wiki: Site) -> None:
    answering(
        tab,
        wiki.origin,
        problem(503, "index_missing", "there is no index; make one"),
        problem(429, "busy", "32 questions wait", Retry_After="1"),
        events(DRAFT, ("error", {"error": {"code": "x", "message": "no model"}})),
        events(DRAFT),
    )
    turn = ask(opened(tab, wiki.put("/wrong", script(listed_server))), TRAM)
    again = turn.get_by_role("button", name="Try again")
    for said in ("there is no index; make one", "Try again in 1 seconds", "no model", "The answer broke off"):
        expect(turn.locator(".bad")).to_contain_text(said)
        expect(tab.locator("footnote-widget [role=status]")).to_contain_text(said)
        expect(again).to_be_enabled()
        again.click()
    turn.locator(".ref").first.wait_for()
    expect(again).to_have_count(0)


def test_an_answer_can_be_stopped(tab: Any, listed_server: str, wiki: Site) -> None:
    waiting: list[Any] = []
    tab.route("**/api/ask/stream", lambda route: waiting.append(route))
    panel = opened(tab, wiki.put("/stop", script(listed_server)))
    panel.get_by_role("textbox").fill(TRAM)
    with tab.expect_request("**/api/ask/stream"):  # a token comes first
        panel.get_by_role("textbox").press("Enter")
    panel.get_by_role("button", name="Stop").click()
    expect(panel.locator("section")).to_contain_text("Stopped.")
    expect(panel.get_by_role("button", name="Send")).to_be_visible()
    tab.unroute_all()
    panel.get_by_role("button", name="Try again").click()
    panel.locator(".ref").first.wait_for()
    assert len(waiting) == 1


def hostile(url: str) -> dict[str, Any]:
    """An answer that means harm in each of its parts."""
    citation = {
        "n": 1, "document_id": "../../evil?x=1", "source": EVIL, "title": f"{EVIL} {TURNS}", "author": EVIL, "url": url,
        "start": 0, "end": 9, "quote": f"{EVIL} {TURNS}", "place": EVIL, "link": url,
        "also": [{"source": EVIL, "title": EVIL, "url": url}],
    }  # fmt: skip
    sentences = [
        {"text": f"{EVIL} [x](javascript:window.pwned=1) $& {TURNS}", "citations": [1, 7], "support": "verbatim"},
        {"text": "שלום עולם", "citations": [1], "support": "unsupported"},
        {"text": "So they say", "citations": [1], "support": "constructor"},
    ]
    return {"question": "?", "standalone_question": EVIL, "abstained": False, "answer": EVIL, "notice": EVIL,
            "sentences": sentences, "citations": [citation]}  # fmt: skip


@pytest.mark.parametrize(
    "url", ["javascript:window.pwned=1", "data:text/html,<script>1</script>", "//x", "\x01javascript:1"]
)
@pytest.mark.parametrize("policy", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_nothing_that_an_article_says_runs_or_leads_astray(
    tab: Any, listed_server: str, wiki: Site, url: str, policy: bool
) -> None:
    passages = {"passages": [{"title": EVIL}]}
    silent = {**hostile(url), "abstained": True, "sentences": [], "citations": [],
              "nearest": [{**hostile(url)["citations"][0], "text": EVIL * 9}]}  # fmt: skip
    answering(
        tab,
        wiki.origin,
        events(
            ("passages", passages), ("token", {"text": EVIL, "checked": False}), ("answer", hostile(url)), ("done", {})
        ),
        events(("answer", silent), ("done", {})),
        problem(400, EVIL, EVIL),
    )
    panel = opened(tab, wiki.put("/evil", script(listed_server), policy=strict(listed_server) if policy else ""))
    turn = ask(panel, EVIL)
    expect(turn.locator("bdi").first).to_have_text(f"{EVIL} [x](javascript:window.pwned=1) $& {TURNS}")
    expect(turn.locator(".ref")).to_have_text(["[1]"] * 3)
    expect(turn.locator(".sign")).to_have_text(["❞", "⚠"])
    assert turn.locator("bdi").nth(1).evaluate("e => getComputedStyle(e).direction") == "rtl"
    turn.locator(".ref").first.click()
    tip = tab.locator("footnote-widget .tip")
    expect(tip.locator("blockquote")).to_have_text(f"{EVIL} {TURNS}")
    expect(tip.locator("p bdi")).to_have_text([f"{EVIL} {TURNS}", EVIL])  # each by itself, so it turns nothing around
    links = [link.get_attribute("href") for link in tip.locator("a").all()]
    assert len(links) == 1 and links[0].startswith(f"{listed_server}/document/..%2F..%2Fevil%3Fx%3D1?cite=1:0-9")
    ask(panel, "again", 2)
    ask(panel, "and again", 3)
    inside = "() => document.querySelector('footnote-widget').shadowRoot.querySelectorAll('img, script, iframe').length"
    assert tab.evaluate(inside) == 0
    assert tab.evaluate("window.pwned") is None


def test_it_works_below_a_path(tab: Any, listed_server: str, wiki: Site) -> None:
    """As behind a proxy that serves https://host/footnote/ from this server."""
    asked: list[str] = []

    def proxied(route: Any) -> None:
        asked.append(route.request.url)
        route.continue_(url=route.request.url.replace("/below/path/", "/"))

    tab.route("**/below/path/**", proxied)
    turn = ask(opened(tab, wiki.put("/prefix", script(f"{listed_server}/below/path"))), TRAM)
    turn.locator(".ref").first.hover()
    link = tab.locator("footnote-widget .tip a").first
    assert link.get_attribute("href").startswith(f"{listed_server}/below/path/document/")
    below = [url.removeprefix(f"{listed_server}/below/path/") for url in asked]
    assert below == ["widget.js", "api/widget/token", "api/ask/stream"]
