"""What the library refuses."""

from bot.errors import FootnoteError


class LibraryError(FootnoteError):
    """A change of the library cannot be made; the index stays as it is."""
