"""The ingest command line, without a model where none is needed. The whole commands run in test_contract.py."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

import pytest

from index.cli import main
from index.encode import DEFAULT_MODEL
from index.publish import writing
from tests.fakes import HashedWords, snapshot, write_articles


def run(*arguments: str, index: Path = Path("/nonexistent/index")) -> int:
    return main(arguments, default_index=index, model="/no/such/model")


@pytest.mark.parametrize(
    "arguments", [(), ("--json",), ("a.txt", "--list"), ("--list", "--prune"), ("a", "--remove", "b")]
)
def test_one_thing_at_a_time(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "error: give paths to ingest, or one of --list, --remove, --prune (see --help)\n"


def test_list_as_text_and_as_json(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--list", index=small) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["bakery.txt", "ferry.txt", "owls.md"]
    assert run("--list", "--json", "--index", str(small)) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["index"] == str(small)
    assert [d["source"] for d in listed["documents"]] == ["bakery.txt", "ferry.txt", "owls.md"]
    described = {"id", "source", "title", "author", "published", "url", "passages"}
    assert set(listed["documents"][0]) == described | {"updated", "dated", "outlet", "language", "section", "labels"}
    assert str(small.parent / "articles") not in json.dumps(listed["documents"]), "no path of this machine"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--list",), "there is no index at"),
        (("--prune",), "there is no index at"),
        (("--remove", "a.txt"), "there is no index at"),
        (("missing.txt",), "missing.txt: no such file or folder; check the path"),
    ],
)
def test_nothing_done_is_exit_code_one(
    tmp_path: Path, arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments, index=tmp_path / "none") == 1
    assert words in capsys.readouterr().err


def test_an_unknown_source_is_named(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot(small)
    assert run("--remove", "ferry.txt", "nope.txt", index=small) == 1
    assert capsys.readouterr().err == f"error: 'nope.txt' is not in the index at {small}; see --list for what is\n"
    assert snapshot(small) == before


def test_a_model_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_articles(tmp_path / "a")
    assert run(str(tmp_path / "a"), index=tmp_path / "i") == 1
    err = capsys.readouterr().err
    assert err.splitlines()[-1].startswith("error: there is no model folder '/no/such/model'; set FOOTNOTE_MODEL")
    assert "Traceback" not in err


def test_an_index_directory_that_holds_other_files(articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot(articles)
    assert run(str(articles), index=articles) == 1
    assert "holds other files ('bakery.txt'); give a new or empty directory" in capsys.readouterr().err
    assert snapshot(articles) == before


def test_an_index_below_a_file(articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(articles), index=articles / "ferry.txt" / "index") == 1
    err = capsys.readouterr().err
    assert err.startswith("error: ") and err.count("\n") == 1
    assert "ferry.txt" in err


def test_a_damaged_index_is_one_line(small: Path, articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    next(small.glob("v-*/documents.jsonl")).write_text("{")
    before = snapshot(small)
    for arguments in (("--list",), ("--prune",), ("--remove", "a"), (str(articles),)):
        assert run(*arguments, index=small) == 1
        err = capsys.readouterr().err
        assert err.startswith(f"error: the index at {small} is damaged (documents.jsonl is damaged); delete that")
        assert err.count("\n") == 1
    assert snapshot(small) == before


def test_waiting_for_another_ingest_is_said_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = threading.Event()

    def first() -> None:
        with writing(tmp_path / "index"):
            held.set()
            time.sleep(0.5)

    thread = threading.Thread(target=first)
    thread.start()
    held.wait()
    assert run("missing.txt", index=tmp_path / "index") == 1
    assert "another ingest is writing the index at" in capsys.readouterr().err
    assert run("missing.txt", "--wait", index=tmp_path / "index") == 1
    thread.join()
    assert capsys.readouterr().err.splitlines() == [
        f"another ingest is writing the index at {tmp_path / 'index'}; waiting until it is done",
        "skipped missing.txt: no such file or folder; check the path",
    ]


def test_the_fake_encoder_index_is_not_opened_with_another_model(small: Path) -> None:
    assert HashedWords().spec.checksum in next(small.glob("v-*/manifest.json")).read_text()


@pytest.mark.parametrize("given", ["", "rays", "ray:", "ray:host", "ray://host:10001", "ray:a b:1", "4", "spark:a:1"])
def test_workers_are_ray_and_an_address(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("a.txt", "--workers", given)
    assert f"{given!r} are no workers; write ray, or ray:HOST:PORT as in ray:10.0.0.1:6379" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["ray", "ray:10.0.0.1:6379", "ray:head.example.org:6379", "ray:[::1]:6379"])
def test_without_ray_the_error_says_how_to_have_it(
    given: str, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("RAY_USAGE_STATS_ENABLED", "RAY_AUTH_MODE", "RAY_AUTH_TOKEN"):
        monkeypatch.setenv(name, "0")  # put back after the test
    monkeypatch.setitem(sys.modules, "ray", None)  # an import of it fails
    arguments = [str(articles), "--index", str(tmp_path / "index"), "--workers", given]
    assert main(arguments, default_index=tmp_path, model=DEFAULT_MODEL) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "error: --workers ray needs Ray, which is not installed; run: pip install -r requirements-ray.txt"
    )
    assert not (tmp_path / "index").exists()
