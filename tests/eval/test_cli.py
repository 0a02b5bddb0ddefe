"""The commands of measuring, as a user would run them."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from eval.cli import main
from eval.dataset import read_suite
from eval.results import Results, read_results, to_json
from index.build import ingest
from tests.conftest import Runner
from tests.eval.cases import outcome, results, run
from tests.fakes import HashedWords, write_articles

Done = subprocess.CompletedProcess[str]
QUESTIONS: list[dict[str, Any]] = [
    {
        "_id": "ferry-1",
        "text": "What will the repairs of the Oldmouth ferry cost?",
        "kind": "number",
        "nuggets": [{"any": ["240,000"]}],
        "answers": ["240,000 crowns"],
        "spans": [{"source": "ferry.txt", "quote": "Repairs will cost 240,000 crowns."}],
    },
    {
        "_id": "owls-1",
        "text": "How many pairs of owls nested in the Varn forest?",
        "kind": "number",
        "nuggets": [{"any": ["seventeen", "17"]}],
        "spans": [{"source": "owls.md", "quote": "Seventeen pairs of owls nested in the Varn forest this spring"}],
    },
    {"_id": "off-1", "text": "What is the boiling point of tungsten?", "kind": "off", "answerable": False},
]


def make_suite(folder: Path) -> Path:
    """A suite of three questions on the three made-up articles."""
    write_articles(folder / "articles")
    (folder / "suite.toml").write_text('title = "Tiny"\n')
    (folder / "queries.jsonl").write_text("".join(json.dumps(line) + "\n" for line in QUESTIONS))
    return folder


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return make_suite(tmp_path / "tiny")


def evaluate(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Done:
    """`python -m eval` in this process; the systems run in their own all the same."""
    texts = [str(argument) for argument in arguments]
    return Done(texts, main(texts), *capsys.readouterr())


def one_line(done: Done) -> str:
    """The one line of an error; nothing on standard output."""
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1
    return done.stderr


@dataclass(frozen=True)
class Ran:
    done: Done
    suite: Path
    results: Path
    report: Path


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, run_command: Runner) -> Ran:
    """One real run with the packaged model, of the real command."""
    folder = tmp_path_factory.mktemp("eval")
    suite, out, report = make_suite(folder / "tiny"), folder / "new" / "r.json", folder / "report"
    alone = {**os.environ, "OMP_NUM_THREADS": "1"}  # for three questions, threads only wait for each other
    done = run_command("-m", "eval", "run", str(suite), "--json", str(out), "--report", str(report), env=alone)
    return Ran(done, suite, out, report)


def test_a_run_prints_a_table(ran: Ran) -> None:
    assert ran.done.returncode == 0, ran.done.stderr
    lines = ran.done.stdout.strip().splitlines()
    assert [line.count("|") for line in lines] == [lines[0].count("|")] * 3
    assert lines[2].startswith("| tiny")
    assert "footnote" in lines[2]
    assert "Traceback" not in ran.done.stderr
    assert "tiny: footnote 3/3" in ran.done.stderr


def test_a_run_writes_all_of_its_results(ran: Ran) -> None:
    found = read_results(ran.results)
    (only,) = found.runs
    assert (only.suite, only.title, only.system) == ("tiny", "Tiny", "footnote")
    assert [o.id for o in only.outcomes] == [q["_id"] for q in QUESTIONS]
    assert [o.response.error for o in only.outcomes] == [None] * 3
    assert only.outcomes[0].right and "240,000" in only.outcomes[0].response.answer
    assert only.outcomes[2].right and only.outcomes[2].response.abstained
    assert only.figures["verbatim"].value == only.figures["inert"].value == only.figures["recall@10"].value == 1.0
    assert only.figures["right"].n == 3
    assert only.latency_ms["total"].p95 >= only.latency_ms["total"].p50 > 0
    assert only.cost.index_s > 0 and only.cost.peak_mib > 50
    assert found.command.startswith("python -m eval run ")
    assert found.settings["answerer"] == "extractive"
    assert found.support.startswith("words")
    assert found.commit and found.created and found.machine["python"]


def test_a_run_writes_a_report(ran: Ran) -> None:
    assert {path.name for path in ran.report.iterdir()} >= {"index.html", "summary.md"}
    assert "Tiny" in (ran.report / "index.html").read_text("utf-8")
    assert f"report: {ran.report / 'index.html'}" in ran.done.stderr


def test_a_result_file_compares_with_itself(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    done = evaluate(capsys, "compare", ran.results, ran.results)
    assert done.returncode == 0
    assert "no question scored differently on any measure" in done.stdout


@pytest.fixture
def indexed(tiny: Path, tmp_path: Path) -> Path:
    """An index of the tiny suite's articles by the fake encoder: what needs no vectors needs no model."""
    ingest([str(tiny / "articles")], tmp_path / "index", HashedWords())
    return tmp_path / "index"


def test_standard_output_can_be_one_json_document(
    tiny: Path, indexed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = evaluate(capsys, "run", tiny, "--index", indexed, "--systems", "bm25", "--json", "-")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert [(r["suite"], r["system"], len(r["outcomes"])) for r in found["runs"]] == [("tiny", "bm25", 3)]
    assert "tiny: bm25 3/3" in done.stderr


@pytest.mark.slow
def test_a_limit_draws_questions_and_quiet_is_quiet(
    tiny: Path, indexed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ("run", tiny, "--index", indexed, "--systems", "bm25,bm25", "--quiet", "--json", "-", "--limit", "2")
    drawn = set()
    for seed in ("0", "0", "3"):
        done = evaluate(capsys, *common, "--seed", seed)
        assert done.stderr == ""
        (only,) = json.loads(done.stdout)["runs"]
        drawn.add(tuple(o["id"] for o in only["outcomes"]))
    assert all(len(ids) == 2 for ids in drawn)
    assert len(drawn) == 2, "the same seed draws the same"


def test_drafted_questions_can_be_run(tiny: Path, indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tiny.parent / "mine"
    made = evaluate(capsys, "make", "--index", indexed, "--out", out, "--questions", "5")
    assert made.returncode == 0
    assert f"python -m eval run {out}" in made.stdout
    questions = read_suite(out).questions
    assert 0 < len(questions) <= 5
    done = evaluate(capsys, "run", out, "--systems", "bm25", "--quiet")
    assert done.returncode == 0, done.stderr
    assert "| mine" in done.stdout
    again = evaluate(capsys, "make", "--index", indexed, "--out", out)
    assert "exists, perhaps edited; give another folder with --out" in one_line(again)


def test_feedback_becomes_a_suite(tiny: Path, indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, out = tiny.parent / "log.jsonl", tiny.parent / "from-feedback"
    log.write_text('{"question": "When does it sail again?", "verdict": "down", "expected": "On 1 March."}\n')
    done = evaluate(capsys, "from-feedback", "--log", log, "--index", indexed, "--out", out)
    assert (done.returncode, done.stdout) == (0, f"{out / 'queries.jsonl'}: 1 question\n")
    assert read_suite(out).corpus.index == indexed.resolve()
    assert "cannot be read" in one_line(evaluate(capsys, "from-feedback", "--log", out / "none", "--out", out))


def test_a_suite_is_exported_for_other_tools(tiny: Path, indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tiny / "suite.toml").write_text('index = "../index"\n')
    out = tiny.parent / "beir"
    done = evaluate(capsys, "export", tiny, out)
    assert done.returncode == 0, done.stderr
    assert {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()} >= {
        "corpus.jsonl",
        "queries.jsonl",
        "qrels/test.tsv",
    }
    assert (out / "qrels" / "test.tsv").read_text().splitlines()[1:] == ["ferry-1\tferry.txt\t1", "owls-1\towls.md\t1"]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A result file, a worse one, and gates that only the first holds."""
    names = ("good.json", "bad.json", "gates.toml")
    good, bad, gates = (tmp_path / name for name in names)
    good.write_text(to_json(of_right(0.8, q1=1.0, q2=1.0)))
    bad.write_text(to_json(of_right(0.5, q1=1.0, q2=0.0)))
    gates.write_text("[made]\nright = 0.75\n")
    return good, bad, gates


def of_right(figure: float, **marks: float) -> Results:
    return results(run(*(outcome(i, right=x) for i, x in marks.items()), figures={"right": figure}))


def test_gates_judge_a_result_file(files: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, gates = files
    passed = evaluate(capsys, "gates", "--results", good, "--gates", gates)
    assert (passed.returncode, passed.stdout) == (0, "ok   made: Right 80.0% (floor 75.0%)\n\n1 of 1 gates hold\n")
    failed = evaluate(capsys, "gates", "--results", bad, "--gates", gates)
    assert failed.returncode == 1
    assert failed.stdout.startswith("FAIL made: Right 50.0% (floor 75.0%)\n")
    assert "flipped" not in failed.stdout, "nothing was accepted yet"


def test_accepted_outcomes_tell_later_what_flipped(
    files: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad, gates = files
    accepted = evaluate(capsys, "gates", "--results", good, "--gates", gates, "--accept")
    assert accepted.returncode == 0
    assert "accepted: later runs are compared with reference.json" in accepted.stdout
    failed = evaluate(capsys, "gates", "--results", bad, "--gates", gates)
    assert "q2: What of q2?" in failed.stdout


def test_two_files_are_compared(files: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, _ = files
    done = evaluate(capsys, "compare", good, bad)
    assert done.returncode == 0
    assert "made, right in A only:\n- q2: What of q2?" in done.stdout
    assert "--system and --against" in one_line(evaluate(capsys, "compare", good, bad, "--against", "bm25"))


def test_an_unknown_suite_is_told_what_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    message = one_line(evaluate(capsys, "run", "newsrom"))
    assert "there is no suite 'newsrom'; shipped: dispatches, injection, newsroom, noise" in message


@pytest.mark.parametrize(("given", "named"), [("nonsense", "'nonsense'"), ("bm25,magic", "'magic'"), (",", "','")])
def test_an_unknown_system_is_told_which_there_are(
    tiny: Path, given: str, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    message = one_line(evaluate(capsys, "run", tiny, "--systems", given))
    assert f"there is no system {named}; give footnote, unread, bm25, dense, langchain" in message


def test_mistakes_are_one_line(tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "two suites have the same name (tiny, tiny)" in one_line(evaluate(capsys, "run", tiny, tiny))
    assert "no support check 'magic'" in one_line(evaluate(capsys, "run", tiny, "--support", "magic"))
    assert "there is no index at" in one_line(evaluate(capsys, "make", "--index", tmp_path / "none"))
    assert "cannot be read" in one_line(evaluate(capsys, "compare", tmp_path / "a", tmp_path / "b"))
    (tiny / "queries.jsonl").write_text("{")
    assert "queries.jsonl, line 1 is no JSON" in one_line(evaluate(capsys, "run", tiny))


def test_a_start_that_fails_is_one_line(tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = evaluate(capsys, "run", tiny, "--index", tmp_path / "none", "--systems", "bm25", "--quiet")
    assert f"there is no index at {tmp_path / 'none'}" in one_line(done)


def test_an_index_without_the_articles_is_one_line(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = write_articles(tmp_path / "other", {"goat.txt": "A tale of a goat\n\nThe goat was sold, they said."})
    ingest([str(other)], tmp_path / "goats", HashedWords())
    done = evaluate(capsys, "run", tiny, "--index", tmp_path / "goats", "--systems", "bm25", "--quiet")
    assert "none of the 2 articles that suite 'tiny' expects is in the index" in one_line(done)


def test_results_that_cannot_be_written_are_named(
    tiny: Path, indexed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tiny / "suite.toml" / "r.json"
    done = evaluate(capsys, "run", tiny, "--index", indexed, "--systems", "bm25", "--quiet", "--json", out)
    assert f"{out} cannot be written" in one_line(done)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "usage: python -m eval"),
        (["run"], "SUITE"),
        (["run", "noise", "--timeout", "0"], "'0' is no number of seconds; give more than 0"),
        (["run", "noise", "--timeout", "nan"], "'nan' is no number of seconds"),
        (["run", "noise", "--limit", "0"], "'0' is no number of questions; give 1 or more"),
        (["run", "noise", "--limit", "-3"], "'-3' is no number of questions"),
        (["make"], "--index"),
        (["dance"], "invalid choice"),
    ],
)
def test_bad_usage_is_explained(arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert named in capsys.readouterr().err
