"""Bodies that are too large or come too slowly."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Message

from bot.api.limits import LimitedBody
from tests.api.stand_ins import FakeServing, client_of


@pytest.mark.parametrize("path", ["/api/ask", "/api/ask/stream", "/api/feedback", "/v1/chat/completions", "/api/x"])
def test_a_body_over_the_limit_is_413(http: TestClient, path: str) -> None:
    body = json.dumps({"question": "x" * 262_144})
    answer = http.post(path, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert "256 KiB" in answer.json()["error"]["message"]


def test_one_that_does_not_say_its_size_is_counted(http: TestClient) -> None:
    pieces = (b"x" * 10_000 for _ in range(100))
    assert http.post("/api/ask", content=pieces).status_code == 413


def test_the_limit_is_a_setting(monkeypatch: pytest.MonkeyPatch, serving: FakeServing) -> None:
    monkeypatch.setenv("FOOTNOTE_MAX_BODY_KIB", "1")
    http = client_of(serving)
    assert http.post("/api/ask", json={"question": "x" * 1100}).status_code == 413
    assert http.post("/api/ask", json={"question": "x" * 900}).status_code == 200


def test_a_body_that_does_not_come_is_408() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse("never")(scope, receive, send)

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    scope = {"type": "http", "method": "POST", "path": "/api/ask", "headers": [], "query_string": b""}
    asyncio.run(LimitedBody(app, lambda: 1, seconds=0.01)(scope, receive, send))
    assert sent[0]["status"] == 408 and b"body_too_slow" in sent[1]["body"]
