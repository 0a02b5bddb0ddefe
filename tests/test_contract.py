"""The outer contract: commands, exit codes, JSON keys, invariants, by running the real commands as a user would."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main as bot_main
from index.cli import main as ingest_main
from index.encode import DEFAULT_MODEL
from index.publish import writing
from tests.conftest import Runner
from tests.fakes import snapshot, write_articles

ANSWER_KEYS = {
    "question", "standalone_question", "abstained", "confidence", "answer", "sentences", "citations", "timings_ms",
    "answerer", "model",
}  # fmt: skip
SENTENCE_KEYS = {"text", "citations", "support"}
CITATION_KEYS = {
    "n", "document_id", "source", "title", "author", "published", "url", "passage_id", "start", "end", "quote",
    "updated", "outlet", "place", "link", "also",
}  # fmt: skip
TIMING_KEYS = {"rewrite", "retrieve", "rerank", "answer", "verify", "total"}
HIT_KEYS = {"source", "title", "start", "end", "text", "score"}
REPORT_KEYS = {
    "index", "added", "changed", "unchanged", "removed", "duplicates", "labelled", "skipped", "documents", "passages",
    "seconds", "passages_per_second",
}  # fmt: skip

Done = subprocess.CompletedProcess[str]


def run_ingest(*arguments: str) -> Done:
    """`python ingest.py` in this process."""
    return run_here(lambda: ingest_main(arguments, default_index=Path("none"), model=DEFAULT_MODEL))


def run_bot(*arguments: str) -> Done:
    """`python -m bot` in this process."""
    return run_here(lambda: bot_main(arguments))


def run_here(command: Callable[[], int]) -> Done:
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        code = command()
    return Done((), code, out.getvalue(), err.getvalue())


def document(done: Done) -> Any:
    """Standard output as the one JSON document that it must be."""
    return json.loads(done.stdout)


def one_line(done: Done, code: int = 1) -> str:
    """The one line of an error; nothing on standard output."""
    assert done.returncode == code
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("error: ")
    return done.stderr


def stored(index: Path) -> dict[str, dict[str, Any]]:
    """The stored documents by id, read from the index directory as it lies there."""
    version = index / (index / "current").read_text()
    lines = (version / "documents.jsonl").read_text("utf-8").splitlines()
    return {d["id"]: d for d in map(json.loads, lines)}


def check_answer(answer: dict[str, Any], documents: dict[str, dict[str, Any]]) -> None:
    """Keys exactly, and the invariants of the contract."""
    assert set(answer) == ANSWER_KEYS | ({"nearest"} if answer["abstained"] else set())
    assert set(answer["timings_ms"]) == TIMING_KEYS
    assert all(isinstance(value, float) and value >= 0 for value in answer["timings_ms"].values())
    assert 0 <= answer["confidence"] <= 1
    assert answer["answerer"] == "extractive"
    assert answer["model"] is None
    numbers = [c["n"] for c in answer["citations"]]
    for s in answer["sentences"]:
        assert set(s) == SENTENCE_KEYS
        assert s["support"] in ("verbatim", "verified", "unsupported")
        assert s["citations"]
        assert set(s["citations"]) <= set(numbers)
    for c in answer["citations"]:
        assert set(c) == CITATION_KEYS
        of = documents[c["document_id"]]
        assert of["text"][c["start"] : c["end"]] == c["quote"]
        assert all(c[key] == of[key] for key in ("source", "title", "author", "published", "url"))
    assert {int(n) for n in re.findall(r"(?<!\\)\[(\d+)\]", answer["answer"])} == set(numbers)
    if answer["abstained"]:
        assert answer["sentences"] == answer["citations"] == []
        assert answer["answer"]
        check_hits(answer["nearest"], documents)
    else:
        assert answer["sentences"]


def check_hits(hits: list[dict[str, Any]], documents: dict[str, dict[str, Any]]) -> None:
    for found in hits:
        assert set(found) >= HIT_KEYS
        (of,) = [d for d in documents.values() if d["source"] == found["source"]]
        assert of["text"][found["start"] : found["end"]] == found["text"]
        assert of["title"] == found["title"]
        assert math.isfinite(found["score"])


@dataclass(frozen=True)
class Ingested:
    """An index made by the command itself, and what each of the commands on the way printed: the first as a process,
    the others within this one, where the libraries are loaded already."""

    articles: Path
    index: Path
    first: Done
    again: Done
    partly: Done


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory, run_command: Runner) -> Ingested:
    home = tmp_path_factory.mktemp("contract")
    articles, index = write_articles(home / "articles"), home / "out" / "index"
    first = run_command("ingest.py", str(articles), "--index", str(index), "--json")
    again = run_ingest(str(articles), "--index", str(index))
    (articles / "empty.txt").touch()
    write_articles(
        articles, {"sub/zebra.txt": "Zebra in Crowle\n\nA zebra was seen in Crowle, the mayor said on Monday."}
    )
    partly = run_ingest(str(articles), str(home / "none"), "--index", str(index), "--json")
    return Ingested(articles, index, first, again, partly)


def test_ingest_reports_and_exits_with_zero(ingested: Ingested) -> None:
    assert ingested.first.returncode == 0
    report = document(ingested.first)
    assert set(report) == REPORT_KEYS
    assert report["added"] == ["bakery.txt", "ferry.txt", "owls.md"]
    assert (report["skipped"], report["documents"], report["index"]) == ([], 3, str(ingested.index))
    assert report["passages"] >= 3


def test_ingest_again_does_nothing_and_exits_with_zero(ingested: Ingested) -> None:
    assert ingested.again.returncode == 0
    assert ingested.again.stdout.startswith("3 unchanged; ")
    assert ingested.again.stdout.count("\n") == 1


def test_ingest_with_bad_files_names_them_and_exits_with_three(ingested: Ingested) -> None:
    assert ingested.partly.returncode == 3
    report = document(ingested.partly)
    assert report["added"] == ["sub/zebra.txt"]
    missing = str(ingested.articles.parent / "none")
    assert {s["source"]: set(s) for s in report["skipped"]} == {
        name: {"source", "reason"} for name in ("empty.txt", missing)
    }
    assert "skipped empty.txt: the file is empty" in ingested.partly.stderr
    assert f"skipped {missing}: no such file or folder; check the path" in ingested.partly.stderr
    assert "Traceback" not in ingested.partly.stderr


def test_ingest_of_nothing_good_exits_with_one(ingested: Ingested, tmp_path: Path, run_command: Runner) -> None:
    done = run_command("ingest.py", str(ingested.articles / "empty.txt"), "--index", str(tmp_path / "i"), "--json")
    assert done.returncode == 1
    assert document(done)["documents"] == 0
    assert "skipped" in done.stderr


def test_a_second_ingest_says_that_another_is_at_work(ingested: Ingested, run_command: Runner) -> None:
    before = snapshot(ingested.index)
    with writing(ingested.index):
        done = run_command("ingest.py", str(ingested.articles), "--index", str(ingested.index))
    assert "another ingest is writing the index at" in one_line(done)
    assert snapshot(ingested.index) == before


def test_list_and_remove_and_prune(ingested: Ingested, tmp_path: Path) -> None:
    index = str(tmp_path / "index")
    gone = write_articles(tmp_path / "gone", {"a.txt": "A tale of a goat\n\nThe goat was sold, they said."})
    kept = write_articles(tmp_path / "kept", {"b.txt": "A tale of a hen\n\nThe hen was sold, they said."})
    ferry = str(ingested.articles / "ferry.txt")
    assert run_ingest(str(gone), str(kept), ferry, "--index", index).returncode == 0
    (gone / "a.txt").unlink()
    pruned = run_ingest("--prune", "--index", index, "--json")
    assert (pruned.returncode, document(pruned)["removed"]) == (0, ["a.txt"])
    removed = run_ingest("--index", index, "--json", "--remove", ferry)
    assert (removed.returncode, document(removed)["removed"]) == (0, [ferry])
    listed = run_ingest("--index", index, "--list", "--json")
    assert [d["source"] for d in document(listed)["documents"]] == ["b.txt"]
    assert one_line(run_ingest("--index", index, "--remove", "x.txt"))


def test_the_index_is_named_by_a_variable_too(ingested: Ingested, run_command: Runner) -> None:
    done = run_command("ingest.py", "--list", "--json", env={**os.environ, "FOOTNOTE_INDEX": str(ingested.index)})
    assert document(done)["index"] == str(ingested.index)
    bad = run_command("ingest.py", "--list", env={**os.environ, "FOOTNOTE_PASSAGES": "none"})
    assert "FOOTNOTE_PASSAGES is 'none'" in one_line(bad)


@pytest.fixture(scope="module")
def asked(bundled: Path, run_command: Runner, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """One question with a history, as JSON."""
    history = tmp_path_factory.mktemp("history") / "h.json"
    history.write_text(
        json.dumps(
            [
                {"role": "user", "content": "What did Dmitry Peskov say about Washington?"},
                {"role": "assistant", "content": "It must give up hegemonism. [1]"},
            ]
        )
    )
    arguments = ("And Sergey Lavrov?", "--index", str(bundled), "--json", "--history", str(history))
    return run_command("-m", "bot", "ask", *arguments, "--answerer", "extractive")


def test_ask_prints_one_answer(asked: Done, bundled: Path) -> None:
    assert asked.returncode == 0, asked.stderr
    answer = document(asked)
    check_answer(answer, stored(bundled))
    assert answer["question"] == "And Sergey Lavrov?"
    assert answer["standalone_question"] == "What did Sergey Lavrov say about Washington?"


CASES: list[dict[str, Any]] = [
    {"id": "z", "question": "How many warheads does New START allow each country?"},
    {"id": 2, "question": ""},
    {"id": None, "question": "x" * 20_000},
    {"id": ["a"], "question": "What is the boiling point of tungsten?"},
    {"id": "é", "question": "And Peskov?", "history": [{"role": "user", "content": "What did Sergey Lavrov say?"}]},
    {"id": "a", "question": "How large was the Tolm Valley\x00 harvest?\n\x1b[31m"},
]


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("batch") / "questions.jsonl"
    path.write_text("\n".join(json.dumps(case) for case in CASES) + "\n\n")
    return path


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the reader, which takes seconds to load: for what is the same with it."""
    monkeypatch.setenv("FOOTNOTE_READER", "off")


@pytest.mark.usefixtures("unread")
def test_ask_a_batch(batch: Path, bundled: Path) -> None:
    done = run_bot("ask", "--batch", str(batch), "--index", str(bundled))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["id"] for a in answers] == [case["id"] for case in CASES], "the same order"
    assert done.returncode == 1, "two of the questions could not be asked"
    for number in (1, 2):
        assert set(answers[number]) == {"id", "question", "error"}
    assert "the question is empty" in answers[1]["error"]
    assert "20,000 characters; the limit is 4,000" in answers[2]["error"]
    for number in (0, 3, 4, 5):
        check_answer({k: v for k, v in answers[number].items() if k != "id"}, stored(bundled))
    assert "1,550" in answers[0]["answer"]
    assert answers[3]["abstained"]
    assert answers[4]["standalone_question"] == "What did Peskov say?"
    assert answers[5]["question"] == "How large was the Tolm Valley harvest? [31m"
    assert "212,000" in answers[5]["answer"]


@pytest.mark.usefixtures("unread")
def test_search_a_batch(batch: Path, bundled: Path) -> None:
    done = run_bot("search", "--batch", str(batch), "--index", str(bundled), "--k", "4")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [f["id"] for f in found] == [case["id"] for case in CASES]
    for number in (0, 3, 4, 5):
        assert set(found[number]) == {"id", "hits"}
        assert len(found[number]["hits"]) == 4
        check_hits(found[number]["hits"], stored(bundled))
    assert found[0]["hits"][0]["source"] == "2022-12-new-start-cairo.md"


@pytest.mark.usefixtures("unread")
def test_search_prints_one_document(bundled: Path) -> None:
    done = run_bot("search", "museum of clocks", "--index", str(bundled), "--k", "2", "--json")
    assert done.returncode == 0
    found = document(done)
    assert set(found) == {"question", "hits"}
    assert len(found["hits"]) == 2
    check_hits(found["hits"], stored(bundled))


@pytest.mark.usefixtures("unread")
def test_a_question_that_is_no_utf8_is_asked_all_the_same(bundled: Path) -> None:
    question = os.fsdecode(b"museum of \xff clocks")
    for command in ("ask", "search"):
        done = run_bot(command, question, "--index", str(bundled), "--k", "1", "--json")
        assert done.returncode == 0
        assert document(done)["question"] == "museum of clocks"


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_bad_question_is_one_line(bundled: Path, command: str) -> None:
    done = run_bot(command, "\x1b \t", "--index", str(bundled), "--json")
    assert "the question is empty; type a question in words" in one_line(done)
    done = run_bot(command, "x" * 20_000, "--index", str(bundled), "--json")
    assert "20,000 characters; the limit is 4,000, shorten it" in one_line(done)


@pytest.mark.usefixtures("unread")
def test_people_get_text_with_footnotes(bundled: Path) -> None:
    shown = run_bot("ask", "How large was the Tolm Valley harvest?", "--index", str(bundled)).stdout
    assert "212,000" in shown
    assert re.search(r"^\[1\] .*Tolm Valley", shown, re.M)
    assert "2022-08-tolm-valley-wheat.txt:" in shown
    shown = run_bot("ask", "What is the boiling point of tungsten?", "--index", str(bundled)).stdout
    assert shown.startswith("My sources don't say.")
    assert "Nearest passages (they do not answer it):" in shown


@pytest.mark.usefixtures("unread")
def test_an_index_of_another_model_is_one_line(ingested: Ingested, tmp_path: Path) -> None:
    index = tmp_path / "index"
    shutil.copytree(ingested.index, index)
    (manifest,) = index.glob("v-*/manifest.json")
    changed = json.loads(manifest.read_text())
    changed["model"] |= {"name": "some/other-model", "checksum": "0" * 64}
    manifest.write_text(json.dumps(changed))
    before = snapshot(index)
    asked = run_bot("ask", "Why?", "--index", str(index))
    for done in (asked, run_ingest(str(ingested.articles), "--index", str(index))):
        message = one_line(done)
        assert "was built with the model 'some/other-model'" in message
        assert "set FOOTNOTE_MODEL=some/other-model or ingest again into a new directory" in message
    assert snapshot(index) == before


def test_no_index_is_one_line(run_command: Runner, tmp_path: Path) -> None:
    message = one_line(run_command("-m", "bot", "search", "Why?", "--index", str(tmp_path / "none"), "--json"))
    assert "make one: python ingest.py PATH --index" in message
