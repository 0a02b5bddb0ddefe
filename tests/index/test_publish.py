"""The index directory: one version takes the place of another, under a lock, and nothing else is left."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import ingest
from index.chunk import ChunkSettings
from index.encode import ModelSpec
from index.errors import FootnoteIndexError, IndexBusyError, IndexMissingError
from index.manifest import Manifest, built_files, current_version, read_manifest
from index.opened import open_index
from index.publish import publish, writing
from tests.fakes import HashedWords, snapshot


def make_version(directory: Path, content: str) -> None:
    with writing(directory) as building:
        (building / "a.txt").write_text(content)
        files = built_files(building)
        publish(directory, building, Manifest(ModelSpec("m", "c", 3), 1, 1, "2024-01-01", files, ChunkSettings()))


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


def test_a_directory_with_other_files_is_left_alone(articles: Path) -> None:
    before = snapshot(articles)
    with pytest.raises(FootnoteIndexError, match=r"holds other files \('bakery.txt'\); give a new or empty directory"):
        ingest([str(articles)], articles, HashedWords())
    assert snapshot(articles) == before
