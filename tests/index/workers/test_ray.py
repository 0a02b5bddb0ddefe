"""Ingests on a real Ray cluster: two nodes on this machine, one of which is killed, or the ingest itself, or all."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from benchmarks.ray_ingest import write_long_articles
from benchmarks.two_nodes import Node, TwoNodes, keep_others_out, two_nodes
from index.build import ingest
from index.errors import EncoderError, WorkersError
from index.manifest import SPOOL, current_version
from index.opened import OpenIndex, open_index
from index.spool import Spool
from index.workers.ray_cluster import ray_workers
from tests.clusters import DoomedWords
from tests.conftest import ROOT, Runner
from tests.fakes import HashedWords, snapshot, write_articles

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not find_spec("ray"), reason="pip install -r requirements-ray.txt"),
]

FILES = 200


@pytest.fixture(scope="module", autouse=True)
def token() -> None:
    keep_others_out()


@pytest.fixture
def nodes() -> Iterator[TwoNodes]:
    with two_nodes() as found:
        yield found


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some hundreds of articles, and what no article can be made of."""
    folder = tmp_path_factory.mktemp("many") / "articles"
    write_long_articles(folder, FILES)
    write_articles(folder, {"empty.txt": "", "odd.pdf": "no PDF"})
    return folder


@pytest.fixture(scope="module")
def plain(many: Path, tmp_path_factory: pytest.TempPathFactory) -> OpenIndex:
    """What the plain ingest makes of them."""
    directory = tmp_path_factory.mktemp("plain") / "index"
    assert len(ingest([str(many)], directory, HashedWords()).added) == FILES
    return open_index(directory)


def check_the_same(directory: Path, plain: OpenIndex) -> None:
    """Nothing lost, nothing twice, nothing other."""
    found = open_index(directory)
    assert Counter(p.id for p in found.passages) == Counter(p.id for p in plain.passages)
    assert list(found.passages) == list(plain.passages)
    assert dict(found.documents) == dict(plain.documents)
    undated = [[replace(o, modified=0) for o in index.origins.values()] for index in (found, plain)]
    assert undated[0] == undated[1]
    np.testing.assert_allclose(found.store.vectors(), plain.store.vectors(), atol=1e-5)
    assert sorted(p.name for p in directory.iterdir()) == sorted(["current", "lock", current_version(directory).name])


def kill_when(there: Path, node: Node) -> Thread:
    """Kills the node as soon as the file is there."""

    def watch() -> None:
        deadline = time.monotonic() + 300
        while not there.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        node.kill()

    thread = Thread(target=watch, daemon=True)
    thread.start()
    return thread


def test_a_node_killed_while_it_encodes(nodes: TwoNodes, many: Path, plain: OpenIndex, tmp_path: Path) -> None:
    """Its worker has a task that it never ends, so that this is lost for certain."""
    (tmp_path / "doomed").write_text(str(nodes.other.process.pid))
    killer = kill_when(tmp_path / "stuck", nodes.other)
    encoder = HashedWords()
    with ray_workers(nodes.address, partial(DoomedWords, tmp_path), encoder.spec) as workers:
        report = ingest([str(many)], tmp_path / "index", encoder, workers=workers)
    killer.join()
    assert workers.retried >= 1
    assert encoder.encoded == [], "the workers do it"
    assert (len(report.added), [s.source for s in report.skipped]) == (FILES, ["empty.txt", "odd.pdf"])
    check_the_same(tmp_path / "index", plain)


# A process of its own, which is killed. Tells each time that passages are encoded.
INGEST = """
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from index.build import ingest
from index.workers.ray_cluster import ray_workers
from tests.clusters import LoggedWords
from tests.fakes import HashedWords
address, articles, index, log = sys.argv[1:]
with ray_workers(address, partial(LoggedWords, Path(log)), HashedWords().spec) as workers:
    tell = lambda stage, done, total: stage == "encode" and print(done, total, flush=True)
    ingest([articles], Path(index), HashedWords(), workers=workers, progress=tell)
"""


def test_an_ingest_killed_and_gone_on_with(nodes: TwoNodes, many: Path, plain: OpenIndex, tmp_path: Path) -> None:
    index, log = tmp_path / "index", tmp_path / "log"
    command = [sys.executable, "-c", INGEST, nodes.address, str(many), str(index), str(log)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        told = [next(process.stdout) for _ in range(2)]
        process.kill()
    assert [p.name for p in index.iterdir() if not p.name.startswith(("building-", "lock"))] == [SPOOL]
    names = [*dict.fromkeys(log.read_text().split())]
    with Spool(index, HashedWords().spec) as spool:
        kept = {name for name, _ in spool.take(names)}
    assert len(kept) >= int(told[1].split()[0]) > 0
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    total = int(told[0].split()[1])
    assert int(done.stdout.split()[-1]) == total - len(kept), "what is left to encode"
    encoded = Counter(log.read_text().split())
    assert len(encoded) == total
    assert all(encoded[name] == 1 for name in kept), "not encoded again"
    check_the_same(index, plain)


def test_a_cluster_that_goes_away(nodes: TwoNodes, many: Path, small: Path, tmp_path: Path) -> None:
    before, encoder = snapshot(small), HashedWords()
    killed: list[int] = []

    def kill_all(stage: str, done: int, total: int) -> None:
        if stage == "encode" and not killed:
            killed.extend([nodes.other.kill(), nodes.head.kill()])

    with (
        pytest.raises(WorkersError, match=rf"^the Ray cluster at {nodes.address} does not answer any more; start the"),
        ray_workers(nodes.address, HashedWords, encoder.spec) as workers,
    ):
        ingest([str(many)], small, encoder, workers=workers, progress=kill_all)
    with Spool(small, encoder.spec) as spool:
        assert len(spool) >= 256, "what was encoded is kept"
    after = snapshot(small)
    del after[SPOOL]
    assert after == before


def test_other_weights_are_refused(articles: Path, tmp_path: Path) -> None:
    encoder = HashedWords()
    with (
        pytest.raises(WorkersError, match="the embedding model 'hashed-words' has other weights on"),
        ray_workers("", partial(HashedWords, name="another"), encoder.spec) as workers,
    ):
        ingest([str(articles)], tmp_path / "index", encoder, workers=workers)


def test_what_a_worker_cannot_load_is_told(articles: Path, tmp_path: Path) -> None:
    from index.encode import open_encoder

    with (
        pytest.raises(EncoderError, match="there is no model folder '/no/such/model'"),
        ray_workers("", partial(open_encoder, "/no/such/model"), HashedWords().spec) as workers,
    ):
        ingest([str(articles)], tmp_path / "index", HashedWords(), workers=workers)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "[::1]:1", "127.0.0.1:99999"])
def test_no_cluster_at_the_address(address: str) -> None:
    with (
        pytest.raises(WorkersError, match=rf"^no Ray cluster answers at {re.escape(address)}; start one there, or"),
        ray_workers(address, HashedWords, HashedWords().spec),
    ):
        pass


def test_the_command(run_command: Runner, articles: Path, tmp_path: Path) -> None:
    done = run_command("ingest.py", str(articles), "--index", str(tmp_path / "index"), "--workers", "ray")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("3 added; ")
    assert len(open_index(tmp_path / "index").documents) == 3
