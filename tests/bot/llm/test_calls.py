"""Trying again, and only while nothing has come."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from bot.llm.calls import stream
from bot.llm.errors import LlmError
from bot.llm.failures import retry_after
from tests.bot.llm.parts import SWIFT, model_at
from tests.bot.llm.server import Reply, ScriptedServer, error, says, serving

ASK = (("human", "Hello?"),)


def asked(server: ScriptedServer, **limits: Any) -> tuple[str, list[float]]:
    """The text, and the waits between the attempts (which are not waited for)."""
    waits: list[float] = []
    model = model_at(server)
    set_limits = replace(SWIFT, **limits)
    chunks = list(stream(model.langchain, ASK, model.origin, set_limits, sleep=waits.append, chance=lambda: 1.0))
    return "".join(chunk.text for chunk in chunks).strip(), waits


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 529])
def test_a_busy_server_is_asked_again_after_ever_longer_waits(status: int) -> None:
    with serving(error(status, "busy"), error(status, "busy"), says("Here.")) as server:
        assert asked(server, backoff=0.2) == ("Here.", [0.2, 0.4])
        assert len(server.bodies) == 3


def test_as_long_as_the_server_asks() -> None:
    with serving(error(429, "busy", Retry_After="0.7"), says("Here.")) as server:
        assert asked(server) == ("Here.", [0.7])


def test_a_server_that_asks_for_too_long_is_not_waited_for() -> None:
    with serving(error(429, "busy", Retry_After="3600"), says("Here.")) as server:
        with pytest.raises(LlmError, match="takes no more requests for now"):
            asked(server)
        assert len(server.bodies) == 1


def test_the_attempts_are_counted() -> None:
    with serving(error(503, "busy")) as server:
        with pytest.raises(LlmError, match="failed with status 503"):
            asked(server, attempts=3)
        assert len(server.bodies) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_would_fail_again_is_not_tried_again(status: int) -> None:
    with serving(error(status, "no"), says("Here.")) as server:
        with pytest.raises(LlmError):
            asked(server)
        assert len(server.bodies) == 1


def test_a_connection_that_is_dropped_before_the_first_word_is_tried_again() -> None:
    with serving(Reply(cut=True), says("Here.")) as server:
        assert asked(server)[0] == "Here."
        assert len(server.bodies) == 2


def test_half_an_answer_is_never_said_twice() -> None:
    with serving(Reply(tokens=["Half"], cut=True), says("Whole.")) as server:
        with pytest.raises(LlmError, match="broke off in the middle"):
            asked(server)
        assert len(server.bodies) == 1


def test_both_names_of_the_limit_are_sent_and_the_temperature() -> None:
    with serving(says("Here.")) as server:
        asked(server)
    (body,) = server.bodies
    assert body["max_tokens"] == body["max_completion_tokens"] == 800
    assert (body["temperature"], body["stream"], body["model"]) == (0, True, "scripted")


def test_the_header_may_hold_seconds_or_a_date() -> None:
    def failed(value: str) -> Exception:
        request = httpx.Request("GET", "http://127.0.0.1")
        response = httpx.Response(429, headers={"retry-after": value}, request=request)
        return httpx.HTTPStatusError("busy", request=request, response=response)

    assert retry_after(failed("2.5")) == 2.5
    assert retry_after(failed(format_datetime(datetime.now(UTC) + timedelta(seconds=30)))) == pytest.approx(30, abs=3)
    assert retry_after(failed(format_datetime(datetime.now(UTC) - timedelta(days=1)))) == 0
    assert [retry_after(failed(value)) for value in ("", "soon", "nan", "inf")] == [None] * 4
