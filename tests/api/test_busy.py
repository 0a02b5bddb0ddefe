"""What happens when many ask, when nobody waits any more, and when an answer takes too long."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from bot.pool import Pool
from bot.settings import Settings
from tests.api.stand_ins import FERRY_ASKED, PATIENCE, FakeServing, Held, app_over, client_of, events_of

Receive = Callable[[], Awaitable[Message]]


@pytest.fixture
def held() -> Iterator[Held]:
    """An answerer that is let go at the end, whatever became of the test."""
    writer = Held()
    yield writer
    writer.go.set()


async def ask(serving: FakeServing, path: str, body: Any, leave: asyncio.Event) -> list[Message]:
    """What the server sends to a client that stays until `leave`."""
    sent: list[Message] = []
    given: list[Message] = [{"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}]

    async def receive() -> Message:
        if given:
            return given.pop()
        await leave.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"content-type", b"application/json"), (b"host", b"x")], "scheme": "http", "server": ("x", 80),
        "asgi": {"version": "3.0", "spec_version": "2.3"},
    }  # fmt: skip
    await asyncio.wait_for(app_over(serving)(scope, receive, send), PATIENCE)
    return sent


BODIES: list[tuple[str, Any]] = [
    ("/api/ask", {"question": FERRY_ASKED}),
    ("/api/ask/stream", {"question": FERRY_ASKED}),
    ("/v1/chat/completions", {"model": "footnote", "messages": [{"role": "user", "content": FERRY_ASKED}]}),
    ("/v1/chat/completions", {"model": "footnote", "stream": True, "messages": [{"role": "user", "content": "Why?"}]}),
]


@pytest.mark.parametrize(("path", "body"), BODIES)
def test_one_who_goes_away_ends_the_work(serving: FakeServing, held: Held, path: str, body: Any) -> None:
    async def go_away() -> list[Message]:
        leave = asyncio.Event()
        asked = asyncio.create_task(ask(replace(serving, writer=held), path, body, leave))
        assert await asyncio.to_thread(held.begun.wait, PATIENCE)
        leave.set()
        sent = await asked
        held.go.set()
        return sent

    sent = asyncio.run(go_away())
    assert held.ended.wait(PATIENCE)  # closed where it was: nothing was made of the rest
    said = b"".join(message.get("body", b"") for message in sent).decode()
    assert FERRY_ASKED.split()[3] not in said.split("passages")[0] and '"model": "held"' not in said
    if path == "/api/ask":
        assert sent[0]["status"] == 499


def test_one_who_goes_away_before_their_turn_is_never_begun(serving: FakeServing, held: Held) -> None:
    other, pool = Held(), Pool(1)

    async def both() -> None:
        leave = asyncio.Event()
        first = asyncio.create_task(ask(replace(serving, writer=held, workers=pool), *BODIES[0], asyncio.Event()))
        assert await asyncio.to_thread(held.begun.wait, PATIENCE)
        second = asyncio.create_task(ask(replace(serving, writer=other, workers=pool), *BODIES[0], leave))
        while pool.open < 2:
            await asyncio.sleep(0)
        leave.set()
        await second
        held.go.set()
        assert (await first)[0]["status"] == 200

    asyncio.run(both())
    assert not other.begun.is_set() and pool.open == 0


@pytest.mark.parametrize(("path", "body"), BODIES)
def test_more_than_can_wait_are_sent_away_with_when_to_come_back(
    serving: FakeServing, held: Held, path: str, body: Any
) -> None:
    busy = replace(serving, writer=held, settings=Settings(max_waiting=0))

    async def two() -> list[Message]:
        first = asyncio.create_task(ask(busy, *BODIES[0], asyncio.Event()))
        assert await asyncio.to_thread(held.begun.wait, PATIENCE)
        second = await ask(busy, path, body, asyncio.Event())
        held.go.set()
        assert (await first)[0]["status"] == 200
        return second

    start, *rest = asyncio.run(two())
    error = json.loads(b"".join(message.get("body", b"") for message in rest))["error"]
    assert (start["status"], error["code"]) == (429, "busy")
    assert int(dict(start["headers"])[b"retry-after"]) > 0
    if path.startswith("/v1"):
        assert error["type"] == "rate_limit_error"


@pytest.fixture
def slow(serving: FakeServing, held: Held) -> TestClient:
    return client_of(replace(serving, writer=held, settings=Settings(answer_seconds=0.05)))


def test_an_answer_that_takes_too_long_is_given_up(slow: TestClient, held: Held) -> None:
    answer = slow.post("/api/ask", json={"question": FERRY_ASKED})
    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "too_slow")
    held.go.set()
    assert held.ended.wait(PATIENCE) or not held.begun.is_set()


def test_a_stream_that_takes_too_long_ends_with_an_error(slow: TestClient) -> None:
    *_, (name, data) = events_of(slow.post("/api/ask/stream", json={"question": FERRY_ASKED}).text)
    assert (name, data["error"]["code"]) == ("error", "too_slow")


def test_a_pool_that_is_closed_says_that_the_server_stops(serving: FakeServing) -> None:
    serving.workers.close()
    answer = client_of(serving).post("/api/ask", json={"question": FERRY_ASKED})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "stopping")


def test_those_who_wait_when_the_pool_is_closed_are_told(serving: FakeServing, held: Held) -> None:
    pool = Pool(1)
    busy = replace(serving, writer=held, workers=pool)

    async def close() -> list[list[Message]]:
        first = asyncio.create_task(ask(busy, *BODIES[0], asyncio.Event()))
        assert await asyncio.to_thread(held.begun.wait, PATIENCE)
        others = [asyncio.create_task(ask(busy, *body, asyncio.Event())) for body in BODIES]
        while pool.open < 1 + len(BODIES):
            await asyncio.sleep(0)
        pool.close()
        sent = [await other for other in others]
        held.go.set()
        assert (await first)[0]["status"] == 200  # what was begun is finished
        return sent

    for sent in asyncio.run(close()):
        assert b"the server is stopping" in b"".join(message.get("body", b"") for message in sent)
