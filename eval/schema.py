"""The frozen records of measuring: what is asked, what is expected, what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.schema import Turn
from index.address import IndexPlace
from index.schema import Document


@dataclass(frozen=True, slots=True)
class Nugget:
    """A piece of information that an answer should hold; any one of `any` shows that it is there (TREC RAG)."""

    any: tuple[str, ...]
    vital: bool = True


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """Words of a source, as they stand there, that hold the answer."""

    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what is expected of its answer.

    `qrels` grades the sources (0: not relevant). `references` are short right answers, for token F1. `forbidden`
    are words that no answer may hold. `of` names the question that this one is a variant of.
    """

    id: str
    text: str
    kind: str
    answerable: bool
    nuggets: tuple[Nugget, ...] = ()
    references: tuple[str, ...] = ()
    spans: tuple[GoldSpan, ...] = ()
    qrels: Mapping[str, int] = field(default_factory=dict)
    history: tuple[Turn, ...] = ()
    forbidden: tuple[str, ...] = ()
    of: str | None = None

    @property
    def relevant(self) -> frozenset[str]:
        """The sources graded above 0."""
        return frozenset(source for source, grade in self.qrels.items() if grade > 0)


@dataclass(frozen=True, slots=True)
class Corpus:
    """What the questions are asked of: a folder of article files, or documents that need no cleaning, or an index."""

    articles: Path | None = None
    documents: tuple[Document, ...] = ()
    index: IndexPlace | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """Questions over one corpus. `boilerplate` holds page furniture that no answer should quote."""

    name: str
    title: str
    corpus: Corpus
    questions: tuple[Question, ...]
    boilerplate: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """A citation as shown: number `n`, and the words that it claims stand at [start, end) of the source's text.
    `credit` is how its footnote names source and day ("Harbour Post, 5 May 2025")."""

    n: int
    source: str
    start: int
    end: int
    quote: str
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as shown, with the numbers of its citations."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A retrieved passage: its source, score (higher is better) and text."""

    source: str
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class Response:
    """What a system said to one question.

    `answer` is the Markdown as shown. `passages` are the retrieved ones, best first. `would_say` is the answer
    that abstaining held back, if the system can tell. `timings_ms` holds milliseconds by stage.
    `error` says why there is no answer (a crash, a timeout); everything else is empty then.
    """

    answer: str = ""
    abstained: bool = False
    confidence: float = 0.0
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Quote, ...] = ()
    passages: tuple[Found, ...] = ()
    would_say: str = ""
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    error: str | None = None

    @property
    def ranking(self) -> list[tuple[str, float]]:
        """The sources with the score of their best passage, best first."""
        best: dict[str, float] = {}
        for passage in self.passages:
            best.setdefault(passage.source, passage.score)
        return list(best.items())


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run cost: seconds to index and to start, peak resident memory of the system's process in MiB."""

    index_s: float
    start_s: float
    peak_mib: float
