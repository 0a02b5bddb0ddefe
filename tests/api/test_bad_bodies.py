"""Thousands of bodies that nobody should send: each is refused in the contract's form, and none is a fault of ours."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.stand_ins import FERRY_ASKED

ODD: list[Any] = [
    None, True, 0, -1, 1.5, 1e308, 10**30, "", " ", "\x00", "\ud800", "‮x", "x" * 5000, [], {}, [[]], [None], {"": None},
    {"role": "user"}, [{}], [{"role": "user", "content": ["x"]}], "2024-02-30", "' OR 1=1 --", "../../etc/passwd",
    "[" * 50, "<script>", "*" * 300, {"$ref": "#"}, {"type": "text", "text": {}},
]  # fmt: skip
ASK: dict[str, Any] = {
    "question": FERRY_ASKED,
    "history": [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "He. [1]"}],
    "filters": {"sources": ["*"], "outlets": [], "languages": [], "since": "2020-01-01", "until": "2030-01-01"},
    "k": 3,
    "answerer": "extractive",
}
CHAT: dict[str, Any] = {
    "model": "footnote",
    "messages": [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": [{"type": "text", "text": FERRY_ASKED}], "name": "me"},
    ],
    "stream": False,
    "stream_options": {"include_usage": True},
    "n": 1,
    "response_format": {"type": "text"},
}


@pytest.fixture(autouse=True)
def _without_a_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_RATE_PER_MINUTE", "0")


BODIES = {
    "/api/ask": ASK,
    "/api/ask/stream": ASK,
    "/v1/chat/completions": CHAT,
    "/api/feedback": ASK | {"verdict": "up"},
}
RAW = [
    b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b"\xef\xbb\xbf{}", b"{}{}", b"NaN", b'{"question": NaN}',
    b'{"question": "a", "question": 5}', b"[" * 100_000, b'{"a":' * 50_000, b"9" * 10_000, b'{"question": "\\ud800"}',
    b'{"question": "\\u0000"}', b"question=x",
    *(b'{"question": "a", "verdict": "up", "answer": {"a": ' + b"[" * n + b"]" * n + b"}}" for n in (200, 450, 950)),
    *(b'{"model": "footnote", "messages": [], "x": ' + b"[" * n + b"]" * n + b"}" for n in (200, 450, 950)),
]  # fmt: skip


@pytest.fixture(autouse=True)
def kept_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("FOOTNOTE_FEEDBACK", str(tmp_path / "log.jsonl"))


def places(value: Any) -> Iterator[list[Any]]:
    """The way to each value in a body."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield [key]
        yield from ([key, *further] for further in places(inner))


def spoiled(body: Any, way: list[Any], odd: Any) -> Any:
    """The body with something else in one place."""
    made = copy.deepcopy(body)
    inner = made
    for key in way[:-1]:
        inner = inner[key]
    inner[way[-1]] = odd
    return made


def check(http: TestClient, path: str, content: bytes) -> int:
    answer = http.post(path, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 201, 400, 404), (answer.status_code, content[:300], answer.text[:300])
    assert '"internal"' not in answer.text  # in a stream a fault has no status
    if answer.status_code >= 400:
        error = answer.json()["error"]
        assert error["message"] and len(error["message"]) < 1000
        assert set(error) == ({"message", "type", "param", "code"} if path.startswith("/v1") else {"code", "message"})
    return answer.status_code


@pytest.mark.parametrize("path", BODIES)
def test_one_odd_value_anywhere_is_refused_or_does_no_harm(http: TestClient, path: str) -> None:
    assert check(http, path, json.dumps(BODIES[path]).encode()) in (200, 201)
    some = ODD[::5] if path.endswith("/stream") else ODD  # it reads what /api/ask reads
    seen = {
        check(http, path, json.dumps(spoiled(BODIES[path], way, odd)).encode())
        for way in places(BODIES[path])
        for odd in some
    }
    assert 400 in seen


@pytest.mark.parametrize("path", BODIES)
def test_what_is_no_body_is_400(http: TestClient, path: str) -> None:
    for content in RAW:
        check(http, path, content)
    assert check(http, path, b"{") == 400


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_form_of_another_site_cannot_ask(http: TestClient, path: str, kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = http.post(path, content=json.dumps(BODIES[path]).encode(), headers=headers)
    assert answer.status_code == 415


def test_several_odd_values_at_once(http: TestClient) -> None:
    chance = random.Random(8)
    for _ in range(300):
        path = chance.choice(list(BODIES))
        body = BODIES[path]
        for way in chance.sample(list(places(body)), 3):
            try:
                body = spoiled(body, way, chance.choice(ODD))
            except (KeyError, IndexError, TypeError):
                continue  # the place is gone with what it stood in
        check(http, path, json.dumps(body).encode())
