"""Which version of an index in Milvus is in use, and what it holds: a pointer (one row, replaced in one step) to the
number of a generation, and that generation's manifest."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from index.address import MilvusAddress
from index.chunk import ChunkSettings
from index.encode import ModelSpec
from index.errors import IndexCorruptError, IndexMissingError
from index.manifest import Manifest
from index.milvus.client import Client
from index.milvus.records import LEAVING, MANIFEST, READ, Record, joined_rows, record
from index.milvus.requests import Row
from index.milvus.tables import NO_VECTOR, PASSAGES, RECORDS, WORDS
from index.schema import content_id

FORMAT_VERSION = 1
MEASURE = 1000  # parts of a term
_POINTER = "current"
POINTER = "pointer"


@dataclass(frozen=True, slots=True)
class State:
    """One version. `sizes` are, for each set of labels (joined by commas, empty for none), how many documents have it,
    how many passages these, and how many terms those; `counted` are the generations whose counts of words hold,
    `average` is how many terms a passage was taken to have when words were weighed. `leaving` are the keys of what the
    version no longer holds and that may still be there."""

    generation: int
    version: str
    model: ModelSpec
    chunks: ChunkSettings
    created: str
    sizes: Mapping[str, tuple[int, int, int]]
    counted: tuple[int, ...]
    average: float
    format_version: int = FORMAT_VERSION
    leaving: frozenset[str] = field(default_factory=frozenset)

    @property
    def manifest(self) -> Manifest:
        """The version as any index tells of itself."""
        documents, passages, _ = self.size(self.sizes.keys())
        labelled = {labels: size[:2] for labels, size in self.sizes.items() if labels}
        return Manifest(
            self.model, documents, passages, self.created, {}, self.chunks, self.format_version, labelled=labelled
        )

    def size(self, labels: Collection[str]) -> tuple[int, int, int]:
        """How many documents, passages and terms have one of these sets of labels."""
        found = [size for name, size in self.sizes.items() if name in labels]
        documents, passages, terms = (sum(column) for column in zip((0, 0, 0), *found, strict=True))
        return documents, passages, terms

    @property
    def measure(self) -> int:
        """What tells by which average a passage's words were weighed."""
        return measure_of(self.average)


def measure_of(average: float) -> int:
    """What a passage's row keeps of the average that its words were weighed by."""
    return round(average * MEASURE)


def current(client: Client) -> tuple[int, str]:
    """The number and the name of the version in use. Raises IndexMissingError."""
    rows = client.rows(RECORDS, f'row == "{_POINTER}"', ["payload"]) if client.ready(RECORDS) else []
    if not rows:
        address = client.address
        raise IndexMissingError(f"there is no index at {address}; make one: python ingest.py PATH --index {address}")
    generation, _, version = str(rows[0]["payload"]).partition(" ")
    if not generation.isdigit():
        raise _corrupt(client.address, "its pointer")
    return int(generation), version


def read(client: Client) -> State:
    """The version in use. Raises IndexMissingError, IndexCorruptError."""
    generation, _ = current(client)
    found = _parts(client, generation)
    if not all(map(client.ready, (PASSAGES, WORDS))):
        raise _corrupt(client.address, "a collection is missing: it")
    if MANIFEST not in found:  # another may have been put in its place in between
        generation, _ = current(client)
        found = _parts(client, generation)
    try:
        raw = json.loads(found[MANIFEST].payload)
        if raw["format_version"] != FORMAT_VERSION:
            raise IndexCorruptError(
                f"the index at {client.address} has format version {raw['format_version']}, this Footnote reads "
                f"{FORMAT_VERSION}; ingest your articles again into another name (#NAME)"
            )
        leaving = frozenset(json.loads(found[LEAVING].payload)) if LEAVING in found else frozenset()
        return State(
            **{
                **raw,
                "model": ModelSpec(**raw["model"]),
                "chunks": ChunkSettings(**raw["chunks"]),
                "sizes": {labels: (some, cut, held) for labels, (some, cut, held) in raw["sizes"].items()},
                "counted": tuple(raw["counted"]),
                "leaving": leaving,
            }
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _corrupt(client.address, "its manifest") from error


def records_of(state: State) -> list[Record]:
    """What tells of a version, to be written before the pointer."""
    told: dict[str, Any] = asdict(state)
    leaving = sorted(told.pop("leaving"))
    found = [record(MANIFEST, name_of(state.generation), told)]
    if leaving:
        found.append(record(LEAVING, name_of(state.generation), leaving))
    return found


def name_of(generation: int) -> str:
    """What the manifest of a generation is looked up by."""
    return content_id(str(generation))


def pointer(state: State) -> Row:
    """The row that puts a version in use."""
    return {
        "row": _POINTER,
        "key": _POINTER,
        "kind": POINTER,
        "name": _POINTER,
        "part": 0,
        "parts": 1,
        "labels": "",
        "generation": 0,
        "payload": f"{state.generation} {state.version}",
        "signature": "",
        "none": NO_VECTOR,
    }


def _parts(client: Client, generation: int) -> dict[str, Record]:
    where = f'name == "{name_of(generation)}" and kind in ["{MANIFEST}", "{LEAVING}"] and generation == {generation}'
    return {found.kind: found for found in joined_rows(client.rows(RECORDS, where, READ))}


def _corrupt(address: MilvusAddress, what: str) -> IndexCorruptError:
    return IndexCorruptError(
        f"the index at {address} is damaged ({what} cannot be read); ingest your articles again into another name"
    )
