"""Tables to pages, a page a row: CSV and TSV with a header line, JSONL, a JSON list of objects."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import chain, islice
from pathlib import PurePath

from index.errors import SourceError
from index.formats import Block, Page, check_parts
from index.formats.table_json import Row, Unread, json_rows
from index.formats.text import check_blocks, decoded, split_lines, web_address, without_controls, without_surrogates

MAX_ROWS = 200_000
MAX_COLUMNS = 10_000
MAX_FIELD_CHARS = 1_000_000
_SAMPLE_LINES, _SAMPLE_CHARS = 200, 200_000
_SAMPLE_ROWS = 100  # objects may leave out what they do not have: so many show what there is
_LISTED = 30

# What the columns are called where nobody says it, the likeliest first.
_NAMES = {
    "text": "text body content article article_text article_body full_text fulltext",
    "title": "title headline",
    "author": "author authors byline",
    "published": "date published published_at publish_date published_date publication_date pubdate",
    "url": "url link",
    "id": "id",
}
_NOTHING = frozenset(("", "nan", "null", "none", "n/a", "na", "nat", "<na>", "#n/a"))


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what. None: it is found by its name ("text", "body", "title", "date" ...) if there is one."""

    text: str | None = None
    title: str | None = None
    author: str | None = None
    published: str | None = None
    url: str | None = None
    id: str | None = None


def read(data: bytes, name: str, columns: Columns | None = None) -> list[Page]:
    """One page for each row; `part` is its id, else its URL, else a hash of it. Same rows count once. A row that cannot
    be read has a problem, one without text no blocks; their `part` may be their place ("line 7").

    Raises SourceError for what is no table, has no column of text, is over the limits, or is damaged so (in its
    quotation marks, or as a JSON list) that nobody can tell where the next row begins.
    """
    text = decoded(data)
    if "\x00" in text[:_SAMPLE_CHARS]:
        raise SourceError("a binary file (it holds NUL characters); give a table in UTF-8")
    rows = _rows(text, PurePath(name).suffix.lower())
    sample = list(islice(rows, _SAMPLE_ROWS))
    if not sample:
        raise SourceError("no rows in the table; give one that has some below the names of the columns")
    names = dict.fromkeys(key for _, row in sample if isinstance(row, dict) for key in row)
    if not names:
        check_parts([_page(row, Columns(), where) for where, row in sample])
    found = _find(list(names), columns or Columns())
    pages: dict[Page, None] = {}
    blocks = 0
    for number, (where, row) in enumerate(chain(sample, rows), 1):
        if number > MAX_ROWS:
            raise SourceError(f"over {MAX_ROWS:,} rows; split the file")
        page = _page(row, found, where)
        pages[page] = None
        check_blocks(blocks := blocks + len(page.blocks))
    check_parts(pages)
    if not blocks:
        raise SourceError(f"no row has text in its column {found.text!r}; name the column that has it")
    return list(pages)


def _find(names: list[str], columns: Columns) -> Columns:
    """The columns there are, each by the name given for it or else by the usual ones."""
    by_name = {_plain(name): name for name in reversed(names)}  # the first of two alike
    listed = ", ".join(repr(name[:40]) for name in names[:_LISTED]) + ", ..." * (len(names) > _LISTED)
    found: dict[str, str | None] = {}
    for field in fields(Columns):
        given = getattr(columns, field.name)
        if given is None:
            found[field.name] = next((by_name[n] for n in _NAMES[field.name].split() if n in by_name), None)
        elif given in names or _plain(given) in by_name:
            found[field.name] = given if given in names else by_name[_plain(given)]
        else:
            raise SourceError(f"no column {given!r} for the {field.name}; there are: {listed}")
    if found["text"] is None:
        raise SourceError(
            f"no column named text, body, content or article; say which one holds it (--columns text=NAME): {listed}"
        )
    return Columns(**found)


def _plain(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().lower())


def _page(row: Row | Unread, columns: Columns, where: str) -> Page:
    if isinstance(row, Unread):
        return Page((), part=where, problem=row.why)
    text = "\n".join(_strings(row, columns.text))
    if len(text) > MAX_FIELD_CHARS:
        why = f"{len(text):,} characters of text (limit {MAX_FIELD_CHARS:,}); split it"
        return Page((), part=where, problem=why)
    blocks = tuple(Block(line) for part in _clean(text).split("\n") if (line := " ".join(part.split())))
    title, author, published, url, id_ = (
        " ".join(_clean(", ".join(_strings(row, column))).split())[:2000] or None
        for column in (columns.title, columns.author, columns.published, columns.url, columns.id)
    )
    if not blocks:
        return Page((), part=id_ or url or where)
    seen = "\x00".join([title or "", author or "", published or "", url or "", *(block.text for block in blocks)])
    return Page(
        blocks,
        title=title,
        author=author,
        published=published,
        url=web_address(url or ""),
        part=id_ or url or hashlib.sha256(seen.encode()).hexdigest()[:16],
    )


def _clean(text: str) -> str:
    return without_surrogates(without_controls(text))


def _strings(row: Row, column: str | None) -> list[str]:
    """What a field says, as text: a list says several things, an object (an author, say) has a name."""
    value = row.get(column) if column is not None else None
    items = value if isinstance(value, list) else [value]
    named = [item.get("name") if isinstance(item, dict) else item for item in items]
    return [item for item in named if isinstance(item, str) and item.strip().lower() not in _NOTHING]


def _rows(text: str, suffix: str) -> Iterator[tuple[str, Row | Unread]]:
    """The rows, each with where it stands ("line 7")."""
    begin = text[:_SAMPLE_CHARS].lstrip()[:1]
    if suffix in (".csv", ".tsv", ".tab") or (suffix not in (".json", ".jsonl", ".ndjson") and begin not in ("[", "{")):
        return _csv_rows(text, "\t" if suffix in (".tsv", ".tab") else None)
    return json_rows(text, is_list=begin == "[")


def _csv_rows(text: str, delimiter: str | None) -> Iterator[tuple[str, Row | Unread]]:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    csv.field_size_limit(MAX_FIELD_CHARS)  # for the process; the library has no other
    delimiter = delimiter or _delimiter(text)
    if delimiter == "\t" and not _is_quoted_well(text):
        reader = csv.reader(split_lines(text), delimiter=delimiter, quoting=csv.QUOTE_NONE, strict=True)
    else:
        reader = csv.reader(split_lines(text), delimiter=delimiter, strict=True)
    header: list[str] = []
    first_line = 1
    try:
        for cells in reader:
            where, first_line = f"line {first_line}", reader.line_num + 1
            if not any(cells):
                continue
            if not header:
                if len(cells) > MAX_COLUMNS:
                    raise SourceError(f"{len(cells):,} columns are over the limit of {MAX_COLUMNS:,}; take some out")
                header = [cell.strip() for cell in cells]
                continue
            if any(cells[len(header) :]):
                widths = f"{len(cells)} fields, the header has {len(header)}"
                yield where, Unread(f"{widths}; put fields with a {delimiter!r} in quotation marks")
                continue
            row: Row = {}
            for column, cell in zip(header, cells, strict=False):
                row.setdefault(column, cell)
            yield where, row
    except csv.Error as error:
        raise SourceError(
            f"the row at line {first_line} cannot be read ({error}); check its quotation marks: within a field they "
            "are doubled"
        ) from error


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first lines into the most rows like the header, and the header in the most fields."""
    lines = list(islice(split_lines(text[:_SAMPLE_CHARS]), _SAMPLE_LINES))

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            return 0, 0
        width = len(rows[0]) if rows else 0
        return (sum(len(row) == width for row in rows), width) if width > 1 else (0, 0)

    return max(",;\t|", key=fit)


def _is_quoted_well(text: str) -> bool:
    """Whether quotation marks at the beginning of fields enclose them; in plain TSV they are text."""
    try:
        for _ in csv.reader(split_lines(text), delimiter="\t", strict=True):
            pass
    except csv.Error:
        return False
    return True
