"""What is served beside the page, over HTTP without a server: names for browsers, themes, conversations to take along,
verdicts on answers that are known."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.feedback import read_feedback
from bot.settings import Settings
from bot.ui.conversations.store import Conversations
from bot.ui.routes.server import middleware, routes
from bot.ui.service import desk
from bot.ui.view.exchange import Exchange
from bot.ui.visitor import COOKIE, cookie_for_new, is_visitor
from tests.ui.conversations.talk import answered, silent, whole

MINE, THEIRS = "a" * 32, "b" * 32
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}  # as browsers ask for a page
TITLE = 'Über "Mühlen"\r\nSet-Cookie: x=1; ‮drehen‬'


def client(owner: str = "", base: str = "http://page.test") -> TestClient:
    """A browser that has this name, and follows no redirection."""
    cookies = {COOKIE: owner} if owner else None
    return TestClient(Starlette(routes=routes, middleware=middleware), base, cookies=cookies, follow_redirects=False)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Conversations:
    monkeypatch.setenv("FOOTNOTE_CONVERSATIONS", str(tmp_path / "kept.sqlite"))
    monkeypatch.setenv("FOOTNOTE_FEEDBACK", str(tmp_path / "log.jsonl"))
    monkeypatch.setenv("FOOTNOTE_INDEX", str(tmp_path / "none"))
    return Conversations(tmp_path / "kept.sqlite")


@pytest.fixture
def kept(store: Conversations) -> Conversations:
    """A store with one conversation of mine, "talk"."""
    for exchange in whole():
        store.put(MINE, "talk", exchange)
    return store


# --- a name for the browser


def test_a_browser_that_is_new_gets_a_name_that_no_script_can_read() -> None:
    given = [client().get("/", headers=HTML).headers["set-cookie"] for _ in range(2)]
    for header in given:
        name, *attributes = header.split("; ")
        assert re.fullmatch(rf"{COOKIE}=[0-9a-f]{{32}}", name) and is_visitor(name.partition("=")[2])
        assert set(attributes) == {"Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=31536000"}
    assert given[0] != given[1]


def test_over_https_the_name_is_sent_over_https_only() -> None:
    (header,) = client(base="https://page.test").get("/", headers=HTML).headers.get_list("set-cookie")
    assert header.endswith("; Secure")
    assert cookie_for_new(secure=True).endswith("; Secure") and "Secure" not in cookie_for_new(secure=False)


def test_one_that_has_a_name_keeps_it() -> None:
    browser = client()
    assert "set-cookie" in browser.get("/", headers=HTML).headers
    assert "set-cookie" not in browser.get("/?c=talk", headers=HTML).headers


@pytest.mark.parametrize("bad", ["", "x", "A" * 32, "a" * 33, "g" * 32])
def test_a_name_that_this_server_does_not_give_is_replaced(bad: str) -> None:
    assert not is_visitor(bad)
    assert "set-cookie" in client(bad).get("/", headers=HTML).headers


def test_pages_in_the_frame_of_another_and_programs_get_no_name(store: Conversations) -> None:
    for path in ("/?embed=true", "/?q=x&embed=true&embed_options=dark_theme", "/?embed=TRUE"):
        assert "set-cookie" not in client().get(path, headers=HTML).headers
    for path in ("/api/health", "/api/ready", "/api/documents", "/footnote/page.js", "/conversation/talk.md", "/"):
        assert "set-cookie" not in client().get(path).headers
    judged = client().post("/api/feedback", json={"question": "Why?", "verdict": "up"}, headers=HTML)
    assert judged.status_code == 201 and "set-cookie" not in judged.headers


# --- the theme of an embedded page


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_embedded_page_says_its_theme_plainly(theme: str) -> None:
    query = f"?q=Wie%20alt%3F%20%26%20%C3%BC&embed=true&theme={theme}"
    answer = client().get(f"/{query}", headers=HTML)
    assert answer.status_code == 307
    assert answer.headers["location"] == f"{query}&embed_options={theme}_theme"  # relative: below any base path
    assert "content-security-policy" in answer.headers and "set-cookie" not in answer.headers
    assert client().get(f"/{answer.headers['location']}", headers=HTML).status_code != 307  # once is enough


@pytest.mark.parametrize(
    "query",
    [
        "theme=dark",
        "embed=true",
        "embed=true&theme=",
        "embed=true&theme=sepia",
        "embed=false&theme=dark",
        "embed=true&theme=dark&embed_options=light_theme",
    ],
)
def test_other_addresses_are_left_as_they_are(query: str) -> None:
    assert client().get(f"/?{query}", headers=HTML).status_code == 404  # the page itself is Streamlit's
    assert client().post(f"/?{query}").status_code in (404, 405)


# --- conversations to take along


@pytest.mark.parametrize(
    ("kind", "media", "holds"),
    [("md", "text/markdown", "[^1]"), ("html", "text/html", "<h2"), ("json", "application/json", '"exchanges"')],
)
def test_a_conversation_is_a_file_for_its_owner_alone(kept: Conversations, kind: str, media: str, holds: str) -> None:
    path = f"/conversation/talk.{kind}"
    answer = client(MINE).get(path)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith(media)
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["cache-control"] == "no-store"
    assert "sandbox" in answer.headers["content-security-policy"] and "script" not in (
        answer.headers["content-security-policy"].replace("default-src 'none'", "")
    )
    assert holds in answer.text and "It allows 1,550 warheads." in answer.text
    for other in (client(THEIRS), client(), client("x")):
        refused = other.get(path)
        assert refused.status_code == 404 and refused.json()["error"]["code"] == "conversation_unknown"
        assert "warheads" not in refused.text


def test_the_file_speaks_the_language_that_is_asked_for(kept: Conversations) -> None:
    assert "Aus Footnote exportiert am" in client(MINE).get("/conversation/talk.md?lang=de").text
    assert "Exported from Footnote on" in client(MINE).get("/conversation/talk.md?lang=tlh").text


@pytest.mark.parametrize("path", ["none.md", "talk.exe", "talk.", ".md", "talk.md.md", "%2e%2e%2fkept.sqlite", "talk"])
def test_what_is_no_conversation_is_not_there(kept: Conversations, path: str) -> None:
    assert client(MINE).get(f"/conversation/{path}").status_code == 404


def test_a_title_cannot_leave_its_place_in_the_header(kept: Conversations) -> None:
    kept.rename(MINE, "talk", TITLE)
    header = client(MINE).get("/conversation/talk.json").headers["content-disposition"]
    found = re.fullmatch(r"attachment; filename=\"([\w-]+\.json)\"; filename\*=UTF-8''([\w%.-]+)", header)
    assert found and unquote(found[2]) == "Über-Mühlen-Set-Cookie-x-1-drehen.json"
    kept.rename(MINE, "talk", "мельница")
    header = client(MINE).get("/conversation/talk.md").headers["content-disposition"]
    assert 'filename="footnote.md"' in header  # where only ASCII is understood, it is still a name


def test_a_store_that_cannot_be_read_is_503_without_a_path(
    store: Conversations, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "broken.sqlite").write_text("this is no database")
    monkeypatch.setenv("FOOTNOTE_CONVERSATIONS", str(tmp_path / "broken.sqlite"))
    answer = client(MINE).get("/conversation/talk.md")
    assert answer.status_code == 503 and answer.json()["error"]["code"] == "conversations_unavailable"
    assert str(tmp_path) not in answer.text


# --- verdicts on answers that are known


def judge(browser: TestClient, **verdict: Any) -> tuple[int, dict[str, Any]]:
    answer = browser.post("/api/feedback", json=verdict)
    return answer.status_code, answer.json()


def verdicts(store: Conversations) -> dict[str, str | None]:
    return {exchange.id: exchange.verdict for exchange in store.read(MINE, "talk") or ()}


def test_the_owners_verdict_is_in_the_log_and_in_the_conversation(kept: Conversations, tmp_path: Path) -> None:
    status, said = judge(client(MINE), exchange="silent", verdict="down", reason="It does", expected="Nobody")
    assert (status, said) == (201, {"stored": True})
    assert verdicts(kept)["silent"] == "down" and verdicts(kept)["answered"] is None
    (line,) = read_feedback(tmp_path / "log.jsonl")
    assert (line.question, line.verdict, line.reason, line.expected) == (
        silent().question, "down", "It does", "Nobody",
    )  # fmt: skip
    assert line.history[0].content == answered().question and len(line.history) == 4
    assert (line.answer or {})["abstained"]
    judge(client(MINE), exchange="answered", verdict="up")
    *_, line = read_feedback(tmp_path / "log.jsonl")
    considered = answered().considered[0]
    assert line.passages == (
        {"source": considered.source, "title": considered.title, "start": 0, "end": 9, "score": 0.5},
    )


def test_what_the_request_says_of_a_known_answer_is_not_believed(kept: Conversations, tmp_path: Path) -> None:
    forged = {"question": "Forged?", "history": [{"role": "user", "content": "Forged"}], "answer": {"answer": "Forged"}}
    assert judge(client(MINE), exchange="answered", verdict="up", passages=[{"source": "Forged"}], **forged)[0] == 201
    assert "Forged" not in (tmp_path / "log.jsonl").read_text("utf-8")


@pytest.mark.parametrize("owner", [THEIRS, "", "x"])
def test_of_a_conversation_that_is_only_kept_others_learn_and_change_nothing(
    kept: Conversations, tmp_path: Path, owner: str
) -> None:
    status, said = judge(client(owner), exchange="answered", verdict="down")
    assert (status, said["error"]["code"]) == (404, "exchange_unknown")
    assert (status, said) == judge(client(owner), exchange="no such thing", verdict="down")
    assert verdicts(kept)["answered"] is None and not (tmp_path / "log.jsonl").exists()


@pytest.fixture
def at_desk(store: Conversations) -> Iterator[Exchange]:
    """An answer that the server still has at hand, of a reader without a cookie."""
    given = replace(answered("At the desk?"), id="5" * 32)
    at = desk(Settings.load())
    task = at.take((), Exchange(given.question, id=given.id), lambda *_: (e for e in (given,)), lambda _: None)
    list(task.watch())
    yield given
    at.forget(given.id)


def test_an_answer_at_hand_can_be_judged_without_a_cookie(at_desk: Exchange, tmp_path: Path) -> None:
    """As in a wiki's frame. Its id cannot be guessed, and the log is all that is written to."""
    for owner in ("", THEIRS):
        assert judge(client(owner), exchange=at_desk.id, verdict="down") == (201, {"stored": True})
    assert [line.question for line in read_feedback(tmp_path / "log.jsonl")] == [at_desk.question] * 2
    task = desk(Settings.load()).find(at_desk.id)
    assert task and task.exchange.verdict is None


@pytest.mark.parametrize("unanswered", ["failed", "stopped", "pending"])
def test_what_was_not_answered_cannot_be_judged(kept: Conversations, tmp_path: Path, unanswered: str) -> None:
    assert judge(client(MINE), exchange=unanswered, verdict="down")[0] == 404
    assert verdicts(kept)[unanswered] is None and not (tmp_path / "log.jsonl").exists()


def test_what_cannot_be_stored_is_not_in_the_conversation_either(
    kept: Conversations, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    monkeypatch.setenv("FOOTNOTE_FEEDBACK", str(tmp_path / "file" / "log.jsonl"))
    assert judge(client(MINE), exchange="answered", verdict="down")[0] == 503
    assert verdicts(kept)["answered"] is None


@pytest.mark.parametrize("verdict", ["maybe", None, ["up"], {"up": 1}, 1])
def test_what_is_no_verdict_changes_nothing(kept: Conversations, tmp_path: Path, verdict: Any) -> None:
    status, said = judge(client(MINE), exchange="answered", verdict=verdict)
    assert (status, said["error"]["code"]) == (400, "invalid_feedback")
    assert verdicts(kept)["answered"] is None and not (tmp_path / "log.jsonl").exists()


@pytest.mark.parametrize("id", [None, 5, ["answered"], {"id": "answered"}, "\udc80", "' OR 1=1 --", "x" * 100_000])
def test_what_is_no_id_is_unknown(kept: Conversations, id: Any) -> None:
    body = json.dumps({"exchange": id, "verdict": "up"})
    answer = client(MINE).post("/api/feedback", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 404


# --- files


@pytest.mark.parametrize(
    ("path", "media"),
    [("page.js", "text/javascript"), ("document.js", "text/javascript"), ("document.css", "text/css"),
     ("icon.svg", "image/svg+xml")],
)  # fmt: skip
def test_the_pages_own_files_are_served_and_checked_for_newer_ones(path: str, media: str) -> None:
    answer = client().get(f"/footnote/{path}")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith(media) and answer.text
    assert answer.headers["cache-control"] == "no-cache" and answer.headers["x-content-type-options"] == "nosniff"
    again = client().get(f"/footnote/{path}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code in (200, 304)


@pytest.mark.parametrize("path", ["style.cs", "../server.py", "%2e%2e/routes/server.py", "__init__.py", ""])
def test_nothing_else_is(path: str) -> None:
    assert client().get(f"/footnote/{path}").status_code == 404


@pytest.mark.parametrize("path", ["/document/x", "/api/documents", "/api/documents/x"])
def test_the_document_routes_are_mounted(store: Conversations, path: str) -> None:
    answer = client().get(path)  # there is no index, and they say so
    assert answer.status_code == 503 and "ingest" in answer.text


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/feedback"), ("POST", "/api/health"), ("PUT", "/api/ready")])
def test_other_methods_are_refused(method: str, path: str) -> None:
    assert client().request(method, path).status_code == 405
