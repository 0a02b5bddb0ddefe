"""Writes one version of an index in Milvus. What has not changed is not written, and nothing is encoded twice.

In this order: new passages, and the records that tell of them, which no reader sees yet; what the version holds and
what is leaving; the pointer, which puts it in use in one step; then what left is deleted. An ingest that is killed
leaves the version in use as it was, and the next one goes on from what was written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from index.address import MilvusAddress
from index.chunk import ChunkSettings
from index.contents import Contents, Written
from index.encode import Encoder
from index.milvus import records, tables
from index.milvus.client import Client, connect
from index.milvus.expressions import both, joined, visible
from index.milvus.lease import Lease, leased
from index.milvus.opened import MilvusIndex
from index.milvus.passages import (
    NewDocument,
    PassageWriter,
    cut_documents,
    passages_of,
    told_passages,
    weigh_again,
)
from index.milvus.records import CONTENT, DOCUMENT, LEAVING, MANIFEST, Record
from index.milvus.requests import Row, quoted
from index.milvus.state import State, pointer, records_of
from index.milvus.tables import PASSAGES, RECORDS, WORDS
from index.milvus.words import Counts, count, read_counts, rows_of
from index.opened import twins_of
from index.report import Progress
from index.schema import Document, content_id
from index.terms import terms
from index.twins import Signature, groups, signature
from index.workers import InProcess, Workers

_DRIFT = 0.25  # how far off the average length may be before words are weighed again
_COUNTED = 8  # generations of counts before they are added up


@contextmanager
def writing_milvus(address: MilvusAddress, busy: Callable[[], None] | None = None) -> Iterator[Lease]:
    """The right to write the index. Raises IndexBusyError as `lease.leased` does."""
    client = connect(address)
    client.create(RECORDS)
    with leased(client, busy) as lease:
        yield lease


class MilvusWriter:
    """Writes the next version of one index, under a lease."""

    def __init__(self, lease: Lease, old: MilvusIndex | None, encoder: Encoder) -> None:
        self.old = old
        self._lease = lease
        self._client: Client = lease.client
        self._encoder = encoder
        self._settings = old.manifest.chunks if old else ChunkSettings()
        self._before = old.state.generation if old else 0
        self._generation = self._before + 1

    def write(
        self,
        contents: Contents,
        settings: ChunkSettings | None,
        progress: Progress,
        workers: Workers | None = None,
    ) -> Written:
        """See `IndexWriter`."""
        self._settings = settings or self._settings
        workers = workers or InProcess(self._encoder)
        self._make_tables()
        self._tidy()
        signatures = self._signatures(contents.documents)
        twins = groups(signatures)
        documents = {self._record(d).key: d for d in sorted(contents.documents, key=lambda d: d.source)}
        others = {found.key: found for found in _others(contents, twins)}
        held = self._held()
        gone = [key for key in held if key not in documents and key not in others]
        fresh = {key: document for key, document in documents.items() if key not in held}
        there = self._left_behind({*fresh, *others})
        new = cut_documents(fresh, self._encoder, self._settings, workers)

        state, counts, known = self._next(new, [key for key in gone if held[key] == DOCUMENT])
        writer = PassageWriter(self._client, workers, self._generation, state.average)
        writer.put(new, there, known, progress)
        told = [found for key, found in others.items() if key not in held]
        told += [self._record(d, records.to_text(signatures[d.id])) for d in fresh.values()]
        self._put(told)
        self._client.put(WORDS, rows_of(counts, self._generation))
        state = replace(state, leaving=frozenset(gone))
        self._publish(state)
        self._remove(gone)
        self._tidy_after(state)
        weigh_again(MilvusIndex(self._client, state), self._encoder)
        for table in (PASSAGES, RECORDS, WORDS):
            self._client.flush(table)
        return Written(state.manifest.passages, twins_of(twins))

    def _make_tables(self) -> None:
        if self.old is None:  # whatever an ingest that was killed left may be of another model
            self._client.drop_other(tables.passages(self._encoder.spec.dimension))
        for table in (tables.passages(self._encoder.spec.dimension), WORDS):
            self._client.create(table)

    def _tidy(self) -> None:
        """Finishes what an ingest that was killed had still to do, and takes away what its next try makes anew."""
        if self.old:
            self._remove(sorted(self.old.state.leaving))
        self._client.remove(WORDS, f"generation > {self._before}")
        self._client.remove(RECORDS, f'kind in ["{MANIFEST}", "{LEAVING}"] and generation > {self._before}')

    def _signatures(self, documents: Sequence[Document]) -> dict[str, Signature]:
        known = self.old.signatures if self.old else {}
        return {d.id: known[d.id] if d.id in known else signature(d.text) for d in documents}

    def _record(self, document: Document, told: str = "") -> Record:
        # What makes other passages, or other vectors, of the same document.
        salt = f"{self._encoder.spec.checksum} {self._settings.window} {self._settings.overlap}"
        return records.of_document(document, salt, told)

    def _held(self) -> dict[str, str]:
        """The keys of what the version in use holds, and what kind each is of."""
        if not self.old:
            return {}
        where = both(f"kind in {quoted(CONTENT)}", "part == 0", visible(None, self._before, self.old.state.leaving))
        return {row["key"]: row["kind"] for some in self._client.walk(RECORDS, where, ["key", "kind"]) for row in some}

    def _left_behind(self, wanted: Collection[str]) -> set[int]:
        """The rows of wanted passages that an ingest that was killed wrote; what else it wrote is taken away."""
        found: set[int] = set()
        unwanted: dict[str, None] = {}
        later = f"generation > {self._before}"
        for table in (RECORDS, PASSAGES):
            for some in self._client.walk(table, later, ["row", "key"]):
                for row in some:
                    if row["key"] not in wanted:
                        unwanted[row["key"]] = None
                    elif table is PASSAGES:
                        found.add(row["row"])
        self._remove(list(unwanted), later)
        return found

    def _next(self, new: Sequence[NewDocument], gone: Sequence[str]) -> tuple[State, Counts, dict[str, int]]:
        """The next version, what changes in the counts of words, and which rows have the vectors of which texts."""
        old = self.old.state if self.old else None
        documents, passages, length = Counter[str](), Counter[str](), Counter[str]()
        for labels, size in (old.sizes if old else {}).items():
            documents[labels], passages[labels], length[labels] = size
        counts: Counts = Counter()
        known: dict[str, int] = {}
        for one in new:
            labels = joined(one.document.labels)
            documents[labels] += 1
            passages[labels] += len(one.passages)
            for text in one.texts():
                found = terms(text)
                length[labels] += len(found)
                count(counts, labels, found, 1)
        if self.old:
            for labels in self._labels_of(gone):
                documents[labels] -= 1
            for told in told_passages(self.old, passages_of(self._client, gone), self._encoder):
                found = terms(told.text)
                length[told.labels] -= len(found)
                passages[told.labels] -= 1
                count(counts, told.labels, found, -1)
                known[content_id(told.text)] = told.row
        counted = old.counted if old else ()
        if len(counted) >= _COUNTED:
            counts.update(read_counts(self._client, counted))
            counted = ()
        average = round(length.total() / max(1, passages.total()), 3) or 1.0  # as rows can tell it
        if old and abs(average / old.average - 1) <= _DRIFT:
            average = old.average
        state = State(
            self._generation,
            f"{self._generation}-{uuid4().hex[:12]}",
            self._encoder.spec,
            self._settings,
            datetime.now(UTC).isoformat(timespec="seconds"),
            {name: (some, passages[name], length[name]) for name, some in sorted(documents.items()) if some},
            (*counted, self._generation),
            average,
        )
        return state, counts, known

    def _labels_of(self, keys: Sequence[str]) -> Iterator[str]:
        for row in self._client.rows_of(RECORDS, "key", keys, ["labels"], "part == 0"):
            yield row["labels"]

    def _put(self, found: Sequence[Record]) -> None:
        rows: list[Row] = []
        for one in found:
            rows += one.rows(self._generation)
            if len(rows) >= 1000:
                self._client.put(RECORDS, rows)
                rows = []
        self._client.put(RECORDS, rows)

    def _publish(self, state: State) -> None:
        self._put(records_of(state))
        self._lease.check()
        self._client.put(RECORDS, [pointer(state)])

    def _remove(self, keys: Sequence[str], also: str = "") -> None:
        for table in (PASSAGES, RECORDS):
            self._client.remove_all(table, "key", keys, also)

    def _tidy_after(self, state: State) -> None:
        """Takes away what only told of versions before."""
        told = f'kind in ["{MANIFEST}", "{LEAVING}"] and generation < {state.generation}'
        self._client.remove(RECORDS, told)
        self._client.remove(RECORDS, f'kind == "{LEAVING}"')
        self._client.remove(WORDS, f"generation not in {quoted(state.counted)}")


def _others(contents: Contents, twins: Sequence[tuple[str, ...]]) -> Iterator[Record]:
    """The records of all but the documents."""
    yield from map(records.of_origin, contents.origins)
    for site, lines in contents.chrome.items():
        yield records.of_pair(records.CHROME, site, lines)
    for place, labels in contents.places.items():
        yield records.of_pair(records.PLACE, place, labels)
    yield from records.of_twins(twins)
