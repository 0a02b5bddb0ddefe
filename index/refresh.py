"""What one ingest makes of an index's documents: read, compared with what was there, and told in a report."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from index.chrome import Chrome, site_of
from index.errors import SourceError
from index.formats import Page
from index.how import PLAINLY, How
from index.labels import Labelling
from index.load import Skipped, SourceUrl
from index.moves import Names, is_gone
from index.origins import READER, Origin
from index.reading import Source, file_job, read_files
from index.report import IngestReport, Progress
from index.schema import Document
from index.stages import FileJob, Found, Pages, find_pages, make_articles
from index.view import Stored
from index.workers import Workers

if TYPE_CHECKING:
    from index.web.pages import Web, WebPage


@dataclass(frozen=True, slots=True)
class _Read:
    """One origin as it was just read."""

    source: str
    origin: str
    modified: int
    found: Found


class Refresh:
    """The documents and origins of an index while sources are read again; what is not given stays."""

    def __init__(self, old: Stored | None, how: How = PLAINLY) -> None:
        self._how = how
        self._known = {d.source: d for d in old.documents.values()} if old else {}
        self._by_id = {d.id: d for d in self._known.values()}
        self.documents: dict[str, Document] = dict(self._known)
        self.origins: dict[str, Origin] = dict(old.origins) if old else {}
        self._origins_before = dict(self.origins)
        self._names = Names({d.source: d.origin for d in self._known.values()}, self.origins.values())
        self.labelling = Labelling(old.places if old else {}, how.labels)
        self._places_before = dict(self.labelling.places)
        self.chrome = Chrome(old.chrome if old else None)
        self.report = IngestReport()
        self._read: list[_Read] = []
        self._met: set[str] = set()  # origins found to be there, so that pruning need not look again
        self._reader: Web | None = None
        self._started = time.monotonic()

    def skip(self, skipped: Skipped) -> None:
        """Notes what cannot be used; if it was indexed before, its old text stays."""
        self.report.skipped.append(skipped)

    def read(self, items: Sequence[Source], workers: Workers, progress: Progress) -> None:
        """Reads all sources again that may have changed: files by the workers, addresses here, one by one, as servers
        are asked politely. In whatever order files are read, what is made of them is the same.

        Raises WorkersError if a worker does not see a file that is there.
        """
        outcomes = read_files(items, partial(file_job, self._standing, self._how), workers, progress)
        done = sum(isinstance(outcome, tuple) for outcome in outcomes)
        for outcome in outcomes:
            if isinstance(outcome, tuple):
                self._take_file(*outcome)
            elif isinstance(outcome, SourceUrl):
                self._take_pages(outcome.source, outcome.origin, self._web().read(outcome.url))
            elif isinstance(outcome, Skipped):
                self.skip(outcome)
            else:
                self._keep(self.origins[outcome.origin])
            if not isinstance(outcome, tuple):
                progress("read", done := done + 1, len(items))

    def _take_file(self, job: FileJob, found: Found) -> None:
        file = job.file
        if not found.checksum:
            self.skip(Skipped(file.source, found.problem))
        elif found.listed is not None:
            self._take_pages(file.source, file.origin, self._web().read_list(found.listed))
        else:
            before = self.origins.get(file.origin)
            self._take(before.source if before else self._names.free(file), file.origin, found, job.modified)

    def _take_pages(self, source: str, origin: str, pages: Iterable[WebPage | Skipped]) -> None:
        names_any = False
        for page in pages:
            names_any = True
            if isinstance(page, Skipped):
                self.labelling.reach(page.source, origin)
                self.skip(page)
            else:
                self.labelling.reach(page.url, origin)
                if page.url in self._met:
                    continue  # what two lists name is taken once
                before, given = self._standing(page.url), replace(page.given, columns=self._how.columns)
                found = find_pages(page.data, page.name, given, before.checksum if before else "")
                self._take(page.url, page.url, found)
        if not names_any:
            self.skip(Skipped(source, "a feed, sitemap or list that names no web page; give the addresses of pages"))

    def _web(self) -> Web:
        if self._reader is None:
            from index.web.pages import Web

            self._reader = Web(allow_private=self._how.allow_private)
        return self._reader

    def _take(self, source: str, origin: str, found: Found, modified: int = 0) -> None:
        """Takes what was found at an origin, if it is other than before."""
        self._met.add(origin)
        before = self._standing(origin)
        if before and before.checksum == found.checksum:
            self.origins[origin] = replace(before, modified=modified, size=found.size)
            self._keep(before)
        elif found.problem:
            self.skip(Skipped(source, found.problem))
        else:
            self._read.append(_Read(source, origin, modified, found))

    def settle(self, workers: Workers) -> None:
        """Cleans what was read, all of it together, and puts it in place of what was there before."""
        for read in self._read:
            for page in (page for page in read.found.pages if page.blocks):  # others would count and repeat nothing
                self.chrome.see(self._site(read, page), (block.text for block in page.blocks))
        cleaned = dict(workers.each(make_articles, map(self._without_chrome, self._read), share=Pages.share))
        for number, read in enumerate(self._read):
            self._place(read, cleaned.pop(number))
        self._read.clear()

    def _without_chrome(self, read: _Read) -> Pages:
        pages = [self.chrome.without(self._site(read, page), page) for page in read.found.pages]
        return Pages(read.source, read.origin, pages)

    def label(self, given: Iterable[str]) -> None:
        """Gives all documents their access labels; `given` are the paths and addresses ingested now."""
        self.report.labelled.extend(self.labelling.settle(given, self.documents, self._known, self.origins))

    def _site(self, read: _Read, page: Page) -> str:
        return site_of(page.url, f"{read.source}#{page.part}" if page.part else read.source, read.origin)

    def _place(self, read: _Read, found: list[Document | Skipped]) -> None:
        documents = [d for d in found if isinstance(d, Document)]
        skipped = tuple(s for s in found if isinstance(s, Skipped))
        for one in skipped:
            self.skip(one)
        if not documents:
            return
        before = self.origins.get(read.origin)
        if before is None and "://" not in read.origin:
            before = self._names.moved(read.source, read.found.checksum, self.origins)
        if before:
            del self.origins[before.origin]
            if any(page.problem for page in read.found.pages):
                documents += self._unmet(before, read, documents)
            labels = next((d.labels for i in before.documents if (d := self._by_id.get(i)) and d.labels), ())
            documents = [replace(d, labels=labels) for d in documents]  # those of its own, `label` gives back
        self._replace(before, documents)
        ids, reasons = tuple(d.id for d in documents), tuple((s.source, s.reason) for s in skipped)
        self.origins[read.origin] = Origin(
            read.origin, read.source, read.found.checksum, read.found.size, read.modified, ids, reasons
        )

    def _unmet(self, before: Origin, read: _Read, documents: list[Document]) -> list[Document]:
        """What was read before of an origin and is not among its documents now. It stays while a part of the file
        cannot be read, as that may be the part that it stood in."""
        met = {d.source.removeprefix(read.source) for d in documents}
        held = [d for i in before.documents if (d := self._by_id.get(i)) and self.documents.get(d.source) == d]
        return [replace(d, origin=read.origin) for d in held if d.source.removeprefix(before.source) not in met]

    def _standing(self, origin: str) -> Origin | None:
        """What was read of an origin before, if the same bytes would give the same again: they were read by the same
        rules, and by no columns or address, which may be others now, and the documents are all there."""
        before = self.origins.get(origin)
        if before is None or before.reader != READER or self._how.columns or self._how.base_url:
            return None
        return before if all(d in self._by_id for d in before.documents) else None

    def prune(self, progress: Progress) -> None:
        """Takes out what was read from files that are gone, and from addresses that say so (404 or 410). What cannot
        be told, as a server does not answer, stays and is reported as skipped."""
        held: dict[str, list[str]] = {}
        for document in self.documents.values():
            if document.origin and document.origin not in self._met:
                held.setdefault(document.origin, []).append(document.source)
        for done, (origin, sources) in enumerate(held.items(), start=1):
            try:
                gone = self._web().is_gone(origin) if "://" in origin else is_gone(origin)
            except SourceError as error:
                self.skip(Skipped(sources[0], str(error)))
                gone = False
            if gone:
                self.origins.pop(origin, None)
                for source in sources:
                    del self.documents[source]
                self.report.removed.extend(sources)
            progress("prune", done, len(held))

    def finish(self, passages: int, twins: Mapping[str, tuple[str, ...]]) -> IngestReport:
        """The report, with the duplicates among what came in."""
        fresh = {self.documents[s].id for s in self.report.added + self.report.changed}
        sources = {d.id: d.source for d in self.documents.values()}
        groups = sorted({group for d in fresh if (group := twins.get(d))})
        seconds = time.monotonic() - self._started
        return replace(
            self.report,
            duplicates=[[sources[d] for d in group] for group in groups],
            documents=len(self.documents),
            passages=passages,
            seconds=round(seconds, 2),
            passages_per_second=round(passages / seconds, 1) if seconds else 0.0,
        )

    @property
    def changes(self) -> bool:
        """True if there is anything to write."""
        moved = self.labelling.places != self._places_before
        return moved or self.documents != self._known or self.origins != self._origins_before

    def _keep(self, origin: Origin) -> None:
        self.report.unchanged.extend(self._by_id[d].source for d in origin.documents)
        for source, reason in origin.skipped:
            self.skip(Skipped(source, reason))

    def _replace(self, before: Origin | None, documents: list[Document]) -> None:
        """Puts the documents of an origin in place of those that it had before."""
        given = {d.source for d in documents}
        for old in (self._by_id[d] for d in before.documents if d in self._by_id) if before else ():
            if old.source not in given and self.documents.get(old.source) == old:
                del self.documents[old.source]
                self.report.removed.append(old.source)
        for document in documents:
            known = self._known.get(document.source)
            if known is None:
                self.report.added.append(document.source)
            elif known.id == document.id:
                self.report.unchanged.append(document.source)
            else:
                self.report.changed.append(document.source)
            self.documents[document.source] = document
