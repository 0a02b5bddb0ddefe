"""How much one may ask: by the minute and at once, each for themselves."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from bot.api.door import LimitedTime
from bot.api.errors import ApiError
from bot.api.rates import Limits, Rates
from bot.callers import Caller
from bot.keys import add_key
from bot.settings import Settings
from tests.api.stand_ins import FERRY_ASKED, FakeServing, app_over, client_of

ONE, OTHER = Caller(address="192.0.2.1"), Caller(address="192.0.2.2")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def refused(limits: Limits, caller: Caller, settings: Settings) -> ApiError | None:
    try:
        limits.count(caller, settings)
    except ApiError as error:
        return error
    return None


def test_a_minutes_worth_may_come_at_once_and_the_rest_evenly() -> None:
    clock = Clock()
    limits, settings = Limits(Rates(clock)), Settings(rate_per_minute=6)
    assert [refused(limits, ONE, settings) for _ in range(6)] == [None] * 6
    error = refused(limits, ONE, settings)
    assert error and (error.status, error.code, error.headers["Retry-After"]) == (429, "rate_limited", "10")
    assert refused(limits, OTHER, settings) is None, "others are not held up"
    clock.now += 9
    error = refused(limits, ONE, settings)
    assert error and error.headers["Retry-After"] == "1"
    clock.now += 1
    assert refused(limits, ONE, settings) is None, "as it was told"
    assert refused(limits, ONE, settings)
    clock.now += 3600
    assert sum(refused(limits, ONE, settings) is None for _ in range(20)) == 6, "no more is saved than a minute's"


def test_an_origin_has_a_limit_for_all_its_readers_and_none_is_used_up_by_who_is_refused() -> None:
    clock = Clock()
    limits, settings = Limits(Rates(clock)), Settings(rate_per_minute=2, origin_per_minute=3)
    readers = [Caller("origin", "https://wiki.example", address=f"192.0.2.{n}") for n in range(4)]
    assert [refused(limits, reader, settings) is None for reader in (*readers[:2], readers[0], readers[2])] == [
        True, True, True, False,
    ]  # fmt: skip
    assert refused(limits, Caller("origin", "https://other.example", address="192.0.2.2"), settings) is None
    for _ in range(50):
        assert refused(limits, readers[0], settings)  # over the limit of its own
    clock.now += 20
    assert refused(limits, readers[3], settings) is None


def test_a_key_and_a_user_are_counted_wherever_they_are_and_a_network_of_ipv6_is_one() -> None:
    def same(first: Caller, second: Caller) -> bool:
        return first.counted == second.counted

    assert same(Caller("key", "wiki", address="192.0.2.1"), Caller("key", "wiki", address="192.0.2.2"))
    assert not same(Caller("key", "wiki"), Caller("user", "wiki"))
    assert not same(
        Caller("origin", "https://a", address="192.0.2.1"), Caller("origin", "https://a", address="192.0.2.9")
    )
    assert same(Caller(address="2001:db8::1"), Caller(address="2001:db8:0:0:ffff::9"))
    assert not same(Caller(address="2001:db8::1"), Caller(address="2001:db8:0:1::1"))
    assert same(Caller(address="::ffff:192.0.2.1"), ONE) and not same(ONE, OTHER)


def test_what_is_remembered_is_bounded_and_0_is_no_limit() -> None:
    clock = Clock()
    rates = Rates(clock, kept=10)
    for n in range(1000):
        assert rates.take([(str(n), 1)]) == 0
    assert len(rates) == 10
    assert rates.take([("999", 1)]) == pytest.approx(60)
    assert [rates.take([("999", 0)]) for _ in range(100)] == [0] * 100


def test_the_questions_are_what_is_counted(http: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FOOTNOTE_KEYS", str(tmp_path / "keys.json"))
    monkeypatch.setenv("FOOTNOTE_RATE_PER_MINUTE", "4")
    key = add_key(tmp_path / "keys.json", "wiki")
    talk = {"model": "footnote", "messages": [{"role": "user", "content": FERRY_ASKED}]}
    for _ in range(10):
        assert http.get("/api/documents").status_code == 200
    assert http.post("/api/ask", json={"question": FERRY_ASKED}).status_code == 200
    assert http.post("/api/ask/stream", json={"question": FERRY_ASKED}).status_code == 200
    assert http.get("/api/search", params={"q": FERRY_ASKED}).status_code == 200
    assert http.post("/v1/chat/completions", json=talk).status_code == 200
    for answer in (
        http.post("/api/ask", json={"question": FERRY_ASKED}),
        http.post("/api/ask%0A", json={"question": FERRY_ASKED}),
        http.get("/api/search", params={"q": FERRY_ASKED}),
        http.post("/api/ask", json={"question": FERRY_ASKED}, headers={"X-Forwarded-For": "192.0.2.77"}),
        http.post("/v1/chat/completions", json=talk),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (429, "rate_limited")
        assert 1 <= int(answer.headers["retry-after"]) <= 15
    assert http.get("/api/documents").status_code == 200
    assert (
        http.post("/api/ask", json={"question": "Why?"}, headers={"Authorization": f"Bearer {key}"}).status_code == 200
    )


def test_so_many_at_once_and_a_place_is_given_back_whatever_happens() -> None:
    limits, settings = Limits(), Settings(max_streams=2)
    limits.enter(ONE, settings)
    limits.enter(ONE, settings)
    with pytest.raises(ApiError) as caught:
        limits.enter(ONE, settings)
    assert (caught.value.status, caught.value.code) == (429, "busy") and int(caught.value.headers["Retry-After"]) > 0
    limits.enter(OTHER, settings)
    limits.leave(ONE)
    limits.enter(ONE, settings)


def test_the_machines_own_programs_have_no_limit_unless_one_is_set() -> None:
    own, near = Caller(address="127.0.0.1"), Caller(address="192.0.2.9")
    keyed = Caller("key", "script", address="127.0.0.1")
    for caller, answered in ((own, 100), (near, 60), (keyed, 60)):
        limits, found = Limits(Rates(lambda: 0.0)), 0
        for _ in range(100):
            with suppress(ApiError):
                limits.enter(caller, Settings())
                limits.leave(caller)
                found += 1
        assert found == answered
    limits = Limits(Rates(lambda: 0.0))
    limits.enter(own, Settings(rate_per_minute=1))
    with pytest.raises(ApiError, match="1 questions a minute"):
        limits.enter(own, Settings(rate_per_minute=1))


def test_a_place_is_given_back_after_a_failure(serving: FakeServing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_MAX_STREAMS", "1")
    http = client_of(serving)
    for body, status in (({"question": ""}, 400), ({}, 400), ({"question": "Why?"}, 200)) * 3:
        assert http.post("/api/ask", json=body).status_code == status


def test_a_response_that_is_not_read_is_ended() -> None:
    ended = []

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await asyncio.Event().wait()  # as a server waits for one who reads nothing
        finally:
            ended.append(True)

    async def silent(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.Event().wait()

    async def sent_by(app: LimitedTime) -> list[Message]:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            raise AssertionError("nothing is read")

        await app({"type": "http", "method": "GET", "path": "/api/ask", "headers": []}, receive, send)
        return sent

    begun = asyncio.run(sent_by(LimitedTime(endless, lambda: 0.01 - 30)))
    assert ended == [True] and [message["type"] for message in begun] == ["http.response.start"]
    start, body = asyncio.run(sent_by(LimitedTime(silent, lambda: 0.01 - 30)))
    assert start["status"] == 504 and b"too_slow" in body["body"]


def test_an_origin_that_was_verified_is_who_asks(serving: FakeServing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_API_KEYS", "required")
    monkeypatch.setenv("FOOTNOTE_ORIGIN_PER_MINUTE", "2")
    inner = app_over(serving)

    async def verified(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["origin"] = "https://wiki.example"
        await inner(scope, receive, send)

    http = TestClient(verified, "http://footnote.test")
    answers = [http.post("/api/ask", json={"question": FERRY_ASKED}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "https://wiki.example" in answers[2].json()["error"]["message"]
    for forged, status in (({"Origin": "https://wiki.example"}, 403), ({"X-Origin": "https://wiki.example"}, 401)):
        assert client_of(serving).get("/api/documents", headers=forged).status_code == status
