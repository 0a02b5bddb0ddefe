"""What may happen to the file: the process killed, the disk full, the file damaged, of another program or version."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import FootnoteError
from bot.ui.conversations.errors import ConversationError
from bot.ui.conversations.store import Conversations
from bot.ui.view.exchange import Exchange
from tests.conftest import ROOT
from tests.ui.conversations.talk import answered

WRITING = """
import sys
from pathlib import Path
from bot.ui.conversations.store import Conversations
from tests.ui.conversations.talk import answered
kept = Conversations(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), 1_000_000):
    kept.put("me", f"of {number // 10}", answered(f"{number}?", f"{number}"))
    print(number, flush=True)
"""
# A process that may write no file beyond this size is one whose disk is full, as far as SQLite can tell.
FILLING = """
import resource, signal, sys
from itertools import count
from pathlib import Path
from bot.ui.conversations.errors import ConversationError
from bot.ui.conversations.store import Conversations
from tests.ui.conversations.talk import answered
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
kept = Conversations(Path(sys.argv[1]))
kept.put("me", "a", answered("0?", "0"))
resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
for number in count(1):
    try:
        kept.put("me", "a", answered(f"{number}?", str(number)))
    except ConversationError as error:
        print(number, error)
        break
"""


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as db:
        return bool(db.execute("PRAGMA integrity_check").fetchall() == [("ok",)])


def test_killed_while_writing(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite"
    told = -1
    for kill in range(4):
        process = start(WRITING, str(path), str(told + 1))
        assert process.stdout
        for _ in range(7 + 6 * kill):
            told = int(process.stdout.readline())
        process.kill()  # in the middle of one of the next
        rest, errors = process.communicate()
        assert process.returncode == -signal.SIGKILL, errors
        told = int(rest.split("\n")[-2]) if "\n" in rest else told
        kept = Conversations(path)
        found = [e for c in kept.listing("me") for e in kept.read("me", c.id) or ()]
        numbers = sorted(int(e.id) for e in found)
        assert numbers[: told + 1] == list(range(told + 1)), "what was told to be kept is"
        assert len(numbers) <= told + 2, "and at most the one that was being written"
        assert all(e == answered(f"{e.id}?", e.id) for e in found)
        assert sound(path)
        told = numbers[-1]


def test_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite"
    process = start(FILLING, str(path))
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    number, _, message = output.partition(" ")
    assert int(number) > 10
    assert str(path) in message
    assert "make room on its disk" in message
    assert "FOOTNOTE_CONVERSATIONS" in message
    kept = Conversations(path)
    found = kept.read("me", "a")
    assert found
    assert [e.id for e in found] == [str(n) for n in range(int(number))], "what was kept before stays"
    kept.put("me", "a", Exchange("Is there room again?"))
    assert sound(path)


def damaged(path: Path) -> None:
    path.write_bytes(b"this is no database at all, but an article of some length " * 100)


def torn(path: Path) -> None:
    kept = Conversations(path)
    for number in range(50):
        kept.put("me", "a", answered(f"{number}?", str(number)))
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\x5a" * (len(whole) - 4096))


def newer(path: Path) -> None:
    Conversations(path).put("me", "a", answered())
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 2")


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE recipes (name)")


def folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (damaged, "are damaged"),
        (torn, "are damaged"),
        (newer, "are of version 2, this Footnote knows version 1; update Footnote"),
        (foreign, "is a database of another program"),
        (folder, "cannot be kept"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, spoil: Callable[[Path], None], said: str) -> None:
    path = tmp_path / "kept.sqlite"
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    kept = Conversations(path)
    for use in (
        lambda: kept.put("me", "a", answered()),
        lambda: kept.listing("me"),
        lambda: kept.read("me", "a"),
    ):
        with pytest.raises(ConversationError, match=said) as caught:
            use()
        assert isinstance(caught.value, FootnoteError)
        assert str(path) in str(caught.value)
        assert "set FOOTNOTE_CONVERSATIONS to another file" in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before, "it is left as it is"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConversationError, match=r"file/kept\.sqlite .*make its folder writable or set FOOTNOTE_"):
        Conversations(tmp_path / "file" / "kept.sqlite").listing("me")


def test_a_folder_that_may_not_be_written() -> None:
    # Not even root can make a file here.
    with pytest.raises(ConversationError, match=r"/proc/1/kept\.sqlite .*make its folder writable or set FOOTNOTE_"):
        Conversations(Path("/proc/1/kept.sqlite")).put("me", "a", answered())


def test_a_file_that_is_deleted_while_in_use_is_made_anew(tmp_path: Path) -> None:
    kept = Conversations(tmp_path / "kept.sqlite")
    kept.put("me", "a", answered())
    (tmp_path / "kept.sqlite").unlink()
    assert kept.listing("me") == []
    kept.put("me", "a", answered())
    assert Conversations(tmp_path / "kept.sqlite").read("me", "a") == [answered()]


def test_a_writer_waits_for_another_process(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite"
    Conversations(path).put("me", "a", answered())
    holding = (
        "import sqlite3, sys\n"
        "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "db.execute('BEGIN IMMEDIATE')\n"
        "print('held', flush=True)\n"
        "sys.stdin.readline()\n"
        "db.execute('COMMIT')\n"
    )
    command = [sys.executable, "-c", holding, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        assert len(Conversations(path).listing("me")) == 1, "a reader does not wait"
        process.stdin.write("\n")
        process.stdin.flush()
        Conversations(path).put("me", "a", Exchange("Next?"))
    found = Conversations(path).read("me", "a")
    assert found
    assert len(found) == 2
