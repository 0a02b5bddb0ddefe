"""The rows of the library."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from bot.ui.library.listing import Shelf, shelf
from index.build import add_documents, ingest
from index.schema import Document
from tests.fakes import HashedWords, write_articles


def shelved(folder: Path, *documents: Document) -> Shelf:
    add_documents(documents, folder / "index", HashedWords())
    return shelf(Settings(index=folder / "index"))


def made(title: str, published: str | None = None, **more: str) -> Document:
    return Document.create(source=f"{title}.txt", title=title, text=f"{title} is a text.", published=published, **more)


def titles(found: Shelf, query: str = "", newest: bool = False) -> list[str]:
    return [row.title for row in found.find(query, "newest" if newest else "title")]


def test_without_an_index_the_shelf_is_empty(tmp_path: Path) -> None:
    assert shelf(Settings(index=tmp_path / "none")) == Shelf()


def test_a_row_tells_what_is_known_of_a_document(tmp_path: Path) -> None:
    ingest([str(write_articles(tmp_path / "articles"))], tmp_path / "index", HashedWords())
    found = shelf(Settings(index=tmp_path / "index"))
    row = next(row for row in found.newest if row.source == "ferry.txt")
    assert (row.title, row.published) == ("The Oldmouth ferry stops for the winter", "2022-11-14")
    assert row.passages > 1
    assert dict(found.origins)[row.origin] == "ferry.txt"


def test_order_by_title_knows_no_case_and_accents(tmp_path: Path) -> None:
    found = shelved(tmp_path, made("Zebra"), made("Äpfel"), made("birnen"), made("“Ananas”"))
    assert titles(found) == ["“Ananas”", "Äpfel", "birnen", "Zebra"]


def test_the_newest_come_first_and_those_without_a_date_last(tmp_path: Path) -> None:
    found = shelved(tmp_path, made("B"), made("A"), made("old", "2019-05-01"), made("new", "2022-01-01T08:00"))
    assert titles(found, newest=True) == ["new", "old", "A", "B"]


def test_every_word_of_a_search_must_be_there(tmp_path: Path) -> None:
    found = shelved(tmp_path, made("Straße nach Norden", outlet="Der Bote"), made("Straße nach Süden", outlet="Taz"))
    assert titles(found, "STRASSE bote") == ["Straße nach Norden"]
    assert titles(found, "süden.txt") == ["Straße nach Süden"]
    assert len(titles(found, "  ")) == 2
    assert titles(found, "westen") == []


def test_a_new_version_is_shown_at_once(tmp_path: Path) -> None:
    assert len(shelved(tmp_path, made("A")).newest) == 1
    assert len(shelved(tmp_path, made("B")).newest) == 2
