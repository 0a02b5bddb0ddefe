"""LangChain's recipe: RecursiveCharacterTextSplitter, HuggingFaceEmbeddings, FAISS, and the retriever that the
store gives."""

from __future__ import annotations

from pathlib import Path

from langchain_community.document_loaders import DirectoryLoader, TextLoader
from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from benchmarks.peers.peer import Passage

# As its guides have it; a thousand characters are about 220 of the model's 256 word pieces.
_CHUNK, _OVERLAP = 1000, 200


class LangChain:
    def __init__(self, model: Path) -> None:
        self._embeddings = HuggingFaceEmbeddings(model_name=str(model))

    def embed(self, text: str) -> None:
        self._embeddings.embed_query(text)

    def ingest(self, articles: Path, index: Path) -> int:
        loader = DirectoryLoader(str(articles), loader_cls=TextLoader, loader_kwargs={"encoding": "utf-8"})
        splitter = RecursiveCharacterTextSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP)
        chunks = splitter.split_documents(loader.load())
        FAISS.from_documents(chunks, self._embeddings).save_local(str(index))
        return len(chunks)

    def open(self, index: Path, k: int) -> None:
        # it keeps texts as a pickle, which has to be allowed; this one was made a moment ago
        store = FAISS.load_local(str(index), self._embeddings, allow_dangerous_deserialization=True)
        self._retriever = store.as_retriever(search_kwargs={"k": k})

    def search(self, question: str) -> list[Passage]:
        found = self._retriever.invoke(question)
        return [Passage(Path(document.metadata["source"]).name, document.page_content) for document in found]
