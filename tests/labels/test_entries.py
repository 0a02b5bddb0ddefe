"""The attempts on the command line, on what the page answers and shows, and on its routes; with the real model."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.cli import main
from bot.schema import Answer, Timings, answer_to_json
from bot.settings import Settings
from bot.status import index_status
from bot.ui.library import work
from bot.ui.library.listing import shelf
from bot.ui.routes.server import middleware, routes
from bot.ui.service import answer, choices, examples
from bot.ui.view.exchange import Exchange
from bot.wire import make_bot
from index.access import Access
from index.encode import Encoder
from tests.fakes import ARTICLES, HashedWords
from tests.labels.leak import (
    ATTEMPTS,
    HIDDEN,
    LABEL,
    PAY,
    Attempt,
    Entry,
    check_all_is_seen,
    check_nothing_leaks,
    hidden_ids,
    secret_index,
)
from tests.labels.programs import program

PLAIN = {name: a for name, a in ATTEMPTS.items() if not a.filters and not a.k}
ONES = {name: ATTEMPTS[name] for name in ("by a pattern", "by its outlet", "by asking for all")}
# The page has no k, and asks for as many passages as the settings say.
ASKED = {name: a for name, a in ATTEMPTS.items() if not a.k}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, model: Encoder) -> Path:
    return secret_index(tmp_path_factory.mktemp("labels"), model)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], index: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Runs one command in this process; its standard output."""
    monkeypatch.setenv("FOOTNOTE_READER", "off")  # quick to load

    def run(*arguments: str) -> str:
        assert main([*arguments, "--index", str(index)]) == 0
        return capsys.readouterr().out

    return run


def command(run: Callable[..., str], folder: Path, *labels: str) -> Entry:
    """The command line: all plain attempts in one batch, the others one by one."""
    batch = folder / "batch.jsonl"
    lines = [
        {"id": name, "question": a.question, "history": [asdict(turn) for turn in a.history]}
        for name, a in PLAIN.items()
    ]
    batch.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    answered = run("ask", "--batch", str(batch), *labels).splitlines()
    found = run("search", "--batch", str(batch), *labels).splitlines()
    plain = {name: f"{a} {f}" for name, a, f in zip(PLAIN, answered, found, strict=True)}

    def ask(attempt: Attempt) -> str:
        for name, one in PLAIN.items():
            if one is attempt:
                return plain[name]
        f = attempt.filters
        given = [*(f"--source={s}" for s in f.sources), *(f"--outlet={o}" for o in f.outlets)]
        return run("search", attempt.question, f"--k={attempt.k or 10}", "--json", *given, *labels)

    return Entry(ask)


def test_a_command_for_a_reader_leaks_nothing(run: Callable[..., str], index: Path, tmp_path: Path) -> None:
    check_nothing_leaks(command(run, tmp_path, "--labels", "staff"), index, {**PLAIN, **ONES})


def test_a_command_without_labels_sees_everything(run: Callable[..., str], index: Path, tmp_path: Path) -> None:
    check_all_is_seen(command(run, tmp_path), index, {**PLAIN, **ONES})


def test_no_label_at_all_may_be_asked_for_and_a_bad_one_is_named(
    run: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Quendrick" not in run("search", "Who leads?", "--labels", "", "--k", "200")
    with pytest.raises(SystemExit):
        main(["ask", "Who leads?", "--labels", "h r"])
    assert "'h r' is no label" in capsys.readouterr().err


def page(settings: Settings) -> Entry:
    """What the page answers, lists, suggests and offers to choose from, and the routes beside it."""
    http = TestClient(Starlette(routes=routes, middleware=middleware))

    def ask(attempt: Attempt) -> str:
        before = []
        for asked, told in zip(attempt.history[::2], attempt.history[1::2], strict=True):
            said = Answer(asked.content, asked.content, False, 1.0, told.content, (), (), Timings(), "extractive")
            before.append(Exchange(asked.content, said))
        shown = list(answer(settings, before, Exchange(attempt.question, filters=attempt.filters)))
        return "".join(
            str(replace(item, answer=None)) + json.dumps(answer_to_json(item.answer), ensure_ascii=False)
            for item in shown
            if isinstance(item, Exchange) and item.answer and not item.error
        )

    def document(id: str) -> str:
        found = [http.get(path) for path in (f"/document/{id}", f"/document/{id}?cite=1:0-9", f"/api/documents/{id}")]
        return "".join(f"{one.status_code} {one.text}" for one in found)

    def lists() -> str:
        return f"{http.get('/api/documents').text} {shelf(settings)} {choices(settings)} {examples(settings)}"

    return Entry(ask, document, lists)


@pytest.fixture
def settings(index: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    def settings(*labels: str) -> Settings:
        monkeypatch.setenv("FOOTNOTE_INDEX", str(index))
        monkeypatch.setenv("FOOTNOTE_READER", "off")
        monkeypatch.setenv("FOOTNOTE_RATE_PER_MINUTE", "0")
        monkeypatch.setenv("FOOTNOTE_LABELS", ",".join(labels))
        return Settings.load()

    return settings


def test_the_page_leaks_nothing(settings: Callable[..., Settings], index: Path) -> None:
    check_nothing_leaks(page(settings()), index, ASKED)
    check_nothing_leaks(page(settings("staff")), index, ASKED)


def test_the_page_of_readers_with_the_label_shows_all(settings: Callable[..., Settings], index: Path) -> None:
    check_all_is_seen(page(settings("staff", LABEL)), index, ASKED)


def test_the_api_leaks_nothing(settings: Callable[..., Settings], index: Path) -> None:
    settings("staff")
    check_nothing_leaks(program(), index, ATTEMPTS)


def test_the_api_shows_all_to_readers_with_the_label(settings: Callable[..., Settings], index: Path) -> None:
    settings(LABEL)
    check_all_is_seen(program(), index, ATTEMPTS)


def test_the_page_counts_what_is_seen(settings: Callable[..., Settings]) -> None:
    http = TestClient(Starlette(routes=routes))
    for labels, count in (((), len(ARTICLES)), ((LABEL,), len(ARTICLES) + len(HIDDEN))):
        found = settings(*labels)
        assert index_status(found).documents == http.get("/api/ready").json()["documents"] == count
        assert len(shelf(found).newest) == len(http.get("/api/documents").json()["documents"]) == count
        (*_, last) = answer(found, (), Exchange("ferry", filters=ATTEMPTS["by a pattern"].filters))
        assert isinstance(last, Exchange) and last.articles == (0 if not labels else 1)


def test_a_bad_label_in_the_settings_is_named(settings: Callable[..., Settings]) -> None:
    http = TestClient(Starlette(routes=routes))
    with pytest.raises(Exception, match="FOOTNOTE_LABELS is 'h r'; 'h r' is no label"):
        settings("h r")
    assert http.get("/api/documents").status_code == 503


def test_changing_the_library_tells_and_takes_nothing_hidden(tmp_path: Path) -> None:
    index, encoder, worker = secret_index(tmp_path, HashedWords()), HashedWords(), work.Worker()
    settings = Settings(index=index)
    (tmp_path / "hidden" / "pay.txt").write_text(PAY + "\nThe end of the Quendrick merger is near.\n")
    (tmp_path / "hidden" / "gazette.html").write_bytes(b"\x00\x00")
    work.refresh(settings, encoder, worker)
    refreshed = worker.wait()
    assert refreshed.error is None and {r.name for r in refreshed.told.results} == {""}
    work.upload(settings, encoder, [("again.txt", (tmp_path / "open" / "ferry.txt").read_bytes())], worker)
    assert sorted(worker.wait().told.same[0]) == ["again.txt", "ferry.txt"]
    work.remove(settings, encoder, ["pay.txt", "owls.md"], worker)
    assert [r.name for r in worker.wait().told.results] == ["owls.md"]
    assert len(hidden_ids(index)) == len(HIDDEN)
    seen = make_bot(Settings(index=index, reader="off"), encoder).search("merger", k=200, access=Access.of([LABEL]))
    assert any("end of the Quendrick merger" in hit.document.text for hit in seen)
