"""Routes and headers, spoken to over plain ASGI."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.types import Message, Scope

from bot.feedback import read_feedback
from bot.ui.routes.server import SecurityHeaders, content_security_policy, middleware, routes
from tests.bot.test_status import make_version


def call(path: str, body: bytes | None = None, kind: str = "application/json") -> tuple[int, dict[str, str], bytes]:
    """GET, or POST of a body, which comes in two pieces."""
    sent: list[Message] = []
    given = body or b""
    requests: list[Message] = [
        {"type": "http.request", "body": given[7:], "more_body": False},
        {"type": "http.request", "body": given[:7], "more_body": True},
    ]

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        if not requests:
            await asyncio.Event().wait()  # a client that stays connected
        return requests.pop()

    scope: Scope = {
        "type": "http",
        "method": "GET" if body is None else "POST",
        "path": path,
        "headers": [(b"content-type", kind.encode())],
        "query_string": b"",
        "root_path": "",
    }
    asyncio.run(Starlette(routes=routes, middleware=middleware)(scope, receive, send))
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


def test_health_needs_no_index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FOOTNOTE_INDEX", str(tmp_path / "none"))
    status, _, body = call("/api/health")
    assert (status, json.loads(body)) == (200, {"status": "ok"})


def test_ready_tells_the_size_of_the_index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make_version(tmp_path / "index", 7)
    monkeypatch.setenv("FOOTNOTE_INDEX", str(tmp_path / "index"))
    status, _, body = call("/api/ready")
    assert (status, json.loads(body)) == (200, {"status": "ready", "documents": 7, "passages": 14})


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [
        ("FOOTNOTE_INDEX", "{tmp}/secret folder/none", "index_missing"),
        ("FOOTNOTE_INDEX", "{tmp}/damaged", "index_corrupt"),
        ("FOOTNOTE_PASSAGES", "many", "settings_invalid"),
    ],
)
def test_not_ready_is_503_with_code_remedy_and_no_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, value: str, code: str
) -> None:
    make_version(tmp_path / "damaged", 1)
    (tmp_path / "damaged" / "current").write_text("v-gone")
    monkeypatch.setenv(variable, value.format(tmp=tmp_path))
    status, _, body = call("/api/ready")
    error: dict[str, Any] = json.loads(body)["error"]
    assert (status, error["code"]) == (503, code)
    assert str(tmp_path) not in error["message"] and "secret" not in error["message"]
    assert ";" in error["message"]  # what is wrong; what to do


def test_every_response_carries_the_security_headers() -> None:
    for path in ("/api/health", "/footnote/page.js", "/nowhere"):
        _, headers, _ = call(path)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["content-security-policy"] == content_security_policy()


def test_the_policy_allows_no_foreign_source_and_no_inline_script() -> None:
    policy = dict(part.split(" ", 1) for part in content_security_policy().split("; "))
    assert policy["default-src"] == "'self'" and policy["frame-ancestors"] == "'self'"
    assert "'unsafe-inline'" not in policy["script-src"] and "'unsafe-eval'" not in policy["script-src"]
    assert "'sha256-" in policy["script-src"]
    assert "http" not in content_security_policy() and "*" not in content_security_policy()


def test_the_script_is_served_as_script() -> None:
    status, headers, body = call("/footnote/page.js")
    assert status == 200 and headers["content-type"].startswith("text/javascript")
    assert b"scrollIntoView" in body


def test_web_sockets_pass_untouched() -> None:
    seen: list[Any] = []

    async def app(scope: Scope, receive: Any, send: Any) -> None:
        seen.extend([scope, receive, send])

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None: ...

    scope: Scope = {"type": "websocket", "path": "/_stcore/stream", "headers": []}
    asyncio.run(SecurityHeaders(app)(scope, receive, send))
    assert seen == [scope, receive, send]


def test_feedback_is_kept_in_the_log_that_measuring_reads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FOOTNOTE_FEEDBACK", str(tmp_path / "log.jsonl"))
    verdict = {"question": "Wie alt? 😀", "verdict": "down", "reason": "wrong", "expected": "61 years"}
    status, _, body = call("/api/feedback", json.dumps(verdict).encode())
    assert (status, json.loads(body)) == (201, {"stored": True})
    (kept,) = read_feedback(tmp_path / "log.jsonl")
    assert (kept.question, kept.verdict, kept.reason, kept.expected) == tuple(verdict.values())


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b'{"question": "Why?", "verdict": "down"}', "text/plain", 415, "unsupported_media_type"),
        (b'{"question": "' + b"x" * 300_000 + b'", "verdict": "up"}', "application/json", 413, "too_large"),
        (b"{not json", "application/json", 400, "invalid_feedback"),
        (b'{"question": "Why?", "verdict": "maybe"}', "application/json; charset=utf-8", 400, "invalid_feedback"),
        (b"\xff\xfe\xff", "application/json", 400, "invalid_feedback"),
    ],
)
def test_what_is_no_verdict_is_refused_and_not_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: bytes, kind: str, status: int, code: str
) -> None:
    monkeypatch.setenv("FOOTNOTE_FEEDBACK", str(tmp_path / "log.jsonl"))
    found, _, answer = call("/api/feedback", body, kind)
    error = json.loads(answer)["error"]
    assert (found, error["code"]) == (status, code)
    assert error["message"]
    assert not (tmp_path / "log.jsonl").exists()


def test_feedback_that_cannot_be_stored_says_so_without_a_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FOOTNOTE_FEEDBACK", str(tmp_path / "file" / "log.jsonl"))
    status, _, body = call("/api/feedback", b'{"question": "Why?", "verdict": "up"}')
    assert status == 503
    assert str(tmp_path) not in body.decode()
