"""Real wikis, made with Debian's packages, and what is cited from them against the wikis' own rendering."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from index.build import ingest
from index.formats import Page
from index.formats.detect import read_pages
from index.opened import open_index
from index.report import IngestReport
from index.schema import Document, Place, Spot
from tests.fakes import HashedWords
from tests.wikis import make, town_dokuwiki, town_mediawiki
from tests.wikis.truth import Section, sections, words

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

# Places whose link opens the page at its top, since only the wiki knows their ids (here, the number of a note).
UNLINKED = {("Hallowby", "Weather")}
MARKS = ("[[", "]]", "{{", "}}", "''", "**", "<ref", "<nowiki", "__", "~~", "%%", "&nbsp;", *map(chr, range(1, 9)))
# Sections whose words are not those of their markup: the results of functions that only the wiki computes, what plugins
# tell of the wiki, code that DokuWiki shows or runs as it is set up.
COMPUTED = {
    ("Tarn water works", "Site"), ("wiki:syntax", "Syntax Plugins"), ("wiki:syntax", "Embedding HTML and PHP"),
    ("start", "Version"), ("start", "Raw"),
}  # fmt: skip


@pytest.fixture(scope="module")
def wikis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both wikis. Without their packages the test fails in CI and is skipped elsewhere."""
    if reason := make.missing():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("wikis")
    make.make_mediawiki(folder / "mediawiki")
    make.make_dokuwiki(folder / "dokuwiki")
    return folder


def ingested(source: Path, index: Path) -> tuple[IngestReport, list[Document]]:
    report = ingest([str(source)], index, HashedWords())
    return report, list(open_index(index).documents.values())


@pytest.fixture(scope="module", params=["current", "full"])
def from_mediawiki(
    request: pytest.FixtureRequest, wikis: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[Document]:
    index = tmp_path_factory.mktemp("mediawiki") / "index"
    report, documents = ingested(wikis / "mediawiki" / f"{request.param}.xml", index)
    assert report.skipped == []
    return documents


@pytest.fixture(scope="module")
def from_dokuwiki(wikis: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    """By the pages' ids."""
    _, documents = ingested(wikis / "dokuwiki" / "data", tmp_path_factory.mktemp("dokuwiki") / "index")
    return {page_id(document): document for document in documents}


def page_id(document: Document) -> str:
    return unquote(document.source).removeprefix("pages/").removesuffix(".txt").replace("/", ":")


def rendered(folder: Path) -> dict[str, dict[str, str]]:
    """What the wiki makes of each page: its HTML and, of MediaWiki, its address."""
    found: dict[str, dict[str, str]] = json.loads((folder / "rendered.json").read_text("utf-8"))
    return found


def test_pages_of_content_are_documents_with_their_addresses(wikis: Path, from_mediawiki: list[Document]) -> None:
    truth = rendered(wikis / "mediawiki")
    assert sorted(d.title for d in from_mediawiki) == sorted(town_mediawiki.CONTENT)
    assert truth.keys() > town_mediawiki.CONTENT  # talk, templates, redirects, files, users: rendered, but no documents
    assert {d.title: d.url for d in from_mediawiki} == {t: truth[t]["url"] for t in town_mediawiki.CONTENT}
    assert {d.outlet for d in from_mediawiki} == {"Hallowby Wiki"} and {d.language for d in from_mediawiki} == {"en"}


def test_the_newest_revision_counts(wikis: Path, from_mediawiki: list[Document]) -> None:
    assert b"carries forty people" in (wikis / "mediawiki" / "full.xml").read_bytes()
    (ferry,) = (d for d in from_mediawiki if d.title == "Hallowby ferry")
    (museum,) = (d for d in from_mediawiki if d.title == "Museum of Salt")
    assert "carries sixty people" in ferry.text and "forty" not in ferry.text
    assert (ferry.author, museum.author) == (None, None), "who edited last did not write the page"
    assert (museum.updated or "").startswith("2023-05-01T10:00:00")
    assert (ferry.updated or "") > (museum.updated or "")
    assert (ferry.section, museum.section) == ("Ferries", "Museums")


def test_words_of_templates_stand_in_their_sentences(from_mediawiki: list[Document]) -> None:
    text = {d.title: d.text for d in from_mediawiki}
    assert "It sails every half hour and costs 3 crowns a head." in text["Hallowby ferry"]
    assert (
        "The Marigold was built at Øster Brügg (1880 to 1902) and could hold a cart of four metres."
        in (text["Hallowby ferry"])
    )
    assert "Lady Ossory" in text["Hallowby ferry"].splitlines() and "Built | 1954" in text["Hallowby ferry"]


def test_every_page_of_dokuwiki_is_a_document(wikis: Path, from_dokuwiki: dict[str, Document]) -> None:
    assert from_dokuwiki.keys() == town_dokuwiki.CONTENT
    assert rendered(wikis / "dokuwiki").keys() - from_dokuwiki.keys() == {"playground:playground"}  # only a headline
    titles = {page: document.title for page, document in from_dokuwiki.items()}
    assert titles["town:ferry"] == "The Hallowby ferry" and titles["town:works:pumps"] == "pumps"
    assert titles["паром"] == "Паром" and titles["wiki:syntax"] == "Formatting Syntax"
    assert "sixty people" in from_dokuwiki["town:ferry"].text and "forty" not in from_dokuwiki["town:ferry"].text


@pytest.fixture(scope="module")
def compared(wikis: Path, from_mediawiki: list[Document], from_dokuwiki: dict[str, Document]) -> list[Compared]:
    """The documents against the wikis' own renderings."""
    mediawiki, dokuwiki = rendered(wikis / "mediawiki"), rendered(wikis / "dokuwiki")
    ours = [Compared(d.title, d, sections(mediawiki[d.title]["html"])) for d in from_mediawiki]
    return ours + [
        Compared(page, d, doku_sections(dokuwiki[page]["html"], d.title)) for page, d in from_dokuwiki.items()
    ]


def doku_sections(html: str, title: str) -> list[Section]:
    """The sections of a page whose title is its first heading: a link to what stands below that opens at the top."""
    found = sections(html)
    if len(found) > 1 and found[1].heading == title:
        return [Section(pieces=[found[1].text.replace(title, "", 1)]), *found[2:]]
    return found


def test_each_place_of_a_document_is_where_the_rendering_has_its_words(compared: list[Compared]) -> None:
    assert [problem for each in compared for problem in each.misplaced()] == []
    assert sum(each.linked() for each in compared) > 90


def test_fragments_are_those_of_mediawikis_own_contents(wikis: Path, from_mediawiki: list[Document]) -> None:
    truth = rendered(wikis / "mediawiki")
    checked = 0
    for document in from_mediawiki:
        entries = re.findall(r'<a href="#([^"]+)"><span class="tocnumber"', truth[document.title]["html"])
        if entries:  # a page with few headings has none
            fragments = {spot.place.fragment for spot in document.spots} - {""}
            assert fragments <= {unescape(entry) for entry in entries}
            checked += len(fragments)
    assert checked > 30


def test_a_page_as_it_is_read_has_the_words_of_its_rendering(wikis: Path) -> None:
    truth = rendered(wikis / "mediawiki")
    export = read_pages((wikis / "mediawiki" / "full.xml").read_bytes(), "full.xml")
    compared = [Compared(page.part, uncleaned(page), sections(truth[page.part]["html"])) for page in export]
    truth = rendered(wikis / "dokuwiki")
    for name, path in make.doku_pages(wikis / "dokuwiki"):
        if name in town_dokuwiki.CONTENT:
            (page,) = read_pages(path.read_bytes(), path.as_posix())
            compared.append(Compared(name, uncleaned(page), doku_sections(truth[name]["html"], page.title or "")))
    assert [problem for each in compared for problem in (*each.misplaced(), *each.missing())] == []


def test_a_document_has_all_words_of_its_rendering(compared: list[Compared]) -> None:
    assert [problem for each in compared for problem in each.missing()] == []


def uncleaned(page: Page) -> Document:
    spots: list[Spot] = []
    start = 0
    for block in page.blocks:
        if block.place and (not spots or spots[-1].place != block.place):
            spots.append(Spot(start, block.place))
        start += len(block.text) + 2
    return Document.create(source=page.part, title=page.title or "", text=page.text, spots=tuple(spots))


@dataclass(frozen=True, slots=True)
class Compared:
    """A document against the sections of its page's rendering."""

    page: str
    document: Document
    found: list[Section]

    def parts(self) -> Iterator[tuple[Place | None, str]]:
        """Each place of the document and the text that stands there; what stands before the first has none."""
        document = self.document
        starts = [0, *(spot.start for spot in document.spots), len(document.text)]
        places = [None, *(spot.place for spot in document.spots)]
        for place, start, end in zip(places, starts, starts[1:], strict=False):
            if start < end:
                yield place, document.text[start:end]

    def linked(self) -> int:
        """How many places have a link of their own."""
        return sum(bool(place and place.fragment) for place, _ in self.parts())

    def misplaced(self) -> Iterator[str]:
        """Links that open nowhere, or at a heading that does not have the words; markup that is left."""
        for place, text in self.parts():
            section = self._section(place)
            if section is None:
                yield f"{self.page}: no id for {place}"
                continue
            if place and words(place.label) != words(section.heading):
                yield f"{self.page}: {place} stands for {section.heading}"
            added = words(text) - words(section.text)
            if added and (self.page, place.label if place else "") not in COMPUTED:
                yield f"{self.page}: {place}: added {dict(added)}"
        shown = " ".join(section.text for section in self.found)
        for mark in MARKS:
            if self.document.text.count(mark) > shown.count(mark):
                yield f"{self.page}: {mark!r} is left"

    def missing(self) -> Iterator[str]:
        """Words of the rendering that do not stand at their place."""
        told = [(self._section(place), words(text)) for place, text in self.parts()]
        for section in self.found:
            here = sum((counted for each, counted in told if each is section), Counter[str]())
            lost = words(section.text) - here
            if lost and (self.page, section.heading) not in COMPUTED:
                yield f"{self.page}: {section.heading}: lost {dict(lost)}"

    def _section(self, place: Place | None) -> Section | None:
        """The section at which the link opens in a browser: where the fragment is the id, else where it encodes it."""
        if place is None:
            return self.found[0]
        if (self.page, place.label) in UNLINKED and place.fragment == "":
            return next(each for each in self.found if each.heading == place.label)
        fragments = (place.fragment, unquote(place.fragment))
        return next((each for fragment in fragments for each in self.found if fragment in each.ids), None)
