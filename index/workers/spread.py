"""Spreads work over a cluster whose workers may die: what they had begun is done again by others."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from index.errors import WorkersError
from index.workers import Share, Work, whole

_T = TypeVar("_T")
_R = TypeVar("_R")

_AHEAD = 2  # tasks for each that runs: the next one is there when it is done
_TRIES = 4
_LOOK_S = 2.0
_PATIENCE_S = 30.0  # less than the minute after which Ray ends a process that has lost its cluster


class TaskLost(Exception):  # noqa: N818  # no error of the ingest: the task is given to another worker
    """The worker that had a task is dead, or its result is gone."""


class Cluster(Protocol):
    """Runs tasks in other processes."""

    def slots(self) -> int:
        """How many tasks run at once, as far as is known now."""
        ...

    def start(self, work: Work[_T, _R], items: Sequence[_T]) -> Any:
        """Begins a task and gives its handle, which can be a key."""
        ...

    def wait(self, handles: Sequence[Any], seconds: float) -> Sequence[Any]:
        """Those of the handles that are done, once there is one; none if there is none after so many seconds."""
        ...

    def result(self, handle: Any) -> Sequence[Any]:
        """What the work made of the items. Raises what it raised, and TaskLost."""
        ...

    def drop(self, handles: Iterable[Any]) -> None:
        """Ends tasks whose results nobody wants any more."""
        ...

    def trouble(self) -> str:
        """Why no task can be done at the moment; empty while some can."""
        ...


@dataclass(frozen=True, slots=True)
class _Group:
    numbers: tuple[int, ...]
    items: tuple[Any, ...]
    tries: int = 0


class Spread:
    """`Workers` on a cluster. `retried` counts the tasks that were lost and begun again."""

    def __init__(self, cluster: Cluster, *, patience_s: float = _PATIENCE_S) -> None:
        """A cluster that can do nothing for longer than `patience_s` is given up."""
        self._cluster = cluster
        self._patience_s = patience_s
        self.retried = 0

    def each(self, work: Work[_T, _R], items: Iterable[_T], *, share: Share[_T] = whole) -> Iterator[tuple[int, _R]]:
        fresh, again = _groups(items, share), deque[_Group]()
        running: dict[Any, _Group] = {}
        try:
            while True:
                while len(running) < self._cluster.slots() * _AHEAD:
                    group = again.popleft() if again else next(fresh, None)
                    if group is None:
                        break
                    running[self._cluster.start(work, group.items)] = group
                if not running:
                    return
                for handle in self._wait(list(running)):
                    group = running.pop(handle)
                    try:
                        results = self._cluster.result(handle)
                    except TaskLost as lost:
                        again.extend(self._to_try_again(group, lost))
                        continue
                    yield from zip(group.numbers, results, strict=True)
        finally:
            self._cluster.drop(running)

    def _wait(self, handles: list[Any]) -> Sequence[Any]:
        """Those that are done. Raises WorkersError if the cluster stays without anyone who could do them."""
        since: float | None = None
        while not (done := self._cluster.wait(handles, _LOOK_S)):
            trouble = self._cluster.trouble()
            since = (since or time.monotonic()) if trouble else None
            if since is not None and time.monotonic() - since > self._patience_s:
                raise WorkersError(
                    f"{trouble}; start the cluster again and repeat the command: what is encoded is kept, and the "
                    "previous index is untouched"
                )
        return done

    def _to_try_again(self, group: _Group, lost: TaskLost) -> list[_Group]:
        """The items of a lost task, one by one: should one of them be what kills workers, the others go on."""
        if group.tries + 1 == _TRIES:
            source = getattr(group.items[0], "source", "")
            raise WorkersError(
                f"{_TRIES} workers died, one after the other, with the same work{f' on {source}' if source else ''} "
                f"({lost}); leave it out, or give the workers more memory. The previous index is untouched"
            )
        self.retried += 1
        return [_Group((n,), (item,), group.tries + 1) for n, item in zip(group.numbers, group.items, strict=True)]


def _groups(items: Iterable[_T], share: Share[_T]) -> Iterator[_Group]:
    """The items in tasks, each of which is full, but for the last."""
    numbered, full = list[tuple[int, _T]](), 0.0
    for number, item in enumerate(items):
        numbered.append((number, item))
        full += share(item)
        if full >= 1:
            yield _group(numbered)
            numbered, full = [], 0.0
    if numbered:
        yield _group(numbered)


def _group(numbered: list[tuple[int, Any]]) -> _Group:
    return _Group(tuple(number for number, _ in numbered), tuple(item for _, item in numbered))
