"""Chroma's own: a persistent client, a collection with SentenceTransformerEmbeddingFunction, query. It has no splitter;
the one that most take beside it, LangChain's, cuts for it."""

from __future__ import annotations

from pathlib import Path

import chromadb
from chromadb.config import Settings
from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction
from langchain_text_splitters import RecursiveCharacterTextSplitter

from benchmarks.peers.peer import Passage, read_articles

_CHUNK, _OVERLAP = 1000, 200  # as with LangChain
_NAME = "articles"


class Chroma:
    def __init__(self, model: Path) -> None:
        self._function = SentenceTransformerEmbeddingFunction(model_name=str(model))

    def embed(self, text: str) -> None:
        self._function([text])

    def ingest(self, articles: Path, index: Path) -> int:
        splitter = RecursiveCharacterTextSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP)
        client = self._client(index)
        collection = client.create_collection(_NAME, embedding_function=self._function)
        chunks = [(name, chunk) for name, text in read_articles(articles) for chunk in splitter.split_text(text)]
        step = client.get_max_batch_size()
        for begin in range(0, len(chunks), step):
            batch = chunks[begin : begin + step]
            collection.add(
                ids=[str(n) for n in range(begin, begin + len(batch))],
                documents=[chunk for _, chunk in batch],
                metadatas=[{"source": name} for name, _ in batch],
            )
        return len(chunks)

    def open(self, index: Path, k: int) -> None:
        self._collection = self._client(index).get_collection(_NAME, embedding_function=self._function)
        self._k = k

    def search(self, question: str) -> list[Passage]:
        found = self._collection.query(query_texts=[question], n_results=self._k)
        pairs = zip(found["metadatas"][0], found["documents"][0], strict=True)
        return [Passage(metadata["source"], document) for metadata, document in pairs]

    def _client(self, index: Path) -> chromadb.ClientAPI:
        return chromadb.PersistentClient(path=str(index), settings=Settings(anonymized_telemetry=False))
