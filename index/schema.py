"""The frozen records that cross stage boundaries. Offsets count Unicode code points of `Document.text`."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Any

from index.reader import Reading


def content_id(*parts: str) -> str:
    """A stable 16-hex-digit id of the given strings (SHA-256, truncated to 64 bits)."""
    digest = hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its source a text stands, for a person to go to: `label` says it ("page 3", "History"), `fragment` is
    what follows the # in a link that opens there ("page=3", "History"), empty if none does."""

    label: str
    fragment: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """From `start` on, a document's text stands at this place of its source."""

    start: int
    place: Place


@dataclass(frozen=True, slots=True)
class Document:
    """One article after cleaning.

    `source` is what the user gave (a path relative to the folder given, or the path itself; with # and the part's
    name where a file holds several documents); `text` is the cleaned body, without the title. `published` and `updated`
    are ISO dates or None, `dated` is the date of publication as the source writes it. `spots` are in order.
    `origin` is the absolute path or the URL it was read from; a path never leaves the machine. `labels` say who may see
    it (`index.access`), all if there are none; they are no part of what is seen, and so not of the id.
    """

    id: str
    source: str
    title: str
    text: str
    author: str | None = None
    published: str | None = None
    url: str | None = None
    origin: str = ""
    updated: str | None = None
    dated: str | None = None
    outlet: str | None = None
    language: str | None = None
    section: str | None = None
    spots: tuple[Spot, ...] = ()
    labels: tuple[str, ...] = ()

    @classmethod
    def create(cls, *, source: str, title: str, text: str, origin: str = "", **more: Any) -> Document:
        """A document whose id is the hash of all that a reader can see of it; `more` are its other fields."""
        document = cls("", source, title, text, origin=origin, **more)
        seen = (document.author, document.published, document.url)
        later = (document.updated, document.dated, document.outlet, document.language, document.section)
        parts = [source, title, text, *(value or "" for value in seen)]
        if any(later) or document.spots:  # what had none of these keeps the id that it always had
            parts += [value or "" for value in later]
            parts += [f"{s.start} {s.place.label} {s.place.fragment}" for s in document.spots]
        return replace(document, id=content_id(*parts))

    def place(self, offset: int) -> Place | None:
        """Where in its source the text at `offset` stands; None if the source has no places."""
        at = bisect_right([spot.start for spot in self.spots], offset)
        return self.spots[at - 1].place if at else None

    def link(self, offset: int) -> str | None:
        """Where the text at `offset` opens: the document's URL, at its place if that can be linked to; None without
        a URL."""
        place = self.place(offset)
        if not self.url or not place or not place.fragment:
            return self.url
        return f"{self.url.split('#')[0]}#{place.fragment}"


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
    `also` are other documents that tell the same story in nearly the same words.
    """

    passage: Passage
    document: Document
    score: float
    dense: float
    lexical: float
    reading: Reading | None = None
    also: tuple[Document, ...] = ()
