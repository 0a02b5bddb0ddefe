"""Changes of the library: one at a time in a process, in the background, seen by every session."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from threading import Lock, Thread
from typing import Literal

from bot.errors import FootnoteError
from bot.settings import Settings
from bot.status import public_message
from bot.ui.html.markup import is_web_link
from bot.ui.library import uploads
from bot.ui.library.errors import LibraryError
from bot.ui.library.listing import shelf, whole_shelf
from index import build
from index.encode import Encoder
from index.errors import FootnoteIndexError
from index.report import IngestReport, Progress

Kind = Literal["upload", "address", "refresh", "remove"]
Outcome = Literal["added", "changed", "unchanged", "removed", "skipped"]
_MAX_ADDRESS = 2000


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a file or an address: of how many documents in it, and of what was skipped, why."""

    name: str
    outcome: Outcome
    count: int = 1
    why: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a change did. `same` are groups of sources that tell one story in nearly the same words."""

    results: tuple[Result, ...] = ()
    same: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A change: how far it is (`done` of `total` in a stage), and when it is over what it did or why it failed."""

    number: int
    kind: Kind
    stage: str = ""
    done: int = 0
    total: int = 0
    over: bool = False
    told: Told = Told()
    error: str | None = None
    labels: tuple[str, ...] = ()

    def seen_by(self, settings: Settings) -> bool:
        """True if a reader may be told what it did: one who may see all that the one who began it may."""
        return set(self.labels) <= set(settings.labels)


class Worker:
    """Makes changes, one at a time. `job` is the one being made, or the last until it is dismissed."""

    def __init__(self) -> None:
        self.job: Job | None = None
        self._numbers = count(1)
        self._lock = Lock()
        self._thread: Thread | None = None

    def start(self, settings: Settings, kind: Kind, task: Callable[[Progress], Told]) -> Job:
        """Starts a change. Raises LibraryError if another is being made, or if nothing may be changed."""
        refuse_readonly(settings)
        with self._lock:
            if self.job and not self.job.over:
                raise LibraryError("another change of the library is being made; try again when it is done")
            job = self.job = Job(next(self._numbers), kind, labels=settings.labels)
            self._thread = Thread(target=self._run, args=(settings, job, task), name=f"library-{kind}", daemon=True)
            self._thread.start()
        return job

    def dismiss(self, number: int) -> None:
        """Forgets a change that is over; nothing if it is another's turn."""
        with self._lock:
            if self.job and self.job.over and self.job.number == number:
                self.job = None

    def wait(self) -> Job:
        """The change under way, once it is over. Raises LibraryError if none was started."""
        if self._thread is None or self.job is None:
            raise LibraryError("no change was started; start one first")
        self._thread.join()
        return self.job

    def _run(self, settings: Settings, job: Job, task: Callable[[Progress], Told]) -> None:
        def progress(stage: str, done: int, total: int) -> None:
            self.job = replace(job, stage=stage, done=done, total=total)

        broken = "the change broke off, and the server's log says why; the index is as it was"
        ended = replace(job, over=True, error=broken)
        try:
            ended = replace(job, over=True, told=task(progress))
        except (FootnoteError, FootnoteIndexError) as error:
            ended = replace(job, over=True, error=public_message(error, settings.index))
        except OSError as error:
            why = f"{error.strerror or type(error).__name__}; the index is as it was, try again"
            ended = replace(job, over=True, error=why)
        finally:
            self.job = ended


WORKER = Worker()


def upload(settings: Settings, encoder: Encoder, files: Sequence[tuple[str, bytes]], worker: Worker = WORKER) -> Job:
    """Saves files (name, content) and indexes them. One that cannot be used is skipped, and not kept.

    This and the other changes return at once. They raise LibraryError if the library is read-only, or another change
    is being made.
    """

    def task(progress: Progress) -> Told:
        folder, refused, saved = uploads.uploads_of(settings), [], []
        known, hidden = whole_shelf(settings), _hidden(settings)
        cited = {source for origin, source in known.origins if not uploads.is_upload(folder, origin)}
        cited |= {row.source for row in known.newest if not uploads.is_upload(folder, row.origin)}
        for done, (name, data) in enumerate(files, start=1):
            try:
                saved.append(uploads.save(folder, name, data, cited))
            except LibraryError as error:
                refused.append(Result(uploads.safe_name(name), "skipped", why=str(error)))
            progress("save", done, len(files))
        if not saved:
            return Told(tuple(refused))
        report = build.ingest([str(path.parent) for path in saved], settings.index, encoder, progress=progress)
        told = _told(report, {}, hidden | _hidden(settings))
        kept = _tidied(settings, [os.path.realpath(path) for path in saved])
        return replace(told, results=(*told.results, *kept, *refused))

    return worker.start(settings, "upload", task)


def add_address(settings: Settings, encoder: Encoder, address: str, worker: Worker = WORKER) -> Job:
    """Fetches a web address, and what it lists, and indexes it. Raises LibraryError if it is none; no file of this
    machine can be named by it."""
    refuse_readonly(settings)
    address = address.strip()
    if not is_web_link(address) or len(address) > _MAX_ADDRESS or len(address.split()) > 1:
        raise LibraryError(f"{address[:80]!r} is no web address; give one that begins with https://")

    def task(progress: Progress) -> Told:
        hidden = _hidden(settings)
        report = build.ingest([address], settings.index, encoder, progress=progress)
        return _told(report, {}, hidden | _hidden(settings))

    return worker.start(settings, "address", task)


def refresh(settings: Settings, encoder: Encoder, worker: Worker = WORKER) -> Job:
    """Reads again all that was read from files and addresses, and uploads whose ingest was cut off. What is gone stays
    in the index. Raises LibraryError if there is nothing to read again."""
    refuse_readonly(settings)
    known = whole_shelf(settings)
    names = dict(known.origins)
    again = uploads.unread(uploads.uploads_of(settings), known.held)
    if not names and not again:
        raise LibraryError("there is nothing to read again; upload an article or add a web address first")

    def task(progress: Progress) -> Told:
        hidden = _hidden(settings)
        homes = [str(path.parent) for path in again]
        report = build.ingest([*names, *homes], settings.index, encoder, progress=progress)
        return _told(report, names, hidden | _hidden(settings), in_sum="unchanged")

    return worker.start(settings, "refresh", task)


def remove(settings: Settings, encoder: Encoder, sources: Collection[str], worker: Worker = WORKER) -> Job:
    """Takes the documents of these sources out of the index; an upload goes with the last document in it."""

    def task(progress: Progress) -> Told:
        rows = [row for row in shelf(settings).newest if row.source in sources]
        gone, read = {row.source for row in rows}, {row.origin for row in rows}
        report = build.remove(settings.index, encoder, lambda document: document.source in gone, progress=progress)
        told = _told(report, {}, _hidden(settings))
        return replace(told, results=(*told.results, *_tidied(settings, read)))

    return worker.start(settings, "remove", task)


def refuse_readonly(settings: Settings) -> None:
    """Raises LibraryError if nothing may be changed through the page."""
    if settings.readonly:
        raise LibraryError(
            "the library is read-only (FOOTNOTE_READONLY is 1); set it to 0 and start Footnote again to change it"
        )


def _tidied(settings: Settings, origins: Collection[str]) -> list[Result]:
    """Deletes those of the uploads that no document is read from; what cannot be deleted is told."""
    folder, held, kept = uploads.uploads_of(settings), whole_shelf(settings).held, []
    for origin in sorted(set(origins) - held):
        try:
            uploads.forget(folder, origin)
        except LibraryError as error:
            kept.append(Result(Path(origin).name, "skipped", why=str(error)))
    return kept


def _hidden(settings: Settings) -> frozenset[str]:
    """The sources that readers must not hear of."""
    shown = {row.source for row in shelf(settings).newest}
    return frozenset(row.source for row in whole_shelf(settings).newest if row.source not in shown)


def _told(
    report: IngestReport, names: Mapping[str, str], hidden: Collection[str], in_sum: Outcome | None = None
) -> Told:
    """What the report says, by the file that documents stand in; `names` are those that paths are cited by, of `hidden`
    sources nothing is told. Of the outcome `in_sum` only the number is told, under no name."""
    results: list[Result] = []
    lists: dict[Outcome, list[str]] = {
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "unchanged": report.unchanged,
    }
    for outcome, sources in lists.items():
        files = [s.partition("#")[0] if outcome != in_sum else "" for s in sources if s not in hidden]
        results += [Result(name, outcome, number) for name, number in Counter(files).items()]
    silent = {source.partition("#")[0] for source in hidden}
    for skipped in report.skipped:
        name = names.get(skipped.source, skipped.source)
        if name.partition("#")[0] in silent:
            continue
        name = Path(name).name if name not in names.values() and name.startswith("/") else name
        results.append(Result(name, "skipped", why=public_message(LibraryError(skipped.reason))))
    same = [tuple(source for source in group if source not in hidden) for group in report.duplicates]
    return Told(tuple(results), tuple(group for group in same if len(group) > 1))
