"""Follow-up questions: what a question leaves to the conversation, filled in. The rules know English only.

`words` is their data; `exchanges` says whom and what the turns before speak of; `fragments` and `references` are the
two kinds of follow-up, `context` what is told behind one; `standalone` puts them together; `model` is the form for a
language model and its guard, `rewriter` asks one.
"""

from bot.memory.model import accept, rewrite_prompt
from bot.memory.rewriter import ModelRewriter
from bot.memory.standalone import Score, standalone_question, stands_alone

__all__ = ["ModelRewriter", "Score", "accept", "rewrite_prompt", "standalone_question", "stands_alone"]
