"""Pages to documents: cleaned, named and told apart. One page of a file that cannot be used never stops the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from index.clean import clean_page
from index.errors import SourceError
from index.formats import Page
from index.formats.detect import read_pages
from index.load import Skipped, SourceFile, read_source
from index.schema import Document


def make_documents(pages: list[Page], source: str, origin: str) -> Iterator[Document | Skipped]:
    """The documents on the pages of one file or address. `source` is what it is cited by, `origin` where it is."""
    taken: dict[str, int] = {}
    for page in pages:
        if not page.blocks:
            yield Skipped(_named(source, page.part), page.problem or "no text in it; give the article's text")
            continue
        name = _part_name(source, page.part, taken)
        found = clean_page(page)
        if page.part and not page.title and not found.text.strip():
            # One line in a row of a table, or in a message, is what it says, and no headline without a story.
            found = clean_page(replace(page, title=page.part))
        if not found.text.strip():
            yield Skipped(name, "nothing but a headline or page furniture in it; give the article's text")
            continue
        yield Document.create(
            source=name,
            title=found.title or page.part or _title_of(source),
            text=found.text,
            origin=origin,
            author=found.author,
            published=found.published,
            url=found.url,
            updated=found.updated,
            dated=found.dated,
            outlet=found.outlet,
            language=found.language,
            section=found.section,
            spots=found.spots,
        )


def read_documents(file: SourceFile) -> list[Document]:
    """The documents in a file. Raises SourceError if it cannot be read or holds none that can be used."""
    pages = read_pages(read_source(file), file.path.absolute().as_posix())
    found = list(make_documents(pages, file.source, file.origin))
    documents = [one for one in found if isinstance(one, Document)]
    if not documents:
        raise SourceError("; ".join(one.reason for one in found if isinstance(one, Skipped)))
    return documents


def _part_name(source: str, part: str, taken: dict[str, int]) -> str:
    """The source with the part's name; numbered where two parts of a file have the same. `taken` counts the names."""
    name = base = _named(source, part)
    while name in taken:
        taken[base] += 1
        name = f"{base} ({taken[base]})"
    taken[name] = 1
    return name


def _named(source: str, part: str) -> str:
    return f"{source}#{' '.join(part.split())}" if part else source


def _title_of(source: str) -> str:
    return PurePath(source).stem.replace("_", " ").replace("-", " ").strip()
