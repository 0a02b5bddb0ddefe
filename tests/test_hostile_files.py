"""Hostile files of all kinds: an ingest reads what can be read, says why it skips the rest, and takes no harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from index.articles import make_documents
from index.errors import SourceError
from index.formats import Block, Page, text
from index.formats.detect import read_pages
from index.opened import OpenIndex, open_index
from index.search import Searcher
from tests.conftest import ROOT
from tests.fakes import ARTICLES, HashedWords, write_articles
from tests.hostile import FAMILIES, SECRET, Hostile, cases, remove_hostile, write_hostile

MOST_SECONDS = 240  # of the processor; a sixth of that is usual
MOST_WAIT = 1800  # seconds, where others have the machine
MOST_BYTES = 1.5 * 2**30
LONGEST_REASON = 400
pytestmark = pytest.mark.timeout(MOST_WAIT)

EXPORT = b'<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/">%s</mediawiki>' % b"".join(
    b"<page><title>Page %d</title><ns>0</ns><revision><id>1</id><text>a\n\nb</text></revision></page>" % number
    for number in range(99)
)

# Runs in a process of its own: ingests a folder, and tells what it opened besides, whom it called, and what it took.
INGEST = """
import json, os, resource, sys
from pathlib import Path
from index.build import ingest
from tests.fakes import HashedWords

folder, index, seconds = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
forbidden = str(Path(folder).parent / "outside")
outside, calls = [], []
def hook(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        path = os.path.realpath(os.fsdecode(arguments[0]))
        if path.startswith((forbidden, "/dev/tty", "/dev/zero", "/proc/self/", "/etc/hostname")):
            outside.append(path)
    elif event.startswith(("socket.connect", "socket.get", "subprocess.", "os.system", "os.exec", "os.posix_spawn")):
        calls.append(event)
sys.addaudithook(hook)
report = ingest([folder], Path(index), HashedWords())
# Not ru_maxrss, in which Linux counts the process that started this one.
status = Path(f"/proc/{os.getpid()}/status").read_text()
print(json.dumps({
    "skipped": [[one.source, one.reason] for one in report.skipped],
    "outside": outside,
    "calls": calls,
    "torch": "torch" in sys.modules,
    "bytes": int(status.partition("VmHWM:")[2].split()[0]) * 1024,
}))
"""


@dataclass(frozen=True)
class Done:
    """An ingest of hostile files beside the good articles."""

    folder: Path
    files: list[Hostile]
    index: OpenIndex
    skipped: list[tuple[str, str]]
    outside: list[str]
    calls: list[str]
    peak: int


@pytest.fixture(scope="module", params=[pytest.param(8, id="some"), pytest.param(1, id="all", marks=pytest.mark.slow)])
def done(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Done]:
    home = tmp_path_factory.mktemp("hostile")
    folder, index = write_articles(home / "articles"), home / "index"
    files = write_hostile(folder, every=request.param)
    try:
        process = subprocess.run(
            [sys.executable, "-c", INGEST, str(folder), str(index), str(MOST_SECONDS)],
            cwd=home,  # from here the files name the secret
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=MOST_WAIT,
        )
        assert process.returncode == 0, process.stderr[-5000:]
        told = json.loads(process.stdout)
        skipped = [(source, reason) for source, reason in told["skipped"]]
        yield Done(folder, files, open_index(index), skipped, told["outside"], told["calls"], told["bytes"])
    finally:
        remove_hostile(folder)


def test_good_articles_are_indexed_and_found_among_hostile_files(done: Done) -> None:
    sources = {document.source for document in done.index.documents.values()}
    assert set(ARTICLES) <= sources
    searcher = Searcher(done.index, HashedWords())
    for question, source in (
        ("When will the ferry between Oldmouth and Sand Isle sail again?", "ferry.txt"),
        ("What does a minute in the bakery in Crowle cost?", "bakery.txt"),
        ("How many pairs of owls nested in the Varn forest?", "owls.md"),
    ):
        assert searcher.search(question, 5)[0].document.source == source


def test_what_cannot_be_read_is_skipped_and_nothing_vanishes(done: Done) -> None:
    skipped = {source for source, _ in done.skipped}
    documents = {document.source for document in done.index.documents.values()}
    read_anyway, lost = [], []
    for one in done.files:
        names = _names(one, done.folder)
        is_skipped = any(_is_of(source, names) for source in skipped)
        is_read = any(_is_of(source, names) for source in documents)
        if is_read and not one.may_be_read:
            read_anyway.append(one)
        if not is_skipped and not is_read and not _leads_back(one, done.folder):
            lost.append(one)
    assert read_anyway == []
    assert lost == []


def _names(one: Hostile, folder: Path) -> set[str]:
    """What a file may be reported as: by its name, by that of a folder that it is in, by the addresses it lists."""
    path = one.path.relative_to(folder)
    names = [path.as_posix(), *(above.as_posix() for above in path.parents if len(above.parts) > 1)]
    return {*names, *map(ascii, names), *one.listed}


def _is_of(source: str, names: set[str]) -> bool:
    return source in names or source.partition("#")[0] in names


def _leads_back(one: Hostile, folder: Path) -> bool:
    """True for a link to a folder that is read anyway."""
    is_link = one.path.is_symlink() and one.path.is_dir()
    return is_link and os.path.realpath(one.path).startswith(os.path.realpath(folder))


def test_reasons_are_short_lines_for_people(done: Done) -> None:
    assert done.skipped
    for source, reason in done.skipped:
        assert 10 < len(reason) <= LONGEST_REASON, (source, reason)
        assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in source + reason), (source, reason)
        assert not any(words in reason for words in ("Traceback", 'File "', " object at 0x", "<class ")), (
            source,
            reason,
        )


def test_nothing_is_read_from_outside_and_no_one_is_called(done: Done) -> None:
    assert done.outside == []
    assert done.calls == []
    for document in done.index.documents.values():
        told = (document.text, document.title, document.author, document.url, document.section, document.dated)
        assert not any("hollyhock" in (words or "") for words in told), document.source


def test_the_ingest_stays_within_memory(done: Done) -> None:
    assert done.peak < MOST_BYTES


def test_no_text_reads_differently_than_it_is_written(done: Done) -> None:
    for document in done.index.documents.values():
        for words in (document.source, document.title, document.text, document.author or "", document.url or ""):
            assert not any(c in "\u202e\u2066\u200b\x00\x1b\x7f" for c in words), document.source


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_readers_give_pages_or_say_why_not(family: str) -> None:
    for case in cases(family):
        started = time.process_time()
        try:
            pages = read_pages(case.data, f"/articles/{case.name}")
        except SourceError as error:
            assert 10 < len(str(error)) <= LONGEST_REASON, case.kind
            assert "\n" not in str(error), case.kind
        else:
            assert all(isinstance(page, Page) for page in pages), case.kind
            for page in pages:
                json.dumps(
                    [page.title, page.author, page.url, page.part, page.text[:10_000]], ensure_ascii=False
                ).encode()
        assert time.process_time() - started < 20, case.kind


@pytest.mark.slow
@pytest.mark.parametrize("done", [1], ids=["all"], indirect=True)
def test_the_files_are_of_many_kinds_and_the_same_at_every_run(done: Done) -> None:
    assert len(done.files) >= 200
    assert len({one.kind for one in done.files}) >= 120
    assert len({one.path for one in done.files}) == len(done.files)
    assert all(cases(family) == cases(family) for family in FAMILIES)
    assert SECRET in (done.folder.parent / "outside" / "secret.txt").read_text("utf-8")
    taken = sum(one.path.lstat().st_blocks for one in done.files if len(str(one.path)) < 3_000) * 512
    assert taken < 120 * 2**20


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"text\n" + b'"a\nb\nc"\n' * 9 + b"d\n" * 99, "a.csv"),
        (b"From a Fri Mar  3 10:00:00 2023\nSubject: %d\n\na\n\nb\n\n" * 99 % tuple(range(99)), "a.mbox"),
        (EXPORT, "a.xml"),
    ],
)
def test_all_paragraphs_of_a_file_are_bounded(data: bytes, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_pages(data, name)
    monkeypatch.setattr(text, "MAX_BLOCKS", 20)
    with pytest.raises(SourceError, match="over 20 paragraphs in one file; split it"):
        read_pages(data, name)


def test_many_parts_of_one_name_take_no_long_time() -> None:
    started = time.process_time()
    pages = [Page((Block("Share"),), title="A", part="x")] * 20_000
    assert len({one.source for one in make_documents(pages, "a.csv", "/a.csv")}) == 20_000
    assert time.process_time() - started < 20
