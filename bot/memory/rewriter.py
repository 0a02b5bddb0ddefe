"""Follow-ups written by a chat model, behind the guard; by the rules where it fails."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from bot.llm.errors import LlmError
from bot.llm.model import ChatModel
from bot.memory.model import accept, rewrite_prompt
from bot.memory.standalone import standalone_question, stands_alone
from bot.schema import Turn

_FIRST, _WHOLE = 30.0, 45.0  # seconds: the search waits for this, and the rules are at hand
_LONGEST = 8000  # characters that are read of what the model writes, thoughts included
_THOUGHTS = re.compile(r"^\s*<(think|thinking|reasoning)>.*?(?:</\1>|$)", re.I | re.S)


class ModelRewriter:
    """Callable as `standalone_question` is. A question that stands alone is not sent to the model."""

    def __init__(self, model: ChatModel) -> None:
        limits = model.limits
        hurried = replace(limits, first=min(limits.first, _FIRST), whole=min(limits.whole, _WHOLE), attempts=1)
        self._model = replace(model, limits=hurried)

    def __call__(self, question: str, history: Sequence[Turn]) -> str:
        """The question with what it leaves to the history filled in.

        Never raises for what the model does: the rules then write the question, as they do in place of a rewrite that
        the guard refuses. A model that is out of reach is told of by the answer, which asks it next.
        """
        if stands_alone(question, history):
            return question
        try:
            written = self._written(question, history)
        except LlmError:
            return standalone_question(question, history)
        return accept(written, question, history)

    def _written(self, question: str, history: Sequence[Turn]) -> str:
        """What the model writes without its thoughts, up to the end of the first line that says anything."""
        written = ""
        with closing(self._model.stream(rewrite_prompt(question, history))) as chunks:
            for chunk in chunks:
                written += chunk.text
                said = _THOUGHTS.sub("", written).lstrip()
                if "\n" in said or len(written) > _LONGEST:
                    break
        return _THOUGHTS.sub("", written)
