"""The pool: in turn, so many at once, so many waiting."""

from __future__ import annotations

from threading import Event

import pytest

from bot.errors import BusyError
from bot.pool import Pool

PATIENCE = 60.0


class Work:
    """Something to do that goes on until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = Event(), Event()

    def __call__(self) -> None:
        self.begun.set()
        assert self.go.wait(PATIENCE)


def test_what_cannot_wait_is_refused_and_what_may_always_wait_is_not() -> None:
    pool, first, done = Pool(1), Work(), Event()
    future = pool.submit(first, waiting=0)
    assert first.begun.wait(PATIENCE)
    with pytest.raises(BusyError, match="ask again"):
        pool.submit(done.set, waiting=0)
    waits = pool.submit(done.set, waiting=1)
    with pytest.raises(BusyError):
        pool.submit(done.set, waiting=1)
    last = pool.submit(done.set)
    assert (pool.open, pool.crowded) == (3, True)
    first.go.set()
    for each in (future, waits, last):
        each.result(PATIENCE)
    assert done.is_set()


def test_one_that_gives_up_its_place_is_not_done_and_makes_room() -> None:
    pool, first, never = Pool(1), Work(), Event()
    future = pool.submit(first)
    assert first.begun.wait(PATIENCE)
    waits = pool.submit(never.set, waiting=1)
    assert waits.cancel()
    assert pool.open == 1
    last = pool.submit(lambda: None, waiting=1)
    first.go.set()
    future.result(PATIENCE)
    last.result(PATIENCE)
    assert not never.is_set()


def test_a_failure_is_told_and_makes_room() -> None:
    pool = Pool(1)
    with pytest.raises(ZeroDivisionError):
        pool.submit(lambda: print(1 // 0)).result(PATIENCE)
    assert pool.submit(lambda: None, waiting=0).result(PATIENCE) is None


def test_each_is_prepared_with_how_many_are_at_work() -> None:
    numbers: list[int] = []
    pool, first = Pool(2, numbers.append), Work()
    one = pool.submit(first)
    assert first.begun.wait(PATIENCE)
    pool.submit(lambda: None).result(PATIENCE)
    first.go.set()
    one.result(PATIENCE)
    assert numbers == [1, 2]


def test_once_closed_nothing_is_taken() -> None:
    pool = Pool(1)
    pool.close()
    with pytest.raises(RuntimeError):
        pool.submit(lambda: None)
    assert pool.open == 0
