"""Footnote's search as a LangChain retriever: from bot.langchain import FootnoteRetriever."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field, PrivateAttr, field_validator

from bot.serving import Serving
from bot.settings import Settings
from index.access import check_labels
from index.address import MilvusAddress, index_place
from index.errors import FootnoteIndexError, LabelError
from index.schema import Hit


class FootnoteRetriever(BaseRetriever):
    """Finds the passages for a question, read and ranked as for an answer of Footnote's own.

    `index` and `labels` are those of the settings unless given; `labels` are the access labels of those who ask. An
    index published by an ingest is taken up with the next question. Making one loads nothing; pydantic's
    ValidationError names what cannot be used. Asking raises the errors of `index`, QueryError for an unusable question.
    """

    model_config = ConfigDict(frozen=True)

    index: Path | MilvusAddress | None = None
    k: int = Field(default=4, ge=1, le=200)
    labels: tuple[str, ...] | None = None
    _serving: Serving | None = PrivateAttr(default=None)

    @field_validator("index", mode="before")
    @classmethod
    def _is_place(cls, given: object) -> object:
        try:
            return index_place(given) if isinstance(given, str) else given
        except FootnoteIndexError as error:
            raise ValueError(str(error)) from error

    @field_validator("labels")
    @classmethod
    def _are_labels(cls, given: tuple[str, ...] | None) -> tuple[str, ...] | None:
        try:
            return None if given is None else check_labels(given)
        except LabelError as error:
            raise ValueError(str(error)) from error

    def model_post_init(self, context: object, /) -> None:
        settings = Settings.load()
        if self.index is not None:
            settings = settings.with_index(self.index)
        if self.labels is not None:
            settings = replace(settings, labels=self.labels)
        self._serving = Serving(replace(settings, answerer="extractive"))  # nothing is written, so no model for it

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        assert self._serving is not None, "made without model_post_init"
        return [_document(hit) for hit in self._serving.bot().search(query, k=self.k)]


def _document(hit: Hit) -> Document:
    """The passage with where it stands: `start` and `end` are offsets in the text of the document."""
    of, passage = hit.document, hit.passage
    return Document(
        page_content=passage.text,
        metadata={
            "source": of.source,
            "title": of.title,
            "start": passage.start,
            "end": passage.end,
            "score": hit.score,
            "document_id": of.id,
            "url": of.url,
        },
    )
