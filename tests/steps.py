"""An ingest to which something happens at the n-th thing that it does to the file system, for every n.

Forks, so it runs in a process of its own that has no threads: `every_step` here, called by `run_every_step`.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from index.build import ingest
from index.errors import FootnoteIndexError, IndexMissingError
from index.manifest import current_version
from index.opened import open_index
from tests.fakes import HashedWords

KILLED, FULL_ONCE, FULL = "killed", "full once", "full"
_DONE, _UNHURT, _REFUSED, _KILLED = 0, 5, 7, 9
_CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir")
_ROOT = Path(__file__).parents[1]


def run_every_step(home: Path, happening: str) -> tuple[int, set[str]]:
    """`every_step` in a process of its own."""
    code = "import pathlib, sys; from tests.steps import every_step; every_step(pathlib.Path(sys.argv[1]), sys.argv[2])"
    command = [sys.executable, "-c", code, str(home), happening]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    steps, outcomes = json.loads(done.stdout)
    return steps, set(outcomes)


def every_step(home: Path, happening: str) -> None:
    """Ingests HOME/articles into a copy of HOME/index, or into a new index if there is none, again and again.

    Each time something happens one step later: the ingest is killed, or one write fails for want of room, or all from
    there on. The index must then be the old one or the new, and the next ingest must make the new one and leave nothing
    behind. Prints the number of steps and what the index was as JSON.
    """
    index, work, articles = (home / name for name in ("index", "work", "articles"))
    old = texts(index)
    _start_over(index, work)
    ingest([str(articles)], work, HashedWords())
    new = texts(work)
    assert new != old
    outcomes: set[str] = set()
    for step in count():
        _start_over(index, work)
        code = _forked(lambda n=step: _ingest(n, happening, work, articles))  # type: ignore[misc]
        found = texts(work)
        assert found in (old, new), (step, found)
        outcomes.add("old" if found == old else "new")
        if code == _REFUSED:
            assert litter(work) == [], (step, litter(work))
        ingest([str(articles)], work, HashedWords())
        assert texts(work) == new, step
        assert litter(work) == [], (step, litter(work))
        if code == _DONE:
            break
        assert code in ((_KILLED,) if happening == KILLED else (_REFUSED, _UNHURT)), (step, code)
        assert code != _UNHURT or found == new, step
    print(json.dumps([step, sorted(outcomes)]))


def texts(directory: Path) -> dict[str, str] | None:
    """The texts of an index by source, all its files checked; None if there is none."""
    try:
        return {d.source: d.text for d in open_index(directory).documents.values()}
    except IndexMissingError:
        return None


def litter(directory: Path) -> list[str]:
    """What is in an index directory beside the version in use."""
    try:
        kept = {"lock", "current", current_version(directory).name}
    except IndexMissingError:
        kept = {"lock"}
    return sorted({p.name for p in directory.glob("*")} - kept)


def _start_over(index: Path, work: Path) -> None:
    shutil.rmtree(work, ignore_errors=True)
    if index.exists():
        shutil.copytree(index, work)


def _forked(run: Callable[[], int]) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = run()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _ingest(step: int, happening: str, work: Path, articles: Path) -> int:
    done = 0
    sync = os.fsync

    def happen(emptied: str = "") -> None:
        nonlocal done
        done += 1
        if done == step + 1 and happening == KILLED:
            if emptied:
                os.close(os.open(emptied, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
            os._exit(_KILLED)
        if done == step + 1 or (done > step and happening == FULL):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _CHANGES or event == "open":
            changes = event in ("os.rename", "os.mkdir") or (event == "open" and _writes(arguments[2]))
            if str(work) in str(arguments[0]) and (changes or happening == KILLED):
                happen()
                if happening == KILLED and event == "open" and arguments[2] & os.O_TRUNC:
                    happen(emptied=arguments[0])  # the file is there, what was written to it is not

    def fsync(descriptor: int) -> None:
        happen()
        sync(descriptor)

    sys.addaudithook(hook)
    os.fsync = fsync  # type: ignore[assignment]
    try:
        ingest([str(articles)], work, HashedWords())
    except FootnoteIndexError as error:
        message = str(error)
        assert str(work) in message, message
        assert "No space left on device); free disk space" in message, message
        assert "\n" not in message, message
        return _REFUSED
    return _UNHURT if done > step else _DONE


def _writes(flags: int) -> bool:
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
