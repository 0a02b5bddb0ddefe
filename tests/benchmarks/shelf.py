"""A system for the tests of the comparison: it finds by the words that texts share, and keeps its index as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.peers.peer import Passage, read_articles


class Shelf:
    def __init__(self, model: Path) -> None:
        self._model = model

    def embed(self, text: str) -> None:
        assert self._model.is_dir()

    def ingest(self, articles: Path, index: Path) -> int:
        passages = [(name, line) for name, text in read_articles(articles) for line in text.splitlines() if line]
        index.write_text(json.dumps(passages), "utf-8")
        return len(passages)

    def open(self, index: Path, k: int) -> None:
        self._passages = [Passage(*passage) for passage in json.loads(index.read_text("utf-8"))]
        self._k = k

    def search(self, question: str) -> list[Passage]:
        print("as libraries do, it talks")
        asked = set(question.lower().split())
        return sorted(self._passages, key=lambda p: -len(asked & set(p.text.lower().split())))[: self._k]


class Broken(Shelf):
    def open(self, index: Path, k: int) -> None:
        raise RuntimeError("the shelf fell over")
