"""The sentences that the check is measured on, with what each cites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.verify.align import find, with_marks
from eval.errors import EvalError
from eval.schema import Question, Suite
from index.opened import OpenIndex
from index.schema import Document, Hit, Passage
from index.search import Searcher
from index.sentences import Span, split_sentences

GoodKind = Literal["verbatim", "paraphrased", "answer", "merged"]
FaultKind = Literal["number", "speaker", "quote", "citation", "outside", "negated"]
GOOD: tuple[GoodKind, ...] = ("verbatim", "paraphrased", "answer", "merged")
FAULTS: tuple[FaultKind, ...] = ("number", "speaker", "quote", "citation", "outside", "negated")


@dataclass(frozen=True, slots=True)
class Gold:
    """A sentence of a gold span: where it stands, and the numbers of the passages that hold it."""

    document: Document
    span: Span
    numbers: tuple[int, ...]

    @property
    def text(self) -> str:
        return self.document.text[slice(*self.span)]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the passages that a model would be given, and its gold spans among them."""

    question: Question
    hits: tuple[Hit, ...]
    gold: tuple[Gold, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence to be checked. `wrong` are the words that make it a fault, empty where the whole sentence or its
    citation is; `gold` is what it was made from."""

    question: str
    kind: GoodKind | FaultKind
    text: str
    cited: tuple[int, ...]
    gold: tuple[Gold, ...]
    wrong: str = ""


def asked(suite: Suite, searcher: Searcher, index: OpenIndex, passages: int) -> list[Asked]:
    """The suite's answerable questions, each with the best passages and those that hold its gold spans.

    Variants of a question are left out. Raises EvalError if a suite has no gold spans.
    """
    by_source = {document.source: document for document in index.documents.values()}
    found = []
    for question in suite.questions:
        if not question.answerable or question.of or not question.spans:
            continue
        hits = searcher.search(question.text, passages)
        places = [
            (by_source[s.source], sentence)
            for s in question.spans
            if s.source in by_source
            for sentence in _sentences(by_source[s.source], s.quote)
        ]
        for document, span in places:
            if not any(_holds(hit, document, span) for hit in hits):
                hits.append(_hit(index, document, span))
        gold = tuple(
            Gold(document, span, tuple(n for n, hit in enumerate(hits, 1) if _holds(hit, document, span)))
            for document, span in places
        )
        if gold:
            found.append(Asked(question, tuple(hits), gold))
    if not found:
        raise EvalError(
            f"suite {suite.name!r} has no gold spans to make sentences of; give one whose queries have spans"
        )
    return found


def _sentences(document: Document, quote: str) -> list[Span]:
    """The sentences of a gold span, or what of them it holds."""
    found = find(quote, document.text)
    if found is None:
        raise EvalError(f"{document.source} does not hold the gold words {quote[:60]!r}; correct the suite")
    start, end = with_marks(document.text, found, quote)
    return [(start + first, start + last) for first, last in split_sentences(document.text[start:end])]


def _holds(hit: Hit, document: Document, span: Span) -> bool:
    return hit.document.id == document.id and hit.passage.start <= span[0] and span[1] <= hit.passage.end


def _hit(index: OpenIndex, document: Document, span: Span) -> Hit:
    """A hit on the passage that holds a span; on the span itself where two share it."""
    passages: Sequence[Passage] = [p for p in index.passages if p.document_id == document.id]
    held = next((p for p in passages if p.start <= span[0] and span[1] <= p.end), None)
    passage = held or Passage(f"{document.id}-{span[0]}", document.id, *span, document.text[slice(*span)])
    return Hit(passage, document, 0.0, 0.0, 0.0)
