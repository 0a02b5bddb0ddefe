"""The ingest flow: sources to a new version of the index. What has not changed is not encoded again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from index.chunk import ChunkSettings
from index.encode import Encoder
from index.errors import IndexMissingError, ModelMismatchError
from index.how import PLAINLY, How
from index.load import SourceFile, SourceUrl, find_sources
from index.manifest import current_version
from index.opened import OpenIndex, open_index
from index.publish import writing
from index.refresh import Refresh
from index.report import IngestReport, Progress
from index.schema import Document
from index.version import Contents, write_version
from index.view import Index

__all__ = ["How", "IngestReport", "Progress", "add_documents", "check_model", "ingest", "remove"]


def ingest(
    paths: Iterable[str],
    directory: Path,
    encoder: Encoder,
    *,
    how: How = PLAINLY,
    prune: bool = False,
    settings: ChunkSettings | None = None,
    progress: Progress = lambda stage, done, total: None,
    busy: Callable[[], None] | None = None,
) -> IngestReport:
    """Adds or refreshes the given files, folders and addresses; everything else in the index stays.

    A file indexed before keeps the name that it is cited by, whatever path it is given by now.

    With `prune`, what was read from files and addresses that are gone is taken out; without any paths, that is all.

    A file that cannot be read is reported in `skipped`; if it was indexed before, its old text stays. The old
    version serves until the new one is complete. Another ingest of the same index is waited for if there is `busy`,
    which is then called once. Raises FootnoteIndexError if the index cannot be written or was built with another
    model, IndexMissingError if there is none to prune, and IndexBusyError.
    """
    paths = list(paths)
    if not paths:
        current_version(directory)  # before the lock, which would make the directory
    with writing(directory, busy) as building:
        old = _open_existing(directory, encoder)
        refresh = Refresh(old, how)
        items = list(find_sources(paths))
        for done, item in enumerate(items, start=1):
            if isinstance(item, SourceFile):
                refresh.take_file(item)
            elif isinstance(item, SourceUrl):
                refresh.take_url(item)
            else:
                refresh.skip(item)
            progress("read", done, len(items))
        refresh.settle()
        refresh.label(paths)
        if prune:
            refresh.prune(progress)
        if not refresh.changes:
            return refresh.finish(len(old.passages) if old else 0, old.twins if old else {})
        documents, origins = list(refresh.documents.values()), list(refresh.origins.values())
        contents = Contents(documents, origins, refresh.chrome.known(), refresh.labelling.places)
        passages, twins = write_version(directory, building, contents, old, encoder, settings, progress)
        return refresh.finish(passages, twins)


def add_documents(
    documents: Iterable[Document],
    directory: Path,
    encoder: Encoder,
    *,
    settings: ChunkSettings | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> IngestReport:
    """Adds documents made elsewhere, as they are: nothing is read or cleaned. One of a known source replaces it, its
    access labels too.

    Raises FootnoteIndexError if the index cannot be written or was built with another model.
    """
    with writing(directory) as building:
        old = _open_existing(directory, encoder)
        known = {d.source: d for d in old.documents.values()} if old else {}
        given = {d.source: d for d in documents}
        added = [source for source in given if source not in known]
        changed = [source for source, d in given.items() if source in known and known[source].id != d.id]
        contents = Contents(list((known | given).values()), [], {})
        if old:
            contents = replace(contents, origins=list(old.origins.values()), chrome=old.chrome, places=old.places)
        passages, _ = write_version(directory, building, contents, old, encoder, settings, progress)
        return IngestReport(added, changed, documents=len(known | given), passages=passages)


def remove(
    directory: Path,
    encoder: Encoder,
    gone: Callable[[Document], bool],
    *,
    progress: Progress = lambda stage, done, total: None,
    busy: Callable[[], None] | None = None,
) -> IngestReport:
    """Takes the documents for which `gone` is true out of the index; `busy` is as for an ingest. Raises
    IndexMissingError if there is none."""
    current_version(directory)  # before the lock, which would make the directory
    with writing(directory, busy) as building:
        old = _open_existing(directory, encoder)
        if old is None:
            raise IndexMissingError(f"there is no index at {directory}; nothing to remove")
        kept = [d for d in old.documents.values() if not gone(d)]
        removed = [d.source for d in old.documents.values() if gone(d)]
        if not removed:
            return IngestReport(documents=len(kept), passages=len(old.passages))
        ids = {d.id for d in kept}
        # An origin that lost a document is forgotten, so that the next ingest of it reads it again.
        origins = [o for o in old.origins.values() if ids.issuperset(o.documents)]
        contents = Contents(kept, origins, old.chrome, old.places)
        passages, _ = write_version(directory, building, contents, old, encoder, None, progress)
        return IngestReport(removed=removed, documents=len(kept), passages=passages)


def _open_existing(directory: Path, encoder: Encoder) -> OpenIndex | None:
    try:
        old = open_index(directory)
    except IndexMissingError:
        return None
    check_model(old, encoder)
    return old


def check_model(index: Index, encoder: Encoder) -> None:
    """Raises ModelMismatchError unless the index was built with the encoder's model."""
    built, now = index.manifest.model, encoder.spec
    if built.checksum == now.checksum and built.dimension == now.dimension:
        return
    raise ModelMismatchError(
        f"the index at {index.name} was built with the model {built.name!r} ({built.checksum[:12]}, "
        f"{built.dimension} dimensions), but {now.name!r} ({now.checksum[:12]}, {now.dimension}) is set; "
        f"set FOOTNOTE_MODEL={built.name} or ingest again into a new directory"
    )
