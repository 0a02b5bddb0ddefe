"""The conversations as stored: one JSON object a line in conversations.jsonl.

    {"id", "part": "develop"|"held-out", "kind", "history": [{"role", "content"}...], "text",
     "gold": [{"source", "quote"}...]}

`text` is asked after `history`, and any one of the quotes answers it. A question that needs no history is of the kind
"self-contained" and has no gold: what is asked of it is to stay as it is. The rules were written with the part
"develop" before the eyes; "held-out" is only measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.schema import Turn
from eval.errors import SuiteError
from eval.schema import GoldSpan
from index.schema import Passage

CONVERSATIONS = Path(__file__).with_name("conversations.jsonl")
SELF_CONTAINED = "self-contained"
Part = Literal["develop", "held-out"]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A question after its history; `gold` is empty for a question that needs none."""

    id: str
    part: Part
    kind: str
    history: tuple[Turn, ...]
    text: str
    gold: tuple[GoldSpan, ...]

    @property
    def self_contained(self) -> bool:
        return self.kind == SELF_CONTAINED

    def answered_in(self, source: str, passage: Passage) -> bool:
        """True if the passage of that source holds one of the quotes whole."""
        return any(source.endswith(span.source) and span.quote in passage.text for span in self.gold)


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1)
    part: Part
    kind: str = Field(min_length=1)
    history: tuple[Turn, ...] = Field(min_length=2)
    text: str = Field(min_length=1)
    gold: tuple[GoldSpan, ...]


def read_conversations(path: Path = CONVERSATIONS) -> tuple[Conversation, ...]:
    """The conversations in a file. Raises SuiteError with the line that is none and why."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"{path} cannot be read ({error}); give conversations as UTF-8 text, one a line") from error
    found = [_conversation(line, f"{path}, line {n}") for n, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise SuiteError(f"{path} holds no conversations; write one a line")
    _check_ids(found, path)
    return tuple(found)


def _conversation(line: str, where: str) -> Conversation:
    try:
        read = _Line.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "the line"
        raise SuiteError(
            f"{where}: {field}: {first['msg']}; see eval/followups/conversations.py for the form"
        ) from error
    if (read.kind == SELF_CONTAINED) == bool(read.gold):
        raise SuiteError(f"{where}: {read.id!r} is {read.kind} with {len(read.gold)} quotes; give a follow-up at least "
                         "one and a self-contained question none")  # fmt: skip
    return Conversation(read.id, read.part, read.kind, read.history, read.text, read.gold)


def _check_ids(found: Iterable[Conversation], path: Path) -> None:
    seen: set[str] = set()
    for conversation in found:
        if conversation.id in seen:
            raise SuiteError(f"{path}: the id {conversation.id!r} is taken; give each conversation its own")
        seen.add(conversation.id)
