"""Haystack's first pipelines: TextFileToDocument, DocumentCleaner, DocumentSplitter, the document embedder of its
sentence-transformers integration and DocumentWriter into InMemoryDocumentStore; then the text embedder and
InMemoryEmbeddingRetriever."""

from __future__ import annotations

from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.converters import TextFileToDocument
from haystack.components.preprocessors import DocumentCleaner, DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from benchmarks.peers.peer import Passage

_WORDS = 160  # of its default of 200 words half would be cut off by the model; no overlap, as by default
_FILE = "store.json"


class Haystack:
    def __init__(self, model: Path) -> None:
        self._model = str(model)
        self._documents = SentenceTransformersDocumentEmbedder(model=self._model, progress_bar=False)

    def embed(self, text: str) -> None:
        self._documents.warm_up()
        self._documents.run(documents=[Document(content=text)])

    def ingest(self, articles: Path, index: Path) -> int:
        store = InMemoryDocumentStore()
        pipeline = Pipeline()
        pipeline.add_component("converter", TextFileToDocument())
        pipeline.add_component("cleaner", DocumentCleaner())
        pipeline.add_component("splitter", DocumentSplitter(split_by="word", split_length=_WORDS))
        pipeline.add_component("embedder", self._documents)
        pipeline.add_component("writer", DocumentWriter(document_store=store))
        for sender, receiver in (
            ("converter", "cleaner"),
            ("cleaner", "splitter"),
            ("splitter", "embedder"),
            ("embedder", "writer"),
        ):
            pipeline.connect(sender, receiver)
        pipeline.run({"converter": {"sources": sorted(articles.iterdir())}})
        index.mkdir(parents=True)
        store.save_to_disk(str(index / _FILE))
        return int(store.count_documents())

    def open(self, index: Path, k: int) -> None:
        store = InMemoryDocumentStore.load_from_disk(str(index / _FILE))
        self._pipeline = Pipeline()
        embedder = SentenceTransformersTextEmbedder(model=self._model, progress_bar=False)
        self._pipeline.add_component("embedder", embedder)
        self._pipeline.add_component("retriever", InMemoryEmbeddingRetriever(document_store=store, top_k=k))
        self._pipeline.connect("embedder.embedding", "retriever.query_embedding")

    def search(self, question: str) -> list[Passage]:
        found = self._pipeline.run({"embedder": {"text": question}})["retriever"]["documents"]
        return [Passage(Path(document.meta["file_path"]).name, document.content) for document in found]
