"""What can go wrong with a chat model. No message holds a key: see `bot.llm.failures`."""

from bot.errors import FootnoteError


class LlmError(FootnoteError):
    """The chat model cannot be opened, or did not give an answer."""


class ContextTooLongError(LlmError):
    """The prompt does not fit into the model's window; a shorter one may."""
