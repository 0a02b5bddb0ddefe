"""Keys: shown once, kept as digests, noticed at the next look when they change."""

from __future__ import annotations

import json
import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.cli import main
from bot.errors import InputError
from bot.keys import Keyring, KeysError, add_key, digest_of, read_keys, revoke_key


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "in" / "keys.json"


def test_a_key_is_random_and_the_file_holds_its_digest_only(path: Path) -> None:
    first, second = add_key(path, "wiki", ("hr", "staff")), add_key(path, "bot@home")
    assert re.fullmatch(r"fnk_[A-Za-z0-9_-]{43}", first) and first != second
    kept = path.read_text()
    assert first not in kept and first[4:] not in kept and digest_of(first) in kept
    assert [(key.name, key.labels) for key in read_keys(path)] == [("wiki", ("hr", "staff")), ("bot@home", ())]


def test_only_its_owner_can_read_the_file_whatever_the_mask(path: Path) -> None:
    before = os.umask(0)
    try:
        add_key(path, "a")
        add_key(path, "b")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {p.name for p in path.parent.iterdir()} <= {"keys.json", "keys.json.lock"}, "nothing half-written is left"


def test_a_change_is_noticed_at_the_next_look(path: Path) -> None:
    ring = Keyring()
    assert ring.find(path, "fnk_" + "x" * 43) is None
    key = add_key(path, "wiki", ("hr",))
    found = ring.find(path, key)
    assert found and (found.name, found.labels) == ("wiki", ("hr",))
    other = add_key(path, "other")
    revoke_key(path, "wiki")
    assert ring.find(path, key) is None and ring.find(path, other)
    path.unlink()
    assert ring.find(path, other) is None


def test_a_change_that_keeps_the_size_and_sets_the_time_back_is_noticed(path: Path) -> None:
    ring, old = Keyring(), add_key(path, "wiki")
    found = path.stat()
    assert ring.find(path, old)
    revoke_key(path, "wiki")
    new = add_key(path, "wiki")
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert path.stat().st_size == found.st_size
    assert ring.find(path, old) is None and ring.find(path, new)


def test_what_is_not_exactly_the_key_is_nobodys(path: Path) -> None:
    key, ring = add_key(path, "wiki"), Keyring()
    for bad in ("", key[:-1], key + "A", key.upper(), key[4:], digest_of(key), "fnk_", "fnk_\udcff", key + "\n"):
        assert ring.find(path, bad) is None


def test_a_name_is_taken_once_and_is_plain(path: Path) -> None:
    add_key(path, "wiki")
    with pytest.raises(InputError, match="there is a key 'wiki' already"):
        add_key(path, "wiki")
    for bad in ("", " ", "a b", "-x", "é", "x" * 61, "a\nb", "../x"):
        with pytest.raises(InputError, match="is no name for a key"):
            add_key(path, bad)
    with pytest.raises(InputError, match="no key 'none'"):
        revoke_key(path, "none")
    assert len(read_keys(path)) == 1


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", "null", '{"format": 2, "keys": []}', '{"format": 1, "keys": [{}]}', '{"format": 1, "keys": [1]}',
     '{"format": 1, "keys": [{"name": "a", "digest": "x", "labels": [], "made": ""}]}', "\x00"],
)  # fmt: skip
def test_a_file_that_is_none_lets_nobody_in_and_is_not_written_over(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(KeysError, match="restore"):
        Keyring().find(path, "fnk_" + "x" * 43)
    with pytest.raises(KeysError):
        add_key(path, "wiki")
    assert path.read_text() == content


def test_many_who_add_at_once_all_have_theirs(path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda n: add_key(path, f"n{n}"), range(16)))
    ring = Keyring()
    assert {ring.find(path, key).name for key in keys} == {f"n{n}" for n in range(16)}  # type: ignore[union-attr]


def test_the_command_shows_a_key_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = ["--file", str(tmp_path / "keys.json")]
    assert main(["keys", "add", "wiki", "--labels", "staff,HR", *file]) == 0
    key = capsys.readouterr().out.strip()
    assert Keyring().find(tmp_path / "keys.json", key)
    assert main(["keys", "list", *file]) == 0
    listed = capsys.readouterr().out
    assert listed.startswith("wiki  hr,staff  20") and key not in listed and digest_of(key) not in listed
    assert main(["keys", "add", "wiki", *file]) == 1 and "already" in capsys.readouterr().err
    assert main(["keys", "revoke", "wiki", *file]) == 0 and capsys.readouterr().out == "revoked wiki\n"
    assert json.loads((tmp_path / "keys.json").read_text())["keys"] == []
    assert main(["keys", "revoke", "wiki", *file]) == 1
    with pytest.raises(SystemExit):
        main(["keys", "add", "x", "--labels", "h r", *file])
