"""What can go wrong with conversations that are kept."""

from __future__ import annotations

from bot.errors import FootnoteError


class ConversationError(FootnoteError):
    """A conversation cannot be kept or read; the message names the file and the remedy."""
