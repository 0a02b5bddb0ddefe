"""One error root for the package. Every message names the offending value and the remedy."""


class FootnoteError(Exception):
    """Root of all errors that `bot` raises on purpose."""


class SettingsError(FootnoteError):
    """A setting has a value that cannot be used."""


class InputError(FootnoteError):
    """A question, a history or a batch file is not of the form asked for."""


class BusyError(FootnoteError):
    """More is asked than can be answered or kept waiting."""
