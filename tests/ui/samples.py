"""Answers made from documents, as the bot would make them; for tests that need no model."""

from __future__ import annotations

from dataclasses import replace

from bot.cite import number_citations, to_markdown
from bot.schema import Answer, AnswerSentence, Citation, Draft, DraftSentence, Evidence, Support, Timings
from index.schema import Document, Hit, Passage, Place, Spot

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
_MILL = "It stands by the weir. The monks built it in 1702. They ground rye there. It closed in 1950. Nobody wept."
MILL = Document.create(
    source="wiki.xml#Old Mill",
    title="Old Mill",
    text=_MILL,
    published="2021-03-09T08:00:00+01:00",
    updated="2024-05-01T10:00:00Z",
    outlet="Fenpedia",
    url="https://wiki.example/wiki/Old_Mill",
    spots=(
        Spot(_MILL.index("The monks"), Place("History", "History")),
        Spot(_MILL.index("It closed"), Place("The end", "The_end")),
    ),
)
CLOCKS = Document.create(source="clocks.txt", title="Clocks", text="The museum has 412 clocks. One of them is wrong.")


def passage(document: Document, start: int = 0, end: int | None = None) -> Passage:
    """A passage of a document; its id tells which."""
    end = len(document.text) if end is None else end
    return Passage(f"{document.id}-{start}", document.id, start, end, document.text[start:end])


def citation(
    n: int, document: Document, quote: str, found_in: Passage | None = None, also: tuple[Document, ...] = ()
) -> Citation:
    """A citation of the first place where `quote` stands in the document; `also` are its copies."""
    start = document.text.index(quote)
    where = found_in or passage(document)
    evidence = Evidence(document, where.id, start, start + len(quote))
    draft = Draft((DraftSentence(quote, (evidence,), "verbatim"),), 0.9)
    _, (made,) = number_citations(draft, [Hit(where, document, 0.1, 0.2, 0.0, also=also)])
    return replace(made, n=n)


def answer(*citations: Citation, support: Support = "verbatim", confidence: float = 0.874) -> Answer:
    """An answer with one sentence per citation."""
    sentences = tuple(AnswerSentence(c.quote, (c.n,), support) for c in citations)
    return Answer("q?", "q?", False, confidence, to_markdown(sentences), sentences, citations, Timings(), "extractive")


def abstention(*documents: Document, also: tuple[Document, ...] = ()) -> Answer:
    """An answer that says that the sources are silent; the documents, each of them with these copies, are nearest."""
    return silent(*(Hit(passage(document), document, 0.1, 0.2, 0.0, also=also) for document in documents))


def silent(*hits: Hit) -> Answer:
    """An answer that says that the sources are silent; the hits are nearest."""
    return Answer("q?", "q?", True, 0.1, "My sources don't say.", (), (), Timings(), "extractive", nearest=hits)
