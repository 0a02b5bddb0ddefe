"""Reads the files among the sources of an ingest, by its workers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from index.errors import WorkersError
from index.formats.detect import Given
from index.how import How
from index.load import Skipped, SourceFile, SourceUrl, os_reason
from index.origins import Origin, trusted_time
from index.report import Progress
from index.stages import FileJob, Found, read_file, this_process
from index.workers import Workers

Source: TypeAlias = SourceFile | SourceUrl | Skipped


def file_job(standing: Callable[[str], Origin | None], how: How, file: SourceFile) -> FileJob | SourceFile | Skipped:
    """What there is to do to read a file; the file itself if it has not changed. `standing` is what was read of an
    origin before, if it counts."""
    before = standing(file.origin)
    try:
        if before and before.unchanged(file.path):
            return file
        modified, size = trusted_time(file.path), file.path.stat().st_size
    except OSError as error:
        return Skipped(file.source, os_reason(error))
    path = file.path.relative_to(file.root).as_posix()
    given = Given(columns=how.columns, base_url=how.base_url, path=path)
    known = before.checksum if before else ""
    return FileJob(replace(file, path=file.path.absolute()), given, known, modified, size)


def read_files(
    items: Sequence[Source],
    job_of: Callable[[SourceFile], FileJob | SourceFile | Skipped],
    workers: Workers,
    progress: Progress,
) -> list[tuple[FileJob, Found] | Source]:
    """The items, with what was found in the files among them that had to be read, or could not be, in their places.

    Raises WorkersError if a worker does not see a file that is there.
    """
    outcomes: list[tuple[FileJob, Found] | Source] = list(items)
    sent: list[tuple[int, FileJob]] = []

    def to_read() -> Iterator[FileJob]:
        for number, item in enumerate(items):
            if isinstance(item, SourceFile):
                job = job_of(item)
                if isinstance(job, FileJob):
                    sent.append((number, job))
                    yield job
                else:
                    outcomes[number] = job

    for done, (at, found) in enumerate(workers.each(read_file, to_read(), share=FileJob.share), start=1):
        number, job = sent[at]
        if found.unseen_by and found.unseen_by != this_process() and os.path.lexists(job.file.path):
            raise WorkersError(
                f"{found.unseen_by} does not see {job.source!r}, which is there on this machine; give the articles on "
                "a file system that all nodes of the cluster have at the same path (docs/ray.md)"
            )
        outcomes[number] = job, found
        progress("read", done, len(items))
    return outcomes
