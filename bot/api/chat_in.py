"""A chat as OpenAI's clients send it, read as a question with its history."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from bot.api.errors import ApiError
from bot.schema import Turn

MODELS = {"footnote": None, "footnote-extractive": "extractive"}
"""The models by name, and the answerer that each stands for; None as the server is set."""

_REFERENCE = re.compile(r"^\[\d+\]: .*\n?", re.M)


class PartIn(BaseModel):
    """A piece of a message; text is the only kind that is read."""

    model_config = ConfigDict(extra="allow")
    type: str
    text: str | None = None


class MessageIn(BaseModel):
    """A message. Only those of user and assistant are read: nothing but the articles tells what to answer."""

    model_config = ConfigDict(extra="allow")
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[PartIn] | None = None


class StreamOptionsIn(BaseModel):
    model_config = ConfigDict(extra="allow")
    include_usage: StrictBool | None = None


class ChatIn(BaseModel):
    """A request of OpenAI's chat completions. What steers how a model writes (temperature, tools ...) has no effect."""

    model_config = ConfigDict(extra="allow")
    model: str = Field(examples=["footnote"])
    messages: list[MessageIn] = Field(min_length=1, examples=[[{"role": "user", "content": "Who wants respect?"}]])
    stream: StrictBool | None = None
    stream_options: StreamOptionsIn | None = None
    n: Annotated[int, Field(strict=True)] | None = None
    response_format: dict[str, Any] | None = None

    @property
    def usage(self) -> bool:
        """True if the last chunk of a stream is to tell of the usage."""
        return bool(self.stream_options and self.stream_options.include_usage)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a chat asks."""

    question: str
    history: tuple[Turn, ...]
    answerer: str | None
    words: int


def asked(chat: ChatIn) -> Asked:
    """The last message of the user as the question, the turns before it as the history. Raises ApiError for what
    cannot be done."""
    if chat.model not in MODELS:
        said = f"The model {chat.model[:80]!r} does not exist; there are {', '.join(MODELS)}"
        raise ApiError(404, "model_not_found", said, "model")
    if chat.n not in (None, 1):
        raise ApiError(400, "unsupported_value", f"n is {chat.n}; only 1 answer is given", "n")
    if chat.response_format and chat.response_format.get("type") != "text":
        said = "response_format can only be text here; for JSON, ask /api/ask"
        raise ApiError(400, "unsupported_value", said, "response_format")
    turns = [
        (place, Turn(message.role, text))
        for place, message in enumerate(chat.messages)
        if message.role in ("user", "assistant") and ((text := _text(message, place)) or message.role == "user")
    ]
    last = max((n for n, (_, turn) in enumerate(turns) if turn.role == "user"), default=None)
    if last is None:
        raise ApiError(400, "no_question", "messages hold none of the user; send one with the question", "messages")
    place, question = turns[last]
    if not question.content.strip():
        raise ApiError(400, "no_question", "the last message of the user is empty", f"messages.[{place}].content")
    history = tuple(turn for _, turn in turns[:last])
    return Asked(question.content, history, MODELS[chat.model], sum(count(t.content) for _, t in turns[: last + 1]))


def _text(message: MessageIn, place: int) -> str:
    if isinstance(message.content, list):
        text = "\n".join(_part(part, place, n) for n, part in enumerate(message.content))
    else:
        text = message.content or ""
    # An answer of ours comes back with its list of sources, which nobody said.
    return _REFERENCE.sub("", text).rstrip() if message.role == "assistant" else text


def _part(part: PartIn, place: int, number: int) -> str:
    if part.type not in ("text", "input_text", "refusal"):
        said = f"content of type {part.type[:80]!r} cannot be read; send text"
        raise ApiError(400, "unsupported_content", said, f"messages.[{place}].content.[{number}].type")
    return part.text or ""


def count(text: str) -> int:
    """Words and marks: what usage is told in, for want of a model whose tokens would have a price."""
    return len(re.findall(r"\w+|[^\w\s]", text))
