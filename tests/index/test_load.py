"""Paths to bytes: what is found, and what is refused with which words."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import SourceError
from index.load import Skipped, SourceFile, SourceUrl, find_sources, read_source
from tests.fakes import write_articles


def found(*paths: Path | str) -> list[str]:
    """Sources of the files found."""
    return [item.source for item in find_sources(map(str, paths)) if isinstance(item, SourceFile)]


def refused(*paths: Path | str) -> dict[str, str]:
    """Reasons by source."""
    return {item.source: item.reason for item in find_sources(map(str, paths)) if isinstance(item, Skipped)}


def test_a_folder_is_walked_in_name_order_and_sources_are_relative_to_it(tmp_path: Path) -> None:
    write_articles(tmp_path, {"b.txt": "B", "a.md": "A", "sub/c.markdown": "C", "Z.TXT": "Z"})
    assert found(tmp_path) == ["Z.TXT", "a.md", "b.txt", "sub/c.markdown"]


def test_a_file_is_cited_by_the_path_as_given(tmp_path: Path) -> None:
    path = write_articles(tmp_path, {"a.txt": "A"}) / "a.txt"
    assert found(path) == [str(path)]


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    write_articles(tmp_path, {"a.txt": "A"})
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    assert found(tmp_path, tmp_path / "a.txt") == ["a.txt"]


def test_hidden_files_are_left_out_silently(tmp_path: Path) -> None:
    write_articles(tmp_path, {"a.txt": "A", ".hidden.txt": "H", ".git/b.txt": "B"})
    assert found(tmp_path) == ["a.txt"]
    assert refused(tmp_path) == {}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("missing.txt", "no such file or folder; check the path"),
        ("", "not a path"),
        ("  ", "not a path"),
        ("a\x00b.txt", "not a path"),
        ("a\nb.txt", "rename"),
        ("x" * 5000, ""),
    ],
)
def test_what_is_no_file_is_refused_with_the_remedy(given: str, words: str) -> None:
    (item,) = find_sources([given])
    assert isinstance(item, Skipped)
    assert words in item.reason
    assert "\n" not in item.source + item.reason


def test_an_empty_folder_says_what_to_put_in_it(tmp_path: Path) -> None:
    assert "holds no files; put articles in it (.txt" in refused(tmp_path)[str(tmp_path)]


def test_other_file_types_are_named_with_what_is_supported(tmp_path: Path) -> None:
    write_articles(tmp_path, {"a.txt": "A", "b.xyz": "B", "noname": "C"})
    reasons = refused(tmp_path)
    assert set(reasons) == {"b.xyz"}, "what has no suffix is told by its content"
    assert "(.xyz)" in reasons["b.xyz"] and ".txt" in reasons["b.xyz"]
    assert "(.xyz)" in refused(tmp_path / "b.xyz")[str(tmp_path / "b.xyz")]


def test_web_addresses_are_found_once(tmp_path: Path) -> None:
    write_articles(tmp_path, {"a.txt": "A"})
    items = list(find_sources(["https://example.com/story", str(tmp_path), "https://example.com/story"]))
    assert [item.source for item in items] == ["https://example.com/story", "a.txt"]
    assert isinstance(items[0], SourceUrl)


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    write_articles(tmp_path, {"in/a.txt": "A", "secret.txt": "S", "in-beside/b.txt": "B"})
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "in" / "beside.txt").symlink_to(tmp_path / "in-beside" / "b.txt")
    assert found(tmp_path / "in") == ["a.txt"]
    reasons = refused(tmp_path / "in")
    assert set(reasons) == {"link.txt", "beside.txt"}
    assert "leads out of the folder" in reasons["link.txt"]


def test_a_folder_reached_through_a_link_is_its_own_root(tmp_path: Path) -> None:
    write_articles(tmp_path, {"real/a.txt": "A"})
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert found(tmp_path / "link") == ["a.txt"]


def test_a_link_to_itself_is_one_bad_file_not_the_end(tmp_path: Path) -> None:
    write_articles(tmp_path, {"b.txt": "B"})
    (tmp_path / "a.txt").symlink_to(tmp_path / "a.txt")
    problems = dict(refused(tmp_path))
    good = []
    for item in find_sources([str(tmp_path)]):
        if isinstance(item, SourceFile):
            try:
                good.append(read_source(item))
            except SourceError as error:
                problems[item.source] = str(error)
    assert good == [b"B"]
    assert "a.txt" in problems


def test_a_pipe_is_no_article(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert "not a regular file" in refused(tmp_path)["pipe.txt"]
    assert "not a regular file" in refused(tmp_path / "pipe.txt")[str(tmp_path / "pipe.txt")]


@pytest.mark.parametrize("name", [b"caf\xe9.txt", b"two\nlines.txt", b"\x1b[31m.txt"])
def test_a_file_name_that_cannot_be_cited_is_refused(tmp_path: Path, name: bytes) -> None:
    write_articles(tmp_path, {"good é ü.txt": "A"})
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("B")
    assert found(tmp_path) == ["good é ü.txt"]
    ((source, reason),) = refused(tmp_path).items()
    assert source.isascii() and source.isprintable()
    assert "rename" in reason


def test_a_line_of_fifty_megabytes_is_refused_by_its_size(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as stream:
        for _ in range(50):
            stream.write(b"a" * 2**20)
    with pytest.raises(SourceError, match=r"50\.0 MB is over the limit of 32 MB; split the file"):
        read_source(SourceFile(tmp_path / "a.txt", "a.txt", tmp_path))


def test_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    path = write_articles(tmp_path, {"a.txt": "A"}) / "a.txt"
    (item,) = find_sources([str(tmp_path)])
    path.unlink()
    assert isinstance(item, SourceFile)
    with pytest.raises(SourceError, match="the file is gone; check the path"):
        read_source(item)


def test_a_file_that_the_system_cannot_read_says_why(tmp_path: Path) -> None:
    if not Path("/proc/self/mem").exists():
        pytest.skip("no /proc on this system, and so no file whose reading fails for everyone")
    (tmp_path / "a.txt").symlink_to("/proc/self/mem")
    with pytest.raises(SourceError, match=r"cannot be read \(.+\); check the file"):
        read_source(SourceFile(tmp_path / "a.txt", "a.txt", tmp_path))


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A folder that everyone may enter; root, whom permissions do not bind, is nobody for the while."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        write_articles(folder, {"locked.txt": "A", "open.txt": "B", "shut/c.txt": "C"})
        (folder / "locked.txt").chmod(0)
        (folder / "shut").chmod(0)
        was_root = os.geteuid() == 0
        if was_root:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            if was_root:
                os.seteuid(0)
            (folder / "shut").chmod(0o755)


def test_files_and_folders_without_permission_are_named_and_the_rest_goes_on(unprivileged: Path) -> None:
    reasons = refused(unprivileged)
    texts = {}
    for item in find_sources([str(unprivileged)]):
        if isinstance(item, SourceFile):
            try:
                texts[item.source] = read_source(item)
            except SourceError as error:
                reasons[item.source] = str(error)
    assert texts == {"open.txt": b"B"}
    assert set(reasons) == {"locked.txt", "shut"}
    assert all("no permission to read it" in reason for reason in reasons.values())
