"""Footnote itself: ingesting as ingest.py does it, searching as `index.search` does it, and as the bot does it, whose
reader puts in order what the search found."""

from __future__ import annotations

from pathlib import Path

from benchmarks.peers.peer import Passage
from bot.settings import Settings
from bot.wire import make_bot
from index.access import EVERYTHING
from index.build import ingest
from index.encode import DEFAULT_MODEL, open_encoder
from index.encoders.find import find_model
from index.opened import open_index
from index.schema import Hit
from index.search import Searcher


class Footnote:
    """The hybrid search."""

    def __init__(self, model: Path) -> None:
        assert model.samefile(find_model(DEFAULT_MODEL)), "all systems have the same weights"
        self._encoder = open_encoder()

    def embed(self, text: str) -> None:
        self._encoder.encode([text])

    def ingest(self, articles: Path, index: Path) -> int:
        return ingest([str(articles)], index, self._encoder).passages

    def open(self, index: Path, k: int) -> None:
        self._searcher, self._k = Searcher(open_index(index), self._encoder), k

    def search(self, question: str) -> list[Passage]:
        return [_passage(hit) for hit in self._searcher.search(question, self._k)]


class FootnoteReader:
    """What the bot hands to its answerer. It searches an index of `Footnote`."""

    def __init__(self, model: Path) -> None:
        assert model.samefile(find_model(DEFAULT_MODEL)), "all systems have the same weights"

    def embed(self, text: str) -> None:
        raise NotImplementedError("it makes no index of its own")

    def ingest(self, articles: Path, index: Path) -> int:
        raise NotImplementedError("it makes no index of its own")

    def open(self, index: Path, k: int) -> None:
        self._bot, self._k = make_bot(Settings(index=index)), k

    def search(self, question: str) -> list[Passage]:
        return [_passage(hit) for hit in self._bot.search(question, k=self._k, access=EVERYTHING)]


def _passage(hit: Hit) -> Passage:
    return Passage(Path(hit.document.source).name, hit.passage.text)
