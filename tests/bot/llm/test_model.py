"""Opening a model: what is missing is named, and keys appear nowhere."""

from __future__ import annotations

import importlib.util
import traceback
from typing import Any

import pytest

from bot.llm import model as opening
from bot.llm.errors import LlmError
from bot.llm.failures import Origin, explain, scrub
from bot.llm.model import DEFAULT_WINDOW, open_model
from bot.llm.providers import PROVIDERS
from tests.bot.llm.parts import HITS, QUESTION, SWIFT, WordChecker, model_at
from tests.bot.llm.server import error, says, serving
from tests.fakes import FirstSentence

KEY = "sk-test-0123456789-abcdefghij"
ODD_KEY = "hunter2.hunter2"


@pytest.mark.parametrize(
    ("llm", "url", "message"),
    [
        ("", "", "FOOTNOTE_LLM is ''; give provider:model, such as openai:"),
        ("gpt-4o", "", "FOOTNOTE_LLM is 'gpt-4o'; give provider:model"),
        ("openai:", "", "give provider:model"),
        ("acme:x", "", "there is no provider 'acme', only anthropic, "),
        ("", "http://127.0.0.1:1/v1", "FOOTNOTE_LLM names no model, and the server does not either: "),
        ("anthropic:x", "http://127.0.0.1:1/v1", "is for OpenAI-compatible servers; give 'x'"),
        ("openai:gpt-4o", "", "OPENAI_API_KEY is not set"),
    ],
)
def test_what_is_missing_is_named(llm: str, url: str, message: str) -> None:
    with pytest.raises(LlmError) as caught:
        open_model(llm, url, environment={})
    assert message in str(caught.value)


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_a_missing_package_comes_with_its_pip_line(provider: str) -> None:
    package = PROVIDERS[provider].package
    if importlib.util.find_spec(package.replace("-", "_")):
        pytest.skip(f"{package} is installed")
    with pytest.raises(LlmError, match=f"run: python -m pip install {package}$"):
        open_model(f"{provider}:x", environment={})


@pytest.mark.parametrize("name", ["m", "openai:m", "qwen2.5:7b", "org/model"])
def test_a_server_needs_no_key_and_gets_no_key_of_openai(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serving(says("Here.")) as server:
        list(open_model(name, server.url, environment={"OPENAI_API_KEY": KEY}, limits=SWIFT).stream((("human", "?"),)))
        assert KEY not in str(server.keys)
        assert server.bodies[0]["model"] == name.removeprefix("openai:")
        list(model_at(server, key=ODD_KEY).stream((("human", "?"),)))
        assert server.keys[-1] == f"Bearer {ODD_KEY}"


@pytest.mark.parametrize("key", [KEY, ODD_KEY])
def test_a_key_is_in_no_error_no_log_and_no_repr(key: str, caplog: pytest.LogCaptureFixture) -> None:
    from bot.llm.answerer import LlmAnswerer

    caplog.set_level("DEBUG")
    with serving(error(401, f"Incorrect API key provided: {key}, Authorization: Bearer {key}")) as server:
        model = model_at(server, key=key)
        shown = [repr(model), str(model)]
        try:
            list(model.stream((("human", "?"),)))
        except LlmError as failed:
            shown += [str(failed), "".join(traceback.format_exception(failed))]
            assert failed.__cause__ is None
            assert failed.__context__ is None
            assert "check FOOTNOTE_LLM_KEY" in str(failed)
        shown.append(str(LlmAnswerer(model, WordChecker(), FirstSentence()).answer(QUESTION, HITS).notice))
    assert len(shown) == 5
    assert all(key not in text for text in [*shown, *(r.getMessage() for r in caplog.records)])
    assert "refused the key" in shown[-1]


@pytest.mark.parametrize(
    "text",
    [
        f"key {KEY} is bad",
        "Authorization: Bearer abc.def.ghi",
        "http://me:abc.def.ghi@host/v1",
        "https://host/v1?key=abc.def.ghi",
        f"the variable held {ODD_KEY}!",
    ],
)
def test_what_looks_like_a_key_or_is_one_is_hidden(text: str) -> None:
    found = scrub(text, {ODD_KEY, "a"})
    assert "[hidden]" in found
    assert not any(secret in found for secret in (KEY, ODD_KEY, "abc.def.ghi"))
    assert scrub("the ask-me-anything page on risk-free\n bonds") == "the ask-me-anything page on risk-free bonds"


def test_a_long_message_is_cut_and_an_empty_one_is_not_empty() -> None:
    assert len(str(explain(ValueError("x" * 5000), Origin("m")))) < 500
    assert "ValueError" in str(explain(ValueError(), Origin("m")))


class Recorder:
    """Stands where a provider's class would: remembers what it is made with, and has a profile."""

    def __init__(self, profile: dict[str, Any]) -> None:
        self.profile = profile
        self.made: list[dict[str, Any]] = []

    def init(self, name: str, provider: str, origin: Origin, options: dict[str, Any]) -> Recorder:
        self.made.append({"name": name, "provider": provider, **options})
        return self


@pytest.mark.parametrize(
    ("profile", "context", "window", "answer"),
    [
        ({}, None, DEFAULT_WINDOW, 800),
        ({}, 2048, 2048, 512),
        ({"max_input_tokens": 128_000}, None, 128_000, 800),
        ({"max_input_tokens": 128_000}, 16_000, 16_000, 800),
        ({"max_input_tokens": 400_000, "reasoning_output": True, "temperature": False}, None, 400_000, 8192),
    ],
)
def test_the_window_is_the_models_own(
    profile: dict[str, Any], context: int | None, window: int, answer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(profile)
    monkeypatch.setattr(opening, "_init", recorder.init)
    found = open_model("openai:x", "", KEY, context, environment={})
    assert (found.window, found.answer_tokens) == (window, answer)
    assert recorder.made[-1]["max_tokens"] == answer
    assert ("temperature" in recorder.made[-1]) == ("temperature" not in profile)


def test_what_langchain_knows_of_a_server_by_a_models_name_is_not_believed() -> None:
    with serving(says("Here.")) as server:
        assert open_model("gpt-4o", server.url, environment={}).window == DEFAULT_WINDOW


def test_langchain_knows_the_window_of_a_model_of_openai() -> None:
    assert open_model("openai:gpt-4o-mini", "", KEY, environment={}).window > 100_000


def test_the_budget_is_what_the_server_says_that_its_model_holds() -> None:
    with serving(says("Here.")) as server:
        server.models = [{"id": "a", "max_model_len": 9000}, {"id": "b:7b", "meta": {"n_ctx": 2048}}, {"id": "c"}]
        windows = {name: open_model(name, server.url, environment={}).window for name in ("", "a", "b:7b", "c", "d")}
        told = open_model("a", server.url, context=3000, environment={})
    assert windows == {"": 9000, "a": 9000, "b:7b": 2048, "c": DEFAULT_WINDOW, "d": DEFAULT_WINDOW}
    assert told.window == 3000


def test_a_server_names_its_model_itself() -> None:
    with serving(says("Here.")) as server:
        server.models = [{"id": "qwen"}]
        model = open_model("", server.url, environment={}, limits=SWIFT)
        list(model.stream((("human", "?"),)))
        assert (model.name, server.bodies[0]["model"]) == ("openai:qwen", "qwen")
        server.models = [{"id": "/home/ada/models/smol.gguf"}]
        model = open_model("", server.url, environment={}, limits=SWIFT)
        list(model.stream((("human", "?"),)))
        assert (model.name, server.bodies[-1]["model"]) == ("openai:smol.gguf", "/home/ada/models/smol.gguf")
        server.models = []
        with pytest.raises(LlmError, match="serves no model; load one there"):
            open_model("", server.url, environment={})


def test_openai_s_own_variable_may_name_another_server() -> None:
    with serving(says("Here.")) as server:
        environment = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": KEY}
        list(open_model("openai:m", environment=environment, limits=SWIFT).stream((("human", "?"),)))
        assert (server.bodies[0]["model"], server.keys) == ("m", [f"Bearer {KEY}"])
