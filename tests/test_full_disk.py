"""A disk that fills up or may not be written: the index in use answers, the error says what to do, and once there is
room the next ingest works."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from index.build import add_documents, ingest, remove
from index.cli import main
from index.errors import FootnoteIndexError
from index.opened import open_index
from index.search import Searcher
from tests.fakes import FERRY, HashedWords, document, snapshot, write_articles
from tests.steps import FULL, FULL_ONCE, litter, run_every_step


@pytest.mark.parametrize("happening", [pytest.param(FULL_ONCE, marks=pytest.mark.slow), FULL])
def test_no_room_at_every_single_step(tmp_path: Path, small: Path, articles: Path, happening: str) -> None:
    write_articles(articles, {"zebra.txt": "Zebra\n\nA zebra was seen in Crowle, the mayor said on Monday."})
    steps, outcomes = run_every_step(tmp_path, happening)
    assert steps > 20
    assert outcomes == {"old", "new"}
    assert len(open_index(small).documents) == 3


@pytest.mark.parametrize("happening", [FULL_ONCE, pytest.param(FULL, marks=pytest.mark.slow)])
def test_no_room_at_every_single_step_of_a_first_ingest(tmp_path: Path, articles: Path, happening: str) -> None:
    steps, outcomes = run_every_step(tmp_path, happening)
    assert steps > 20
    assert outcomes == {"old", "new"}, "no index, or all of it"


def mounted(place: Path, *options: str) -> None:
    """Makes a small disk of its own of a folder, or changes one. Skips the test where that is not permitted."""
    if os.geteuid():
        pytest.skip("only root may mount a disk to fill")
    mount = shutil.which("mount")
    if not mount:
        pytest.skip("there is no mount command")
    done = subprocess.run([mount, *options, "tmpfs", str(place)], capture_output=True, text=True)
    if done.returncode:
        reason = f"mounting is not permitted here ({done.stderr.strip()})"
        pytest.skip(reason)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB with room for 120 files and folders."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted(place, "-t", "tmpfs", "-o", "size=2m,nr_inodes=120")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill_bytes(disk: Path, pages: int) -> None:
    """Leaves room for so many pages of data."""
    (disk / "filler").mkdir()
    found = os.statvfs(disk)
    with (disk / "filler" / "bytes").open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, (found.f_bfree - pages) * found.f_bsize)


def fill_names(disk: Path, names: int) -> None:
    """Leaves room for so many files and folders."""
    (disk / "filler").mkdir()
    for number in range(os.statvfs(disk).f_ffree - names):
        (disk / "filler" / str(number)).touch()


def ingested(articles: Path, disk: Path) -> list[str]:
    """What an ingest adds to the index of a disk."""
    return ingest([str(articles)], disk / "index", HashedWords()).added


def refused_until_there_is_room(articles: Path, disk: Path, fill: Callable[[Path, int], None]) -> Iterator[Path]:
    """Ingests to a disk with more room each time, until it is enough. Gives the index after each refusal, with the disk
    still full; the filler is then to be removed, and the index to be made as it was."""
    index = disk / "index"
    for room in count():
        fill(disk, room)
        try:
            ingested(articles, disk)
        except FootnoteIndexError as error:
            refused = str(error)
        else:
            break
        assert refused.startswith(f"the index at {index} cannot be written (No space left on device); free disk")
        assert "\n" not in refused
        assert litter(index) == []
        yield index
    assert room > 10
    assert litter(index) == []


@pytest.mark.parametrize("fill", [fill_bytes, pytest.param(fill_names, marks=pytest.mark.slow)])
def test_a_disk_that_is_full_sooner_or_later(
    disk: Path, tmp_path: Path, articles: Path, encoder: HashedWords, fill: Callable[[Path, int], None]
) -> None:
    ingested(articles, disk)
    shutil.copytree(disk / "index", tmp_path / "old")
    before = snapshot(disk / "index")
    write_articles(articles, {f"{n}.txt": FERRY.replace("Oldmouth", f"Oldmouth {n}") for n in range(8)})
    for index in refused_until_there_is_room(articles, disk, fill):
        assert snapshot(index) == before
        assert Searcher(open_index(index), encoder).search("ferry")[0].document.source == "ferry.txt"
        shutil.rmtree(disk / "filler")
        assert len(ingested(articles, disk)) == 8, "with room the next ingest works"
        assert len(open_index(index).documents) == 11
        shutil.rmtree(index)
        shutil.copytree(tmp_path / "old", index)
    assert len(open_index(disk / "index").documents) == 11


@pytest.mark.parametrize("fill", [pytest.param(fill_bytes, marks=pytest.mark.slow), fill_names])
def test_a_first_ingest_to_a_disk_that_is_full_sooner_or_later(
    disk: Path, articles: Path, fill: Callable[[Path, int], None]
) -> None:
    for index in refused_until_there_is_room(articles, disk, fill):
        shutil.rmtree(disk / "filler")
        assert len(ingested(articles, disk)) == 3, "with room the next ingest works"
        shutil.rmtree(index)
    assert len(open_index(disk / "index").documents) == 3


def refusals(index: Path, articles: Path, encoder: HashedWords) -> list[str]:
    """The messages of all that would write."""
    found = []
    writes: list[Callable[[], object]] = [
        lambda: ingest([str(articles)], index, encoder),
        lambda: ingest([], index, encoder, prune=True),
        lambda: remove(index, encoder, lambda d: True),
        lambda: add_documents([document("Goats.")], index, encoder),
    ]
    for write in writes:
        with pytest.raises(FootnoteIndexError) as caught:
            write()
        found.append(str(caught.value))
    return found


def check_not_writable(index: Path, articles: Path, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    encoder, before = HashedWords(), snapshot(index)
    write_articles(articles, {"zebra.txt": "Zebra\n\nA zebra was seen in Crowle, the mayor said on Monday."})
    wanted = (
        f"the index at {index} cannot be written ({reason}); make it writable or give another directory (--index). "
        "The previous index is untouched"
    )
    assert set(refusals(index, articles, encoder)) == {wanted}
    assert main([str(articles), "--index", str(index)], default_index=index, model="/no/such/model") == 1
    assert capsys.readouterr().err == f"error: {wanted}\n"
    assert main(["--list", "--index", str(index)], default_index=index, model="/no/such/model") == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert Searcher(open_index(index), encoder).search("ferry")[0].document.source == "ferry.txt"
    assert snapshot(index) == before
    assert litter(index) == []


def test_a_disk_that_may_only_be_read(
    disk: Path, articles: Path, encoder: HashedWords, capsys: pytest.CaptureFixture[str]
) -> None:
    index = disk / "index"
    ingest([str(articles)], index, encoder)
    mounted(disk, "-o", "remount,ro")
    check_not_writable(index, articles, "Read-only file system", capsys)
    with pytest.raises(FootnoteIndexError, match=r"another cannot be written \(Read-only file system\); make it writ"):
        ingest([str(articles)], disk / "another", encoder)
    mounted(disk, "-o", "remount,rw")
    assert ingest([str(articles)], index, encoder).added == ["zebra.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_may_only_be_read(
    small: Path, articles: Path, encoder: HashedWords, capsys: pytest.CaptureFixture[str]
) -> None:
    small.chmod(0o500)
    (small / "lock").chmod(0o400)
    check_not_writable(small, articles, "Permission denied", capsys)
    small.chmod(0o700)
    (small / "lock").chmod(0o600)
    assert ingest([str(articles)], small, encoder).added == ["zebra.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_index_that_may_not_be_read(small: Path) -> None:
    for path in (small / "current", *small.glob("v-*/documents.jsonl")):
        path.chmod(0)
        with pytest.raises(FootnoteIndexError, match=r"no permission to read the index at .*change its permissions"):
            open_index(small)
        path.chmod(0o600)
    assert len(open_index(small).documents) == 3
