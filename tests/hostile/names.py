"""What is hostile in a file system: names, links, pipes, sockets, depths and files of no one's."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.case import TEXT

_DEEP = 1_100


@dataclass(frozen=True, slots=True)
class Odd:
    """What was put into a folder. `is_there` tells that the path can be looked at."""

    kind: str
    path: Path
    may_be_read: bool


def write_odd(folder: Path, outside: Path) -> Iterator[Odd]:
    """Writes them; `outside` is a file beside the folder that links lead to, and that no one should read."""
    folder.mkdir(parents=True)
    yield from _named(folder)
    yield from _linked(folder, outside)
    yield from _special(folder)
    yield from _nested(folder)


def _named(folder: Path) -> Iterator[Odd]:
    for kind, name, may_be_read in (
        ("a line end", "a\nb.txt", False),
        ("orders to a terminal", "\x1b[2J\x07.txt", False),
        ("a right-to-left override", "bell\u202etxt.exe.txt", False),
        ("a line end of Unicode's", "a\u2028b.txt", False),
        ("bytes that are no UTF-8", os.fsdecode(b"\xff\xfe\x80.txt"), False),
        ("250 characters", "a" * 246 + ".txt", True),
        ("a leading dash", "-rf.txt", True),
        ("two leading dashes", "--remove.md", True),
        ("nothing but dots and a suffix", "a...txt", True),
        ("a space at its end", "bell.txt ", False),
        ("a full stop at its end", "bell.txt.", False),
        ("orders to a shell", "$(exit) `exit`; exit & 'x' \"y\".txt", True),
        ("orders to a browser", "<img src=x onerror=alert(1)>.txt", True),
        ("marks of a pattern", "[a-z]*?{x,y}.txt", True),
        ("percent signs", "%2e%2e%2f%00%s%n.txt", True),
        ("backslashes", "bell\\..\\..\\bell.txt", True),
        ("a mark of a part", "bell.csv#1.txt", True),
        ("a scheme", "file:bell.txt", True),
        ("a tilde", "~root.txt", True),
        ("a name of a device", "CON.txt", True),
        ("letters of four bytes", "\U0001f514" * 60 + ".txt", True),
        ("accents in two ways (1)", "be\u0301ll.txt", True),
        ("accents in two ways (2)", "b\u00e9ll.txt", True),
        ("capitals (1)", "BELL.TXT", True),
        ("capitals (2)", "Bell.Txt", True),
        ("80 accents on a letter", "e" + "\u0301" * 80 + ".txt", True),
        ("a suffix of 200 letters", "bell." + "a" * 200, False),
        ("a suffix with orders of direction", "bell.\u202etxt", False),
    ):
        path = folder / name
        path.write_bytes(TEXT)
        yield Odd(f"a name with {kind}", path, may_be_read)


def _linked(folder: Path, outside: Path) -> Iterator[Odd]:
    loop = folder / "loop"
    for kind, name, target in (
        ("a file outside", "outside.txt", outside),
        ("a file outside, by a path of its own", "relative.txt", Path(os.path.relpath(outside, folder))),
        ("a folder outside", "folder", outside.parent),
        ("the root", "root", Path("/")),
        ("a device that never ends", "zero.txt", Path("/dev/zero")),
        ("a device that never answers", "terminal.txt", Path("/dev/tty")),
        ("the memory of the process", "memory.txt", Path("/proc/self/mem")),
        ("what the process was called with", "process.txt", Path("/proc/self/cmdline")),
        ("nothing", "dangling.txt", Path("nothing.txt")),
        ("nothing outside", "outside-dangling.txt", outside.with_name("nothing.txt")),
        ("itself", "itself.txt", Path("itself.txt")),
        ("a link that leads back", "there.txt", Path("back.txt")),
        ("the folder it is in", "here", Path()),
        ("a folder that is itself", "loop", loop),
    ):
        path = folder / name
        path.symlink_to(target)
        yield Odd(f"a link to {kind}", path, may_be_read=False)
    (folder / "back.txt").symlink_to("there.txt")
    chain = folder / "chain"
    chain.mkdir()
    for number in range(60):
        (chain / f"{number}.txt").symlink_to(f"{number + 1}.txt")
    yield Odd("a chain of 60 links to nothing", chain / "0.txt", may_be_read=False)
    os.link(folder / "-rf.txt", folder / "hard.txt")
    yield Odd("a second name of a file", folder / "hard.txt", may_be_read=True)


def _special(folder: Path) -> Iterator[Odd]:
    for name in ("pipe.txt", "pipe.pdf"):
        os.mkfifo(folder / name)
        yield Odd(f"a pipe named as {name[-3:]}", folder / name, may_be_read=False)
    listening = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(folder)  # a socket's path may be no longer than 100 bytes or so
    try:
        listening.bind("socket.txt")
    finally:
        os.chdir(here)
        listening.close()
    yield Odd("a socket named as text", folder / "socket.txt", may_be_read=False)
    for name, size in (("sparse.txt", 40 * 2**20), ("sparse.csv", 5 * 2**30), ("sparse.pdf", 2**40)):
        with (folder / name).open("wb") as file:
            file.truncate(size)
        yield Odd(
            f"a file of {size // 2**20:,} MB that takes no room, named as {name[-3:]}", folder / name, may_be_read=False
        )
    for kind, name, seconds in (("1901", "old.txt", -(2**31)), ("2446", "new.txt", 2**33 + 2**32)):
        (folder / name).write_bytes(TEXT)
        os.utime(folder / name, (seconds, seconds))
        yield Odd(f"a file of the year {kind}", folder / name, may_be_read=True)
    locked = folder / "locked.txt"
    locked.write_bytes(TEXT)
    locked.chmod(0)
    yield Odd("a file that no one may read", locked, may_be_read=os.access(locked, os.R_OK))
    inside = folder / "locked" / "bell.txt"
    inside.parent.mkdir()
    inside.write_bytes(TEXT)
    inside.parent.chmod(0o600 if os.access(locked, os.R_OK) else 0o400)
    yield Odd("a file in a folder that no one may enter", inside, may_be_read=os.access(inside, os.R_OK))


def _nested(folder: Path) -> Iterator[Odd]:
    for kind, name in (("a PDF", "bell.pdf"), ("an archive", "bell.zip"), ("a web address", "http:")):
        (folder / name).mkdir()
        (folder / name / "bell.txt").write_bytes(TEXT)
        yield Odd(f"a text in a folder named as {kind}", folder / name / "bell.txt", may_be_read=True)
    yield Odd("a text in a folder within 60 others", _sunk(folder / "sixty", "d", 60), may_be_read=True)
    yield Odd(f"a text in a folder within {_DEEP:,} others", _sunk(folder / "deep", "d", _DEEP), may_be_read=False)
    # The path of its folder is a little shorter than a system takes, and its own is longer.
    room = 4_090 - len(os.fsencode(folder / "long"))
    path = _sunk(folder / "long", "d" * 200, room // 201, "d" * max(1, room % 201 - 1))
    yield Odd("a text whose path is longer than the system takes", path, may_be_read=False)


def _sunk(folder: Path, name: str, times: int, last: str = "d") -> Path:
    """A text so many folders down, written step by step, as its path may be too long to name."""
    folder.mkdir()
    here = os.open(folder, os.O_RDONLY)
    for part in [name] * times + [last]:
        os.mkdir(part, dir_fd=here)
        inner = os.open(part, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    with os.fdopen(os.open("bell.txt", os.O_WRONLY | os.O_CREAT, dir_fd=here), "wb") as file:
        file.write(TEXT)
    os.close(here)
    return folder.joinpath(*[name] * times, last, "bell.txt")
