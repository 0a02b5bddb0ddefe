"""Names and places of uploaded files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings
from bot.ui.library.errors import LibraryError
from bot.ui.library.uploads import MAX_NAME_BYTES, forget, is_upload, safe_name, save, unread, uploads_of
from index.load import MAX_FILE_BYTES


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("notes.txt", "notes.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\papers\\notes.txt", "notes.txt"),
        ("/", "upload"),
        ("..", "upload"),
        ("...notes.txt", "notes.txt"),
        (" .hidden.md ", "hidden.md"),
        ("a\x00b\nc\x1b[31m.txt", "abc[31m.txt"),
        ("ends\u2028here.txt", "endshere.txt"),
        ("gpj\u202etxt.exe", "gpjtxt.exe"),
        ("half\ud800.txt", "half.txt"),
        ("Fähre.txt", "Fähre.txt"),
        ("<script>x.txt", "<script>x.txt"),
        ("", "upload"),
    ],
)
def test_names_are_made_safe(given: str, name: str) -> None:
    assert safe_name(given) == name
    assert safe_name(name) == name


@pytest.mark.parametrize("given", ["x" * 500 + ".txt", "ü" * 300 + ".md", "日" * 200, "a." + "b" * 400])
def test_long_names_are_cut_before_their_suffix(given: str) -> None:
    name = safe_name(given)
    assert MAX_NAME_BYTES - 4 < len(name.encode()) <= MAX_NAME_BYTES
    assert Path(name).suffix == (Path(given).suffix if len(Path(given).suffix) < 12 else Path(name).suffix)


def test_uploads_are_beside_their_index_and_in_none() -> None:
    for index in ("/srv/a/index", "/srv/a/uploads", "index", "."):
        folder = uploads_of(Settings(index=Path(index)))
        assert folder.is_absolute()
        assert Path(index).absolute() not in (folder, *folder.parents)
    assert uploads_of(Settings(index=Path("/srv/a"))) != uploads_of(Settings(index=Path("/srv/b")))


def test_an_upload_is_written_whole_and_alone_in_its_folder(tmp_path: Path) -> None:
    path = save(tmp_path, "notes.txt", b"one")
    assert (path.name, path.read_bytes()) == ("notes.txt", b"one")
    assert [p.name for p in path.parent.iterdir()] == ["notes.txt"]


def test_the_same_again_is_the_same_file_and_other_content_gets_a_number(tmp_path: Path) -> None:
    first, second = save(tmp_path, "notes.txt", b"one"), save(tmp_path, "notes.txt", b"two")
    third = save(tmp_path, "notes.txt", b"three")
    assert [path.name for path in (first, second, third)] == ["notes.txt", "notes (2).txt", "notes (3).txt"]
    assert save(tmp_path, "notes.txt", b"two") == second
    assert [path.read_bytes() for path in (first, second, third)] == [b"one", b"two", b"three"]
    cited = save(tmp_path, "owls.md", b"x", cited={"owls.md"})
    assert cited.name == "owls (2).md"


def test_a_numbered_name_keeps_within_the_limit(tmp_path: Path) -> None:
    long = "x" * 300 + ".txt"
    save(tmp_path, long, b"one")
    name = save(tmp_path, long, b"two").name
    assert name.endswith(" (2).txt") and len(name.encode()) == MAX_NAME_BYTES


def test_too_large_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"32\.0 MB is over the limit of 32 MB; split the file"):
        save(tmp_path, "big.txt", bytes(MAX_FILE_BYTES + 1))
    assert list(tmp_path.rglob("big*")) == []


def test_what_cannot_be_written_is_refused_without_the_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(LibraryError, match="cannot be saved") as refused:
        save(tmp_path / "file", "notes.txt", b"one")
    assert str(tmp_path) not in str(refused.value)


def test_only_uploads_are_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    path, other = save(folder, "notes.txt", b"one"), tmp_path / "other.txt"
    other.write_text("mine")
    for origin in (str(other), "https://example.org/a/b", "", str(folder), str(path.parent)):
        assert not is_upload(folder, origin)
        forget(folder, origin)
    assert other.exists() and path.exists()
    forget(folder, str(path))
    assert not path.parent.exists()
    forget(folder, str(path))  # again: there is nothing left to delete


def test_uploads_that_nothing_was_read_from_are_found(tmp_path: Path) -> None:
    assert unread(tmp_path / "none", ()) == []
    first, second = save(tmp_path, "a.txt", b"one"), save(tmp_path, "b.txt", b"two")
    (second.parent / ".part").write_bytes(b"tw")
    assert unread(tmp_path, {str(first)}) == [second]
