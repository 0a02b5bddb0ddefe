"""The stock LangChain recipe: RecursiveCharacterTextSplitter(1000, 200), HuggingFaceEmbeddings, FAISS, k=4.

The same weights as Footnote's, the articles as they lie on the disk, no language model: what the recipe would
hand to one is what it is judged by, and the best chunk is its answer.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter
from typing import Any

from bot.schema import Turn
from eval.errors import StartError
from eval.schema import Corpus, Found, Quote, Response
from eval.systems import DEPTH, Setup
from eval.systems.plain import quoting
from index.access import EVERYTHING
from index.encoders.find import find_model
from index.formats.detect import read_pages
from index.formats.text import decode
from index.load import SourceFile, find_sources, read_source
from index.opened import open_index

_CHUNK, _OVERLAP, _K = 1000, 200, 4


class LangChainRecipe:
    """A FAISS store of the chunks. The recipe hands four to the model; more are fetched for the ranking measures."""

    def __init__(self, store: Any, texts: Mapping[str, str], index_s: float) -> None:
        self._store = store
        self._texts = texts
        self._index_s = index_s

    @property
    def texts(self) -> Mapping[str, str]:
        return self._texts

    @property
    def index_s(self) -> float:
        return self._index_s

    def respond(self, text: str, history: Sequence[Turn]) -> Response:
        started = perf_counter()
        self._store.similarity_search_with_score(text, k=_K)
        elapsed = (perf_counter() - started) * 1000
        quotes: list[Quote] = []
        passages: list[Found] = []
        for chunk, distance in self._store.similarity_search_with_score(text, k=DEPTH):
            source, start = chunk.metadata["source"], chunk.metadata["start_index"]
            passages.append(Found(source, _cosine(distance), chunk.page_content))
            if not quotes:
                quotes.append(Quote(1, source, start, start + len(chunk.page_content), chunk.page_content))
        return quoting(quotes, passages, passages[0].score if passages else 0.0, elapsed)


def open_langchain(setup: Setup) -> LangChainRecipe:
    """Splits, embeds and indexes the corpus. Raises StartError with the install line if LangChain is not there."""
    try:
        with warnings.catch_warnings():  # the package announces its own end; the recipe is still the one in use
            warnings.simplefilter("ignore")
            from langchain_community.embeddings import HuggingFaceEmbeddings
            from langchain_community.vectorstores import FAISS
            from langchain_text_splitters import RecursiveCharacterTextSplitter
            from transformers.utils import logging
    except ImportError as error:
        raise StartError(
            f"the LangChain baseline needs packages that are not installed ({error.name}); "
            "install them: pip install -r requirements-eval.txt"
        ) from error
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    texts = raw_texts(setup.corpus)
    started = perf_counter()
    splitter = RecursiveCharacterTextSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP, add_start_index=True)
    chunks = splitter.create_documents(list(texts.values()), [{"source": source} for source in texts])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        embeddings = HuggingFaceEmbeddings(model_name=str(find_model(setup.settings.model)))
    store = FAISS.from_documents(chunks, embeddings)
    return LangChainRecipe(store, texts, perf_counter() - started)


def raw_texts(corpus: Corpus) -> dict[str, str]:
    """The sources' texts, uncleaned: files as read, documents as given, or an index's documents."""
    if corpus.articles is not None:
        files = [item for item in find_sources([str(corpus.articles)]) if isinstance(item, SourceFile)]
        return {source: text for file in files for source, text in _texts(file)}
    documents = open_index(corpus.index).view(EVERYTHING).documents.values() if corpus.index else corpus.documents
    return {document.source: document.text for document in documents}


def _texts(file: SourceFile) -> Iterator[tuple[str, str]]:
    """The texts in a file, by source: of plain text and Markdown as they stand, of other formats their blocks."""
    if file.path.suffix.lower() in (".txt", ".md"):
        yield file.source, decode(read_source(file))
        return
    for page in read_pages(read_source(file), file.path.name):
        yield (f"{file.source}#{page.part}" if page.part else file.source), page.text


def _cosine(squared_distance: float) -> float:
    """Of unit vectors, from the squared Euclidean distance that FAISS returns."""
    return 1.0 - float(squared_distance) / 2.0
