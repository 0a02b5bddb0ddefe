"""Sentences of passages as evidence: where they stand, who says them, and what stands around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.attribution import Speaker
from bot.candidates import Article, read_article
from bot.schema import Evidence
from index.schema import Hit

_AROUND = 3  # sentences before, in which a pronoun's name is looked for


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence of passage `n` (1-based, as the prompt numbers them)."""

    n: int
    hit: Hit
    article: Article
    number: int

    @property
    def start(self) -> int:
        return self.article.sentences[self.number][0]

    @property
    def end(self) -> int:
        return self.article.sentences[self.number][1]

    @property
    def text(self) -> str:
        return self.article.document.text[self.start : self.end]

    @property
    def speaker(self) -> Speaker | None:
        return self.article.speakers[self.number]

    @property
    def before(self) -> str:
        """The sentences before it, as far back as its pronouns may reach."""
        return self.article.text(self.number - _AROUND, self.number - 1) if self.number else ""

    def next_to(self, other: Piece) -> bool:
        """True if both are sentences of one article with at most one between them."""
        return self.article.document.id == other.article.document.id and abs(self.number - other.number) <= 2


def pieces_of(n: int, hit: Hit) -> list[Piece]:
    """The sentences of passage `n`, those left out that speak to the machine or that go with such text."""
    article = read_article(hit.document)
    left_out = article.hostile | article.doubtful
    return [
        Piece(n, hit, article, number)
        for number, (start, end) in enumerate(article.sentences)
        if start < hit.passage.end and end > hit.passage.start and number not in left_out
    ]


def evidence_of(pieces: Sequence[Piece]) -> tuple[Evidence, ...]:
    """The pieces as spans, neighbours in one paragraph joined, in the order of the pieces."""
    spans: list[tuple[Piece, int, int]] = []
    for piece in sorted(pieces, key=lambda p: (pieces_order(pieces, p), p.number)):
        if spans:
            last, start, end = spans[-1]
            if last.article.document.id == piece.article.document.id and end <= piece.start:
                between = piece.article.document.text[end : piece.start]
                if not between.strip() and "\n" not in between:
                    spans[-1] = (last, start, piece.end)
                    continue
        spans.append((piece, piece.start, piece.end))
    return tuple(Evidence(p.article.document, p.hit.passage.id, start, end) for p, start, end in spans)


def pieces_order(pieces: Iterable[Piece], piece: Piece) -> int:
    """The place of a piece's document among those of the pieces."""
    documents = list(dict.fromkeys(p.article.document.id for p in pieces))
    return documents.index(piece.article.document.id)
