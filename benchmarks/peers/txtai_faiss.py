"""txtai's own: Embeddings with content, index, save, load, search. Its splitters need a document converter beside it;
plain text is cut for it by the splitter that most take, LangChain's."""

from __future__ import annotations

from pathlib import Path

from langchain_text_splitters import RecursiveCharacterTextSplitter
from txtai import Embeddings

from benchmarks.peers.peer import Passage, read_articles

_CHUNK, _OVERLAP = 1000, 200  # as with LangChain


class Txtai:
    def __init__(self, model: Path) -> None:
        self._model = str(model)
        self._embeddings = Embeddings(path=self._model, content=True)

    def embed(self, text: str) -> None:
        self._embeddings.transform(text)

    def ingest(self, articles: Path, index: Path) -> int:
        splitter = RecursiveCharacterTextSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP)
        chunks = [
            (f"{name}#{n}", chunk)
            for name, text in read_articles(articles)
            for n, chunk in enumerate(splitter.split_text(text))
        ]
        self._embeddings.index(chunks)
        self._embeddings.save(str(index))
        return len(chunks)

    def open(self, index: Path, k: int) -> None:
        self._embeddings.load(str(index))
        self._k = k

    def search(self, question: str) -> list[Passage]:
        found = self._embeddings.search(question, self._k)
        return [Passage(hit["id"].rpartition("#")[0], hit["text"]) for hit in found]
