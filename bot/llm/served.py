"""What an OpenAI-compatible server says of the models that it serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.llm.errors import LlmError
from bot.llm.failures import Origin, explain

_PATIENCE = 5.0  # seconds: a list of names is at hand


@dataclass(frozen=True, slots=True)
class Served:
    """A model by the server's name for it, and its window in tokens where the server tells."""

    name: str
    window: int | None = None


def served(url: str, key: str, name: str, origin: Origin) -> Served:
    """The model `name` of the server at `url`; the first that it serves if `name` is empty.

    A server that lists no models, or not this one, is taken at the user's word. Raises LlmError if there is no name
    and the server gives none.
    """
    import openai

    try:
        with openai.OpenAI(base_url=url, api_key=key or "none", max_retries=0, timeout=_PATIENCE) as client:
            listed: list[Any] = list(client.models.list().data or [])
    except Exception as error:  # an APIError, or whatever becomes of an answer that is no list
        if not name:
            failure = explain(error, origin)
            raise LlmError(f"FOOTNOTE_LLM names no model, and the server does not either: {failure}") from None
        return Served(name)
    if not name and not listed:
        raise LlmError("the server at FOOTNOTE_LLM_URL serves no model; load one there, or name one in FOOTNOTE_LLM")
    found = next((model for model in listed if not name or model.id == name), None)
    return Served(found.id, _window(found)) if found else Served(name)


def _window(model: Any) -> int | None:
    """vLLM's `max_model_len`, llama.cpp's `meta.n_ctx`, LM Studio's `loaded_context_length`."""
    meta = getattr(model, "meta", None)
    for size in (
        getattr(model, "max_model_len", None),
        meta.get("n_ctx") if isinstance(meta, dict) else None,
        getattr(model, "loaded_context_length", None),
    ):
        if isinstance(size, int) and size > 0:
            return size
    return None
