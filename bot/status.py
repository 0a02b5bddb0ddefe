"""What can be said of the index without opening it, and error messages fit for a reader who is not the operator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.errors import FootnoteError, SettingsError
from bot.settings import Settings
from index.address import IndexPlace, MilvusAddress
from index.errors import (
    EncoderError,
    FootnoteIndexError,
    IndexCorruptError,
    IndexMissingError,
    ModelMismatchError,
    QueryError,
)
from index.manifest import Manifest
from index.opened import manifest_in_use, version_in_use

_CODES: dict[type[Exception], str] = {
    IndexMissingError: "index_missing",
    IndexCorruptError: "index_corrupt",
    ModelMismatchError: "model_mismatch",
    EncoderError: "model_unavailable",
    QueryError: "question_unusable",
    SettingsError: "settings_invalid",
}
_INDEX_OPTION = re.compile(r" --index (?:/|milvus:).*$")
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
    version = version_in_use(settings.index)
    manifest = _manifest(settings.index, version)
    labels = tuple(label for label in settings.labels if label in manifest.labels)
    return IndexStatus(version, *manifest.size(settings.access), labels)


@lru_cache(maxsize=4)
def _manifest(place: IndexPlace, version: str) -> Manifest:
    return manifest_in_use(place)  # or of one still newer, which is then noticed the next time


def error_code(error: Exception) -> str:
    """A stable name for the kind of error, for programs."""
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), "unavailable")


def public_message(error: FootnoteError | FootnoteIndexError, place: IndexPlace | None = None) -> str:
    """The error's message on one line, with folders on this machine reduced to their last name."""
    message = " ".join(str(error).split())
    if isinstance(error, IndexMissingError):
        message = _INDEX_OPTION.sub("", message)  # shortened it would name another folder; the settings name it too
    if isinstance(place, MilvusAddress):
        for known in (str(place), place.uri, place.uri.partition("//")[2]):
            message = message.replace(known, place.shown) if known else message
    elif place is not None:  # by value first: a folder's name may hold spaces
        for known in sorted({str(place), str(place.absolute())}, key=len, reverse=True):
            if known.startswith("/"):
                message = message.replace(known, place.name)
    return _ABSOLUTE_PATH.sub(r"\1", message)
