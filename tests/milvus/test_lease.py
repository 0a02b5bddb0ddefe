"""One writes an index in Milvus at a time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from index.address import MilvusAddress
from index.build import add_documents
from index.contents import Contents
from index.errors import FootnoteIndexError, IndexBusyError, IndexMissingError
from index.milvus.client import Client, connect
from index.milvus.lease import Lease, leased
from index.milvus.tables import RECORDS
from index.milvus.write import MilvusWriter
from index.opened import open_index
from tests.fakes import HashedWords, document


@pytest.fixture
def client(new_address: Callable[[], MilvusAddress]) -> Client:
    client = connect(new_address())
    client.create(RECORDS)
    return client


def test_one_writes_at_a_time(client: Client) -> None:
    with leased(client, None):
        with (
            pytest.raises(IndexBusyError, match=r"another ingest is writing the index at milvus:.*try again"),
            leased(client, None),
        ):
            raise AssertionError("two write")
        with pytest.raises(IndexBusyError):
            add_documents([document("It rained.")], client.address, HashedWords())
    with leased(client, None):
        pass
    assert client.rows(RECORDS, 'kind == "lease"', ["row"]) == []


def test_two_that_begin_together_both_step_back(client: Client) -> None:
    one, other = Lease(client), Lease(client)
    client.leases.add(one._row)
    one.renew()  # it has put its row and not looked yet
    assert not other.take() and one.take()


def test_one_that_waits_comes_next(client: Client) -> None:
    first, said = Lease(client), list[str]()
    assert first.take()

    def busy() -> None:
        said.append("busy")
        first.leave()

    with leased(client, busy):
        assert said == ["busy"]


@pytest.mark.parametrize(
    ("process", "late"), [("another", 60.0), ("", -1.0)], ids=["of another process", "of this one"]
)
def test_the_lease_of_the_dead_is_taken_away(client: Client, process: str, late: float) -> None:
    lease = Lease(client)
    lease.renew()
    (row,) = client.rows(RECORDS, 'kind == "lease"', [field.name for field in RECORDS.fields])
    payload = json.dumps({"until": time.time() + late, "process": process or client.process})
    client.put(RECORDS, [{**row, "payload": payload}])
    with leased(client, None):
        assert len(client.rows(RECORDS, 'kind == "lease"', ["row"])) == 1


def test_an_ingest_that_lost_its_lease_puts_nothing_in_use(client: Client) -> None:
    lease = Lease(client)
    with pytest.raises(FootnoteIndexError, match="another may have begun; ingest again"):
        lease.check()
    with pytest.raises(FootnoteIndexError, match="ingest again"):
        MilvusWriter(lease, None, HashedWords()).write(
            Contents([document("It rained.")], [], {}), None, lambda *_: None
        )
    with pytest.raises(IndexMissingError):
        open_index(client.address)
