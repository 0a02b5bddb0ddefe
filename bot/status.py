"""What can be said of the index without opening it, and error messages fit for a reader who is not the operator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.errors import FootnoteError, SettingsError
from bot.settings import Settings
from index.errors import (
    EncoderError,
    FootnoteIndexError,
    IndexCorruptError,
    IndexMissingError,
    ModelMismatchError,
    QueryError,
)
from index.manifest import Manifest, current_version, read_manifest

_CODES: dict[type[Exception], str] = {
    IndexMissingError: "index_missing",
    IndexCorruptError: "index_corrupt",
    ModelMismatchError: "model_mismatch",
    EncoderError: "model_unavailable",
    QueryError: "question_unusable",
    SettingsError: "settings_invalid",
}
_INDEX_OPTION = re.compile(r" --index /.*$")
_ABSOLUTE_PATH = re.compile(r"(?<![\w.:/])/(?:[^\s/'\",;:()]+/)*([^\s/'\",;:()]+)/?")


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The version of the index in use, by name, and its size: what readers may see of it. `labels` are those of the
    reader's that documents have: readers who differ in others only see the same."""

    version: str
    documents: int
    passages: int
    labels: tuple[str, ...] = ()


def index_status(settings: Settings) -> IndexStatus:
    """The index in use. Raises IndexMissingError or IndexCorruptError; its files are checked once per version."""
    version = current_version(settings.index)
    try:
        manifest = _manifest(settings.index, version)
    except IndexCorruptError:
        # An ingest may have replaced this version while it was being read.
        newer = current_version(settings.index)
        if newer == version:
            raise
        version, manifest = newer, _manifest(settings.index, newer)
    labels = tuple(label for label in settings.labels if label in manifest.labels)
    return IndexStatus(version.name, *manifest.size(settings.access), labels)


@lru_cache(maxsize=4)
def _manifest(directory: Path, version: Path) -> Manifest:
    return read_manifest(directory, version)


def error_code(error: Exception) -> str:
    """A stable name for the kind of error, for programs."""
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), "unavailable")


def public_message(error: FootnoteError | FootnoteIndexError, directory: Path | None = None) -> str:
    """The error's message on one line, with folders on this machine reduced to their last name."""
    message = " ".join(str(error).split())
    if isinstance(error, IndexMissingError):
        message = _INDEX_OPTION.sub("", message)  # shortened it would name another folder; the settings name it too
    if directory is not None:  # by value first: a folder's name may hold spaces
        for known in sorted({str(directory), str(directory.absolute())}, key=len, reverse=True):
            if known.startswith("/"):
                message = message.replace(known, directory.name)
    return _ABSOLUTE_PATH.sub(r"\1", message)
