"""Fixtures shared by all tests: the packaged model and an index of the bundled articles, each made once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from bot.chat import Bot
from bot.settings import Settings
from index.address import IndexPlace, MilvusAddress
from index.build import ingest
from index.cached import CachedEncoder
from index.encode import DEFAULT_MODEL, Encoder, open_encoder
from index.encoders.find import find_model
from index.opened import OpenIndex, open_index
from tests.fakes import HashedWords, write_articles

if TYPE_CHECKING:
    from index.network.torch import Network

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "data" / "articles"

Runner = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with browsers and commands come first: they take longest, and a file stays on one worker, so that one begun
    at the end would have the others wait for it."""
    long = {item.path for item in items if item.get_closest_marker("browser") or "run_command" in _fixtures(item)}
    items.sort(key=lambda item: item.path not in long)


def _fixtures(item: pytest.Item) -> list[str]:
    return list(item.fixturenames) if isinstance(item, pytest.Function) else []


@pytest.fixture(scope="session")
def model() -> Encoder:
    """The packaged embedding model (seconds to load)."""
    return CachedEncoder(open_encoder())


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


@pytest.fixture(scope="session")
def tiny_network() -> Network:
    """The reader's network, small and never trained, with scores that lie well apart. Not to be changed."""
    import torch

    from index.network.torch import Network
    from index.network.weights import Shape

    network, chance = Network(Shape(width=32, layers=2, heads=2, inner=64)), torch.Generator().manual_seed(7)
    for weight in network.parameters():
        if weight.ndim == 2:
            torch.nn.init.normal_(weight, 0, 0.5, generator=chance)
    return network.eval()


@pytest.fixture(scope="session")
def tiny_reader(tiny_network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small network as a reader's file. Not to be changed."""
    from index.reader.packed import pack

    path = tmp_path_factory.mktemp("reader") / "tiny.safetensors"
    pack(tiny_network, path)
    return path


@pytest.fixture(scope="session")
def make_cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Makes the folder of a small cross-encoder, never trained, that gives so many scores a pair."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    def make(scores: int) -> Path:
        folder = tmp_path_factory.mktemp("cross-encoder")
        config = BertConfig(
            hidden_size=32,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=64,
            initializer_range=0.5,
            id2label={n: str(n) for n in range(scores)},
        )
        with torch.random.fork_rng():
            torch.manual_seed(7)
            network = BertForSequenceClassification(config)
        network.save_pretrained(folder)
        AutoTokenizer.from_pretrained(find_model(DEFAULT_MODEL)).save_pretrained(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def tiny_cross_encoder(make_cross_encoder: Callable[[int], Path]) -> Path:
    """The folder of a small cross-encoder with one score a pair. Not to be changed."""
    return make_cross_encoder(1)


@pytest.fixture(scope="session")
def milvus_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of milvus-lite for all tests of a process, which have collections of their own in it."""
    for library in ("pymilvus", "milvus_lite"):
        if not find_spec(library) and not os.environ.get("CI"):
            pytest.skip(f"{library} is missing; install it: python -m pip install -r requirements-milvus.txt")
    return tmp_path_factory.mktemp("milvus") / "index.db"


@pytest.fixture(scope="module", params=["files", "milvus"])
def new_place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], IndexPlace]:
    """Gives places for indexes, where none is yet; once in directories, and once in Milvus."""
    if request.param == "files":
        return lambda: tmp_path_factory.mktemp("place") / "index"
    file = request.getfixturevalue("milvus_file")
    return lambda: MilvusAddress(str(file), f"t{uuid4().hex[:12]}")


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
