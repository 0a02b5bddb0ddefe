"""Plain BM25 and plain dense search over Footnote's own passages: the best passage is the answer, whatever it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

from bot.schema import Turn
from bot.wire import make_encoder
from eval.schema import Found, Quote, Response, Sentence
from eval.systems import DEPTH, Setup
from eval.systems.footnote import index_corpus
from index.access import EVERYTHING
from index.opened import open_index
from index.view import View

# (question) -> (row, score) of the best passages, best first
Ranker = Callable[[str], list[tuple[int, float]]]


class Plain:
    """Quotes the best passage whole. `confidence_of` maps its score into [0, 1]; only the order means anything."""

    def __init__(self, view: View, rank: Ranker, confidence_of: Callable[[float], float], index_s: float) -> None:
        self._view = view
        self._rank = rank
        self._confidence_of = confidence_of
        self._index_s = index_s

    @property
    def texts(self) -> Mapping[str, str]:
        return {d.source: d.text for d in self._view.documents.values()}

    @property
    def index_s(self) -> float:
        return self._index_s

    def respond(self, text: str, history: Sequence[Turn]) -> Response:
        """The history is not looked at: there is nothing in a plain recipe that could."""
        started = perf_counter()
        ranked = self._rank(text)
        elapsed = (perf_counter() - started) * 1000
        hits = [(self._view.passage(row), score) for row, score in ranked]
        found = [(self._view.documents[p.document_id].source, p, score) for p, score in hits]
        quotes = [Quote(1, source, p.start, p.end, p.text) for source, p, _ in found[:1]]
        passages = [Found(source, score, p.text) for source, p, score in found]
        best = self._confidence_of(found[0][2]) if found else 0.0
        return quoting(quotes, passages, best, elapsed)


def quoting(quotes: Sequence[Quote], passages: Sequence[Found], confidence: float, elapsed_ms: float) -> Response:
    """The response that shows the quotes as they are, one a sentence; abstained if there are none."""
    return Response(
        answer="\n\n".join(f"{q.quote} [{q.n}]" for q in quotes),
        abstained=not quotes,
        confidence=min(1.0, max(0.0, confidence)),
        sentences=tuple(Sentence(q.quote, (q.n,)) for q in quotes),
        citations=tuple(quotes),
        passages=tuple(passages),
        timings_ms={"retrieve": elapsed_ms, "total": elapsed_ms},
    )


def open_bm25(setup: Setup) -> Plain:
    """BM25 (Lucene's, k1 1.5, b 0.75, stemmed, without stop words) over passages with their titles."""
    view, index_s = _indexed(setup)

    def rank(text: str) -> list[tuple[int, float]]:
        rows, scores = view.matching(text, DEPTH)
        return list(zip(rows.tolist(), scores.tolist(), strict=True))

    return Plain(view, rank, lambda score: score / (score + 10.0), index_s)


def open_dense(setup: Setup) -> Plain:
    """Exact cosine search with the embedding model that the settings name, over passages with their titles."""
    encoder = make_encoder(setup.settings)
    view, index_s = _indexed(setup)

    def rank(text: str) -> list[tuple[int, float]]:
        rows, scores = view.nearest(encoder.encode([text])[0], DEPTH)
        return list(zip(rows.tolist(), scores.tolist(), strict=True))

    encoder.encode(["warm"])
    return Plain(view, rank, lambda cosine: cosine, index_s)


def _indexed(setup: Setup) -> tuple[View, float]:
    index_s = index_corpus(setup, make_encoder(setup.settings))
    return open_index(setup.place).view(EVERYTHING), index_s
