"""What one ingest makes of an index's documents: read, compared with what was there, and told in a report."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.articles import make_documents
from index.chrome import Chrome, site_of
from index.errors import SourceError
from index.formats import Page
from index.formats.detect import Given, read_pages
from index.how import PLAINLY, How
from index.labels import Labelling
from index.load import Skipped, SourceFile, SourceUrl, os_reason, read_source
from index.moves import Names, is_gone
from index.origins import Origin, checksum_of, trusted_time
from index.report import IngestReport, Progress
from index.schema import Document
from index.view import Stored
from index.web.listing import links_in_file

if TYPE_CHECKING:
    from index.web.pages import Web, WebPage


@dataclass(frozen=True, slots=True)
class _Read:
    """One origin as it was just read."""

    source: str
    origin: str
    checksum: str
    size: int
    modified: int
    pages: list[Page]


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

    def take_file(self, file: SourceFile) -> None:
        """Reads a file again, if it may have changed."""
        before = self.origins.get(file.origin)
        try:
            if before and self._stands(before) and before.unchanged(file.path):
                self._keep(before)
                return
            modified = trusted_time(file.path)
            data = read_source(file)
            listed = links_in_file(data, file.path.suffix)
        except SourceError as error:
            self.skip(Skipped(file.source, str(error)))
            return
        except OSError as error:
            self.skip(Skipped(file.source, os_reason(error)))
            return
        if listed is not None:
            self._take_pages(file.source, file.origin, self._web().read_list(listed))
            return
        path = file.path.relative_to(file.root).as_posix()
        given = Given(columns=self._how.columns, base_url=self._how.base_url, path=path)
        name = file.path.absolute().as_posix()  # the folders too: those of a wiki tell what its pages are
        source = before.source if before else self._names.free(file)
        self.take(source, file.origin, name, data, given, modified)

    def take_url(self, url: SourceUrl) -> None:
        """Fetches an address again, and what it lists."""
        self._take_pages(url.source, url.origin, self._web().read(url.url))

    def _take_pages(self, source: str, origin: str, pages: Iterable[WebPage | Skipped]) -> None:
        names_any = False
        for page in pages:
            names_any = True
            if isinstance(page, Skipped):
                self.labelling.reach(page.source, origin)
                self.skip(page)
            else:
                self.labelling.reach(page.url, origin)
                self.take(page.url, page.url, page.name, page.data, replace(page.given, columns=self._how.columns))
        if not names_any:
            self.skip(Skipped(source, "a feed, sitemap or list that names no web page; give the addresses of pages"))

    def _web(self) -> Web:
        if self._reader is None:
            from index.web.pages import Web

            self._reader = Web(allow_private=self._how.allow_private)
        return self._reader

    def take(self, source: str, origin: str, name: str, data: bytes, given: Given, modified: int = 0) -> None:
        """Takes the bytes found at an origin, if they are others than before. What two lists name is taken once."""
        if origin in self._met:
            return
        self._met.add(origin)
        checksum = checksum_of(data)
        before = self.origins.get(origin)
        if before and self._stands(before) and before.holds(checksum):
            self.origins[origin] = replace(before, modified=modified, size=len(data))
            self._keep(before)
            return
        try:
            pages = read_pages(data, name, given)
        except SourceError as error:
            self.skip(Skipped(source, str(error)))
            return
        self._read.append(_Read(source, origin, checksum, len(data), modified, pages))

    def settle(self) -> None:
        """Cleans what was read, all of it together, and puts it in place of what was there before."""
        for read in self._read:
            for page in filter(lambda page: page.blocks, read.pages):  # others would count as pages that repeat nothing
                self.chrome.see(self._site(read, page), (block.text for block in page.blocks))
        for read in self._read:
            pages = [self.chrome.without(self._site(read, page), page) for page in read.pages]
            self._place(read, list(make_documents(pages, read.source, read.origin)))
        self._read.clear()

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
            before = self._names.moved(read.source, read.checksum, self.origins)
        if before:
            del self.origins[before.origin]
            if any(page.problem for page in read.pages):
                documents += self._unmet(before, read, documents)
            labels = next((d.labels for i in before.documents if (d := self._by_id.get(i)) and d.labels), ())
            documents = [replace(d, labels=labels) for d in documents]  # those of its own, `label` gives back
        self._replace(before, documents)
        ids, reasons = tuple(d.id for d in documents), tuple((s.source, s.reason) for s in skipped)
        self.origins[read.origin] = Origin(
            read.origin, read.source, read.checksum, read.size, read.modified, ids, reasons
        )

    def _unmet(self, before: Origin, read: _Read, documents: list[Document]) -> list[Document]:
        """What was read before of an origin and is not among its documents now. It stays while a part of the file
        cannot be read, as that may be the part that it stood in."""
        met = {d.source.removeprefix(read.source) for d in documents}
        held = [d for i in before.documents if (d := self._by_id.get(i)) and self.documents.get(d.source) == d]
        return [replace(d, origin=read.origin) for d in held if d.source.removeprefix(before.source) not in met]

    def _stands(self, before: Origin) -> bool:
        """True if the same bytes would give the same again: the documents are all there, and no columns or address are
        asked for, which may be others than those that were read."""
        asked = self._how.columns or self._how.base_url
        return not asked and all(d in self._by_id for d in before.documents)

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
