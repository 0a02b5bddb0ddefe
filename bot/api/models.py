"""The JSON of requests and answers, for checking what comes and for the schema of what goes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.schema import Turn
from index.filters import Filters


def _is_day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError("is no date; write it as 2024-03-31") from None


Day = Annotated[str, AfterValidator(_is_day), Field(max_length=10, examples=["2024-03-31"])]
Name = Annotated[str, Field(max_length=2000)]
PassageCount = Annotated[int, Field(strict=True, ge=1, le=200)]


class Given(BaseModel):
    """Part of a request. A field that is not known is an error: it may be a slip."""

    model_config = ConfigDict(extra="forbid")


class TurnIn(Given):
    """One turn of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str

    def turn(self) -> Turn:
        return Turn(self.role, self.content)


class FiltersIn(Given):
    """Which documents are asked: those that meet every condition given. `sources` may hold * and ?."""

    sources: list[Name] = []
    outlets: list[Name] = []
    languages: list[Name] = []
    since: Day | None = None
    until: Day | None = None

    def filters(self) -> Filters:
        return Filters(tuple(self.sources), tuple(self.outlets), tuple(self.languages), self.since, self.until)


class AskIn(Given):
    """A question, with the conversation before it."""

    question: str = Field(examples=["What are Russia's conditions for restoring relations with the West?"])
    history: list[TurnIn] = []
    filters: FiltersIn | None = None
    k: PassageCount | None = Field(None, description="how many passages are considered; else as the server is set")
    answerer: Literal["extractive", "llm"] | None = Field(None, description="as the server is set if left out")


class SentenceOut(BaseModel):
    text: str
    citations: list[int]
    support: Literal["verbatim", "verified", "unsupported"]


class AlsoOut(BaseModel):
    source: str
    title: str
    url: str | None


class CitationOut(BaseModel):
    """`quote` is the document's text from `start` to `end`, in code points, letter for letter."""

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
    updated: str | None
    outlet: str | None
    place: str | None
    link: str | None
    also: list[AlsoOut]


class PassageOut(BaseModel):
    source: str
    title: str
    document_id: str
    passage_id: str
    start: int
    end: int
    text: str
    score: float
    place: str | None
    link: str | None
    also: list[str]


class AnswerOut(BaseModel):
    """Each sentence has at least one citation. Abstained, there are none; `nearest` has passages that come close."""

    question: str
    standalone_question: str
    abstained: bool
    confidence: float
    answer: str = Field(description="Markdown with [1] [2] markers")
    sentences: list[SentenceOut]
    citations: list[CitationOut]
    timings_ms: dict[Literal["rewrite", "retrieve", "rerank", "answer", "verify", "total"], float]
    answerer: str
    model: str | None
    notice: str | None = None
    nearest: list[PassageOut] = []


class HitsOut(BaseModel):
    question: str
    hits: list[PassageOut]


class DocumentOut(BaseModel):
    id: str
    source: str
    title: str
    author: str | None
    published: str | None
    updated: str | None
    outlet: str | None
    language: str | None
    url: str | None
    passages: int


class DocumentTextOut(DocumentOut):
    text: str = Field(description="what the offsets of citations and passages refer to")


class DocumentsOut(BaseModel):
    documents: list[DocumentOut]


class ReadyOut(BaseModel):
    status: Literal["ready"]
    documents: int
    passages: int


class HealthOut(BaseModel):
    status: Literal["ok"]


class TokenOut(BaseModel):
    """`expires_in` is in seconds."""

    token: str
    expires_in: int


class StoredOut(BaseModel):
    stored: Literal[True]


class FeedbackIn(BaseModel):
    """A verdict on an answer; {"exchange", "verdict"} for one that the page showed."""

    question: str | None = None
    verdict: Literal["up", "down"]
    history: list[TurnIn] = []
    reason: str = ""
    expected: str = ""
    answer: dict[str, Any] | None = None
    exchange: str | None = None


class ProblemOut(BaseModel):
    code: str
    message: str


class ErrorOut(BaseModel):
    error: ProblemOut


class OpenAiProblemOut(BaseModel):
    message: str
    type: str
    param: str | None
    code: str | None


class OpenAiErrorOut(BaseModel):
    error: OpenAiProblemOut
