"""The LangChain retriever, used as LangChain does."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda
from pydantic import ValidationError

from bot.errors import SettingsError
from bot.langchain import FootnoteRetriever
from index.encode import Encoder
from index.errors import IndexMissingError, QueryError
from index.opened import open_index


@pytest.fixture(autouse=True)
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_READER", "off")  # quick to load


def retriever(index: Path, _model: Encoder, **more: Any) -> FootnoteRetriever:
    """A retriever over an index made with the packaged model."""
    return FootnoteRetriever(index=index, **more)


def test_it_finds_passages_with_where_they_stand(bundled: Path, model: Encoder) -> None:
    found = retriever(bundled, model, k=3).invoke("How large was the Tolm Valley harvest?")
    assert len(found) == 3 and found[0].metadata["source"] == "2022-08-tolm-valley-wheat.txt"
    documents = open_index(bundled).documents
    for one in found:
        assert set(one.metadata) == {"source", "title", "start", "end", "score", "document_id", "url"}
        document = documents[one.metadata["document_id"]]
        assert one.page_content == document.text[one.metadata["start"] : one.metadata["end"]]
        assert (one.metadata["title"], one.metadata["url"]) == (document.title, document.url)
    assert [one.metadata["score"] for one in found] == sorted((one.metadata["score"] for one in found), reverse=True)


def test_it_works_in_a_chain_and_without_blocking(bundled: Path, model: Encoder) -> None:
    def sources(found: list[Document]) -> list[str]:
        return [one.metadata["source"] for one in found]

    made = retriever(bundled, model, k=2)
    chain = made | RunnableLambda(sources)
    question = "What losses did the football club report?"
    assert asyncio.run(chain.ainvoke(question)) == chain.invoke(question) == sources(made.invoke(question))
    assert chain.invoke(question)[0] == "2022-07-dunmere-rovers-accounts.txt"


def test_what_cannot_be_used_is_named_before_anything_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="'h r' is no label"):
        FootnoteRetriever(labels=("h r",))
    with pytest.raises(ValidationError, match="less than or equal to 200"):
        FootnoteRetriever(k=1000)
    with pytest.raises(IndexMissingError, match="there is no index"):
        FootnoteRetriever(index=tmp_path / "none").invoke("ferry")
    monkeypatch.setenv("FOOTNOTE_PASSAGES", "many")
    with pytest.raises(SettingsError, match="FOOTNOTE_PASSAGES"):
        FootnoteRetriever(index=tmp_path)


def test_nothing_asked_is_an_error(bundled: Path, model: Encoder) -> None:
    with pytest.raises(QueryError, match="the question is empty"):
        retriever(bundled, model).invoke(" ")
