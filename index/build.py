"""The ingest flow: sources to a new version of the index. What has not changed is not encoded again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from index.address import IndexPlace
from index.chunk import ChunkSettings
from index.contents import Contents
from index.encode import Encoder
from index.errors import IndexMissingError
from index.how import PLAINLY, How
from index.load import find_sources
from index.refresh import Refresh
from index.report import IngestReport, Progress
from index.schema import Document
from index.view import check_model
from index.workers import InProcess, Workers
from index.writer import check_there, writing_index

__all__ = ["How", "IngestReport", "Progress", "add_documents", "check_model", "ingest", "remove"]


def ingest(
    paths: Iterable[str],
    place: IndexPlace,
    encoder: Encoder,
    *,
    how: How = PLAINLY,
    prune: bool = False,
    settings: ChunkSettings | None = None,
    workers: Workers | None = None,
    progress: Progress = lambda stage, done, total: None,
    busy: Callable[[], None] | None = None,
) -> IngestReport:
    """Adds or refreshes the given files, folders and addresses; everything else in the index stays.

    A file indexed before keeps the name that it is cited by, whatever path it is given by now.

    With `prune`, what was read from files and addresses that are gone is taken out; without any paths, that is all.

    A file that cannot be read is reported in `skipped`; if it was indexed before, its old text stays. The old
    version serves until the new one is complete. What an ingest had encoded that ended before that is not encoded
    again by the next. Files are read, cleaned, cut and encoded by the `workers`, in this process if there are none;
    they must have the encoder's model. Another ingest of the same index is waited for if there is `busy`, which is
    then called once. Raises FootnoteIndexError if the index cannot be written or was built with another model,
    IndexMissingError if there is none to prune, IndexBusyError, and WorkersError.
    """
    paths, workers = list(paths), workers or InProcess(encoder)
    if not paths:
        check_there(place)  # before the lock, for which the index is made
    with writing_index(place, encoder, busy) as writer:
        old = writer.old
        refresh = Refresh(old, how)
        refresh.read(list(find_sources(paths)), workers, progress)
        refresh.settle(workers)
        refresh.label(paths)
        if prune:
            refresh.prune(progress)
        if not refresh.changes:
            return refresh.finish(old.manifest.passages if old else 0, old.twins if old else {})
        documents, origins = list(refresh.documents.values()), list(refresh.origins.values())
        contents = Contents(documents, origins, refresh.chrome.known(), refresh.labelling.places)
        written = writer.write(contents, settings, progress, workers)
        return refresh.finish(written.passages, written.twins)


def add_documents(
    documents: Iterable[Document],
    place: IndexPlace,
    encoder: Encoder,
    *,
    settings: ChunkSettings | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> IngestReport:
    """Adds documents made elsewhere, as they are: nothing is read or cleaned. One of a known source replaces it, its
    access labels too.

    Raises FootnoteIndexError if the index cannot be written or was built with another model.
    """
    with writing_index(place, encoder) as writer:
        old = writer.old
        known = {d.source: d for d in old.documents.values()} if old else {}
        given = {d.source: d for d in documents}
        added = [source for source in given if source not in known]
        changed = [source for source, d in given.items() if source in known and known[source].id != d.id]
        contents = Contents(list((known | given).values()), [], {})
        if old:
            contents = replace(contents, origins=list(old.origins.values()), chrome=old.chrome, places=old.places)
        written = writer.write(contents, settings, progress)
        return IngestReport(added, changed, documents=len(known | given), passages=written.passages)


def remove(
    place: IndexPlace,
    encoder: Encoder,
    gone: Callable[[Document], bool],
    *,
    progress: Progress = lambda stage, done, total: None,
    busy: Callable[[], None] | None = None,
) -> IngestReport:
    """Takes the documents for which `gone` is true out of the index; `busy` is as for an ingest. Raises
    IndexMissingError if there is none."""
    check_there(place)  # before the lock, for which the index is made
    with writing_index(place, encoder, busy) as writer:
        old = writer.old
        if old is None:
            raise IndexMissingError(f"there is no index at {place}; nothing to remove")
        kept = [d for d in old.documents.values() if not gone(d)]
        removed = [d.source for d in old.documents.values() if gone(d)]
        if not removed:
            return IngestReport(documents=len(kept), passages=old.manifest.passages)
        ids = {d.id for d in kept}
        # An origin that lost a document is forgotten, so that the next ingest of it reads it again.
        origins = [o for o in old.origins.values() if ids.issuperset(o.documents)]
        contents = Contents(kept, origins, old.chrome, old.places)
        written = writer.write(contents, None, progress)
        return IngestReport(removed=removed, documents=len(kept), passages=written.passages)
