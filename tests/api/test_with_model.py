"""The real server with a chat model behind it, which a scripted server stands in for."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from index.build import ingest
from index.encode import open_encoder
from tests.api.stand_ins import events_of
from tests.bot.llm.server import Reply, ScriptedServer, says, serving
from tests.ui.conftest import running
from tests.ui.test_streaming import Held

pytest.importorskip("langchain_openai")
pytestmark = pytest.mark.slow  # a server of its own; what it shows of the parts is shown with stand-ins too

SAMPLES = Path(__file__).parents[2] / "data" / "articles"
TRAM = "When will Marrowick’s Line 6 open?"
QUOTED = "The first new tram line in Marrowick since 1974 will carry passengers from Monday 12 September"
REPLY = f"{QUOTED} [1]. The driver of it is a ghost [1]."
SAID = {"role": "user", "content": TRAM}
PATIENCE = 200.0


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with serving(says(REPLY)) as server:
        yield server


@pytest.fixture(scope="module")
def server(model: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    index = tmp_path_factory.mktemp("with-model") / "index"
    ingest([str(SAMPLES / "2022-04-marrowick-tram-line.txt")], index, open_encoder())
    with running(index, FOOTNOTE_LLM="m", FOOTNOTE_LLM_URL=model.url, FOOTNOTE_LLM_KEY="secret-key") as address:
        yield address


def chat(server: str, model: str, **more: Any) -> httpx.Response:
    body = {"model": model, "messages": [SAID], **more}
    return httpx.post(f"{server}/v1/chat/completions", json=body, timeout=PATIENCE)


def test_the_models_words_are_streamed_as_such_and_the_answer_is_checked(server: str) -> None:
    answer = httpx.post(f"{server}/api/ask/stream", json={"question": TRAM}, timeout=PATIENCE)
    events = events_of(answer.text)
    assert [name for name, _ in events][:2] == ["passages", "token"]
    tokens = [data for name, data in events if name == "token"]
    assert "ghost" in "".join(token["text"] for token in tokens) and not any(token["checked"] for token in tokens)
    given = dict(events)["answer"]
    assert (given["answerer"], given["model"]) == ("llm", "openai:m")
    assert QUOTED in given["answer"] and "ghost" not in given["answer"]


def test_clients_of_openai_see_nothing_that_is_not_checked(server: str) -> None:
    for stream in (False, True):
        text = chat(server, "footnote", stream=stream).text
        assert QUOTED in text and "ghost" not in text and "secret-key" not in text


def test_quoting_asks_no_model(server: str, model: ScriptedServer) -> None:
    before = len(model.bodies)
    assert chat(server, "footnote-extractive").json()["footnote"]["answerer"] == "extractive"
    asked = httpx.post(f"{server}/api/ask", json={"question": TRAM, "answerer": "extractive"}, timeout=PATIENCE).json()
    assert asked["answerer"] == "extractive" and asked["sentences"]
    assert len(model.bodies) == before


@pytest.fixture
def endless(model: ScriptedServer) -> Iterator[Held]:
    """What the model says for minutes, unless it is stopped."""
    tokens = Held([f"{QUOTED} ", *["very "] * 5000])
    model.script[:] = [Reply(tokens, gap_s=0.05)]
    model.hung_up.clear()
    yield tokens
    model.script[:] = [says(REPLY)]


def test_one_who_hangs_up_ends_the_models_work(server: str, model: ScriptedServer, endless: Held) -> None:
    with httpx.stream("POST", f"{server}/api/ask/stream", json={"question": TRAM}, timeout=PATIENCE) as answer:
        lines = (line for line in answer.iter_lines() if line.startswith('data: {"text"'))
        assert json.loads(next(lines)[6:])["checked"] is False
    assert model.hung_up.wait(PATIENCE)


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions"])
def test_so_does_one_who_waits_for_the_whole(server: str, model: ScriptedServer, endless: Held, path: str) -> None:
    asked = {"question": TRAM} if path == "/api/ask" else {"model": "footnote", "messages": [SAID]}
    body = json.dumps(asked).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(server.rsplit(":", 1)[1]))) as connection:
        connection.sendall(head.encode() + body)
        assert endless.begun.wait(PATIENCE)
    assert model.hung_up.wait(PATIENCE)
