"""Talking to Milvus: rows in and out of collections, errors told in our words. The only file that knows pymilvus."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from index.address import MilvusAddress
from index.errors import FootnoteIndexError
from index.milvus.requests import Row, batches, some_of
from index.milvus.tables import Field, Kind, Table

MOST = 16_384  # rows that Milvus gives at once
INSTALL = "python -m pip install -r requirements-milvus.txt"
_CONNECT_S, _REQUEST_S = 10.0, 60.0
# pymilvus asks every ten seconds whether the server is there; milvus-lite, in this very process, hangs up on that.
_QUIET: Any = {"grpc_options": {"grpc.keepalive_time_ms": 2**31 - 1}}


class Client:
    """The collections of one address. Every request is bounded in time; what fails is a FootnoteIndexError."""

    def __init__(self, address: MilvusAddress) -> None:
        """Connects. Raises FootnoteIndexError if pymilvus is missing or nobody answers there."""
        self.address = address
        self.process = uuid4().hex
        self.leases: set[str] = set()  # of this process, as `lease` has them
        self._loaded: set[str] = set()
        try:
            import pymilvus
        except ImportError as error:
            raise FootnoteIndexError(f"{address} needs pymilvus; install it: {INSTALL}") from error
        for name in ("pymilvus", "milvus_lite"):  # they print what they raise
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self._pymilvus = pymilvus
        uri = address.uri
        if address.is_file:
            self._check_lite()
            Path(uri).absolute().parent.mkdir(parents=True, exist_ok=True)
        with self._told():
            self._client: Any = pymilvus.MilvusClient(
                uri, token=address.token, timeout=_CONNECT_S, **(_QUIET if address.is_file else {})
            )

    def _check_lite(self) -> None:
        try:
            import milvus_lite  # noqa: F401
        except ImportError as error:
            raise FootnoteIndexError(f"{self.address} needs milvus-lite; install it: {INSTALL}") from error

    def has(self, table: Table) -> bool:
        """True if the collection is there."""
        with self._told():
            return bool(self._client.has_collection(self._name(table), timeout=_REQUEST_S))

    def create(self, table: Table) -> None:
        """Makes the collection and what it lacks of its indexes, and has it loaded."""
        name = self._name(table)
        there = self.has(table)
        with self._told():
            if not there:
                schema = self._schema(table)
                shards = 1 if self.address.is_file else table.shards
                self._client.create_collection(
                    name, schema=schema, num_shards=shards, consistency_level="Strong", timeout=_REQUEST_S
                )
            indexes = self._client.prepare_index_params()
            made = set(self._client.list_indexes(name)) if there else set()
            missing = [field for field in table.fields if self._is_indexed(field) and field.name not in made]
            for field in missing:
                indexes.add_index(field.name, index_name=field.name, **self._index(field))
            if missing:
                self._client.create_index(name, indexes, sync=False, timeout=_REQUEST_S)
            self._load(table)

    def ready(self, table: Table) -> bool:
        """True if the collection is there; it is loaded then, which a file's are not when it is opened."""
        if table.name in self._loaded:
            return True
        if not self.has(table):
            return False
        with self._told():
            self._load(table)
        return True

    def _load(self, table: Table) -> None:
        self._client.load_collection(self._name(table), timeout=_REQUEST_S)
        self._loaded.add(table.name)

    def _schema(self, table: Table) -> Any:
        kinds = self._pymilvus.DataType
        types = {
            Kind.TEXT: kinds.VARCHAR,
            Kind.NUMBER: kinds.INT64,
            Kind.DENSE: kinds.FLOAT_VECTOR,
            Kind.SPARSE: kinds.SPARSE_FLOAT_VECTOR,
        }
        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        for field in table.fields:
            schema.add_field(field.name, types[field.kind], is_primary=field.primary, **field.limits)
        return schema

    def _is_indexed(self, field: Field) -> bool:
        # milvus-lite takes half a second for each, and its files are small.
        return field.index and (not self.address.is_file or field.kind in (Kind.DENSE, Kind.SPARSE))

    def _index(self, field: Field) -> Row:
        exact = "FLAT" if self.address.is_file else "AUTOINDEX"
        kinds = {Kind.DENSE: exact, Kind.SPARSE: "SPARSE_INVERTED_INDEX"}
        metric = {"metric_type": "IP"} if field.kind in kinds else {}
        return {"index_type": kinds.get(field.kind, "INVERTED"), **metric}

    def drop_other(self, table: Table) -> None:
        """Takes the collection away if its vectors have another number of dimensions."""
        if not self.has(table):
            return
        sizes = {field.name: field.size for field in table.fields if field.kind is Kind.DENSE}
        with self._told():
            told = self._client.describe_collection(self._name(table), timeout=_REQUEST_S)
            found = {field["name"]: int(field["params"].get("dim", 0)) for field in told["fields"]}
            if any(found.get(name) != size for name, size in sizes.items()):
                self._client.drop_collection(self._name(table), timeout=_REQUEST_S)

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Writes rows, in place of those with the same primary key."""
        for some in batches(rows):
            with self._told():
                self._client.upsert(self._name(table), some, timeout=_REQUEST_S)

    def remove(self, table: Table, where: str) -> None:
        """Takes out the rows that the expression admits."""
        with self._told():
            self._client.delete(self._name(table), filter=where, timeout=_REQUEST_S)

    def remove_all(self, table: Table, field: str, values: Sequence[Any], also: str = "") -> None:
        """Takes out the rows whose field has one of the values, and that the expression `also` admits."""
        for where in some_of(field, values, also):
            self.remove(table, where)

    def rows(self, table: Table, where: str, fields: Sequence[str], *, fresh: bool = True) -> list[Row]:
        """All rows that the expression admits, in no order; for few of them, or of not too many bytes. What was written
        within the last seconds may be missing if they need not be `fresh`, which is quicker."""
        with self._told():
            found = self._client.query(
                self._name(table),
                filter=where,
                output_fields=list(fields),
                limit=MOST,
                consistency_level="Strong" if fresh else "Bounded",
                timeout=_REQUEST_S,
            )
        if len(found) < MOST:
            return list(found)
        return [row for some in self.walk(table, where, fields) for row in some]

    def rows_of(
        self,
        table: Table,
        field: str,
        values: Sequence[Any],
        fields: Sequence[str],
        also: str = "",
        *,
        fresh: bool = True,
    ) -> list[Row]:
        """The rows whose field has one of the values, and that the expression `also` admits; `fresh` as for `rows`."""
        some = some_of(field, values, also)
        return [row for where in some for row in self.rows(table, where, fields, fresh=fresh)]

    def walk(self, table: Table, where: str, fields: Sequence[str], at_once: int = 500) -> Iterator[list[Row]]:
        """All rows that the expression admits, in the order of their primary keys, some at a time."""
        with self._told():
            walker = self._client.query_iterator(
                self._name(table), batch_size=at_once, filter=where, output_fields=list(fields), timeout=_REQUEST_S
            )
        try:
            while True:
                with self._told():
                    found = walker.next()
                if not found:
                    return
                yield list(found)
        finally:
            walker.close()

    def nearest(self, table: Table, field: str, query: Any, k: int, where: str, fields: Sequence[str]) -> list[Row]:
        """The `k` rows (16,384 at most) with the highest inner product, best first; `score` is that product."""
        with self._told():
            (found,) = self._client.search(
                self._name(table),
                data=[query],
                anns_field=field,
                limit=min(k, MOST),
                filter=where,
                output_fields=list(fields),
                search_params={"metric_type": "IP"},
                consistency_level="Bounded",
                timeout=_REQUEST_S,
            )
        return [{**hit["entity"], "score": hit["distance"]} for hit in found]

    def flush(self, table: Table) -> None:
        """Has a file's rows put where they are searched fast. A server does that by itself."""
        if self.address.is_file:
            with self._told():
                self._client.flush(self._name(table), timeout=_REQUEST_S)

    def _name(self, table: Table) -> str:
        return f"{self.address.name}_{table.name}"

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns what Milvus raises into a FootnoteIndexError that names address and remedy."""
        import grpc

        try:
            yield
        except (self._pymilvus.MilvusException, grpc.RpcError, grpc.FutureTimeoutError) as error:
            raise FootnoteIndexError(self._message(error)) from error

    def _message(self, error: Exception) -> str:
        if not hasattr(self, "_client"):
            if self.address.is_file:
                return (
                    f"the index at {self.address} cannot be opened; either another process has it open (milvus-lite "
                    "lets one have it: stop that, or run a Milvus server and use milvus:http://HOST:19530), or it "
                    "cannot be written there"
                )
            return (
                f"no Milvus server answers at {self.address.uri}, or it refuses the token; start it, correct the "
                "address, or set FOOTNOTE_MILVUS_TOKEN"
            )
        said = " ".join(str(getattr(error, "message", error)).split())
        if self.address.token:
            said = said.replace(self.address.token, "...")
        return f"the index at {self.address} cannot be asked ({said[:300]}); see that Milvus runs, and try again"


@lru_cache(maxsize=8)
def connect(address: MilvusAddress) -> Client:
    """The client of an address, one for all of the process."""
    return Client(address)
