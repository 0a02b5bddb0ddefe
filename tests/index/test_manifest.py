"""The index directory: versions, the lock, and what damage looks like to a reader."""

from __future__ import annotations

import json
import os
import random
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import ingest
from index.chunk import ChunkSettings
from index.encode import ModelSpec
from index.errors import FootnoteIndexError, IndexBusyError, IndexCorruptError, IndexMissingError
from index.manifest import FORMAT_VERSION, Manifest, built_files, current_version, publish, read_manifest, writing
from index.opened import open_index
from tests.fakes import HashedWords, snapshot

FILES = ("manifest.json", "documents.jsonl", "passages.jsonl", "vectors.faiss")


def make_version(directory: Path, content: str) -> None:
    with writing(directory) as building:
        (building / "a.txt").write_text(content)
        files = built_files(building)
        publish(directory, building, Manifest(ModelSpec("m", "c", 3), 1, 1, "2024-01-01", files, ChunkSettings()))


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


def test_a_version_is_published_and_the_one_before_goes(tmp_path: Path) -> None:
    directory = tmp_path / "index"
    for content in ("one", "two"):
        make_version(directory, content)
        version = current_version(directory)
        assert (version / "a.txt").read_text() == content
        assert read_manifest(directory, version).documents == 1
        assert sorted(p.name for p in directory.iterdir()) == sorted(["current", "lock", version.name])


def test_nothing_is_left_of_a_failed_build(tmp_path: Path) -> None:
    make_version(tmp_path / "index", "one")
    with pytest.raises(ZeroDivisionError), writing(tmp_path / "index") as building:
        (building / "a.txt").write_text("two")
        raise ZeroDivisionError
    assert (current_version(tmp_path / "index") / "a.txt").read_text() == "one"
    assert not list((tmp_path / "index").glob("building-*"))


def test_leftovers_of_a_killed_ingest_go_with_the_next_one(tmp_path: Path) -> None:
    directory = tmp_path / "index"
    make_version(directory, "one")
    version = current_version(directory)
    (directory / "building-0").mkdir()
    (directory / "building-0" / "a.txt").write_text("half")
    shutil.copytree(version, directory / "v-finished-but-never-in-use")
    (directory / "current.new").write_text("v-finished-but-never-in-use")
    with writing(directory):
        assert current_version(directory) == version
    assert sorted(p.name for p in directory.iterdir()) == sorted(["current", "lock", version.name])


def test_nothing_is_deleted_when_it_cannot_be_told_what_is_in_use(tmp_path: Path) -> None:
    directory = tmp_path / "index"
    make_version(directory, "one")
    version = current_version(directory)
    (directory / "current").unlink()
    with writing(directory):
        pass
    assert (version / "a.txt").read_text() == "one"


def test_a_version_that_was_never_in_use_is_no_damage(small: Path, articles: Path) -> None:
    """As a first ingest leaves it that is killed, or without power, just before its last step."""
    (small / "current").rename(small / "current.new")
    with pytest.raises(IndexMissingError, match="make one"):
        open_index(small)
    assert len(ingest([str(articles)], small, HashedWords()).added) == 3
    assert sorted(p.name for p in small.iterdir()) == sorted(["current", "lock", current_version(small).name])


def test_the_disk_has_everything_before_the_pointer_names_it(
    small: Path, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut at any moment leaves a whole version: what a pointer names is on the disk before the pointer is."""
    done: list[str] = []
    sync, swap, rename, delete = os.fsync, os.replace, os.rename, shutil.rmtree

    def fsync(descriptor: int) -> None:
        sync(descriptor)
        done.append(str(Path(f"/proc/self/fd/{descriptor}").readlink().relative_to(small)))

    def told(what: str, do: Callable[..., None]) -> Callable[..., None]:
        def tell(path: Path, *more: object, **options: object) -> None:
            do(path, *more, **options)
            done.append(f"{what} {Path(path).name}")

        return tell

    old = current_version(small).name
    (articles / "ferry.txt").write_text("The ferry\n\nThe ferry has sunk, the harbour board said on Monday.")
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", told("replace", swap))
    monkeypatch.setattr(os, "rename", told("rename", rename))
    monkeypatch.setattr(shutil, "rmtree", told("delete", delete))
    ingest([str(articles)], small, HashedWords())
    new = current_version(small)
    building = new.name.replace("v-", "building-")
    files = {building} | {f"{building}/{p.relative_to(new)}" for p in new.rglob("*")}
    at = done.index(f"rename {building}")
    assert set(done[:at]) == files | {"current.new"}
    assert done[at + 1 : at + 5] == [".", "replace current.new", ".", f"delete {old}"]


def test_a_second_writer_waits_if_it_is_to(tmp_path: Path, articles: Path) -> None:
    directory, held = tmp_path / "index", threading.Event()
    said: list[str] = []

    def first() -> None:
        with writing(directory):
            held.set()
            while not said:
                time.sleep(0.01)
            time.sleep(0.1)
            assert not directory.joinpath("current").exists()

    thread = threading.Thread(target=first)
    thread.start()
    held.wait()
    report = ingest([str(articles)], directory, HashedWords(), busy=lambda: said.append("busy"))
    thread.join()
    assert (len(report.added), said) == (3, ["busy"])


def test_a_second_writer_is_told_that_the_first_is_at_work(tmp_path: Path, articles: Path) -> None:
    directory = tmp_path / "index"
    with (
        writing(directory),
        pytest.raises(IndexBusyError, match=r"another ingest is writing the index at .*; try again when it is done"),
    ):
        ingest([str(articles)], directory, HashedWords())
    assert len(ingest([str(articles)], directory, HashedWords()).added) == 3


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


def test_a_directory_with_other_files_is_left_alone(articles: Path) -> None:
    before = snapshot(articles)
    with pytest.raises(FootnoteIndexError, match=r"holds other files \('bakery.txt'\); give a new or empty directory"):
        ingest([str(articles)], articles, HashedWords())
    assert snapshot(articles) == before


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
