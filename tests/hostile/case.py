"""What the kinds of hostile files are made of."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Protocol

# Invented, and long enough to be an article: what is hostile around it must not come between it and its readers.
STORY = (
    "The bell of Kettering Mole rang for the last time on Friday, when its rope gave way in the hands of the sexton.",
    "“It held for ninety years and three parsons,” said the sexton, Hedda Brock. A new rope costs 310 crowns.",
)
TEXT = "\n\n".join(("The bell of Kettering Mole falls silent", *STORY)).encode()
HERE = "http://127.0.0.1/"  # an address of this computer: it is refused before anything is sent


@dataclass(frozen=True, slots=True)
class Case:
    """A hostile file. If not `may_be_read`, it must be skipped; else it may be.

    `listed` are the addresses that a list names, under which it is reported.
    """

    kind: str
    name: str
    data: bytes
    may_be_read: bool = False
    listed: tuple[str, ...] = ()


class Family(Protocol):
    """Makes the cases of a family; the same for the same chance."""

    def __call__(self, chance: Random) -> Iterator[Case]: ...


def useless(kind: str, name: str, data: bytes) -> Case:
    """A file that nothing can be read from."""
    return Case(kind, name, data)


def usable(kind: str, name: str, data: bytes) -> Case:
    """A file that a patient reader may get words from."""
    return Case(kind, name, data, may_be_read=True)


def listing(kind: str, name: str, data: bytes, *listed: str) -> Case:
    """A list of web addresses, all of them refused."""
    return Case(kind, name, data, may_be_read=True, listed=listed)


def packed(data: bytes) -> bytes:
    """Compressed with gzip, without the time of day in it."""
    return gzip.compress(data, mtime=0)
