"""LlamaIndex's starter for local models: SimpleDirectoryReader, HuggingFaceEmbedding, VectorStoreIndex in its own
store, and the retriever that the index gives."""

from __future__ import annotations

from pathlib import Path

from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import MetadataMode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

from benchmarks.peers.peer import Passage

# Its default of 1024 tokens is four times what the model reads. It counts the path of the file in, which it embeds with
# each passage, and counts with the tokenizer of another model: 230 of those are at most 256 of this one's.
_CHUNK, _OVERLAP = 230, 20


class LlamaIndex:
    def __init__(self, model: Path) -> None:
        self._embedding = HuggingFaceEmbedding(model_name=str(model))

    def embed(self, text: str) -> None:
        self._embedding.get_query_embedding(text)

    def ingest(self, articles: Path, index: Path) -> int:
        documents = SimpleDirectoryReader(str(articles)).load_data()
        splitter = SentenceSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP)
        made = VectorStoreIndex.from_documents(documents, transformations=[splitter], embed_model=self._embedding)
        made.storage_context.persist(str(index))
        return len(made.index_struct.nodes_dict)

    def open(self, index: Path, k: int) -> None:
        storage = StorageContext.from_defaults(persist_dir=str(index))
        opened = load_index_from_storage(storage, embed_model=self._embedding)
        self._retriever = opened.as_retriever(similarity_top_k=k)

    def search(self, question: str) -> list[Passage]:
        return [
            Passage(hit.node.metadata["file_name"], hit.node.get_content(MetadataMode.NONE))
            for hit in self._retriever.retrieve(question)
        ]
