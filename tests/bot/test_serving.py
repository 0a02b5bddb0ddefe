"""What answers in a server: loaded once however many ask, and anew for a new version of the index."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event

import pytest

from bot.errors import SettingsError
from bot.serving import Once, Serving, serving
from bot.settings import Settings
from index.access import EVERYTHING
from index.build import ingest
from index.encode import open_encoder
from index.errors import IndexMissingError
from tests.fakes import ARTICLES, HashedWords, write_articles

PATIENCE = 60.0


def test_many_who_want_the_same_at_once_get_one(tmp_path: Path) -> None:
    once: Once[str, object] = Once()
    made: list[object] = []
    barrier = Barrier(8)

    def make() -> object:
        made.append(object())
        return made[-1]

    def want(_: int) -> object:
        barrier.wait(PATIENCE)
        return once.get("x", make)

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(want, range(8)))
    assert len(made) == 1 and all(each is made[0] for each in found)


def test_who_wants_another_need_not_wait() -> None:
    once: Once[str, str] = Once(2)
    begun, go = Event(), Event()

    def slow() -> str:
        begun.set()
        assert go.wait(PATIENCE)
        return "slow"

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(once.get, "slow", slow)
        assert begun.wait(PATIENCE)
        assert once.get("quick", lambda: "quick") == "quick"
        go.set()
        assert first.result(PATIENCE) == "slow"


def test_a_failure_is_not_kept_and_no_more_are_kept_than_wanted() -> None:
    once: Once[str, int] = Once(1)
    with pytest.raises(ZeroDivisionError):
        once.get("x", lambda: 1 // 0)
    assert once.get("x", lambda: 1) == 1
    assert once.get("x", lambda: 2) == 1
    assert once.get("y", lambda: 3) == 3
    assert once.get("x", lambda: 4) == 4


def test_a_new_version_is_opened_and_the_old_one_stays_whole(small: Path, tmp_path: Path) -> None:
    serves = Serving(Settings(index=small))
    first = serves.opened
    assert serves.opened is first and first.manifest.documents == 3
    more = write_articles(tmp_path / "more", {"more.txt": ARTICLES["owls.md"].replace("owls", "storks")})
    ingest([str(more)], small, HashedWords())
    assert serves.opened is not first and serves.opened.manifest.documents == 4
    seen = first.view(EVERYTHING)
    assert len(seen.documents) == 3 and seen.passage(0).text, "its files are gone, but what was opened can be read"


def test_models_stay_loaded_when_the_index_changes(tmp_path: Path) -> None:
    encoder = open_encoder()
    articles = write_articles(tmp_path / "articles")
    directory = tmp_path / "index"
    ingest([str(articles / "ferry.txt")], directory, encoder)
    serves = Serving(Settings(index=directory, reader="off"))
    before = serves.service
    assert serves.service is before and serves.bot() is before.bot is serves.bot("extractive")
    ingest([str(articles)], directory, encoder)
    after = serves.service
    assert after.index.manifest.documents == 3 and before.index.manifest.documents == 1
    assert serves.encoder() is serves.encoder()
    for service in (before, after):  # who began with the old one finishes with it
        assert service.bot.search("When does the ferry stop?")[0].document.source.endswith("ferry.txt")


def test_settings_have_one_server_each() -> None:
    assert serving(Settings()) is serving(Settings())
    other = serving(Settings(passages=3))
    assert other.settings.passages == 3 and other is serving(Settings(passages=3))


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    serves = Serving(Settings(index=tmp_path / "none"))
    for ask in (lambda: serves.service, lambda: serves.opened, lambda: serves.version):
        with pytest.raises(IndexMissingError):
            ask()
    with pytest.raises(SettingsError, match="FOOTNOTE_LLM"):
        serves.check("llm")
    writes = Serving(replace(serves.settings, answerer="llm", llm="m"))
    for answerer in (None, "llm", "extractive"):
        writes.check(answerer)
    assert writes.pool() is writes.pool("llm") is not writes.pool("extractive") is serves.pool()
