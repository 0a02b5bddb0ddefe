"""Readiness without loading, and messages that give no folder away."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings
from bot.status import error_code, index_status, public_message
from index.chunk import ChunkSettings
from index.encode import ModelSpec
from index.errors import FootnoteIndexError, IndexCorruptError, IndexMissingError, QueryError
from index.manifest import Manifest
from index.publish import publish, writing
from tests.fakes import HashedWords
from tests.labels.leak import secret_index


def make_version(directory: Path, documents: int) -> None:
    with writing(directory) as building:
        manifest = Manifest(ModelSpec("m", "c", 3), documents, 2 * documents, "2024-01-01", {}, ChunkSettings())
        publish(directory, building, manifest)


def test_status_follows_the_version_in_use(tmp_path: Path) -> None:
    directory = tmp_path / "index"
    settings = Settings(index=directory)
    make_version(directory, 3)
    first = index_status(settings)
    assert (first.documents, first.passages) == (3, 6)
    make_version(directory, 4)
    second = index_status(settings)
    assert second.documents == 4
    assert second.version != first.version


def test_missing_and_damaged_indexes_are_told_apart(tmp_path: Path) -> None:
    directory = tmp_path / "index"
    settings = Settings(index=directory)
    with pytest.raises(IndexMissingError):
        index_status(settings)
    make_version(directory, 3)
    next(directory.glob("v-*/manifest.json")).write_text("{")
    with pytest.raises(IndexCorruptError):
        index_status(settings)


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("there is no index at /srv/my data/index; make one", "there is no index at index; make one"),
        ("/srv/my data/index/v-1/documents.jsonl cannot be read", "index/v-1/documents.jsonl cannot be read"),
        ("model '/opt/models/mini' is missing", "model 'mini' is missing"),
        ("the model 'sentence-transformers/all-MiniLM-L6-v2' and 3/4", None),
        ("see https://example.org/a/b for more", None),
        ("two\nlines  here", "two lines here"),
    ],
)
def test_messages_are_one_line_without_folders(message: str, shown: str | None) -> None:
    found = public_message(FootnoteIndexError(message), Path("/srv/my data/index"))
    assert found == (message if shown is None else shown)


def test_a_missing_index_comes_with_a_command_that_works(tmp_path: Path) -> None:
    settings = Settings(index=tmp_path / "in dex")
    with pytest.raises(IndexMissingError) as missing:
        index_status(settings)
    message = public_message(missing.value, settings.index)
    assert message == "there is no index at in dex; make one: python ingest.py PATH"


def test_codes_name_the_kind_of_error() -> None:
    assert error_code(IndexMissingError("")) == "index_missing"
    assert error_code(IndexCorruptError("")) == "index_corrupt"
    assert error_code(QueryError("")) == "question_unusable"
    assert error_code(SettingsError("")) == "settings_invalid"
    assert error_code(FootnoteIndexError("")) == "unavailable"


def test_readers_are_told_apart_by_labels_that_documents_have(tmp_path: Path) -> None:
    index = secret_index(tmp_path, HashedWords())
    for given, found in (((), ()), (("staff", "zebra"), ()), (("hr", "staff"), ("hr",))):
        assert index_status(Settings(index=index, labels=given)).labels == found
