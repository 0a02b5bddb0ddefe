"""Writing an index in Milvus: an ingest that is killed at any step harms nothing and is gone on from; one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from index.access import EVERYTHING, Access
from index.address import MilvusAddress
from index.build import add_documents, remove
from index.contents import Contents
from index.errors import FootnoteIndexError, IndexMissingError
from index.milvus.client import Client, connect
from index.milvus.lease import leased
from index.milvus.opened import MilvusIndex
from index.milvus.requests import Row
from index.milvus.tables import PASSAGES, RECORDS, WORDS, Table
from index.milvus.write import MilvusWriter
from index.opened import open_index
from index.schema import Document
from tests.fakes import ARTICLES, FERRY, HashedWords


class KilledError(BaseException):
    """What ends a writer: nothing catches it."""


class Mortal(Client):
    """A client that is killed before its n-th change, or amid it: after the first half of its rows."""

    def __init__(self, address: MilvusAddress, life: int, amid: bool = False) -> None:
        super().__init__(address)
        self.left, self._amid = life, amid

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        if self._dies():
            super().put(table, rows[: len(rows) // 2 if self._amid else 0])
            raise KilledError
        super().put(table, rows)

    def remove(self, table: Table, where: str) -> None:
        if self._dies():
            raise KilledError
        super().remove(table, where)

    def create(self, table: Table) -> None:
        if self._dies():
            raise KilledError
        super().create(table)

    def _dies(self) -> bool:
        self.left -= 1
        return self.left < 0


def made(source: str, text: str, *labels: str) -> Document:
    return Document.create(source=source, title=source, text=text, labels=labels)


BEFORE = [
    *(made(name, text) for name, text in ARTICLES.items()),
    made("copy.txt", FERRY, "hr"),
    made("gone.txt", "It is gone."),
]
AFTER = [
    made("ferry.txt", FERRY.replace("84 inhabitants", "85 inhabitants")),
    made("bakery.txt", ARTICLES["bakery.txt"], "hr"),
    made("owls.md", ARTICLES["owls.md"]),
    made("copy.txt", FERRY.replace("84 inhabitants", "85 inhabitants")),
    made("new.txt", "A zebra was seen in Crowle. It wore a hat."),
]


def told(index: MilvusIndex) -> dict[str, Any]:
    """All that readers can tell of an index."""
    found: dict[str, Any] = {}
    for name, access in {"all": EVERYTHING, "open": Access()}.items():
        view = index.view(access)
        words = {word: view.words.idf(word) for word in ("ferri", "zebra", "crown", "gone", "owl", "inhabit")}
        rows, scores = view.matching("the ferry of 85 inhabitants, a zebra and an owl in Crowle", 100)
        hits = sorted(zip((view.passage(row).id for row in rows.tolist()), scores.tolist(), strict=True))
        documents = sorted((d.source, d.id, d.labels) for d in view.documents.values())
        found[name] = (documents, sorted(view.counts().items()), words, hits, dict(view.twins), len(view.documents))
    return found


def stored(client: Client) -> dict[str, int]:
    """How many rows there are."""
    return {table.name: len(client.rows(table, "", ["row"])) for table in (PASSAGES, RECORDS, WORDS)}


def write(client: Client, documents: list[Document], encoder: HashedWords) -> None:
    client.create(RECORDS)
    with leased(client, None) as lease:
        try:
            old: MilvusIndex | None = open_index(client.address)
        except IndexMissingError:
            old = None
        MilvusWriter(lease, old, encoder).write(Contents(documents, [], {}), None, lambda stage, done, total: None)


@pytest.mark.parametrize(
    "first", [pytest.param(False, marks=pytest.mark.slow, id="next"), pytest.param(True, id="first")]
)
def test_killed_at_every_single_step(new_address: Callable[[], MilvusAddress], first: bool) -> None:
    whole, encoder = new_address(), HashedWords()
    if not first:
        write(connect(whole), BEFORE, encoder)
        old = told(open_index(whole))
    write(connect(whole), AFTER, encoder)
    new, rows = told(open_index(whole)), stored(connect(whole))

    life, outcomes, repeated = 0, set(), set[int]()
    while True:
        address, encoder = new_address(), HashedWords()
        if not first:
            write(connect(address), BEFORE, encoder)
        client = Mortal(address, life, amid=life % 2 == 1)
        try:
            write(client, AFTER, encoder)
            break
        except KilledError:
            client.left = 1000  # the lease of a killed process is not renewed, and here its client is told apart
        if first and not _there(address):
            outcomes.add("none")
        else:
            found = told(open_index(address))
            assert found == new or (not first and found == old), f"after {life} steps"
            outcomes.add("new" if found == new else "old")
        written, encoded = _written(client), len(encoder.encoded)
        write(connect(address), AFTER, encoder)
        assert told(open_index(address)) == new and stored(connect(address)) == rows, f"after {life} steps"
        again = len(encoder.encoded) - encoded
        if first:
            assert again == rows["passages"] - written, "what it had written is not encoded again"
        repeated.add(again)
        life += 1
    assert 0 in repeated and len(repeated) > 1
    assert life > 10 and outcomes == ({"none", "new"} if first else {"old", "new"})


def _written(client: Client) -> int:
    """How many passages there are."""
    return len(client.rows(PASSAGES, "", ["row"])) if client.ready(PASSAGES) else 0


def _there(address: MilvusAddress) -> bool:
    try:
        open_index(address)
    except (IndexMissingError, FootnoteIndexError):
        return False
    return True


def test_a_reader_finishes_with_what_it_began_with(new_address: Callable[[], MilvusAddress]) -> None:
    address, encoder = new_address(), HashedWords()
    add_documents(BEFORE, address, encoder)
    view = open_index(address).view(EVERYTHING)
    assert len(view.documents) == 5
    add_documents([made("late.txt", "A walrus came late.")], address, encoder)
    rows, _ = view.nearest(encoder.encode(["walrus"])[0], 100)
    assert "late.txt" not in {view.documents[id].source for id in view.holders(rows)}
    assert len(view.matching("walrus", 10)[0]) == 0 and len(list(view.documents)) == 5
    gone = view.nearest(encoder.encode(["owls nested in the forest"])[0], 1)[0]
    remove(address, encoder, lambda document: document.source == "owls.md")
    fresh = open_index(address).view(EVERYTHING)
    with pytest.raises(FootnoteIndexError, match="the index changed while it was searched; ask again"):
        fresh.passage(int(gone[0]))
    with pytest.raises(FootnoteIndexError, match="ask again"):
        view.similarities(encoder.encode(["owls"])[0], gone)


def test_words_are_weighed_again_where_passages_have_become_longer(new_address: Callable[[], MilvusAddress]) -> None:
    address, encoder = new_address(), HashedWords()
    add_documents([made("short.txt", "A walrus.")], address, encoder)
    assert open_index(address).state.average < 5
    add_documents(
        [made(f"{n}.txt", " ".join(ARTICLES.values()).replace("Crowle", f"Town {n}")) for n in range(3)],
        address,
        encoder,
    )
    state = open_index(address).state
    assert state.average > 10
    measures = {row["measure"] for row in connect(address).rows(PASSAGES, "", ["measure"])}
    assert measures == {state.measure}
