"""MultiHop-RAG: questions on the news that need facts from two to four articles.

Tang and Yang, "MultiHop-RAG: Benchmarking Retrieval-Augmented Generation for Multi-Hop Queries" (COLM 2024);
https://github.com/yixuantt/MultiHop-RAG. The queries are a JSON list or JSON lines:

    MultiHopRAG.json  {"query" or "question", "answer", "question_type", "evidence_list": [{"fact", "title", "url",
                      "published_at", "author", "source"}]}
    corpus.json       [{"title", "body", "url", "published_at", "author", "source"}], beside it, if the articles are at
                      hand
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import AliasChoices, Field

from eval.loaders.records import Filled, Pool, Row, make_suite, nugget, read_rows, spans_in, suite_name
from eval.schema import GoldSpan, Question, Suite
from index.schema import Document

_NO_ANSWER = "insufficient information"


class _Origin(Row):
    title: str = ""
    url: str | None = None
    published_at: str | None = None
    author: str | None = None
    source: str | None = None  # the outlet


class _Evidence(_Origin):
    fact: Filled


class _Article(_Origin):
    body: str


class _Query(Row):
    id: str | None = None
    question: Filled = Field(validation_alias=AliasChoices("question", "query"))
    answer: str
    question_type: str = ""
    evidence_list: tuple[_Evidence, ...] = ()

    @property
    def is_answerable(self) -> bool:
        return self.question_type != "null_query" and self.answer.strip(" .").casefold() != _NO_ANSWER


class _Articles:
    """The articles as documents, found by the address or else by the title that evidence gives."""

    def __init__(self, rows: Iterable[_Article]) -> None:
        self.documents: list[Document] = []
        self._by_key: dict[str, Document] = {}
        for number, row in enumerate(rows, start=1):
            source = row.url or row.title or f"article-{number}"
            document = Document.create(
                source=source,
                title=row.title,
                text=row.body,
                author=row.author,
                published=row.published_at,
                url=row.url,
                outlet=row.source,
            )
            self.documents.append(document)
            for key in (source, row.title):
                self._by_key.setdefault(key, document)

    def span(self, evidence: _Evidence) -> tuple[str, str]:
        """(source, text) of the article that the evidence is from; of an article that is missing, its key and ""."""
        for key in (evidence.url, evidence.title):
            if key and key in self._by_key:
                return self._by_key[key].source, self._by_key[key].text
        return evidence.url or evidence.title, ""


def load(path: Path) -> Suite:
    """The queries in `path`, over the articles in corpus.json beside it, or else over the pool of all their facts.

    In the pool a fact is a document without a title, and the facts of its evidence are what a question needs. A
    verdict ("yes", "consistent") cannot be looked for in an answer, so such questions have no nuggets. Queries
    without an id get their number. Raises SuiteError that names the place and the remedy.
    """
    corpus = path.with_name("corpus.json")
    articles = _Articles(row for _, row in read_rows(corpus, _Article)) if corpus.is_file() else None
    pool = Pool()
    questions = []
    for number, (_, row) in enumerate(read_rows(path, _Query), start=1):
        spans: list[GoldSpan] = []
        qrels: dict[str, int] = {}
        for evidence in row.evidence_list:
            source, text = articles.span(evidence) if articles else (_pooled(pool, evidence), evidence.fact)
            qrels[source] = 1
            spans += spans_in(text, source, [evidence.fact])
        answers = (row.answer,) if row.is_answerable and row.answer.strip() else ()
        questions.append(
            Question(
                id=f"{number}" if row.id is None else row.id,
                text=row.question,
                kind=row.question_type or ("answerable" if row.is_answerable else "unanswerable"),
                answerable=row.is_answerable,
                nuggets=nugget(answers),
                references=answers,
                spans=tuple(dict.fromkeys(spans)) if row.is_answerable else (),
                qrels=qrels if row.is_answerable else {},
            )
        )
    documents = articles.documents if articles else pool.documents
    name, title = suite_name("multihop-rag", path), f"MultiHop-RAG: {path.name}, {'articles' if articles else 'facts'}"
    return make_suite(path, name=name, title=title, documents=documents, questions=questions)


def _pooled(pool: Pool, evidence: _Evidence) -> str:
    """The fact's document; it has no title, so that only the fact's own words can find it."""
    return pool.add(
        evidence.fact,
        name="fact",
        author=evidence.author,
        published=evidence.published_at,
        url=evidence.url,
        outlet=evidence.source,
    )
