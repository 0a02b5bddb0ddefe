"""Opening the chat model that the settings name. The only place that knows LangChain."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Any

from bot.llm.calls import Chunk, Limits, Messages, stream
from bot.llm.errors import LlmError
from bot.llm.failures import Origin, explain
from bot.llm.providers import PROVIDERS, Provider
from bot.llm.served import served

DEFAULT_WINDOW = 4096  # what small local models and the servers' own defaults hold
_ANSWER_TOKENS = 800
_REASONING_TOKENS = 8192  # a model that thinks first spends its thoughts out of the same allowance
_EXAMPLES = "openai:gpt-4o-mini, anthropic:claude-haiku-4-5, ollama:qwen2.5"


@dataclass(frozen=True, slots=True)
class ChatModel:
    """An opened chat model. `window` is what it holds and `answer_tokens` what an answer may take of it, in tokens."""

    name: str
    window: int
    answer_tokens: int
    origin: Origin = field(repr=False)
    langchain: Any = field(repr=False)
    limits: Limits = field(default_factory=Limits)

    def stream(self, messages: Messages) -> Generator[Chunk, None, None]:
        """See `bot.llm.calls.stream`."""
        return stream(self.langchain, messages, self.origin, self.limits)


def open_model(
    llm: str,
    url: str = "",
    key: str = "",
    context: int | None = None,
    *,
    environment: Mapping[str, str],
    limits: Limits | None = None,
) -> ChatModel:
    """The chat model `llm` ("provider:model"), or the one of that name at the OpenAI-compatible server at `url`.

    A server is asked which models it has, and how large their window is; without a name its first is taken.
    `key` is the server's; without a `url`, each provider's package reads its own variable from `environment`, which is
    also where the secrets are found that no message may hold. `context` is the window in tokens.
    Raises LlmError that names what is missing: the name, the package with its pip line, or the key's variable.
    """
    limits = limits or Limits()
    if not url and llm.startswith("openai:") and (own := environment.get("OPENAI_BASE_URL", "").strip()):
        url, key = own.rstrip("/"), key or environment.get("OPENAI_API_KEY", "").strip()
    name, provider = _parse(llm, url)
    known = PROVIDERS[provider]
    _check_installed(known)
    key_variable = "FOOTNOTE_LLM_KEY" if url else known.key
    if not url and known.key and not (key or environment.get(known.key, "").strip()):
        raise LlmError(f"{known.key} is not set; the model {llm} needs a key: set it to yours")
    origin = Origin(f"{provider}:{name}", key_variable, bool(url), provider == "openai", _secrets(environment, key))
    if url:
        found = served(url, key, name, origin)
        name, context = found.name, context or found.window
        origin = replace(origin, model=f"{provider}:{_shown(name)}")
    options = _options(provider, url, key, limits)
    model = _init(name, provider, origin, options | {"temperature": 0})
    profile: Mapping[str, Any] = {} if url else (getattr(model, "profile", None) or {})
    if profile.get("temperature") is False:
        model = _init(name, provider, origin, options)
    window = _window(profile, context)
    allowed = _REASONING_TOKENS if profile.get("reasoning_output") else _ANSWER_TOKENS
    answer = min(allowed, window // 4)
    sized = options | _sizes(provider, url, window, answer)
    if profile.get("temperature") is not False:
        sized |= {"temperature": 0}
    return ChatModel(origin.model, window, answer, origin, _init(name, provider, origin, sized), limits)


def _shown(name: str) -> str:
    """A model's name for people: llama.cpp's own is the path of its file on the server."""
    return re.split(r"[/\\]", name)[-1] if re.match(r"[/\\~]|[A-Za-z]:\\", name) else name


def _parse(llm: str, url: str) -> tuple[str, str]:
    """The model's name and its provider's."""
    prefix, colon, rest = llm.partition(":")
    if url:  # a name may hold a colon of its own, as qwen2.5:7b
        if colon and prefix != "openai" and prefix in PROVIDERS:
            raise LlmError(
                f"FOOTNOTE_LLM is {llm!r}, but FOOTNOTE_LLM_URL is for OpenAI-compatible servers; give {rest!r}"
            )
        return (rest if colon and prefix == "openai" else llm), "openai"
    if not colon or not prefix or not rest:
        raise LlmError(f"FOOTNOTE_LLM is {llm!r}; give provider:model, such as {_EXAMPLES}")
    if prefix not in PROVIDERS:
        raise LlmError(f"FOOTNOTE_LLM is {llm!r}; there is no provider {prefix!r}, only {', '.join(sorted(PROVIDERS))}")
    return rest, prefix


def _check_installed(provider: Provider) -> None:
    missing = [p for p in ("langchain", provider.package) if find_spec(p.replace("-", "_")) is None]
    if missing:
        raise LlmError(f"{' and '.join(missing)} not installed; run: python -m pip install {' '.join(missing)}")


def _secrets(environment: Mapping[str, str], key: str) -> frozenset[str]:
    """The values of all variables that are secrets by their name."""
    ends = ("KEY", "TOKEN", "SECRET", "PASSWORD")
    found = {value.strip() for name, value in environment.items() if name.upper().endswith(ends)}
    return frozenset(found | {key}) - {""}


def _options(provider: str, url: str, key: str, limits: Limits) -> dict[str, Any]:
    """What a provider's class is told beyond the model's name. Attempts and time limits are ours (bot.llm.calls)."""
    options: dict[str, Any] = {"api_key": key} if key else {}
    if provider in ("openai", "azure_openai"):
        import openai  # type: ignore[import-not-found, unused-ignore]  # comes with the provider's package

        options |= {"max_retries": 0, "timeout": openai.Timeout(limits.whole, connect=limits.connect)}
        options |= {"stream_chunk_timeout": None}
    elif provider in ("anthropic", "groq", "mistralai"):
        options |= {"max_retries": 0}
    if url:
        # A key of OpenAI's must not go to another server, and a server that wants none gets a word for one.
        options |= {"base_url": url, "api_key": key or "none", "use_responses_api": False, "stream_usage": False}
    return options


def _sizes(provider: str, url: str, window: int, answer: int) -> dict[str, Any]:
    if provider == "ollama":  # which cuts a longer prompt without a word unless told its window
        return {"num_ctx": window, "num_predict": answer}
    # Some servers know only one of the two names of this limit.
    return {"max_tokens": answer} | ({"extra_body": {"max_tokens": answer}} if url else {})


def _window(profile: Mapping[str, Any], context: int | None) -> int:
    """What the model holds: as LangChain knows it, as the user says, the smaller of both, or what most can."""
    sizes = [size for size in (profile.get("max_input_tokens"), context) if size]
    return min(sizes) if sizes else DEFAULT_WINDOW


def _init(name: str, provider: str, origin: Origin, options: Mapping[str, Any]) -> Any:
    from langchain.chat_models import init_chat_model  # type: ignore[import-not-found, unused-ignore]

    try:
        return init_chat_model(name, model_provider=provider, **options)
    except Exception as error:  # each provider's package raises what it likes
        failure = explain(error, origin)
    raise LlmError(f"the model {origin.model} cannot be opened: {failure}")
