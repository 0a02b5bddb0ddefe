"""What searches ought to find, worked out by going through everything."""

from __future__ import annotations

import math
from collections import Counter

from index.chunk import ChunkSettings, context_title, embedding_text, split_document
from index.schema import Document, Passage
from index.terms import terms
from tests.fakes import HashedWords

ENCODER = HashedWords()


class BruteForce:
    """The passages of some documents, and what searches ought to find among them."""

    def __init__(self, documents: list[Document]) -> None:
        self.passages = [p for d in documents for p in cut(d)]
        self.documents = {d.id: d for d in documents}
        self.terms = [terms(text) for text in self._texts(self.passages)]
        self._average = sum(map(len, self.terms)) / max(1, len(self.terms))
        self.vectors = ENCODER.encode(self._texts(self.passages))

    def _texts(self, passages: list[Passage]) -> list[str]:
        of = self.documents.values()
        titles = {d.id: context_title(d.title, ENCODER.max_tokens, ENCODER.count_tokens) for d in of}
        return [embedding_text(titles[p.document_id], p.text) for p in passages]

    def cosines(self, question: str) -> dict[str, float]:
        found = self.vectors @ ENCODER.encode([question])[0]
        return dict(zip((p.id for p in self.passages), found.tolist(), strict=True))

    def idf(self, term: str) -> float:
        held = sum(term in found for found in self.terms)
        return math.log1p((len(self.terms) - held + 0.5) / (held + 0.5))

    def bm25(self, question: str) -> dict[str, float]:
        scores: dict[str, float] = {}
        for passage, found in zip(self.passages, self.terms, strict=True):
            scale, counts = 1.5 * (0.25 + 0.75 * len(found) / self._average), Counter(found)
            asked = [term for term in terms(question) if term in counts]
            if asked:
                scores[passage.id] = sum(self.idf(t) * counts[t] / (counts[t] + scale) for t in asked)
        return scores


def cut(document: Document) -> list[Passage]:
    return split_document(document, ENCODER.count_tokens, ENCODER.max_tokens, ChunkSettings())
