"""Which pages may ask: a page of each kind knocks at the door of the API."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Event
from time import time
from typing import Any

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from bot.api.origins import Guarded
from bot.api.tokens import issue, secret_of
from bot.settings import Settings
from tests.api.stand_ins import FERRY_ASKED, PATIENCE, FakeServing, client_of, events_of

WIKI, OTHER, EVIL, OWN = "https://wiki.example", "https://other.example", "https://evil.example", "http://footnote.test"
QUESTION = {"question": FERRY_ASKED}
CORS = ("access-control-allow-origin", "access-control-allow-headers", "access-control-allow-credentials")
ROUTES = [
    ("GET", "/api/documents"), ("GET", "/api/health"), ("GET", "/api/ready"), ("GET", "/metrics"),
    ("GET", "/v1/models"),
    ("POST", "/v1/chat/completions"), ("POST", "/api/feedback"), ("GET", "/api/openapi.json"), ("GET", "/api/docs"),
    ("GET", "/api/nowhere"), ("GET", "/api/documents/a/b"), ("GET", "/api/ask"), ("DELETE", "/api/documents/a"),
]  # fmt: skip
OPEN = [("POST", "/api/ask"), ("POST", "/api/ask/stream"), ("GET", "/api/search?q=ferry"), ("GET", "/api/documents/x")]


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("FOOTNOTE_ORIGINS", f"{WIKI},{OTHER}")
    monkeypatch.setenv("FOOTNOTE_SECRET", str(tmp_path / "secret"))
    return tmp_path / "secret"


def sent(http: TestClient, method: str, path: str, token: str = "", **headers: str) -> Any:
    """`Sec_Fetch_Site` and the like are headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    bearer = {"Authorization": f"Bearer {token}"} if token else {}
    return http.request(method, path, headers={**named, **bearer}, json=QUESTION if method == "POST" else None)


def token_of(http: TestClient, origin: str = WIKI) -> str:
    found = sent(http, "POST", "/api/widget/token", Origin=origin)
    assert found.status_code == 200 and found.json()["expires_in"] == 600
    assert found.headers["cache-control"] == "no-store" and found.headers["access-control-allow-origin"] == origin
    return str(found.json()["token"])


def check_refused(answer: Any, status: int = 403, code: str = "origin_refused", to: str | None = None) -> None:
    """Refused with code and remedy, which only pages of the origin `to` may read."""
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code) and ";" in error["message"]
    assert answer.headers.get("access-control-allow-origin") == to
    assert "access-control-allow-credentials" not in answer.headers
    assert "Origin" in answer.headers["vary"]


def test_a_listed_page_gets_a_token_and_an_answer(http: TestClient) -> None:
    token = token_of(http)
    answer = sent(http, "POST", "/api/ask", token, Origin=WIKI, Sec_Fetch_Site="cross-site")
    assert answer.status_code == 200 and answer.json()["citations"]
    assert answer.headers["access-control-allow-origin"] == WIKI and "Origin" in answer.headers["vary"]
    assert "Retry-After" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in answer.headers
    streamed = sent(http, "POST", "/api/ask/stream", token, Origin=WIKI)
    assert [name for name, _ in events_of(streamed.text)][-2:] == ["answer", "done"]
    assert sent(http, "GET", "/api/search?q=ferry", token, Origin=WIKI).json()["hits"]
    document = answer.json()["citations"][0]["document_id"]
    assert sent(http, "GET", f"/api/documents/{document}", token, Origin=WIKI).json()["text"]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_token_opens_nothing_else(http: TestClient, method: str, path: str) -> None:
    answer = sent(http, method, path, token_of(http), Origin=WIKI)
    assert answer.status_code == 403
    check_refused(answer, 403, "token_not_for_this", WIKI)


@pytest.mark.parametrize(("method", "path"), [*ROUTES, *OPEN, ("POST", "/api/widget/token")])
@pytest.mark.parametrize(
    "origin", [EVIL, "null", "https://wiki.example.evil.example", "http://wiki.example", "", "*", "x y"]
)
def test_a_page_of_another_origin_is_refused_and_may_not_read_why(
    http: TestClient, method: str, path: str, origin: str
) -> None:
    answer = sent(http, method, path, token_of(http), Origin=origin)
    assert answer.status_code == 403 and not [name for name in CORS if name in answer.headers]
    error = answer.json()["error"]
    assert error["code"] == "origin_refused" and "FOOTNOTE_ORIGINS" in error["message"]


def test_a_token_is_got_by_post_alone(http: TestClient) -> None:
    for origin in ({}, {"Origin": WIKI}, {"Origin": OWN, "Sec_Fetch_Site": "same-origin"}):
        for method in ("GET", "TRACE", "OPTIONS", "PUT"):
            answer = sent(http, method, "/api/widget/token", **origin)
            assert (answer.status_code, answer.headers.get("allow")) == (405, "POST"), (origin, method)
    check_refused(sent(http, "GET", "/api/widget/token", Origin=EVIL))
    check_refused(sent(http, "GET", "/api/widget/token", Sec_Fetch_Site="cross-site"))


@pytest.mark.parametrize(("method", "path"), OPEN)
def test_a_listed_page_without_a_good_token_is_refused_and_told_why(
    http: TestClient, secret: Path, method: str, path: str
) -> None:
    def ask(token: str = "", **headers: str) -> Any:
        return sent(http, method, path, token, Origin=WIKI, **headers)

    check_refused(ask(), 401, "token_missing", WIKI)
    check_refused(ask(token_of(http, OTHER)), 401, "token_invalid", WIKI)
    check_refused(ask(issue(b"guess" * 8, WIKI, int(time()) + 600)), 401, "token_invalid", WIKI)
    check_refused(ask(issue(secret_of(secret), WIKI, int(time()))), 401, "token_expired", WIKI)
    check_refused(ask("fnw2.1.a.b"), 401, "token_invalid", WIKI)
    check_refused(ask("a-key-of-a-program"), 401, "token_invalid", WIKI)
    check_refused(ask(Authorization=f"Basic {token_of(http)}"), 401, "token_missing", WIKI)
    for name in ("token", "access_token", "authorization"):
        mark = "&" if "?" in path else "?"
        check_refused(
            sent(http, method, f"{path}{mark}{name}={token_of(http)}", Origin=WIKI), 401, "token_missing", WIKI
        )
    check_refused(ask(Cookie=f"token={token_of(http)}"), 401, "token_missing", WIKI)


def test_a_token_needs_its_origin(http: TestClient) -> None:
    check_refused(sent(http, "POST", "/api/ask", token_of(http)))
    check_refused(sent(http, "POST", "/api/ask", token_of(http), Origin=OWN))
    both = [("Origin", WIKI), ("Origin", EVIL), ("Authorization", f"Bearer {token_of(http)}")]
    check_refused(http.post("/api/ask", json=QUESTION, headers=both))


def test_a_token_is_refused_once_the_secret_or_the_list_is_another(
    http: TestClient, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(http)
    monkeypatch.setenv("FOOTNOTE_ORIGINS", OTHER)
    check_refused(sent(http, "POST", "/api/ask", token, Origin=WIKI))
    monkeypatch.setenv("FOOTNOTE_ORIGINS", WIKI)
    assert sent(http, "POST", "/api/ask", token, Origin=WIKI).status_code == 200
    secret.unlink()
    check_refused(sent(http, "POST", "/api/ask", token, Origin=WIKI), 401, "token_invalid", WIKI)


def test_no_origin_is_listed_unless_it_is_set(http: TestClient, monkeypatch: pytest.MonkeyPatch, secret: Path) -> None:
    for value in ("", "*"):  # the second cannot be used, and so lists nothing
        monkeypatch.setenv("FOOTNOTE_ORIGINS", value)
        check_refused(sent(http, "POST", "/api/widget/token", Origin=WIKI))
        check_refused(sent(http, "GET", "/api/health", Origin=WIKI))
    assert not secret.exists()


@pytest.mark.parametrize("headers", [{}, {"Origin": OWN}, {"Origin": OWN, "Sec_Fetch_Site": "same-origin"},
                                     {"Origin": "https://footnote.test"}, {"Sec_Fetch_Site": "none"}])  # fmt: skip
def test_the_servers_own_pages_and_programs_need_no_token(http: TestClient, headers: dict[str, str]) -> None:
    assert sent(http, "POST", "/api/ask", **headers).status_code == 200
    assert sent(http, "GET", "/api/documents", **headers).status_code == 200
    check_refused(sent(http, "POST", "/api/widget/token", **headers))


def test_what_another_site_has_a_browser_send_is_refused_without_an_origin_too(http: TestClient) -> None:
    for site in ("cross-site", "same-site", "Cross-Site"):
        check_refused(sent(http, "POST", "/api/feedback", Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate"))
        check_refused(sent(http, "POST", "/api/ask", Sec_Fetch_Site=site))
        check_refused(sent(http, "GET", "/api/search?q=ferry", Sec_Fetch_Site=site, Sec_Fetch_Mode="no-cors"))
        assert sent(http, "GET", "/api/docs", Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate").status_code == 200
        # The same host by another scheme: a page that anybody on the network could have written.
        check_refused(sent(http, "POST", "/api/ask", Origin=OWN, Sec_Fetch_Site=site))


def test_who_forwards_does_not_change_who_asks(http: TestClient) -> None:
    forwarded = {"X_Forwarded_Host": "evil.example", "X_Forwarded_Proto": "https", "Forwarded": "host=evil.example"}
    check_refused(sent(http, "POST", "/api/ask", Origin=EVIL, **forwarded))
    check_refused(sent(http, "POST", "/api/ask", Origin=EVIL, Referer=f"{OWN}/"))


@pytest.mark.parametrize("path", ["/api/ask", "/api/widget/token", "/v1/chat/completions", "/metrics"])
def test_browsers_that_ask_first_are_answered_for_listed_origins_alone(http: TestClient, path: str) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    found = http.options(path, headers={"Origin": WIKI, **asked})
    assert found.status_code == 204 and found.content == b""
    assert found.headers["access-control-allow-origin"] == WIKI and "Origin" in found.headers["vary"]
    assert found.headers["access-control-allow-headers"] == "authorization, content-type"
    assert found.headers["access-control-allow-methods"] == "GET, POST"
    assert int(found.headers["access-control-max-age"]) > 0
    assert "access-control-allow-credentials" not in found.headers
    for origin in (EVIL, "null"):
        refused = http.options(path, headers={"Origin": origin, **asked})
        assert refused.status_code == 403 and not [name for name in CORS if name in refused.headers]


def test_who_is_behind_the_door_learns_the_origin(http: TestClient, secret: Path) -> None:
    seen: list[Any] = []

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope.get("state", {}).get("origin"))
        await Response("in")(scope, receive, send)

    settings = Settings(origins=(WIKI,), secret=secret)
    door = TestClient(Guarded(behind, lambda: settings), OWN)
    assert sent(door, "POST", "/api/ask", token_of(http), Origin=WIKI).text == "in"
    assert sent(door, "POST", "/api/ask", Origin=OWN).text == "in"
    assert sent(door, "POST", "/api/ask", Origin=EVIL).status_code == 403
    assert seen == [WIKI, None]


def test_a_secret_that_cannot_be_used_is_the_operators_to_mend(http: TestClient, secret: Path) -> None:
    secret.mkdir()
    answer = sent(http, "POST", "/api/widget/token", Origin=WIKI)
    check_refused(answer, 503, "settings_invalid", WIKI)
    assert str(secret.parent) not in answer.text and "FOOTNOTE_SECRET" in answer.text


def test_a_page_can_tell_a_full_server_from_a_refusal(serving: FakeServing) -> None:
    full, go = client_of(replace(serving, settings=Settings(max_waiting=0))), Event()
    try:
        serving.workers.submit(lambda: assert_gone(go))
        answer = sent(full, "POST", "/api/ask", token_of(full), Origin=WIKI)
    finally:
        go.set()
    check_refused(answer, 429, "busy", WIKI)
    assert int(answer.headers["retry-after"]) > 0


def assert_gone(go: Event) -> None:
    assert go.wait(PATIENCE)
