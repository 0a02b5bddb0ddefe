"""An index in Milvus, opened: one version, read as it is asked for. Nothing is held but what was looked up lately."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from index.access import EVERYTHING, Access
from index.address import MilvusAddress
from index.manifest import Manifest
from index.milvus import state
from index.milvus.client import Client, connect
from index.milvus.documents import Documents
from index.milvus.expressions import both, visible
from index.milvus.records import CHROME, ORIGIN, PLACE, READ, Record, joined_rows, to_origin, to_pair, to_signature
from index.milvus.state import State
from index.milvus.tables import RECORDS
from index.milvus.twins import Twins
from index.milvus.view import MilvusView, MilvusViews
from index.origins import Origin
from index.twins import Signature


class MilvusIndex:
    """One version of an index. What an ingest writes afterwards is not seen; what it takes out is no longer found."""

    def __init__(self, client: Client, version: State) -> None:
        self.client = client
        self.state = version

    @property
    def name(self) -> str:
        """What the index is called in messages."""
        return str(self.client.address)

    @property
    def manifest(self) -> Manifest:
        """What it holds."""
        return self.state.manifest

    def view(self, access: Access) -> MilvusView:
        """What a reader may see of it, as if there were nothing else. Quick for an access that was used lately."""
        return self._views.of(access)

    @cached_property
    def _views(self) -> MilvusViews:
        return MilvusViews(self.client, self.state)

    @property
    def documents(self) -> Documents:
        """All documents, by id."""
        return self.view(EVERYTHING).documents

    @property
    def twins(self) -> Twins:
        """The documents that tell the same story as others."""
        return self.view(EVERYTHING).twins

    @cached_property
    def origins(self) -> dict[str, Origin]:
        """What was read from where."""
        return {found.origin: found for found in map(to_origin, self._records(ORIGIN))}

    @cached_property
    def chrome(self) -> dict[str, list[str]]:
        """What sites repeat, as `index.chrome` has it."""
        return dict(map(to_pair, self._records(CHROME)))

    @cached_property
    def places(self) -> dict[str, tuple[str, ...]]:
        """The places that access labels were given to, as `index.labels` has them."""
        return {place: tuple(labels) for place, labels in map(to_pair, self._records(PLACE))}

    @property
    def signatures(self) -> dict[str, Signature]:
        """The signature of each document's text, by its id."""
        where = both('kind == "document" and part == 0', self._where)
        rows = (row for some in self.client.walk(RECORDS, where, ["name", "signature"], 200) for row in some)
        return {row["name"]: to_signature(row["signature"]) for row in rows}

    @property
    def _where(self) -> str:
        return visible(None, self.state.generation, self.state.leaving)

    def _records(self, kind: str) -> Iterator[Record]:
        where = both(f'kind == "{kind}"', self._where)
        rows = (row for some in self.client.walk(RECORDS, where, READ, 200) for row in some)
        yield from joined_rows(rows)


def open_milvus(address: MilvusAddress) -> MilvusIndex:
    """Opens the version in use. Raises IndexMissingError, IndexCorruptError, FootnoteIndexError if Milvus cannot be
    reached; changes nothing."""
    client = connect(address)
    return MilvusIndex(client, state.read(client))


def version_of(address: MilvusAddress) -> str:
    """The name of the version in use. Raises as `open_milvus` does."""
    return state.current(connect(address))[1]
