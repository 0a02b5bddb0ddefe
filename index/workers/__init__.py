"""Where the work of an ingest is done: in this process, or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeAlias, TypeVar

from index.encode import Encoder

_T = TypeVar("_T")
_R = TypeVar("_R")

# What is done with one item. A function of a module, not of another function, so that other processes find it.
Work: TypeAlias = Callable[[Encoder, _T], _R]
# How much of a task an item is: 1 for one that is a task by itself, 1/16 for one of sixteen that go out together.
Share: TypeAlias = Callable[[_T], float]


def whole(item: object) -> float:
    """Each item is a task."""
    return 1.0


class Workers(Protocol):
    """Does the same work with many items."""

    def each(self, work: Work[_T, _R], items: Iterable[_T], *, share: Share[_T] = whole) -> Iterator[tuple[int, _R]]:
        """The number of each item, from 0, with what `work` makes of it: each exactly once, in any order, as it is
        done. `work` may be begun more than once for an item where a worker dies.

        Items are taken only as there is room for them, and no more results are made than are taken. Small items go out
        together, as many as their shares make a task. What `work` raises is raised here, and ends the work;
        FootnoteIndexError also where the workers are lost.
        """
        ...


class InProcess:
    """One item after the other, here."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def each(self, work: Work[_T, _R], items: Iterable[_T], *, share: Share[_T] = whole) -> Iterator[tuple[int, _R]]:
        for number, item in enumerate(items):
            yield number, work(self._encoder, item)
