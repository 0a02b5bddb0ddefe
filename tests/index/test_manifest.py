"""The version in use and its manifest: what damage looks like to a reader."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import ingest
from index.errors import FootnoteIndexError, IndexCorruptError, IndexMissingError
from index.manifest import FORMAT_VERSION, current_version
from index.opened import open_index
from tests.fakes import HashedWords, snapshot

FILES = ("manifest.json", "documents.jsonl", "passages.npy", "vectors.faiss")


def refusal(directory: Path, articles: Path) -> str:
    """The message of opening a damaged index; neither opening nor ingesting may change anything in it."""
    before = snapshot(directory)
    with pytest.raises(IndexCorruptError) as caught:
        open_index(directory)
    with pytest.raises(IndexCorruptError):
        ingest([str(articles)], directory, HashedWords())
    assert snapshot(directory) == before
    message = str(caught.value)
    assert "\n" not in message
    assert str(directory) in message
    assert "ingest" in message
    return message


def test_no_index_says_how_to_make_one(tmp_path: Path) -> None:
    for directory in (tmp_path / "missing", tmp_path):
        with pytest.raises(IndexMissingError, match=r"no index at .*python ingest.py PATH --index"):
            open_index(directory)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_the_index(tmp_path: Path, articles: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(IndexMissingError):
        open_index(tmp_path / "file")
    with pytest.raises(FootnoteIndexError, match="is a file; give a directory"):
        ingest([str(articles)], tmp_path / "file", HashedWords())
    with pytest.raises((FootnoteIndexError, OSError)):
        ingest([str(articles)], tmp_path / "file" / "below", HashedWords())
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("name", [*FILES, "lexical"])
@pytest.mark.parametrize(
    "harm",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda data: b"garbage",
        lambda data: b"\xff\xfe" + data,
        lambda data: bytes([data[0] ^ 0x10]) + data[1:],
        None,
    ],
    ids=["emptied", "halved", "last byte off", "garbage", "prefixed", "first bit", "deleted"],
)
def test_each_file_damaged(small: Path, articles: Path, name: str, harm: Callable[[bytes], bytes] | None) -> None:
    version = current_version(small)
    targets = sorted((version / name).iterdir()) if name == "lexical" else [version / name]
    for target in targets:
        data = target.read_bytes()
        if harm is None:
            target.unlink()
        else:
            target.write_bytes(harm(data))
        message = refusal(small, articles)
        assert target.name in message
        target.write_bytes(data)
        assert len(open_index(small).documents) == 3


def test_any_byte_of_any_file_changed_is_noticed(small: Path, articles: Path) -> None:
    version, chance = current_version(small), random.Random(5)
    files = [p for p in version.rglob("*") if p.is_file() and p.name != "manifest.json"]
    for target in sorted(p for p in files if p.stat().st_size):
        data = target.read_bytes()
        for position in chance.sample(range(len(data)), min(6, len(data))):
            harmed = bytearray(data)
            harmed[position] ^= 1 << chance.randrange(8)
            target.write_bytes(harmed)
            with pytest.raises(IndexCorruptError, match=target.name):
                open_index(small)
        refusal(small, articles)
        target.write_bytes(data)
    assert len(open_index(small).documents) == 3


def test_a_changed_byte_in_the_manifest_is_an_error_or_without_effect(small: Path) -> None:
    target, chance = current_version(small) / "manifest.json", random.Random(6)
    good, whole = target.read_bytes(), open_index(small)
    refused = 0
    for position in chance.sample(range(len(good)), 250):
        harmed = bytearray(good)
        harmed[position] ^= 1 << chance.randrange(8)
        target.write_bytes(harmed)
        try:
            opened = open_index(small)
        except FootnoteIndexError as error:
            refused += 1
            assert "\n" not in str(error)
        else:
            assert (opened.documents, opened.passages) == (whole.documents, whole.passages)
    assert refused > 100


@pytest.mark.parametrize(
    "manifest",
    [
        "[]",
        "null",
        "7",
        "{}",
        f'{{"format_version": {FORMAT_VERSION}}}',
        f'{{"format_version": {FORMAT_VERSION}, "model": [], "files": []}}',
        "[" * 100_000,
    ],
)
def test_a_manifest_that_is_none(small: Path, articles: Path, manifest: str) -> None:
    (current_version(small) / "manifest.json").write_text(manifest)
    assert "manifest.json cannot be read" in refusal(small, articles)


def edit_manifest(directory: Path, **changes: object) -> None:
    target = current_version(directory) / "manifest.json"
    target.write_text(json.dumps({**json.loads(target.read_text()), **changes}))


def test_a_list_in_place_of_the_table_of_files(small: Path, articles: Path) -> None:
    edit_manifest(small, files=["a"])
    assert "manifest.json cannot be read" in refusal(small, articles)


def test_another_format_version_is_named(small: Path, articles: Path) -> None:
    edit_manifest(small, format_version=FORMAT_VERSION + 1)
    message = refusal(small, articles)
    assert f"has format version {FORMAT_VERSION + 1}, this Footnote reads {FORMAT_VERSION}" in message
    assert "ingest your articles again" in message


def test_parts_of_different_length(small: Path, articles: Path) -> None:
    edit_manifest(small, documents=99)
    assert "differ in length" in refusal(small, articles)


@pytest.mark.parametrize(
    "pointer", [b"", b"v-none", b"..", b"/", b"v-/../..", b"v-" + b"x" * 9000, b"\xff\xfe", b"v-\x00", b"\n\n"]
)
def test_the_pointer_damaged(small: Path, articles: Path, pointer: bytes) -> None:
    (small / "current").write_bytes(pointer)
    assert "damaged" in refusal(small, articles)


def test_the_pointer_deleted(small: Path, articles: Path) -> None:
    (small / "current").unlink()
    assert "'current' is missing" in refusal(small, articles)


@pytest.mark.parametrize("seed", range(12))
def test_half_the_files_deleted(small: Path, articles: Path, seed: int) -> None:
    chance = random.Random(seed)
    files = sorted(p for p in current_version(small).rglob("*") if p.is_file())
    for path in chance.sample(files, len(files) // 2):
        path.unlink()
    refusal(small, articles)


def test_the_version_deleted(small: Path, articles: Path) -> None:
    shutil.rmtree(current_version(small))
    assert "is missing" in refusal(small, articles)
