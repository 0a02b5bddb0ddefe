"""Which documents tell the same story, looked up in Milvus as they are asked for, among those that a reader may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from index.latest import Latest
from index.milvus.client import Client
from index.milvus.documents import Documents
from index.milvus.expressions import both
from index.milvus.records import GROUP, READ, TWIN, group_of, joined_rows, to_pair, to_signature
from index.milvus.tables import RECORDS
from index.twins import groups

_KEPT = 10_000
_Group: TypeAlias = tuple[str, ...]


class Twins(Mapping[str, _Group]):
    """A document's id to all that tell its story in nearly the same words, itself among them. A group that loses one to
    the reader's labels is told anew: what is left may be alike only through it."""

    def __init__(self, client: Client, where: str, documents: Documents) -> None:
        """`where` admits the records of the version, `documents` are those that the reader may see."""
        self._client = client
        self._where = where
        self._documents = documents
        self._latest: Latest[str, _Group | None] = Latest(_KEPT)
        self._expected: list[str] = []

    def expect(self, ids: list[str]) -> None:
        """Tells which documents will be asked for, so that they are looked up together."""
        self._expected = ids

    def __getitem__(self, id: str) -> _Group:
        found = self._latest.get(list(dict.fromkeys([id, *self._expected])), self._look_up)[0]
        if found is None:
            raise KeyError(id)
        return found

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[str]:
        where = both(f'kind == "{TWIN}"', self._where)
        for rows in self._client.walk(RECORDS, where, ["name"]):
            names = [row["name"] for row in rows]
            self.expect(names)
            yield from (name for name in names if name in self)

    def _look_up(self, ids: list[str]) -> list[_Group | None]:
        rows = self._client.rows_of(RECORDS, "name", ids, READ, both(f'kind == "{TWIN}"', self._where), fresh=False)
        group = {found.name: group_of(found) for found in joined_rows(rows)}
        told: dict[str, _Group] = {}
        for members in self._groups(sorted(set(group.values()))):
            for left in self._seen(members):
                told.update(dict.fromkeys(left, left))
        return [told.get(id) for id in ids]

    def _groups(self, names: list[str]) -> Iterator[_Group]:
        rows = self._client.rows_of(RECORDS, "name", names, READ, both(f'kind == "{GROUP}"', self._where), fresh=False)
        for found in joined_rows(rows):
            yield tuple(to_pair(found)[1])

    def _seen(self, members: _Group) -> list[_Group]:
        """What the reader sees of a group."""
        heads = self._documents.heads(members)
        if len(heads) == len(members):
            return [members]
        return groups({document: to_signature(text) for document, text in heads.items()})
