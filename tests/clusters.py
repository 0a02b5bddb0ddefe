"""Stand-ins for clusters: one that loses tasks and needs no Ray, and encoders that tell what workers do."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from index.encode import Encoder, Vectors
from index.schema import content_id
from index.workers import Work
from index.workers.spread import TaskLost
from tests.fakes import HashedWords


class LossyCluster:
    """A `Cluster` in this process, whose tasks are done in a random order. Half of them are lost, before or after they
    were done, until there were so many `losses`; and all of those with an item `poison`."""

    def __init__(self, encoder: Encoder, seed: int = 1, *, losses: int = 3, slots: int = 3, poison: Any = None) -> None:
        self._encoder = encoder
        self._chance = random.Random(seed)
        self._slots = slots
        self._poison = poison
        self.losses = losses
        self.tasks: dict[int, tuple[Work[Any, Any], Sequence[Any]]] = {}
        self.started = 0
        self.most = 0
        self.silent = 0  # so often nothing is done yet
        self.trouble_told = ""

    def slots(self) -> int:
        return self._slots

    def start(self, work: Work[Any, Any], items: Sequence[Any]) -> Any:
        self.started += 1
        self.tasks[self.started] = work, items
        self.most = max(self.most, len(self.tasks))
        return self.started

    def wait(self, handles: Sequence[Any], seconds: float) -> Sequence[Any]:
        if self.silent:
            self.silent -= 1
            return []
        return self._chance.sample(list(handles), self._chance.randint(1, len(handles)))

    def result(self, handle: Any) -> Sequence[Any]:
        work, items = self.tasks.pop(handle)
        before = self._chance.random() < 0.5
        lost = self.losses > 0 and self._chance.random() < 0.5
        self.losses -= lost
        lost = lost or (self._poison is not None and self._poison in items)
        if lost and before:
            raise TaskLost("died before")
        made = [work(self._encoder, item) for item in items]
        if lost:
            raise TaskLost("died after")
        return made

    def drop(self, handles: Iterable[Any]) -> None:
        for handle in handles:
            del self.tasks[handle]

    def trouble(self) -> str:
        return self.trouble_told


class LoggedWords(HashedWords):
    """Writes down the `content_id` of each text that it encodes, one a line, from whatever process."""

    def __init__(self, log: Path) -> None:
        super().__init__()
        self._log = log

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = super().encode(texts)
        with self._log.open("a", encoding="utf-8") as stream:
            stream.write("".join(f"{content_id(text)}\n" for text in texts))
        return vectors


class DoomedWords(HashedWords):
    """Never comes back from encoding in a process of the session named in FOLDER/doomed; says so in FOLDER/stuck."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def encode(self, texts: Sequence[str]) -> Vectors:
        if (self._folder / "doomed").read_text("utf-8") == str(os.getsid(0)):
            (self._folder / "stuck").touch()
            while True:
                signal.pause()
        return super().encode(texts)
