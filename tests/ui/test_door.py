"""The door of the page and of the API behind a proxy that signs people in: HTTP and web sockets, without a server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.callers import ANYONE, Caller
from bot.keys import add_key
from bot.settings import Settings
from bot.ui.conversations.store import Conversations
from bot.ui.reader import HEADER, read
from bot.ui.routes.server import middleware, routes
from bot.ui.visitor import COOKIE, owner_of
from tests.api.test_access import Lines, log, logged
from tests.ui.conversations.talk import whole

__all__ = ["log", "logged"]  # fixtures
PROXY, STRANGER = ("10.0.0.7", 40000), ("192.0.2.1", 40000)
ANN = {"X-Forwarded-User": "ann"}
HTML = {"Accept": "text/html"}


async def page(request: Request) -> JSONResponse:
    return JSONResponse(_told(request.headers.getlist(HEADER)))


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_json(_told(socket.headers.getlist(HEADER)))
    await socket.close()


def _told(headers: list[str]) -> list[Any]:
    assert len(headers) == 1, "the one of this server, and no client's"
    found = read(headers[0])
    return [found.kind, found.name, list(found.labels), found.address]


def client(peer: tuple[str, int] = PROXY, cookies: dict[str, str] | None = None) -> TestClient:
    """A client at this address, of a server with a page that tells who reads it."""
    inner = [*routes, Route("/", page), WebSocketRoute("/_stcore/stream", stream)]
    app = Starlette(routes=inner, middleware=middleware)
    return TestClient(app, "http://page.test", client=peer, cookies=cookies, raise_server_exceptions=False)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("index", "conversations", "feedback", "keys"):
        monkeypatch.setenv(f"FOOTNOTE_{name.upper()}", str(tmp_path / name))
    return tmp_path


@pytest.fixture
def proxied(kept: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOOTNOTE_TRUSTED_PROXIES", "10.0.0.0/8")
    monkeypatch.setenv("FOOTNOTE_LABELS_HEADER", "X-Forwarded-Groups")
    return kept


def opened(http: TestClient, headers: Mapping[str, str]) -> Any:
    """What the web socket tells; None if it is refused before it is accepted."""
    try:
        with http.websocket_connect("/_stcore/stream", headers=dict(headers)) as socket:
            return socket.receive_json()
    except WebSocketDisconnect as refused:
        assert refused.code == 1008
        return None


PATHS = ["/", "/library", "/document/x", "/conversation/x.md", "/footnote/page.js", "/_stcore/host-config", "/media/x",
         "/api/documents", "/api/docs", "/v1/models", "/metrics", "/api/x", "//document/x", "/nowhere"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_who_does_not_come_through_the_proxy_comes_to_nothing(proxied: Path, path: str) -> None:
    for headers in (ANN, {}, {**ANN, "X-Forwarded-For": "10.0.0.7"}, {**ANN, "Forwarded": "for=10.0.0.7"},
                    {**ANN, "X-Real-Ip": "10.0.0.7"}, {"Remote-User": "ann"}):  # fmt: skip
        assert client(STRANGER).get(path, headers=headers).status_code == 401, headers
    assert client(PROXY).get(path).status_code == 401, "the proxy named nobody"
    assert client(PROXY).get(path, headers={"X-Forwarded-User": " "}).status_code == 401
    assert client(PROXY).get(path, headers=ANN).status_code != 401


def test_whether_it_runs_is_told_to_all(proxied: Path) -> None:
    assert client(STRANGER).get("/api/health").status_code == 200
    assert client(STRANGER).get("/api/ready").status_code == 503  # there is no index


def test_a_web_socket_is_refused_before_it_is_accepted(proxied: Path) -> None:
    assert opened(client(STRANGER), ANN) is None and opened(client(PROXY), {}) is None
    assert opened(client(STRANGER), {**ANN, "X-Forwarded-For": "10.0.0.7"}) is None
    assert opened(client(PROXY), ANN) == ["user", "ann", [], "10.0.0.7"]


def test_groups_that_are_labels_are_the_readers(proxied: Path) -> None:
    headers = {**ANN, "X-Forwarded-Groups": "HR, Domain Users;staff,cn=x,,*", "X-Forwarded-For": "198.51.100.4"}
    assert opened(client(PROXY), headers) == ["user", "ann", ["hr", "staff"], "198.51.100.4"]
    assert client(PROXY).get("/", headers=headers).json() == ["user", "ann", ["hr", "staff"], "198.51.100.4"]


def test_nobody_writes_who_they_are_themselves(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forged = {HEADER: '0000 ["user", "boss", ["hr"], ""]', "X-Forwarded-User": "boss", "X-Forwarded-Groups": "hr"}
    assert opened(client(STRANGER), forged) == ["anyone", "", [], "192.0.2.1"]
    assert client(PROXY).get("/", headers=forged).json() == ["anyone", "", [], "10.0.0.7"]
    for header in ("", " ", 'x ["user", "boss", [], ""]', "é []", "é" * 32 + " []"):
        assert read(header) is ANYONE


@pytest.mark.parametrize("name", ["X-Forwarded-User", "X-Forwarded-Groups"])
def test_a_header_that_comes_twice_is_refused(proxied: Path, name: str) -> None:
    twice = [("X-Forwarded-User", "ann"), (name, "hr"), (name.lower(), "boss")]
    for path in ("/", "/api/documents", "/document/x"):
        assert client(PROXY).get(path, headers=twice).status_code == 400


@pytest.mark.parametrize("name", ["x" * 257, "a\tb"])
def test_a_name_that_is_none_is_refused(proxied: Path, name: str) -> None:
    assert client(PROXY).get("/", headers={"X-Forwarded-User": name}).status_code == 400


def test_browsers_get_a_page_and_programs_the_contracts_json(proxied: Path) -> None:
    german = client(STRANGER).get("/", headers={**HTML, "Accept-Language": "de-AT,de;q=0.9"})
    assert (
        german.status_code == 401 and "<h1>Bitte anmelden</h1>" in german.text and "script-src" in str(german.headers)
    )
    assert client(STRANGER).get("/").json()["error"]["code"] == "user_required"


def test_a_key_opens_too(proxied: Path) -> None:
    key = {"Authorization": f"Bearer {add_key(proxied / 'keys', 'wiki', ('hr',))}"}
    assert client(STRANGER).get("/v1/models", headers=key).status_code == 200
    assert client(STRANGER).get("/", headers=key).json() == ["key", "wiki", ["hr"], "192.0.2.1"]
    assert client(STRANGER).get("/v1/models", headers={"Authorization": "Bearer none"}).status_code == 401


def test_where_keys_are_required_a_user_of_the_proxy_needs_none(proxied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_API_KEYS", "required")
    assert client(PROXY).get("/v1/models", headers=ANN).status_code == 200
    monkeypatch.setenv("FOOTNOTE_USER_HEADER", "off")
    assert client(PROXY).get("/v1/models", headers=ANN).status_code == 401
    assert client(PROXY).get("/").status_code == 200, "the page is no part of the API"


def test_a_proxy_may_tell_addresses_only(proxied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_USER_HEADER", "off")
    headers = {"X-Forwarded-For": "198.51.100.4", **ANN}
    assert client(PROXY).get("/", headers=headers).json() == ["anyone", "", [], "198.51.100.4"]
    assert client(STRANGER).get("/", headers=headers).json() == ["anyone", "", [], "192.0.2.1"]


def test_the_log_has_no_users_name(proxied: Path, logged: Lines) -> None:
    client(PROXY).get("/v1/models", headers={**ANN, "X-Forwarded-For": "198.51.100.4"})
    client(PROXY).get("/", headers=ANN)
    client(STRANGER).get("/v1/models", headers=ANN)
    first, second, third = logged.read
    assert first["caller"] == second["caller"] and first["caller"].startswith("user:") and len(first["caller"]) == 17
    assert (first["client"], third["client"], third["caller"]) == ("198.51.100.4", "192.0.2.1", "anyone")
    assert "ann" not in json.dumps(first)


def test_conversations_are_the_users_in_any_browser_and_no_cookies(proxied: Path) -> None:
    owner = owner_of(Caller("user", "ann"), "a" * 32)
    assert owner and owner != "a" * 32
    store = Conversations(Settings.load().conversations)
    for exchange in whole():
        store.put(owner, "talk", exchange)
    browsers: list[dict[str, str]] = [{}, {COOKIE: "a" * 32}, {COOKIE: owner}, {COOKIE: owner.removeprefix("user-")}]
    for cookies in browsers:
        assert client(PROXY, cookies).get("/conversation/talk.md", headers=ANN).status_code == 200
        bob = client(PROXY, cookies).get("/conversation/talk.md", headers={"X-Forwarded-User": "bob"})
        assert bob.status_code == 404
    verdict = {"exchange": "answered", "verdict": "up"}
    assert client(PROXY).post("/api/feedback", json=verdict, headers={"X-Forwarded-User": "bob"}).status_code == 404
    assert client(PROXY).post("/api/feedback", json=verdict, headers=ANN).status_code == 201
    assert {e.id: e.verdict for e in store.read(owner, "talk") or ()}["answered"] == "up"


def test_without_a_user_a_cookie_that_looks_like_one_opens_nothing(kept: Path) -> None:
    owner = owner_of(Caller("user", "ann"), "")
    assert owner
    store = Conversations(Settings.load().conversations)
    for exchange in whole():
        store.put(owner, "talk", exchange)
    for cookie in (owner, owner.removeprefix("user-")):
        assert client(STRANGER, {COOKIE: cookie}).get("/conversation/talk.md", headers=ANN).status_code == 404
