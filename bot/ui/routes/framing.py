"""Which pages may show ours in a frame."""

from __future__ import annotations

from bot.errors import FootnoteError
from bot.settings import Settings

NOBODY_ELSE = "frame-ancestors 'self'"


def frame_ancestors() -> str:
    """The directive: this server, and the origins of the settings in force; none of them where these cannot be used."""
    try:
        return " ".join([NOBODY_ELSE, *Settings.load().origins])
    except FootnoteError:
        return NOBODY_ELSE
