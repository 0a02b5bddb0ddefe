"""The desk: answers that are made in threads of their own, whoever watches, leaves, stops them or comes back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from threading import Event, Lock, Thread
from typing import Any

import pytest

from bot.pool import Pool
from bot.ui.desk import Desk, Task, Work
from bot.ui.view.exchange import Exchange
from bot.ui.view.writing import Writing
from tests.ui.samples import CLOCKS, TREATY, abstention, answer, citation

PATIENCE_S = 20.0
QUESTION = Exchange("How many clocks?")
ANSWERED = replace(QUESTION, answer=answer(citation(1, CLOCKS, "One of them is wrong.")))
SILENT = replace(QUESTION, answer=abstention(TREATY))
SUGGESTED = replace(SILENT, suggestions=("How many warheads?",))
FIRST, SECOND = Writing(rest="The"), Writing(rest="The museum")

State = Writing | Exchange


def waits(event: Event) -> None:
    assert event.wait(PATIENCE_S)


class Script:
    """Work that gives these items; an event among them is waited for, an exception is raised. It tells when it begins
    to wait, what it was given, and that it is over."""

    def __init__(self, *items: State | Event | Exception) -> None:
        self.items = items
        self.begun, self.waiting, self.over = Event(), Event(), Event()
        self.given: list[tuple[list[Exchange], Exchange]] = []

    def __call__(self, before: Sequence[Exchange], exchange: Exchange) -> Generator[State, None, None]:
        self.given.append((list(before), exchange))
        self.begun.set()
        try:
            for item in self.items:
                if isinstance(item, Exception):
                    raise item
                if isinstance(item, Event):
                    self.waiting.set()
                    waits(item)
                else:
                    yield item
        finally:
            self.over.set()


def done(*items: State | Event | Exception, keep: Callable[[Exchange], None] = lambda _: None) -> Task:
    """A task whose work was done here and now."""
    task = Task((), QUESTION, Script(*items), keep)
    task.run()
    return task


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk(Pool(2))
    yield desk
    desk.close()


@pytest.fixture
def gate() -> Iterator[Event]:
    """What a script waits for; open at the end, so that no thread outlives the test."""
    gate = Event()
    yield gate
    gate.set()


def watcher(task: Task) -> tuple[list[State], Thread]:
    seen: list[State] = []
    thread = Thread(target=lambda: seen.extend(task.watch()))
    thread.start()
    return seen, thread


def first_of(task: Task, kind: Callable[[State], bool]) -> State:
    """Watches until there is such a state, then goes away."""
    states = task.watch()
    found = next(state for state in states if kind(state))
    states.close()
    return found


def test_states_come_in_order_until_the_last(desk: Desk, gate: Event) -> None:
    again, last = Event(), Event()
    task = desk.take((), QUESTION, Script(gate, FIRST, again, SECOND, last, SILENT, SUGGESTED), lambda _: None)
    states = task.watch()
    assert next(states) == Writing()  # nothing is written yet
    for event, expected in ((gate, FIRST), (again, SECOND)):
        event.set()
        assert next(state for state in states if state != Writing() and state == expected) == expected
    last.set()
    *_, end = states
    assert end == SUGGESTED and task.exchange == SUGGESTED


def test_who_comes_when_all_is_done_gets_the_last_state_once() -> None:
    assert list(done(FIRST, SILENT, SUGGESTED).watch()) == [SUGGESTED]


def test_the_work_gets_the_question_and_what_was_before_it(desk: Desk) -> None:
    script, before = Script(ANSWERED), [Exchange("Before?", stopped=True)]
    task = desk.take(before, QUESTION, script, lambda _: None)
    before.append(Exchange("Later?"))
    assert list(task.watch())[-1] == ANSWERED
    assert script.given == [(before[:1], QUESTION)] and task.before == tuple(before[:1])


def test_what_is_seen_has_been_kept(desk: Desk, gate: Event) -> None:
    keeping, kept = Event(), list[Exchange]()

    def keep(exchange: Exchange) -> None:
        keeping.set()
        waits(gate)  # a slow disk
        kept.append(exchange)

    task = desk.take((), QUESTION, Script(ANSWERED), keep)
    waits(keeping)
    assert task.exchange == QUESTION
    seen, thread = watcher(task)
    assert not any(isinstance(state, Exchange) for state in seen)
    gate.set()
    thread.join(PATIENCE_S)
    assert seen[-1] == ANSWERED and kept == [ANSWERED]


def test_drafts_are_not_kept() -> None:
    kept: list[Exchange] = []
    done(FIRST, SECOND, SILENT, SUGGESTED, keep=kept.append)
    assert kept == [SILENT, SUGGESTED]


def test_a_watcher_hears_of_nothing_new_now_and_then_and_may_leave(desk: Desk, gate: Event) -> None:
    task = desk.take((), QUESTION, Script(FIRST, gate, ANSWERED), lambda _: None)
    states = task.watch()
    found = [next(states) for _ in range(4)]
    assert found[-3:] == [FIRST] * 3  # nothing happened meanwhile
    states.close()
    gate.set()
    assert list(task.watch())[-1] == ANSWERED  # the work went on without a watcher


def test_two_watchers_see_the_same_end(desk: Desk, gate: Event) -> None:
    task = desk.take((), QUESTION, Script(gate, FIRST, ANSWERED), lambda _: None)
    watchers = [watcher(task) for _ in range(2)]
    gate.set()
    for seen, thread in watchers:
        thread.join(PATIENCE_S)
        assert seen[-1] == ANSWERED and seen.count(ANSWERED) == 1


def test_stopping_ends_the_work_and_keeps_the_question(desk: Desk, gate: Event) -> None:
    kept: list[Exchange] = []
    script = Script(FIRST, gate, SECOND, ANSWERED)
    task = desk.take((), QUESTION, script, kept.append)
    assert first_of(task, lambda state: state == FIRST)
    waits(script.waiting)
    seen, thread = watcher(task)
    stopped = task.stop()
    thread.join(PATIENCE_S)  # at once, though the work has not heard of it yet
    assert stopped == seen[-1] == replace(QUESTION, stopped=True) and kept == [stopped]
    gate.set()
    waits(script.over)
    assert task.exchange == stopped and kept == [stopped]
    assert list(task.watch()) == [stopped]


def test_stopping_keeps_an_answer_that_was_given(desk: Desk, gate: Event) -> None:
    kept: list[Exchange] = []
    script = Script(SILENT, gate, SUGGESTED)
    task = desk.take((), QUESTION, script, kept.append)
    assert first_of(task, lambda state: isinstance(state, Exchange)) == SILENT
    assert task.stop() == SILENT
    gate.set()
    waits(script.over)
    assert list(task.watch()) == [SILENT] and kept == [SILENT]  # what was on the way to it is not waited for


def test_one_stopped_before_its_turn_is_never_begun(gate: Event) -> None:
    desk = Desk(Pool(1))
    first, second, third = Script(gate, ANSWERED), Script(ANSWERED), Script(ANSWERED)
    desk.take((), QUESTION, first, lambda _: None)
    waiting = desk.take((), Exchange("Later?"), second, lambda _: None)
    last = desk.take((), Exchange("Last?"), third, lambda _: None)
    waits(first.begun)
    assert waiting.stop().stopped
    gate.set()
    assert list(last.watch())[-1] == ANSWERED
    assert list(waiting.watch()) == [waiting.exchange] and waiting.exchange.stopped
    assert not second.begun.is_set()  # it may cost money
    desk.close()


def test_an_error_is_logged_and_raised_to_who_watches(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "bot.ui.desk"):
        task = done(FIRST, RuntimeError("the disk has gone"))
    assert "a question could not be answered" in caplog.text and "the disk has gone" in caplog.text
    for _ in range(2):
        with pytest.raises(RuntimeError, match="the disk has gone"):
            list(task.watch())
    assert task.exchange == QUESTION


def test_an_error_after_the_answer_leaves_the_answer() -> None:
    task = done(SILENT, RuntimeError("no suggestions"))
    assert task.exchange == SILENT
    with pytest.raises(RuntimeError, match="no suggestions"):
        list(task.watch())


def test_what_cannot_be_kept_is_not_shown_as_answered() -> None:
    def full(_exchange: Exchange) -> None:
        raise OSError("no space left")

    task = done(ANSWERED, keep=full)
    assert task.exchange == QUESTION
    with pytest.raises(OSError, match="no space left"):
        list(task.watch())


def test_a_question_is_worked_on_once_however_often_it_is_taken(desk: Desk) -> None:
    script = Script(ANSWERED)
    task = desk.take((), QUESTION, script, lambda _: None)
    assert list(task.watch())[-1] == ANSWERED
    other = Script(SILENT)
    assert desk.take((), replace(QUESTION, question="Another?"), other, lambda _: None) is task
    assert desk.find(QUESTION.id) is task and desk.find("unknown") is None
    assert not other.begun.is_set() and len(script.given) == 1


def test_what_is_forgotten_is_stopped_and_can_be_asked_anew(desk: Desk, gate: Event) -> None:
    kept: list[Exchange] = []
    script = Script(FIRST, gate, ANSWERED)
    task = desk.take((), QUESTION, script, kept.append)
    waits(script.waiting)
    desk.forget(QUESTION.id)
    desk.forget(QUESTION.id)  # nothing is left to forget
    assert desk.find(QUESTION.id) is None and task.exchange.stopped
    fresh = desk.take((), QUESTION, Script(SILENT), kept.append)
    assert fresh is not task and list(fresh.watch())[-1] == SILENT
    gate.set()
    waits(script.over)
    assert kept == [replace(QUESTION, stopped=True), SILENT]  # the old work does not write over the new


class Crowd:
    """Work that counts how many do it at the same time."""

    def __init__(self, gate: Event, enough: int) -> None:
        self.gate, self.enough = gate, enough
        self.full, self.lock = Event(), Lock()
        self.now = self.most = 0

    def __call__(self, _before: Sequence[Exchange], exchange: Exchange) -> Generator[State, None, None]:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
            if self.now == self.enough:
                self.full.set()
        waits(self.gate)
        with self.lock:
            self.now -= 1
        yield replace(exchange, answer=ANSWERED.answer)


def test_no_more_are_worked_on_at_once_than_allowed_and_all_get_their_turn(gate: Event) -> None:
    desk, crowd = Desk(Pool(3)), Crowd(gate, 3)
    work: Work = crowd
    tasks = [desk.take((), Exchange(f"Question {n}?"), work, lambda _: None) for n in range(12)]
    waits(crowd.full)
    assert crowd.most == 3
    gate.set()
    ends: list[Any] = [list(task.watch())[-1] for task in tasks]
    assert crowd.most == 3
    assert [end.question for end in ends] == [f"Question {n}?" for n in range(12)]
    assert all(end.answer for end in ends)
    desk.close()


def test_closing_stops_what_is_under_way_or_waits_and_leaves_answers_alone(gate: Event) -> None:
    desk = Desk(Pool(1))
    kept: list[Exchange] = []
    answered = desk.take((), QUESTION, Script(ANSWERED), kept.append)
    list(answered.watch())
    under_way, waiting = Script(FIRST, gate, ANSWERED), Script(ANSWERED)
    tasks = [desk.take((), Exchange(f"{n}?"), work, kept.append) for n, work in enumerate((under_way, waiting))]
    waits(under_way.waiting)
    desk.close()
    for task in tasks:
        assert list(task.watch()) == [task.exchange] and task.exchange.stopped
    assert answered.exchange == ANSWERED and kept == [ANSWERED, *(task.exchange for task in tasks)]
    gate.set()
    waits(under_way.over)
    assert not waiting.begun.is_set()


def test_a_closed_desk_takes_nothing_and_says_so() -> None:
    desk = Desk(Pool(1))
    desk.close()
    with pytest.raises(RuntimeError):
        desk.take((), QUESTION, Script(ANSWERED), lambda _: None)
    assert desk.find(QUESTION.id) is None  # else whoever watches would wait for ever


def test_a_verdict_stays_with_what_is_still_added_to_the_answer(desk: Desk, gate: Event) -> None:
    kept: list[Exchange] = []
    task = desk.take((), QUESTION, Script(SILENT, gate, SUGGESTED), kept.append)
    assert first_of(task, lambda state: isinstance(state, Exchange)) == SILENT
    task.judge("down")
    gate.set()
    assert list(task.watch())[-1] == replace(SUGGESTED, verdict="down")
    assert kept == [SILENT, replace(SUGGESTED, verdict="down")]


def test_each_is_prepared_for_how_many_are_worked_on_and_a_crowd_is_told(gate: Event) -> None:
    numbers: list[int] = []
    desk = Desk(Pool(2, numbers.append))
    for at_work in (1, 2):
        script = Script(gate, ANSWERED)
        desk.take((), Exchange(f"{at_work}?"), script, lambda _: None)
        waits(script.begun)
        assert (numbers, desk.crowded) == (list(range(1, at_work + 1)), False)
    last = desk.take((), QUESTION, Script(ANSWERED), lambda _: None)
    assert (desk.crowded, len(numbers)) == (True, 2)  # it waits, unprepared
    gate.set()
    assert list(last.watch())[-1] == ANSWERED
    assert (desk.crowded, len(numbers)) == (False, 3)
    desk.close()
