"""The frozen records that cross stage boundaries. Offsets count Unicode code points of `Document.text`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from index.reader import Reading


def content_id(*parts: str) -> str:
    """A stable 16-hex-digit id of the given strings (SHA-256, truncated to 64 bits)."""
    digest = hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Document:
    """One article after cleaning.

    `source` is what the user gave (a path relative to the folder given, or the path itself); `text` is the
    cleaned body, without the title. `origin` is the absolute path it was read from; it never leaves the machine.
    """

    id: str
    source: str
    title: str
    text: str
    author: str | None = None
    published: str | None = None
    url: str | None = None
    origin: str = ""

    @classmethod
    def create(
        cls,
        *,
        source: str,
        title: str,
        text: str,
        author: str | None = None,
        published: str | None = None,
        url: str | None = None,
        origin: str = "",
    ) -> Document:
        """A document whose id is the hash of all that a reader can see of it."""
        identity = content_id(source, title, text, author or "", published or "", url or "")
        return cls(identity, source, title, text, author, published, url, origin)


@dataclass(frozen=True, slots=True)
class Passage:
    """A window of whole sentences: `document.text[start:end] == text`."""

    id: str
    document_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question.

    `score` orders the hits (comparable within one result list only). `dense` is the cosine similarity in [-1, 1];
    `lexical` is the BM25 score (0 where no word is shared). `reading` is what the reader made of it, if it was read.
    """

    passage: Passage
    document: Document
    score: float
    dense: float
    lexical: float
    reading: Reading | None = None
