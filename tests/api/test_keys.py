"""Who comes in at the API's door with a key, without one, or with a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openai
import pytest
from starlette.testclient import TestClient

from bot.keys import add_key, revoke_key
from bot.settings import Settings
from index.access import EVERYTHING
from index.build import add_documents
from index.opened import open_index
from index.schema import Document
from tests.api.stand_ins import FERRY_ASKED, FakeServing, client_of
from tests.api.test_access import Lines, log, logged
from tests.fakes import HashedWords

__all__ = ["log", "logged"]  # fixtures
UNKNOWN = "fnk_" + "A" * 43
ASK = {"question": FERRY_ASKED}
CHAT = {"model": "footnote", "messages": [{"role": "user", "content": FERRY_ASKED}]}


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOOTNOTE_KEYS", str(tmp_path / "keys.json"))
    return tmp_path / "keys.json"


@pytest.fixture
def required(keys: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOOTNOTE_API_KEYS", "required")
    return keys


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


EVERYWHERE: list[Callable[[TestClient, dict[str, str]], int]] = [
    lambda http, h: http.post("/api/ask", json=ASK, headers=h).status_code,
    lambda http, h: http.post("/api/ask/stream", json=ASK, headers=h).status_code,
    lambda http, h: http.get("/api/search", params={"q": FERRY_ASKED}, headers=h).status_code,
    lambda http, h: http.get("/api/documents", headers=h).status_code,
    lambda http, h: http.post("/v1/chat/completions", json=CHAT, headers=h).status_code,
    lambda http, h: http.get("/v1/models", headers=h).status_code,
    lambda http, h: http.get("/metrics", headers=h).status_code,
]


def test_without_keys_anybody_may_ask_with_any(http: TestClient, keys: Path) -> None:
    for headers in ({}, bearer("none"), bearer("sk-abc"), {"Authorization": "Basic eDp5"}, {"Authorization": ""}):
        assert [ask(http, headers) for ask in EVERYWHERE] == [200] * len(EVERYWHERE)


def test_one_of_ours_that_is_unknown_or_revoked_is_refused_even_where_none_is_wanted(
    http: TestClient, keys: Path
) -> None:
    key = add_key(keys, "wiki")
    assert [ask(http, bearer(key)) for ask in EVERYWHERE] == [200] * len(EVERYWHERE)
    revoke_key(keys, "wiki")  # while the server runs
    for bad in (key, UNKNOWN, "fnk_", "fnk_é", key + "x", "fnk_" + "x" * 5000):
        headers = {"Authorization": f"Bearer {bad}".encode()}
        assert {ask(http, headers) for ask in EVERYWHERE} == {401}, bad  # type: ignore[arg-type]
    refused = http.post("/api/ask", json=ASK, headers=bearer(UNKNOWN))
    assert refused.json()["error"]["code"] == "key_unknown" and refused.headers["www-authenticate"] == "Bearer"
    assert UNKNOWN not in refused.text


def test_where_keys_are_required_nobody_else_comes_in(http: TestClient, required: Path) -> None:
    key = add_key(required, "wiki")
    assert [ask(http, bearer(key)) for ask in EVERYWHERE] == [200] * len(EVERYWHERE)
    assert http.get("/api/documents", headers={"Authorization": f"bearer  {key} "}).status_code == 200
    for headers in ({}, bearer("none"), bearer(UNKNOWN), bearer(""), {"Authorization": key}, {"X-Api-Key": key},
                    {"Authorization": f"Basic {key}"}, {"Cookie": f"key={key}"}):  # fmt: skip
        assert {ask(http, headers) for ask in EVERYWHERE} == {401}, headers
    refused = http.post("/v1/chat/completions", json=CHAT)
    assert refused.headers["www-authenticate"] == "Bearer" and refused.json()["error"]["code"] == "key_required"
    assert set(refused.json()["error"]) == {"message", "type", "param", "code"}


def test_what_tells_whether_it_runs_and_how_to_use_it_stays_open(http: TestClient, required: Path) -> None:
    for path in ("/api/health", "/api/docs", "/api/openapi.json"):
        assert http.get(path).status_code == 200, path
    for path in (
        "/api/",
        "/api/x",
        "/api/docs/",
        "/api/health/",
        "/api/health%0A",
        "/v1/",
        "/metrics/",
        "/api/docs%0A",
    ):
        assert http.get(path).status_code in (401, 404), path
    assert http.get("/api/documents%0A").status_code == 401


def test_several_headers_are_one_too_many(http: TestClient, keys: Path) -> None:
    key = add_key(keys, "wiki")
    both = [("Authorization", f"Bearer {key}"), ("Authorization", "Bearer none")]
    assert http.get("/api/documents", headers=both).status_code == 400


@pytest.mark.parametrize("name", ["key", "api_key", "token", "access_token", "API_KEY", "%6Bey", " key"])
@pytest.mark.parametrize("path", ["/api/search?q=x&", "/api/documents?", "/v1/models?", "/api/health?", "/metrics?"])
def test_a_key_in_the_address_is_refused_and_neither_said_nor_logged(
    http: TestClient, keys: Path, logged: Lines, path: str, name: str
) -> None:
    key = add_key(keys, "wiki")
    for headers in ({}, bearer(key)):
        refused = http.get(f"{path}{name}={key}", headers=headers)
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "key_in_address")
        assert key not in refused.text and key not in "".join(logged.lines)


def test_a_broken_file_of_keys_lets_nobody_in_and_keeps_nobody_else_out(http: TestClient, keys: Path) -> None:
    keys.write_text("{")
    assert http.get("/api/documents").status_code == 200
    refused = http.get("/api/documents", headers=bearer(UNKNOWN))
    assert refused.status_code == 503 and str(keys.parent) not in refused.text


def test_feedback_needs_a_key_unless_it_is_on_an_answer_of_the_page(http: TestClient, required: Path) -> None:
    key = add_key(required, "wiki")
    verdict = {"question": "Why?", "verdict": "up"}
    assert http.post("/api/feedback", json=verdict).status_code == 401
    assert http.post("/api/feedback", json={"exchange": "none", "verdict": "up"}).status_code == 404
    assert (
        http.post("/api/feedback", json={"exchange": "none", "verdict": "up"}, headers=bearer(key)).status_code == 404
    )


def test_a_bad_setting_opens_nothing(http: TestClient, keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_API_KEYS", "maybe")
    assert {ask(http, {}) for ask in EVERYWHERE} == {503}
    assert http.get("/api/health").status_code == 200


def test_the_log_names_the_key_and_never_holds_it(http: TestClient, keys: Path, logged: Lines) -> None:
    key = add_key(keys, "wiki")
    http.get("/api/documents", headers=bearer(key))
    http.get("/api/documents")
    http.get("/api/documents", headers=bearer(UNKNOWN))
    http.post("/api/ask", json=ASK, headers=bearer(UNKNOWN))
    assert [line["caller"] for line in logged.read] == ["key:wiki", "anyone", "anyone", "anyone"]
    assert (logged.read[3]["route"], logged.read[3]["status"]) == ("/api/ask", 401)
    assert key not in "".join(logged.lines) and UNKNOWN not in "".join(logged.lines)


@pytest.fixture
def labelled(tmp_path: Path) -> FakeServing:
    documents = [
        Document.create(source="open.txt", title="Ferry", text="The ferry stops at nine."),
        Document.create(source="pay.txt", title="Pay", text="The ferry pays Zorblatt 913.", labels=("hr",)),
        Document.create(source="plan.txt", title="Plan", text="The ferry goes to Drossel.", labels=("staff",)),
    ]
    add_documents(documents, tmp_path / "index", HashedWords())
    return FakeServing(open_index(tmp_path / "index"))


def test_a_key_sees_what_its_labels_and_those_of_all_admit(labelled: FakeServing, keys: Path) -> None:
    http = client_of(labelled)
    staffed = client_of(replace(labelled, settings=Settings(labels=("staff",))))
    plain, hr = add_key(keys, "plain"), add_key(keys, "people", ("hr",))
    seen = [
        (http, {}, {"open.txt"}),
        (http, bearer(plain), {"open.txt"}),
        (http, bearer(hr), {"open.txt", "pay.txt"}),
        (staffed, bearer(plain), {"open.txt", "plan.txt"}),
        (staffed, bearer(hr), {"open.txt", "pay.txt", "plan.txt"}),
        (http, {}, {"open.txt"}),  # nothing is left of who was here before
    ]
    for client, headers, sources in seen:
        listed = client.get("/api/documents", headers=headers).json()["documents"]
        found = client.get("/api/search", params={"q": "ferry", "k": 200}, headers=headers).json()["hits"]
        assert {d["source"] for d in listed} == {h["source"] for h in found} == sources
        for document in labelled.opened.view(EVERYTHING).documents.values():
            status = client.get(f"/api/documents/{document.id}", headers=headers).status_code
            assert status == (200 if document.source in sources else 404)


def test_the_client_of_openai_sends_its_key_as_it_is(http: TestClient, required: Path) -> None:
    def client(key: str) -> openai.OpenAI:
        return openai.OpenAI(base_url="http://footnote.test/v1", api_key=key, http_client=http, max_retries=0)

    assert client(add_key(required, "wiki")).models.list().data
    with pytest.raises(openai.AuthenticationError, match="wants a key"):
        client("none").models.list()
