"""What was asked for last is at hand. Many values in one call are in test_cached.py."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from index.latest import Latest


def test_one_value_is_made_once_until_it_is_forgotten() -> None:
    made: list[str] = []
    latest: Latest[str, str] = Latest(2)

    def ask(key: str) -> str:
        def make() -> str:
            made.append(key)
            return key.upper()

        return latest.once(key, make)

    assert [ask(key) for key in "abacab"] == list("ABACAB")
    assert made == ["a", "b", "c", "b"]  # c pushes out b, which was asked for before a
    assert [latest.holds(key) for key in "abc"] == [True, True, False]


def test_who_asks_for_what_is_being_made_waits_for_it() -> None:
    made: list[int] = []
    begun, go_on = Event(), Event()
    latest: Latest[str, int] = Latest(2)

    def make() -> int:
        begun.set()
        assert go_on.wait(60)
        made.append(len(made))
        return made[-1]

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(latest.once, "a", make)
        assert begun.wait(60)
        second = pool.submit(latest.once, "a", make)
        go_on.set()
        assert (first.result(60), second.result(60)) == (0, 0)


def test_both_ways_of_asking_share_what_is_kept() -> None:
    latest: Latest[str, str] = Latest(2)
    assert latest.once("a", lambda: "A") == "A"
    assert latest.get(["a", "b"], lambda keys: [key.upper() for key in keys]) == ["A", "B"]
    assert latest.once("b", lambda: "none") == "B"
