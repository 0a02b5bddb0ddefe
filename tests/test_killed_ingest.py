"""An ingest that is killed, at any moment: the index in use answers as before, and the next ingest cleans up."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from index.build import ingest
from index.encode import Encoder
from index.manifest import current_version
from index.opened import open_index
from index.search import Searcher
from tests.conftest import ROOT
from tests.fakes import FERRY, HashedWords, write_articles
from tests.steps import KILLED, litter, run_every_step


@pytest.mark.slow
def test_killed_at_every_single_step(tmp_path: Path, small: Path, articles: Path) -> None:
    write_articles(
        articles, {"zebra.txt": "Zebra\n\nA zebra was seen in Crowle, the mayor said on Monday.", "ferry.txt": FERRY}
    )
    steps, outcomes = run_every_step(tmp_path, KILLED)
    assert steps > 20
    assert outcomes == {"old", "new"}
    assert len(open_index(small).documents) == 3
    assert isinstance(Searcher(open_index(small), HashedWords()).search("ferry"), list)


@pytest.mark.slow
def test_a_first_ingest_killed_at_every_single_step(tmp_path: Path, articles: Path) -> None:
    steps, outcomes = run_every_step(tmp_path, KILLED)
    assert steps > 20
    assert outcomes == {"old", "new"}, "no index, or all of it"


# Runs in a process of its own, as it forks.
BACK_AND_FORTH = """
import sys
from pathlib import Path
from tests.test_killed_ingest import back_and_forth
back_and_forth(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
"""


def back_and_forth(home: Path, kills: int, seed: int) -> None:
    """Turns all articles of an index from one wording into another and back, each time by an ingest that is killed at a
    random moment and then one that is not. Prints how often the index was the old one and the new one as JSON."""
    chance, encoder, index, outcomes = random.Random(seed), HashedWords(), home / "index", Counter[str]()
    wordings = ["morning", "evening"]
    write_wording(home, wordings[0])
    ingest([str(home / "articles")], index, encoder)
    seconds = 0.5
    for turn in range(kills):
        old, new = wordings[turn % 2], wordings[1 - turn % 2]
        write_wording(home, new)
        child = os.fork()
        if child == 0:
            ingest([str(home / "articles")], index, HashedWords())
            os._exit(0)
        time.sleep(chance.uniform(0, 1.25 * seconds))
        os.kill(child, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) in (0, -signal.SIGKILL)
        found = wording_of(index, encoder)
        assert found in (old, new), turn
        outcomes["old" if found == old else "new"] += 1
        started = time.monotonic()
        ingest([str(home / "articles")], index, encoder)
        if found == old:  # as much to do as the one that was killed
            seconds = time.monotonic() - started
        assert wording_of(index, encoder) == new, turn
        assert litter(index) == [], (turn, litter(index))
    print(json.dumps(outcomes))


def write_wording(home: Path, time_of_day: str) -> None:
    articles = {}
    for number in range(40):
        chance, port = random.Random(number), f"Port {chr(97 + number // 10)}{chr(97 + number % 10)}ton"
        more = " ".join(chance.choices(FERRY.split(), k=90))
        said = f"The ferry to {port} will sail again in the {time_of_day}, the harbour board said."
        articles[f"{number}.txt"] = f"The ferry to {port}\n\n{said}\n\nIn {port} {more}.\n"
    write_articles(home / "articles", articles)


def wording_of(index: Path, encoder: Encoder) -> str:
    """The wording that all articles of the index have, as found by a search and as they are stored."""
    opened = open_index(index)
    (hit,) = Searcher(opened, encoder).search("Does the ferry sail again in the morning or in the evening?", 1)
    texts = [d.text for d in opened.documents.values()]
    (wording,) = (w for w in ("morning", "evening") if f"sail again in the {w}" in hit.passage.text)
    assert len(texts) == 40
    assert all(f"sail again in the {wording}" in text for text in texts), "all of one version"
    assert all(p.text == opened.documents[p.document_id].text[p.start : p.end] for p in opened.passages)
    return wording


def killed_back_and_forth(tmp_path: Path, kills: int, seed: int) -> Counter[str]:
    done = subprocess.run(
        [sys.executable, "-c", BACK_AND_FORTH, str(tmp_path), str(kills), str(seed)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=800,
    )
    assert done.returncode == 0, done.stderr
    return Counter(json.loads(done.stdout))


@pytest.mark.slow
def test_six_kills_of_a_change_back_and_forth(tmp_path: Path) -> None:
    assert killed_back_and_forth(tmp_path, 6, int(os.environ.get("KILL_SEED", "1"))).total() == 6


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_sixty_kills_of_a_change_back_and_forth(tmp_path: Path) -> None:
    outcomes = killed_back_and_forth(tmp_path, 60, int(os.environ.get("KILL_SEED", "2")))
    assert outcomes.total() == 60
    assert outcomes["old"] > 10, "most are killed before they are done"
    assert outcomes["new"] > 0, "some after"


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
