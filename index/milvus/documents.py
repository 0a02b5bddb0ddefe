"""The documents that a reader may see, looked up in Milvus as they are asked for."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping, Sequence, ValuesView
from threading import Lock

from index.latest import Latest
from index.milvus.client import Client
from index.milvus.expressions import both
from index.milvus.records import DOCUMENT, READ, joined_rows, to_document
from index.milvus.tables import RECORDS
from index.schema import Document

_KEPT = 1024
_AHEAD = 32
_EXPECTED = 512


class Documents(Mapping[str, Document]):
    """Documents by id. A lookup asks Milvus, for what was found lately beside it too; `values` and `items` go through
    all of them, some at a time."""

    def __init__(self, client: Client, where: str, count: int) -> None:
        """`where` admits what the reader may see, `count` is how many documents that are."""
        self._client = client
        self._where = both(f'kind == "{DOCUMENT}"', where)
        self._count = count
        self._latest: Latest[str, Document | None] = Latest(_KEPT)
        self._expected: dict[str, None] = {}
        self._lock = Lock()

    def expect(self, ids: Iterable[str]) -> None:
        """Tells which documents will be asked for, most likely first, so that they are looked up together."""
        with self._lock:
            kept = dict.fromkeys([*ids, *self._expected])
            self._expected = dict.fromkeys(list(kept)[:_EXPECTED])

    def __getitem__(self, id: str) -> Document:
        ahead: list[str] = []
        if not self._latest.holds(id):
            with self._lock:
                self._expected.pop(id, None)
                ahead = list(self._expected)[: _AHEAD - 1]
                for one in ahead:
                    del self._expected[one]
        found = self._latest.get([id, *ahead], self._look_up)[0]
        if found is None:
            raise KeyError(id)
        return found

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        for rows in self._client.walk(RECORDS, both(self._where, "part == 0"), ["name"]):
            yield from (row["name"] for row in rows)

    def values(self) -> ValuesView[Document]:
        return _Values(self)

    def items(self) -> ItemsView[str, Document]:
        return _Items(self)

    def all(self) -> Iterator[Document]:
        """All of them, read some at a time."""
        rows = (row for some in self._client.walk(RECORDS, self._where, READ, 200) for row in some)
        yield from map(to_document, joined_rows(rows))

    def heads(self, ids: Sequence[str]) -> dict[str, str]:
        """Those of the ids that there are, with the signatures of their texts."""
        also = both(self._where, "part == 0")
        rows = self._client.rows_of(RECORDS, "name", ids, ["name", "signature"], also)
        return {row["name"]: row["signature"] for row in rows}

    def _look_up(self, ids: list[str]) -> list[Document | None]:
        found: dict[str, Document] = {}
        for fresh in (False, True):  # most are there without waiting for what was just written
            missing = [id for id in ids if id not in found]
            if missing:
                rows = self._client.rows_of(RECORDS, "name", missing, READ, self._where, fresh=fresh)
                found.update((document.id, document) for document in map(to_document, joined_rows(rows)))
        return [found.get(id) for id in ids]


class _Values(ValuesView[Document]):
    def __init__(self, documents: Documents) -> None:
        super().__init__(documents)
        self._documents = documents

    def __iter__(self) -> Iterator[Document]:
        return self._documents.all()


class _Items(ItemsView[str, Document]):
    def __init__(self, documents: Documents) -> None:
        super().__init__(documents)
        self._documents = documents

    def __iter__(self) -> Iterator[tuple[str, Document]]:
        return ((document.id, document) for document in self._documents.all())
