"""Fixtures shared by all tests: the packaged model and an index of the bundled articles, each made once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.chat import Bot
from bot.settings import Settings
from index.build import ingest
from index.cached import CachedEncoder
from index.encode import Encoder, SentenceTransformerEncoder
from index.opened import OpenIndex, open_index
from tests.fakes import HashedWords, write_articles

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "data" / "articles"

Runner = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def model() -> Encoder:
    """The packaged embedding model (seconds to load)."""
    return CachedEncoder(SentenceTransformerEncoder())


@pytest.fixture(scope="session")
def bundled(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index directory of the bundled articles, made with the packaged model. Not to be changed."""
    directory = tmp_path_factory.mktemp("bundled") / "index"
    report = ingest([str(SAMPLES)], directory, model)
    assert report.skipped == []
    return directory


@pytest.fixture(scope="session")
def bundled_index(bundled: Path) -> OpenIndex:
    return open_index(bundled)


@pytest.fixture(scope="session")
def bundled_bot(bundled: Path, model: Encoder) -> Bot:
    """A bot over the bundled articles, wired as the product wires it."""
    from bot.wire import make_bot

    return make_bot(Settings(index=bundled), model)


@pytest.fixture
def encoder() -> HashedWords:
    return HashedWords()


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder of three small made-up articles."""
    return write_articles(tmp_path / "articles")


@pytest.fixture
def small(tmp_path: Path, articles: Path, encoder: HashedWords) -> Path:
    """An index directory of the small articles, made with the fake encoder."""
    directory = tmp_path / "index"
    ingest([str(articles)], directory, encoder)
    return directory


@pytest.fixture(scope="session")
def run_command() -> Runner:
    """Runs one of the project's commands as a user would; `python ingest.py ...` is run_command("ingest.py", ...)."""

    def run(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=240)

    return run
