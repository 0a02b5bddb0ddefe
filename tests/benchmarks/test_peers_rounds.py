"""A round of a system in processes of its own, and the systems that are compared. No peer is needed for it."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

from benchmarks.peers.environments import environment, requirements_of
from benchmarks.peers.gold import Asked, Gold
from benchmarks.peers.rounds import Entry, Place, play
from benchmarks.peers.systems import BASE, SYSTEMS, System, choose

ROOT = Path(__file__).parents[2]
ASKED = (Asked("when was the bridge shut", (Gold("a.txt", "The bridge was shut in May."),)),)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path, tmp_path / "articles", tmp_path / "questions.json", tmp_path)
    found.articles.mkdir()
    (found.articles / "a.txt").write_text("Bridges\n\nThe bridge was shut in May.\n", "utf-8")
    (found.articles / "b.txt").write_text("Tea\n\nTea is dear.\n", "utf-8")
    found.questions.write_text(json.dumps([asked.text for asked in ASKED]), "utf-8")
    return found


def test_a_round_measures_every_job(place: Place) -> None:
    entry = Entry(System("shelf", "Shelf", "tests.benchmarks.shelf:Shelf"))
    play(entry, sys.executable, place, ASKED, 0)
    assert entry.failure is None
    (found,) = entry.rounds
    assert found.passages == 4
    assert found.ingest_s is not None and found.process_s is not None
    assert 0 < found.ingest_s < found.process_s
    assert found.ingest_mib is not None and found.ingest_mib > 1
    assert 0 < found.p50_ms <= found.p95_ms
    assert found.query_mib > 1
    assert found.cold_s > 0
    assert (found.quality.mrr, found.quality.recall, found.quality.document_mrr) == (1, 1, 1)


def test_a_system_that_makes_no_index_searches_that_of_the_first_round(place: Place) -> None:
    play(Entry(System("shelf", "Shelf", "tests.benchmarks.shelf:Shelf")), sys.executable, place, ASKED, 0)
    entry = Entry(System("reader", "Reader", "tests.benchmarks.shelf:Shelf", index_of="shelf"))
    play(entry, sys.executable, place, ASKED, 1)
    assert entry.failure is None
    assert entry.rounds[0].ingest_s is None
    assert entry.rounds[0].quality.mrr == 1


def test_a_system_that_fails_says_at_what_and_why(place: Place) -> None:
    entry = Entry(System("broken", "Broken", "tests.benchmarks.shelf:Broken"))
    play(entry, sys.executable, place, ASKED, 0)
    assert entry.rounds == []
    assert entry.failure == "query ended with 1: RuntimeError: the shelf fell over"


def test_systems_run_quietly_and_take_their_own_threads() -> None:
    found = environment({"PATH": "/bin", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "0"})
    assert found["PATH"] == "/bin"
    assert found["HF_HUB_OFFLINE"] == "1"
    assert "OMP_NUM_THREADS" not in found


def test_footnote_is_among_what_is_chosen_and_an_unknown_name_is_refused() -> None:
    assert [system.name for system in choose(["txtai", "chroma"])] == [BASE, "chroma", "txtai"]
    with pytest.raises(ValueError, match="no system 'croma'; known: footnote, "):
        choose(["croma"])


@pytest.mark.parametrize("system", [s for s in SYSTEMS.values() if s.package], ids=lambda s: s.name)
def test_what_a_peer_needs_is_pinned_and_torch_is_the_projects(system: System) -> None:
    lines = requirements_of(system).read_text("utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith("#")]
    assert all("==" in line for line in pinned)
    ours = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    shared = [line for line in ours if line.startswith(("torch==", "transformers==", "sentence-transformers=="))]
    assert len(shared) == 3
    assert set(shared) <= set(pinned)
    assert any(line.startswith(f"{system.package}==") for line in pinned)


def test_what_runs_in_a_peers_environment_imports_nothing_of_footnote() -> None:
    modules = [s.opener.partition(":")[0].rpartition(".")[2] for s in SYSTEMS.values() if s.package]
    assert len(modules) == 5
    for module in ("peer", "worker", *modules):
        tree = ast.parse((ROOT / "benchmarks" / "peers" / f"{module}.py").read_text("utf-8"))
        names = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        names += [alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names]
        assert not {name.split(".")[0] for name in names} & {"index", "bot", "eval"}, module
        assert {name for name in names if name.startswith("benchmarks")} <= {"benchmarks.peers.peer"}, module
