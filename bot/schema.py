"""The frozen records of answering, and their JSON form (the outer contract)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from index.schema import Document, Hit

Support = Literal["verbatim", "verified", "unsupported"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of a document, `document.text[start:end]`, found through the passage named."""

    document: Document
    passage_id: str
    start: int
    end: int

    @property
    def quote(self) -> str:
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence as an answerer proposes it, with the spans that it relies on."""

    text: str
    evidence: tuple[Evidence, ...]
    support: Support


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answerer proposes; no sentences means that the sources do not answer.

    `confidence` in [0, 1] is the probability that the sources answer the question and the sentences say how.
    `answerer` names the one who made it if that is not the one asked; `notice` tells the reader why.
    """

    sentences: tuple[DraftSentence, ...]
    confidence: float
    model: str | None = None
    answerer: str | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Also:
    """Another document that tells the story of a citation in nearly the same words."""

    source: str
    title: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quotation: `document.text[start:end] == quote`, letter for letter. `place` says where in its source it
    stands ("page 3"); `link` opens there, where the source has an address."""

    n: int
    document_id: str
    source: str
    title: str
    author: str | None
    published: str | None
    url: str | None
    passage_id: str
    start: int
    end: int
    quote: str
    updated: str | None = None
    outlet: str | None = None
    place: str | None = None
    link: str | None = None
    also: tuple[Also, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A displayed sentence; `citations` are numbers of the answer's citations, at least one."""

    text: str
    citations: tuple[int, ...]
    support: Support


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds of each stage."""

    rewrite: float = 0.0
    retrieve: float = 0.0
    rerank: float = 0.0
    answer: float = 0.0
    verify: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question. When `abstained`, `nearest` holds passages that come close, as such. `notice` is
    plain text for the reader about how the answer was made: that the LLM failed and the sources are quoted instead.
    `considered` are all passages that it was looked for in, best first."""

    question: str
    standalone_question: str
    abstained: bool
    confidence: float
    answer: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    timings_ms: Timings
    answerer: str
    model: str | None = None
    nearest: tuple[Hit, ...] = field(default=())
    notice: str | None = None
    considered: tuple[Hit, ...] = ()


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """The answer as the contract has it, ready for `json.dumps`."""
    found = {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "abstained": answer.abstained,
        "confidence": round(answer.confidence, 4),
        "answer": answer.answer,
        "sentences": [{"text": s.text, "citations": list(s.citations), "support": s.support} for s in answer.sentences],
        "citations": [asdict(c) | {"also": [asdict(other) for other in c.also]} for c in answer.citations],
        "timings_ms": {name: round(value, 2) for name, value in asdict(answer.timings_ms).items()},
        "answerer": answer.answerer,
        "model": answer.model,
    }
    if answer.notice is not None:
        found["notice"] = answer.notice
    if answer.abstained:
        found["nearest"] = hits_to_json(answer.nearest)
    return found


def hits_to_json(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Hits as the contract has them, best first."""
    return [
        {
            "source": hit.document.source,
            "title": hit.document.title,
            "document_id": hit.document.id,
            "passage_id": hit.passage.id,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "text": hit.passage.text,
            "score": round(hit.score, 6),
            "place": place.label if (place := hit.document.place(hit.passage.start)) else None,
            "link": hit.document.link(hit.passage.start),
            "also": [other.source for other in hit.also],
        }
        for hit in hits
    ]
