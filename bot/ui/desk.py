"""The desk: questions are answered here in threads of their own, so that a page that reloads or loses its connection
finds the answer under way or done. No Streamlit."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from threading import Condition, Lock

from bot.feedback import Verdict
from bot.pool import Pool
from bot.ui.view.exchange import Exchange
from bot.ui.view.writing import Writing

Work = Callable[[Sequence[Exchange], Exchange], Generator[Writing | Exchange, None, None]]
Keep = Callable[[Exchange], None]
_log = logging.getLogger(__name__)
_LOOK_UP_S = 1.0  # how often one who watches is given the chance to go away
_REMEMBERED = 2000  # exchanges that are done, for those who ask after them by id


class Task:
    """An exchange while it is answered: what there is of it, and whoever watches it grow.

    `work` gives what is written so far, then the exchange answered, and again if something is added to it. Each such
    exchange goes to `keep` before anybody sees it.
    """

    def __init__(self, before: Sequence[Exchange], exchange: Exchange, work: Work, keep: Keep) -> None:
        self.before = tuple(before)
        self.exchange = exchange
        self._work, self._keep = work, keep
        self._writing: Writing | None = None
        self._changes = 0
        self._over = self._stopped = False
        self._problem: Exception | None = None
        self._changed = Condition()

    def run(self) -> None:
        """Does the work. What goes wrong is logged, and raised to those who watch."""
        try:
            with closing(self._work(self.before, self.exchange)) as items:
                while not self._stopped:  # one stopped before its turn is not begun: a model's answer has its price
                    item = next(items, None)
                    if item is None or not self._take(item):
                        break
        except Exception as error:
            _log.exception("a question could not be answered")
            self._problem = error
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _take(self, item: Writing | Exchange) -> bool:
        with self._changed:
            if self._stopped:
                return False
            if isinstance(item, Exchange):
                self._put(replace(item, verdict=self.exchange.verdict))
            else:
                self._writing = item
                self._tell()
        return True

    def _put(self, exchange: Exchange) -> None:
        self._keep(exchange)
        self.exchange = exchange
        self._tell()

    def _tell(self) -> None:
        self._changes += 1
        self._changed.notify_all()

    def judge(self, verdict: Verdict) -> None:
        """Notes what the reader thinks of the answer, so that what is still added to it is kept with that. Nobody who
        watches is told: their page shows the verdict already."""
        with self._changed:
            self.exchange = replace(self.exchange, verdict=verdict)

    def stop(self) -> Exchange:
        """Ends the work as soon as it can be; the exchange, stopped unless it is answered already."""
        with self._changed:
            self._stopped = True
            if self.exchange.pending:
                self._over = True
                self._put(replace(self.exchange, stopped=True))
            return self.exchange

    def watch(self) -> Generator[Writing | Exchange, None, None]:
        """The state now and whenever it changes, until the work is over. It is repeated now and then while nothing
        changes: one who watches has a chance to go away. Raises what went wrong, if anything did."""
        seen = -1
        while True:
            with self._changed:
                if self._changes == seen and not self._over:
                    self._changed.wait(_LOOK_UP_S)
                new, over, seen = self._changes != seen, self._over, self._changes
                state = self._writing or Writing() if self.exchange.pending else self.exchange
            if new or not over:
                yield state
            if over and self._problem:
                raise self._problem
            if over:
                return


class Desk:
    """Takes tasks and remembers them by the exchange's id; the pool works on them. Nobody is sent away."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._tasks: OrderedDict[str, Task] = OrderedDict()
        self._lock = Lock()

    def take(self, before: Sequence[Exchange], exchange: Exchange, work: Work, keep: Keep) -> Task:
        """The task of the exchange with this id, under way or done; a new one if none is remembered. Raises
        RuntimeError once the desk is closed."""
        with self._lock:
            if exchange.id in self._tasks:
                return self._tasks[exchange.id]
            task = Task(before, exchange, work, keep)
            self._pool.submit(task.run)
            self._tasks[exchange.id] = task
            while len(self._tasks) > _REMEMBERED:
                self._tasks.popitem(last=False)
        return task

    @property
    def crowded(self) -> bool:
        """True if there is more to do than can be done at once."""
        return self._pool.crowded

    def find(self, id: str) -> Task | None:
        """The task of the exchange with this id, if it is remembered."""
        with self._lock:
            return self._tasks.get(id)

    def forget(self, id: str) -> None:
        """Ends the task of the exchange with this id, if there is one, so that it can be asked anew."""
        with self._lock:
            task = self._tasks.pop(id, None)
        if task:
            task.stop()

    def close(self) -> None:
        """Takes no more; what is under way is stopped."""
        with self._lock:
            tasks = list(self._tasks.values())
        for task in tasks:
            if task.exchange.pending:
                task.stop()
        self._pool.close()
