"""The three collections of an index in Milvus, and what of a document stands in each of their rows.

passages   one row a passage: where it stands, its vector, its words (a sparse vector), and what filters and labels ask
records    all else, as JSON cut into pieces that fit a field: documents, origins, chrome, places, twins, the manifest
words      in how many passages each word stands, by labels and generation (see `words`)

A row is never changed once it is there, but for its words' weights: what changes gets rows of its own, and the old ones
go. `generation` is the version that a row came with; what is newer than the version in use is not there for readers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

LONGEST = 65_535  # bytes of a text field
KEY = 16


class Kind(Enum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    DENSE = "dense"
    SPARSE = "sparse"


@dataclass(frozen=True, slots=True)
class Field:
    """A column: `size` is the most bytes of a text, or the numbers of a vector."""

    name: str
    kind: Kind
    size: int = 0
    primary: bool = False
    index: bool = False

    @property
    def limits(self) -> dict[str, int]:
        """What Milvus wants to know of its size."""
        name = {Kind.TEXT: "max_length", Kind.DENSE: "dim"}.get(self.kind)
        return {name: self.size} if name else {}


@dataclass(frozen=True, slots=True)
class Table:
    """A collection. On a server it is written through `shards` channels, which cannot be changed later."""

    name: str
    fields: tuple[Field, ...]
    shards: int = 1


def _text(name: str, size: int = LONGEST, *, primary: bool = False, index: bool = False) -> Field:
    return Field(name, Kind.TEXT, size, primary, index)


def _number(name: str, *, primary: bool = False, index: bool = False) -> Field:
    return Field(name, Kind.NUMBER, 0, primary, index)


_NONE = Field("none", Kind.DENSE, 2, index=True)  # Milvus wants a vector in every collection


def passages(dimension: int) -> Table:
    """The passages, with vectors of so many numbers."""
    return Table(
        "passages",
        (
            _number("row", primary=True),
            _text("key", KEY, index=True),
            _text("document", KEY),
            _text("passage", KEY),
            _number("start"),
            _number("end"),
            _text("labels", index=True),
            _text("source", index=True),
            _text("outlet", index=True),
            _text("language", index=True),
            _text("day", index=True),
            _number("generation", index=True),
            _number("length"),
            _number("measure"),
            Field("vector", Kind.DENSE, dimension, index=True),
            Field("words", Kind.SPARSE, index=True),
        ),
        shards=4,  # Milvus advises one for every 100 GB; a hundred million passages are 240
    )


PASSAGES = passages(0)  # by its name; what makes it gives the dimension
RECORDS = Table(
    "records",
    (
        _text("row", 32, primary=True),
        _text("key", KEY, index=True),
        _text("kind", 16, index=True),
        _text("name", KEY, index=True),
        _number("part"),
        _number("parts"),
        _text("labels", index=True),
        _number("generation", index=True),
        _text("payload"),
        _text("signature", 4096),
        _NONE,
    ),
)
WORDS = Table(
    "words",
    (
        _text("row", 40, primary=True),
        _text("term", 64, index=True),
        _text("labels"),
        _number("generation", index=True),
        _number("passages"),
        _NONE,
    ),
)
NO_VECTOR = [1.0, 0.0]
