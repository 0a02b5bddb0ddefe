"""What an index holds beside passages, as records: JSON of any length, cut into rows that fit.

The key of a record is the hash of all that it says, so that what has not changed is not written again, and what was
written by an ingest that was killed is known again by the next.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from index.errors import IndexCorruptError
from index.milvus.expressions import joined
from index.milvus.requests import Row
from index.milvus.tables import NO_VECTOR
from index.origins import Origin
from index.schema import Document, Place, Spot, content_id
from index.twins import Signature

_PIECE = 16_000  # characters, of four bytes at most
DOCUMENT, ORIGIN, CHROME, PLACE, TWIN, GROUP, LEAVING, MANIFEST = (
    *("document", "origin", "chrome", "place", "twin", "group", "leaving", "manifest"),
)
CONTENT = (DOCUMENT, ORIGIN, CHROME, PLACE, TWIN, GROUP)
READ = ["row", "key", "kind", "name", "part", "parts", "labels", "payload", "signature"]


@dataclass(frozen=True, slots=True)
class Record:
    """One thing told: `name` is what it is looked up by, `payload` JSON."""

    kind: str
    name: str
    payload: str
    labels: str = ""
    signature: str = ""
    salt: str = ""  # what else its key stands for

    @property
    def key(self) -> str:
        """The hash of all of it."""
        return content_id(self.kind, self.name, self.payload, self.labels, self.salt)

    def rows(self, generation: int) -> list[Row]:
        """Its rows, as of a generation."""
        pieces = [self.payload[at : at + _PIECE] for at in range(0, len(self.payload), _PIECE)]
        return [
            {
                "row": f"{self.key}/{part:06}",
                "key": self.key,
                "kind": self.kind,
                "name": self.name,
                "part": part,
                "parts": len(pieces),
                "labels": self.labels,
                "generation": generation,
                "payload": piece,
                "signature": "" if part else self.signature,
                "none": NO_VECTOR,
            }
            for part, piece in enumerate(pieces)
        ]


def record(kind: str, name: str, told: Any, **more: str) -> Record:
    """A record of something that JSON can say."""
    payload = json.dumps(told, ensure_ascii=False, sort_keys=True, default=asdict)
    if not _encodable(payload):  # a name of a file may be no text at all
        payload = json.dumps(told, sort_keys=True, default=asdict)
    return Record(kind, name, payload, **more)


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def joined_rows(rows: Iterable[Row]) -> Iterator[Record]:
    """The records that rows are of, whatever their order; one that lacks a row is left out."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        some = found.setdefault(row["key"], [])
        some.append(row)
        if len(some) == row["parts"]:
            yield _joined(found.pop(row["key"]))


def _joined(rows: list[Row]) -> Record:
    rows = sorted(rows, key=lambda row: int(row["part"]))
    first = rows[0]
    payload = "".join(row["payload"] for row in rows)
    return Record(first["kind"], first["name"], payload, first["labels"], first["signature"])


def of_document(document: Document, salt: str, signature: str = "") -> Record:
    """The record of a document; `salt` tells how its passages are cut, and so makes others of them."""
    told = {field.name: getattr(document, field.name) for field in fields(document)}
    labels = joined(document.labels)
    return record(DOCUMENT, document.id, told, labels=labels, signature=signature, salt=salt)


def to_document(found: Record) -> Document:
    """The document that a record tells of."""
    raw = _read(found)
    spots = tuple(Spot(spot["start"], Place(**spot["place"])) for spot in raw["spots"])
    return Document(**{**raw, "spots": spots, "labels": tuple(raw["labels"])})


def of_origin(origin: Origin) -> Record:
    """The record of an origin."""
    return record(ORIGIN, content_id(origin.origin), asdict(origin))


def to_origin(found: Record) -> Origin:
    """The origin that a record tells of."""
    raw = _read(found)
    skipped = tuple((source, reason) for source, reason in raw["skipped"])
    return Origin(**{**raw, "documents": tuple(raw["documents"]), "skipped": skipped})


def of_pair(kind: str, name: str, values: Iterable[str]) -> Record:
    """The record of a name with some texts: the lines of a site, the labels of a place, the documents of a group."""
    return record(kind, content_id(name), {"name": name, "values": list(values)})


def to_pair(found: Record) -> tuple[str, list[str]]:
    """The name and the texts that a record tells of."""
    raw = _read(found)
    return str(raw["name"]), [str(value) for value in raw["values"]]


def of_twins(groups: Iterable[tuple[str, ...]]) -> Iterator[Record]:
    """The records of groups of documents: each group, and which one each document is in."""
    for group in groups:
        found = of_pair(GROUP, "\n".join(group), group)
        yield found
        for document in group:
            yield record(TWIN, document, {"group": found.name})


def group_of(found: Record) -> str:
    """The name of the group that a document is in."""
    return str(_read(found)["group"])


def to_text(signature: Signature) -> str:
    """A signature as text."""
    return signature.astype("<u4").tobytes().hex()


def to_signature(text: str) -> Signature:
    """The signature in a text."""
    return np.frombuffer(bytes.fromhex(text), "<u4").astype(np.uint32)


def _read(found: Record) -> Mapping[str, Any]:
    try:
        raw = json.loads(found.payload)
    except ValueError as error:
        raise IndexCorruptError(f"the index in Milvus has a damaged {found.kind}; ingest into another name") from error
    if not isinstance(raw, dict):
        raise IndexCorruptError(f"the index in Milvus has a damaged {found.kind}; ingest into another name")
    return raw
