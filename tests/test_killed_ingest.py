"""An ingest that is killed, at any moment: the index in use answers as before, and the next ingest cleans up."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.encode import Encoder
from index.manifest import current_version
from index.opened import open_index
from index.search import Searcher
from tests.conftest import ROOT
from tests.fakes import FERRY, HashedWords, write_articles

# Runs in a process of its own: forks an ingest that dies at the n-th thing it does to the file system, for every n.
EVERY_STEP = """
import os, shutil, sys
from itertools import count
from pathlib import Path
from index.build import ingest
from index.opened import open_index
from tests.fakes import ARTICLES, HashedWords

home, index, work, articles = (Path(sys.argv[1]) / name for name in ("", "index", "work", "articles"))
before = {d.source: d.text for d in open_index(index).documents.values()}
outcomes = set()
for step in count():
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(index, work)
    child = os.fork()
    if child == 0:
        done = 0
        def hook(event, arguments):
            global done
            if event in ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir") and str(work) in str(arguments[0]):
                if done == step:
                    os._exit(9)
                done += 1
        sys.addaudithook(hook)
        ingest([str(articles)], work, HashedWords())
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    found = {d.source: d.text for d in open_index(work).documents.values()}
    outcomes.add("old" if found == before else "new" if len(found) == 4 else "broken")
    report = ingest([str(articles)], work, HashedWords())
    assert report.documents == 4, report
    names = sorted(p.name for p in work.iterdir())
    assert len(names) == 3 and names[:2] == ["current", "lock"] and names[2].startswith("v-"), (step, names)
    if code == 0:
        break
    assert code == 9, code
print(step, sorted(outcomes))
"""


def test_killed_at_every_single_step(tmp_path: Path, small: Path, articles: Path) -> None:
    write_articles(
        articles, {"zebra.txt": "Zebra\n\nA zebra was seen in Crowle, the mayor said on Monday.", "ferry.txt": FERRY}
    )
    done = subprocess.run(
        [sys.executable, "-c", EVERY_STEP, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stderr
    steps, outcomes = done.stdout.split(" ", 1)
    assert int(steps) > 20
    assert outcomes == "['new', 'old']\n"
    assert len(open_index(small).documents) == 3
    assert isinstance(Searcher(open_index(small), HashedWords()).search("ferry"), list)


def start(articles: Path, index: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "ingest.py", str(articles), "--index", str(index)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_and_check(articles: Path, index: Path, model: Encoder, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    first = previous = {d.source for d in open_index(index).documents.values()}
    for turn in range(kills):
        write_articles(articles, {f"new{turn}.txt": FERRY.replace("Oldmouth", f"Oldmouth {turn}")})
        process = start(articles, index)
        # A third of the kills at any moment from the start on, the rest once the new version is being built.
        deadline = time.monotonic() + 60
        if turn % 3:
            while not list(index.glob("building-*")) and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
        time.sleep(chance.uniform(0, 4 if turn % 3 == 0 else 5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        opened = open_index(index)
        sources = {d.source for d in opened.documents.values()}
        complete = first | {f"new{i}.txt" for i in range(turn + 1)}
        assert previous <= sources <= complete
        hits = Searcher(opened, model).search("How many warheads does New START allow each country?", 5)
        assert any("1,550" in hit.passage.text for hit in hits)
        previous = sources
    process = start(articles, index)
    assert process.wait(timeout=120) == 0
    assert {d.source for d in open_index(index).documents.values()} == first | {f"new{i}.txt" for i in range(kills)}
    assert sorted(p.name for p in index.iterdir()) == sorted(["current", "lock", current_version(index).name])


@pytest.fixture
def copies(tmp_path: Path, bundled: Path) -> tuple[Path, Path]:
    """A folder for new articles, and the index of the bundled ones to add them to."""
    shutil.copytree(bundled, tmp_path / "index")
    return tmp_path / "articles", tmp_path / "index"


def test_three_kills(copies: tuple[Path, Path], model: Encoder) -> None:
    kill_and_check(*copies, model, kills=3, seed=int(os.environ.get("KILL_SEED", "1")))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_twenty_kills(copies: tuple[Path, Path], model: Encoder) -> None:
    kill_and_check(*copies, model, kills=20, seed=int(os.environ.get("KILL_SEED", "2")))
