"""Answers made from documents, as the bot would make them; for tests that need no model."""

from __future__ import annotations

from bot.cite import to_markdown
from bot.schema import Answer, AnswerSentence, Citation, Support, Timings
from index.schema import Document, Hit, Passage

TREATY = Document.create(
    source="2022/treaty.txt",
    title="The treaty & its <critics>",
    text=(
        "The room was empty. Nobody had come to Cairo. "
        "Moscow said the meeting was off. Washington said it was ready.\n\n"
        "The treaty expires in 2026. It allows 1,550 warheads. No talks are under way."
    ),
    author="Desmond Lyle",
    published="2022-12-01",
    url="https://example.org/treaty?a=1&b=2",
)
CLOCKS = Document.create(source="clocks.txt", title="Clocks", text="The museum has 412 clocks. One of them is wrong.")


def passage(document: Document, start: int = 0, end: int | None = None) -> Passage:
    """A passage of a document; its id tells which."""
    end = len(document.text) if end is None else end
    return Passage(f"{document.id}-{start}", document.id, start, end, document.text[start:end])


def citation(n: int, document: Document, quote: str, found_in: Passage | None = None) -> Citation:
    """A citation of the first place where `quote` stands in the document."""
    start = document.text.index(quote)
    where = found_in or passage(document)
    return Citation(
        n,
        document.id,
        document.source,
        document.title,
        document.author,
        document.published,
        document.url,
        where.id,
        start,
        start + len(quote),
        quote,
    )


def answer(*citations: Citation, support: Support = "verbatim", confidence: float = 0.874) -> Answer:
    """An answer with one sentence per citation."""
    sentences = tuple(AnswerSentence(c.quote, (c.n,), support) for c in citations)
    return Answer("q?", "q?", False, confidence, to_markdown(sentences), sentences, citations, Timings(), "extractive")


def abstention(*documents: Document) -> Answer:
    """An answer that says that the sources are silent; the documents are nearest."""
    hits = tuple(Hit(passage(document), document, 0.1, 0.2, 0.0) for document in documents)
    return Answer("q?", "q?", True, 0.1, "My sources don't say.", (), (), Timings(), "extractive", nearest=hits)
