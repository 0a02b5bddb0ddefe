"""Changes of the library, made for real with an encoder that needs no model."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.ui.library import work
from bot.ui.library.errors import LibraryError
from bot.ui.library.listing import shelf
from bot.ui.library.uploads import uploads_of
from bot.ui.library.work import Job, Told, Worker
from index.build import ingest
from index.load import MAX_FILE_BYTES
from index.publish import writing
from index.report import Progress
from tests.fakes import BAKERY, FERRY, OWLS, HashedWords, write_articles

ENCODER = HashedWords()
TABLE = "title,text\n" + "".join(
    f"Story {n},The {word} of Oldmouth has {n} windows and the mayor counts them every {day}.\n"
    for n, (word, day) in enumerate([("church", "Monday"), ("prison", "Friday"), ("market", "Sunday")])
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(index=tmp_path / "index")


@pytest.fixture
def worker() -> Worker:
    return Worker()


def upload(settings: Settings, worker: Worker, **files: str) -> Job:
    given = [(name.replace("_", "."), text.encode()) for name, text in files.items()]
    work.upload(settings, ENCODER, given, worker)
    return worker.wait()


def outcomes(job: Job) -> dict[str, str]:
    assert job.over and job.error is None
    return {result.name: result.outcome for result in job.told.results}


def sources(settings: Settings) -> list[str]:
    return sorted(row.source for row in shelf(settings).newest)


def kept(settings: Settings) -> list[str]:
    return sorted(p.name for p in uploads_of(settings).glob("*/*"))


def test_uploads_are_indexed_under_their_names(settings: Settings, worker: Worker) -> None:
    job = upload(settings, worker, ferry_txt=FERRY, owls_md=OWLS)
    assert outcomes(job) == {"ferry.txt": "added", "owls.md": "added"}
    assert sources(settings) == kept(settings) == ["ferry.txt", "owls.md"]
    assert (job.stage, job.number, job.kind) == ("", 1, "upload")


def test_the_same_file_again_is_unchanged_and_other_content_is_another(settings: Settings, worker: Worker) -> None:
    upload(settings, worker, ferry_txt=FERRY)
    assert outcomes(upload(settings, worker, ferry_txt=FERRY)) == {"ferry.txt": "unchanged"}
    assert outcomes(upload(settings, worker, ferry_txt=BAKERY)) == {"ferry (2).txt": "added"}
    assert sources(settings) == ["ferry (2).txt", "ferry.txt"]


def test_a_name_that_is_cited_already_is_not_given_again(settings: Settings, worker: Worker, tmp_path: Path) -> None:
    ingest([str(write_articles(tmp_path / "articles"))], settings.index, ENCODER)
    assert outcomes(upload(settings, worker, ferry_txt=BAKERY + "\n\nIt rained.")) == {"ferry (2).txt": "added"}


def test_what_is_refused_is_named_and_not_kept(settings: Settings, worker: Worker) -> None:
    big = ("big.txt", bytes(MAX_FILE_BYTES + 1))
    bad = [("a.exe", b"MZ"), ("empty.txt", b""), ("../x\u202e.pdf", b"no pdf"), big]
    work.upload(settings, ENCODER, [*bad, ("ferry.txt", FERRY.encode())], worker)
    job = worker.wait()
    expected = {"a.exe": "skipped", "empty.txt": "skipped", "x.pdf": "skipped", "big.txt": "skipped"}
    assert outcomes(job) == {**expected, "ferry.txt": "added"}
    assert all(result.why for result in job.told.results if result.outcome == "skipped")
    assert kept(settings) == ["ferry.txt"]


def test_duplicates_are_told(settings: Settings, worker: Worker) -> None:
    job = upload(settings, worker, ferry_txt=FERRY, copy_txt=FERRY)
    assert [sorted(group) for group in job.told.same] == [["copy.txt", "ferry.txt"]]


def test_a_table_is_told_as_one_file(settings: Settings, worker: Worker) -> None:
    job = upload(settings, worker, news_csv=TABLE)
    assert [(r.name, r.outcome, r.count) for r in job.told.results] == [("news.csv", "added", 3)]


def test_an_uploaded_file_goes_with_its_last_document(settings: Settings, worker: Worker) -> None:
    upload(settings, worker, ferry_txt=FERRY, news_csv=TABLE)
    first, *others = [source for source in sources(settings) if source.startswith("news.csv")]
    work.remove(settings, ENCODER, [first, "ferry.txt"], worker)
    assert outcomes(worker.wait()) == {"news.csv": "removed", "ferry.txt": "removed"}
    assert kept(settings) == ["news.csv"]
    upload(settings, worker, owls_md=OWLS)
    work.refresh(settings, ENCODER, worker)
    worker.wait()
    assert sources(settings) == [*others, "owls.md"]  # what was removed does not come back
    work.remove(settings, ENCODER, others, worker)
    worker.wait()
    assert kept(settings) == ["owls.md"]


def test_a_file_that_was_not_uploaded_stays_when_removed(settings: Settings, worker: Worker, tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "articles")
    ingest([str(articles)], settings.index, ENCODER)
    work.remove(settings, ENCODER, ["ferry.txt"], worker)
    assert outcomes(worker.wait()) == {"ferry.txt": "removed"}
    assert sources(settings) == ["bakery.txt", "owls.md"] and (articles / "ferry.txt").exists()


def test_a_refresh_reads_again_and_says_what_changed(settings: Settings, worker: Worker, tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "articles")
    ingest([str(articles)], settings.index, ENCODER)
    (articles / "ferry.txt").write_text(FERRY.replace("84 inhabitants", "85 inhabitants"), "utf-8")
    (articles / "owls.md").unlink()
    work.refresh(settings, ENCODER, worker)
    job = worker.wait()
    assert outcomes(job) == {"ferry.txt": "changed", "": "unchanged", "owls.md": "skipped"}
    assert sources(settings) == ["bakery.txt", "ferry.txt", "owls.md"]
    assert str(tmp_path) not in repr(job)


def test_nothing_to_refresh(settings: Settings, worker: Worker) -> None:
    with pytest.raises(LibraryError, match="nothing to read again"):
        work.refresh(settings, ENCODER, worker)


def test_a_busy_index_loses_no_upload(settings: Settings, worker: Worker, tmp_path: Path) -> None:
    assert isinstance(settings.index, Path)
    with writing(settings.index):
        job = upload(settings, worker, ferry_txt=FERRY)
    assert job.over and job.error and "another ingest is writing the index" in job.error
    assert str(tmp_path) not in job.error
    assert kept(settings) == ["ferry.txt"]
    work.refresh(settings, ENCODER, worker)
    assert outcomes(worker.wait()) == {"ferry.txt": "added"}


def test_another_model_is_an_error_of_one_line(settings: Settings, worker: Worker, tmp_path: Path) -> None:
    upload(settings, worker, ferry_txt=FERRY)
    work.upload(settings, HashedWords(name="other"), [("owls.md", OWLS.encode())], worker)
    error = worker.wait().error
    assert error and "was built with the model" in error and "\n" not in error and str(tmp_path) not in error


@pytest.mark.parametrize(
    "address", ["", "/etc/passwd", "file:///etc/passwd", "articles", "http://", "https://a b", "x" * 9]
)
def test_only_web_addresses_are_taken(settings: Settings, worker: Worker, address: str) -> None:
    with pytest.raises(LibraryError, match="no web address"):
        work.add_address(settings, ENCODER, address, worker)
    assert worker.job is None


def test_an_address_of_this_machine_is_not_fetched(settings: Settings, worker: Worker) -> None:
    work.add_address(settings, ENCODER, "http://127.0.0.1:9/page", worker)
    (result,) = worker.wait().told.results
    assert (result.name, result.outcome) == ("http://127.0.0.1:9/page", "skipped") and result.why


def test_nothing_is_changed_where_the_library_is_read_only(settings: Settings, worker: Worker) -> None:
    upload(settings, worker, ferry_txt=FERRY)
    closed = replace(settings, readonly=True)
    changes: list[Callable[[], Job]] = [
        lambda: work.upload(closed, ENCODER, [("owls.md", OWLS.encode())], worker),
        lambda: work.add_address(closed, ENCODER, "https://example.org", worker),
        lambda: work.refresh(closed, ENCODER, worker),
        lambda: work.remove(closed, ENCODER, ["ferry.txt"], worker),
    ]
    for change in changes:
        with pytest.raises(LibraryError, match=r"FOOTNOTE_READONLY is 1\b.*set it to 0"):
            change()
    assert sources(settings) == kept(settings) == ["ferry.txt"]


def test_one_change_at_a_time_seen_on_its_way(settings: Settings, worker: Worker) -> None:
    reached, go = threading.Event(), threading.Event()

    def task(progress: Progress) -> Told:
        progress("read", 1, 2)
        reached.set()
        go.wait(10)
        return Told()

    worker.start(settings, "refresh", task)
    assert reached.wait(10) and worker.job
    assert (worker.job.stage, worker.job.done, worker.job.total, worker.job.over) == ("read", 1, 2, False)
    worker.dismiss(worker.job.number)
    with pytest.raises(LibraryError, match="another change"):
        upload(settings, worker, ferry_txt=FERRY)
    go.set()
    job = worker.wait()
    worker.dismiss(job.number + 1)
    assert worker.job is not None
    worker.dismiss(job.number)
    assert worker.job is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_change_that_breaks_off_is_over(settings: Settings, worker: Worker) -> None:
    def task(progress: Progress) -> Told:
        raise RuntimeError("bug")

    worker.start(settings, "refresh", task)
    job = worker.wait()
    assert job.over and job.error and "log" in job.error
    assert outcomes(upload(settings, worker, ferry_txt=FERRY)) == {"ferry.txt": "added"}
