"""Ids, counts and lines of requests, in which nobody's question is."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.api.metrics import Metrics
from tests.api.stand_ins import FERRY_ASKED, FakeServing, client_of


class Lines(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())

    @property
    def read(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def log() -> Iterator[Lines]:
    lines, logger = Lines(), logging.getLogger("footnote.access")
    logger.addHandler(lines)
    yield lines
    logger.removeHandler(lines)


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch, log: Lines) -> Lines:
    monkeypatch.setenv("FOOTNOTE_ACCESS_LOG", "1")
    return log


def test_each_request_has_an_id_of_its_own(http: TestClient) -> None:
    ids = {http.get(path).headers["x-request-id"] for path in ("/api/health", "/api/health", "/nowhere", "/api/x")}
    assert len(ids) == 4 and all(len(id) == 32 for id in ids)


def test_one_that_is_given_is_kept(http: TestClient, logged: Lines) -> None:
    assert http.get("/api/health", headers={"X-Request-Id": "mine-1"}).headers.get_list("x-request-id") == ["mine-1"]
    assert logged.read[0]["request_id"] == "mine-1"


@pytest.mark.parametrize("bad", ["", "a b", "x" * 129, 'a"b', "é", "{}", "a\tb"])
def test_one_that_could_break_a_line_is_replaced(http: TestClient, bad: str) -> None:
    given = http.get("/api/health", headers=[(b"X-Request-Id", bad.encode("latin-1"))]).headers["x-request-id"]
    assert given != bad and len(given) == 32


def test_a_line_says_what_was_asked_for_and_nothing_of_what_was_said(http: TestClient, logged: Lines) -> None:
    http.post("/api/ask", json={"question": FERRY_ASKED})
    http.get("/api/search", params={"q": FERRY_ASKED})
    http.post("/v1/chat/completions", json={"model": "x", "messages": [{"role": "user", "content": FERRY_ASKED}]})
    http.get("/api/documents/Oldmouth")
    http.get("/api/Oldmouth")
    http.get("/Oldmouth?q=Oldmouth")
    told = [(line["method"], line["route"], line["status"]) for line in logged.read]
    assert told == [
        ("POST", "/api/ask", 200),
        ("GET", "/api/search", 200),
        ("POST", "/v1/chat/completions", 404),
        ("GET", "/api/documents/{id}", 404),
        ("GET", "unknown", 404),
        ("GET", "page", 404),
    ]
    assert "Oldmouth" not in "".join(logged.lines) and "ferry" not in "".join(logged.lines)
    assert set(logged.read[0]) == {
        "time", "request_id", "client", "caller", "method", "route", "status", "bytes", "ms",
    }  # fmt: skip


def test_a_question_is_logged_where_that_is_asked_for(
    http: TestClient, logged: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_LOG_QUESTIONS", "1")
    http.post("/api/ask", json={"question": FERRY_ASKED})
    http.post("/api/ask/stream", json={"question": "Why?\n{}"})
    http.get("/api/search", params={"q": FERRY_ASKED})
    chat = [{"role": "user", "content": FERRY_ASKED}]
    http.post("/v1/chat/completions", json={"model": "footnote", "messages": chat})
    http.get("/api/documents")
    *asked, listed = logged.read
    assert [line["question"] for line in asked] == [FERRY_ASKED, "Why?\n{}", FERRY_ASKED, FERRY_ASKED]
    assert "question" not in listed and all("\n" not in line for line in logged.lines)


def test_nothing_is_logged_unless_it_is_asked_for(http: TestClient, log: Lines) -> None:
    assert http.get("/api/health").status_code == 200
    assert log.lines == []


def test_labels_are_few_whatever_is_asked_for(serving: FakeServing) -> None:
    counts = Metrics()
    http = client_of(serving, counts)
    for n in range(20):
        http.get(f"/api/documents/{n}")
        http.get(f"/api/{n}")
        http.get(f"/{n}")
        http.request(f"BREW{n}", "/api/health")
    said = http.get("/metrics").text
    assert 'footnote_requests_total{method="GET",route="/api/documents/{id}",status="404"} 20.0' in said
    assert 'footnote_requests_total{method="GET",route="unknown",status="404"} 20.0' in said
    assert 'footnote_requests_total{method="GET",route="page",status="404"} 20.0' in said
    assert 'footnote_requests_total{method="other",route="/api/health",status="405"} 20.0' in said
    assert len([line for line in said.splitlines() if line.startswith("footnote_requests_total")]) == 4
