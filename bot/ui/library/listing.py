"""What is indexed, as rows to search and sort; made once per version of the index."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import Literal

from bot.serving import serving
from bot.settings import Settings
from bot.status import index_status
from index.access import EVERYTHING, Access
from index.errors import IndexMissingError
from index.view import Index

PAGE = 25
Order = Literal["newest", "title"]
ORDERS: tuple[Order, ...] = ("newest", "title")
_opening = Lock()


@dataclass(frozen=True, slots=True)
class Row:
    """One document: what the list shows of it. `origin` is where it was read from, which no page shows; `words` is
    what it is found by."""

    id: str
    source: str
    title: str
    outlet: str | None
    published: str | None
    language: str | None
    passages: int
    origin: str
    words: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The rows of one version, in both orders; `origins` are the names that what was read is cited by, by the paths
    and addresses that it was read from."""

    newest: tuple[Row, ...] = ()
    title: tuple[Row, ...] = ()
    origins: tuple[tuple[str, str], ...] = ()

    def find(self, query: str, order: Order) -> Sequence[Row]:
        """The rows that hold each word of the query, in any case, in their title, outlet or source."""
        rows = self.newest if order == "newest" else self.title
        wanted = query.casefold().split()
        return [row for row in rows if all(word in row.words for word in wanted)] if wanted else rows

    @property
    def held(self) -> frozenset[str]:
        """The paths and addresses that a document was read from."""
        return frozenset(row.origin for row in self.newest)


def shelf(settings: Settings) -> Shelf:
    """What readers may see of what is indexed now, nothing without an index. Raises FootnoteIndexError if there is one
    that cannot be used."""
    return _shelf(settings)


def whole_shelf(settings: Settings) -> Shelf:
    """All that is indexed now, for changing it: not to be shown. Raises as `shelf` does."""
    return _shelf(settings, EVERYTHING)


def _shelf(settings: Settings, access: Access | None = None) -> Shelf:
    try:
        status = index_status(settings)
        with _opening:  # once, however many readers come after an ingest
            return _opened(replace(settings, labels=()), status.version, access or Access(frozenset(status.labels)))
    except IndexMissingError:
        return Shelf()


@lru_cache(maxsize=4)
def _opened(settings: Settings, _version: str, access: Access) -> Shelf:
    return shelf_of(serving(settings).opened, access)


def shelf_of(index: Index, access: Access) -> Shelf:
    """The rows of an open index that an access admits."""
    view = index.view(access)
    passages = view.counts()
    rows = [
        Row(
            id=d.id,
            source=d.source,
            title=d.title,
            outlet=d.outlet,
            published=d.published,
            language=d.language,
            passages=passages.get(d.id, 0),
            origin=d.origin,
            words="\n".join((d.title, d.outlet or "", d.source)).casefold(),
        )
        for d in view.documents.values()
    ]
    by_title = sorted(rows, key=lambda row: (_spelt(row.title), row.source))
    newest = sorted(by_title, key=lambda row: row.published or "", reverse=True)
    read = [(o.origin, o.source) for o in index.origins.values() if view.documents.keys() >= set(o.documents)]
    return Shelf(tuple(newest), tuple(by_title), tuple(read))


def _spelt(title: str) -> str:
    """The title as it is sorted: letters and digits without case and accents, as words."""
    bare = (c if c.isalnum() else " " for c in unicodedata.normalize("NFKD", title) if not unicodedata.combining(c))
    return " ".join("".join(bare).casefold().split())
