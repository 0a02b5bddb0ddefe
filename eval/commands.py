"""What each command does: read, call, write, print."""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bot.settings import Settings
from eval.compare import compare_results, comparison_text
from eval.dataset import open_suite
from eval.drafts import write_draft_suite
from eval.errors import EvalError
from eval.feedback import write_feedback_suite
from eval.gates import accept, check_gates, gates_text, read_gates
from eval.loaders.beir import write_beir
from eval.report import table_text, write_report
from eval.results import Results, read_results, to_json
from eval.run import Options, run_suites, sampled
from eval.schema import Suite
from eval.support import make_support
from eval.systems import BASELINES, SYSTEMS

_ROOT = Path(__file__).parents[1]


def run(options: argparse.Namespace) -> int:
    """`run`: results to files, the headline table to standard output."""
    opened = [open_suite(name, options.titles, options.index) for name in options.suites]
    suites = [sampled(suite, options.limit, options.seed) for suite in opened]
    if len({suite.name for suite in suites}) < len(suites):
        raise EvalError(f"two suites have the same name ({', '.join(s.name for s in suites)}); run them one by one")
    found = measure(
        suites, _systems(options), options.support, options.timeout, shlex.join(sys.argv[1:]), options.quiet
    )
    if options.json and str(options.json) != "-":
        _write(options.json, to_json(found))
    if options.report:
        try:
            written = write_report(found, options.report)
        except OSError as error:
            raise EvalError(f"no report can be written to {options.report} ({error}); give another folder") from error
        print(f"report: {written[0]}", file=sys.stderr)
    print(to_json(found) if str(options.json) == "-" else table_text(found))
    return 0


def measure(
    suites: list[Suite], systems: tuple[str, ...], support: str, timeout_s: float, command: str, quiet: bool = False
) -> Results:
    """Runs the systems on the suites with the settings in force."""
    settings = Settings.load()
    check = make_support(support)
    runs = run_suites(suites, settings, check, Options(systems, timeout_s), _silent if quiet else _progress)
    return Results(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit(),
        command=f"python -m eval {command}",
        settings={name: str(value) for name, value in asdict(settings).items() if name != "index"},
        machine={"python": platform.python_version(), "system": platform.system(), "cores": str(os.cpu_count())},
        support=check.name,
        runs=runs,
    )


def commit() -> str:
    """The commit of the code that runs, "+" where files differ from it; "unknown" outside a git checkout."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty=+"], cwd=_ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()


def compare(options: argparse.Namespace) -> int:
    """`compare`: wins, losses and differences to standard output."""
    a, b = read_results(options.a), read_results(options.b)
    print(comparison_text(compare_results(a, b, options.system, options.against or options.system)))
    return 0


def gates(options: argparse.Namespace) -> int:
    """`gates`: 0 if every figure holds, 1 with what fell and which questions flipped."""
    wanted = read_gates(options.gates)
    if options.results:
        found = read_results(options.results)
    else:
        suites = [open_suite(name) for name in dict.fromkeys(gate.suite for gate in wanted)]
        found = measure(suites, ("footnote",), "words", 60.0, "gates", quiet=not sys.stderr.isatty())
    reference = options.gates.with_name("reference.json")
    checked = check_gates(found, wanted, reference)
    print(gates_text(checked))
    if options.accept:
        accept(found, wanted, reference)
        print(f"accepted: later runs are compared with {reference.name}")
    return 0 if all(check.passed for check in checked) else 1


def make(options: argparse.Namespace) -> int:
    """`make`: a suite folder with drafted questions."""
    place = Settings.load().with_index(options.index).index
    report = write_draft_suite(place, options.out, options.questions, options.seed)
    print(report)
    return 0


def from_feedback(options: argparse.Namespace) -> int:
    """`from-feedback`: a suite folder with the questions that people were not content with."""
    settings = Settings.load()
    if options.index:
        settings = settings.with_index(options.index)
    print(write_feedback_suite(options.log or settings.feedback, settings.index, options.out))
    return 0


def export(options: argparse.Namespace) -> int:
    """`export`: the suite's cleaned documents, questions and grades in BEIR's layout."""
    from eval.export import cleaned_documents

    suite = open_suite(options.suite)
    write_beir(suite, cleaned_documents(suite), options.out)
    print(f"{options.out}: corpus.jsonl, queries.jsonl and qrels/test.tsv of {suite.name}")
    return 0


def _systems(options: argparse.Namespace) -> tuple[str, ...]:
    if options.systems is None:
        return ("footnote", *BASELINES) if options.baselines else ("footnote",)
    wanted = tuple(dict.fromkeys(name.strip() for name in options.systems.split(",") if name.strip()))
    unknown = [name for name in wanted if name not in SYSTEMS]
    if unknown or not wanted:
        raise EvalError(f"there is no system {', '.join(unknown) or options.systems!r}; give {', '.join(SYSTEMS)}")
    return wanted


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise EvalError(f"{path} cannot be written ({error}); give another place") from error


def _progress(suite: str, system: str, done: int, total: int) -> None:
    end = "\n" if done == total else ""
    print(f"\r{suite}: {system} {done}/{total}", end=end, file=sys.stderr, flush=True)


def _silent(suite: str, system: str, done: int, total: int) -> None:
    pass
