"""One error root for the package. Every message names the offending value and the remedy."""


class FootnoteIndexError(Exception):
    """Root of all errors that `index` raises on purpose."""


class SourceError(FootnoteIndexError):
    """A source cannot be read or holds nothing to index; the ingest goes on without it."""


class IndexMissingError(FootnoteIndexError):
    """There is no index at the given place."""


class IndexCorruptError(FootnoteIndexError):
    """The index is there, but a part of it is missing, damaged or of another format version."""


class IndexBusyError(FootnoteIndexError):
    """Another ingest holds the index."""


class ModelMismatchError(FootnoteIndexError):
    """The index was built with another embedding model than the one now set."""


class EncoderError(FootnoteIndexError):
    """The embedding model cannot be found, verified or loaded."""


class QueryError(FootnoteIndexError):
    """The question cannot be searched for (empty, or far too long)."""


class LabelError(FootnoteIndexError):
    """A name is none that an access label may have."""


class WorkersError(FootnoteIndexError):
    """The workers of an ingest cannot be had, or were lost."""
