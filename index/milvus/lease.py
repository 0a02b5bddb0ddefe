"""One writer at a time: a row that says who writes, and until when it may be believed.

Milvus compares nothing before it writes. So a writer puts a row of its own and then looks who else has one: of two that
begin together each sees the other, and both step back. A row is renewed while its ingest runs; one that was not for a
minute is that of a writer that was killed. The clocks of the machines that write must agree to within seconds. A file
of milvus-lite is open in one process only, so there the row of another process is that of one that was killed, and
nothing has to be renewed (nor could be: milvus-lite takes no two writes at once).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import uniform
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from index.errors import FootnoteIndexError, IndexBusyError
from index.milvus.client import Client
from index.milvus.requests import Row
from index.milvus.tables import NO_VECTOR, RECORDS

_KIND = "lease"
_LASTS_S, _RENEWED_S = 60.0, 15.0
_LOOKED_S = 0.5


class Lease:
    """The right to write, while `leased` runs."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._row = f"lease/{uuid4().hex[:16]}"
        self._until = 0.0

    def check(self) -> None:
        """Raises FootnoteIndexError if the lease ran out, as another may write by now."""
        if not self._lasts():
            raise FootnoteIndexError(
                f"this ingest could not tell {self.client.address} for a minute that it still runs, and another may "
                "have begun; ingest again"
            )

    def _lasts(self) -> bool:
        if self.client.address.is_file:
            return self._row in self.client.leases
        return time.time() <= self._until

    def take(self) -> bool:
        """Tries to get it."""
        self.client.leases.add(self._row)
        self.renew()
        if not self._others():
            return True
        self.leave()
        return False

    def renew(self) -> None:
        """Says that this ingest runs."""
        until = time.time() + _LASTS_S
        self.client.put(RECORDS, [self._told(until)])
        self._until = until

    def leave(self) -> None:
        """Gives it back."""
        self.client.leases.discard(self._row)
        self.client.remove_all(RECORDS, "row", [self._row])

    def _others(self) -> list[str]:
        rows = self.client.rows(RECORDS, f'kind == "{_KIND}"', ["row", "payload"])
        others = {row["row"]: json.loads(row["payload"]) for row in rows if row["row"] != self._row}
        dead = [row for row, told in others.items() if self._is_dead(row, told)]
        if dead:
            self.client.remove_all(RECORDS, "row", dead)
        return [row for row in others if row not in dead]

    def _is_dead(self, row: str, told: dict[str, Any]) -> bool:
        if self.client.address.is_file:
            return told["process"] != self.client.process or row not in self.client.leases
        return float(told["until"]) < time.time()

    def _told(self, until: float) -> Row:
        return {
            "row": self._row,
            "key": _KIND,
            "kind": _KIND,
            "name": _KIND,
            "part": 0,
            "parts": 1,
            "labels": "",
            "generation": 0,
            "payload": json.dumps({"until": until, "process": self.client.process}),
            "signature": "",
            "none": NO_VECTOR,
        }


@contextmanager
def leased(client: Client, busy: Callable[[], None] | None) -> Iterator[Lease]:
    """The right to write the index. While another has it it is waited for, and `busy` called once; without `busy`,
    IndexBusyError is raised."""
    lease = Lease(client)
    done = Event()
    told = False
    while not lease.take():
        if busy is None:
            raise IndexBusyError(
                f"another ingest is writing the index at {client.address}; try again when it is done (one that was "
                "killed is forgotten after a minute)"
            )
        if not told:
            busy()
            told = True
        done.wait(uniform(_LOOKED_S, 2 * _LOOKED_S))  # of two that step back, one comes first
    renewing = Thread(target=_renew, args=(lease, done), name="footnote-lease", daemon=True)
    if not client.address.is_file:
        renewing.start()
    try:
        yield lease
    finally:
        done.set()
        if renewing.is_alive():
            renewing.join()
        lease.leave()


def _renew(lease: Lease, done: Event) -> None:
    while not done.wait(_RENEWED_S):
        try:
            lease.renew()
        except FootnoteIndexError:
            continue  # `check` tells, if it stays so
