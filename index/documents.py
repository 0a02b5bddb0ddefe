"""The documents and passages of an index, read from its files one by one as they are asked for."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence, ValuesView
from dataclasses import asdict, fields
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from index.errors import IndexCorruptError
from index.lines import Lines, write_lines
from index.schema import Document, Passage, Place, Spot

_DOCUMENTS, _COLUMNS, _PASSAGES = "documents.jsonl", "documents.npy", "passages.npy"
_KEPT = 2048  # documents at hand, some kB each
Mask = npt.NDArray[np.bool_]
Table = npt.NDArray[np.void]


class DocumentFile:
    """All documents of an index, by row. What was asked for last is at hand."""

    def __init__(self, lines: Lines, columns: Table) -> None:
        """`columns` are the documents' ids and the numbers of their label sets, 0 for none and n for the n-th of the
        manifest's."""
        self._lines, self._ids, self._labels = lines, columns["id"], columns["labels"]
        self._kept: OrderedDict[int, Document] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def load(cls, folder: Path) -> DocumentFile:
        """The documents of a folder. Raises IndexCorruptError."""
        return cls(Lines.load(folder / _DOCUMENTS), _load_table(folder / _COLUMNS))

    def __len__(self) -> int:
        return len(self._lines)

    def id(self, row: int) -> str:
        """The id of a document."""
        return str(self._ids[row], "utf-8")

    def row(self, id: str) -> int | None:
        """The row of the document with an id; None if there is none."""
        order, ids = self._by_id
        at = int(np.searchsorted(ids, wanted := id.encode("utf-8", "surrogatepass")))
        return int(order[at]) if at < len(ids) and ids[at] == wanted else None

    @cached_property
    def _by_id(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bytes_]]:
        order = np.argsort(self._ids, kind="stable")
        return order, self._ids[order]

    def at(self, row: int) -> Document:
        """The document of a row; kept for the next who asks. Raises IndexCorruptError."""
        with self._lock:
            found = self._kept.get(row)
            if found is not None:
                self._kept.move_to_end(row)
                return found
        found = self.read(row)
        with self._lock:
            self._kept[row] = found
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found

    def read(self, row: int) -> Document:
        """The document of a row, read anew if it is not at hand. Raises IndexCorruptError."""
        found = self._kept.get(row)
        if found is not None:
            return found
        try:
            return _document(json.loads(self._lines[row]))
        except (ValueError, KeyError, TypeError) as error:
            raise IndexCorruptError(f"{_DOCUMENTS} cannot be read; delete the index and ingest again") from error

    def labelled(self, seen: Mask) -> Mask:
        """For each row, whether the number of its document's label set is `seen`."""
        found: Mask = seen[self._labels]
        return found


class Documents(Mapping[str, Document]):
    """Documents by id, in the order of their rows: all of a file, or those for whose rows `shown` is true."""

    def __init__(self, file: DocumentFile, shown: Mask | None = None) -> None:
        self.file = file
        self._shown = shown

    @property
    def rows(self) -> Iterable[int]:
        """The rows of the documents."""
        return range(len(self.file)) if self._shown is None else np.flatnonzero(self._shown).tolist()

    def __getitem__(self, id: str) -> Document:
        row = self._row(id)
        if row is None:
            raise KeyError(id)
        return self.file.at(row)

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and self._row(id) is not None

    def _row(self, id: str) -> int | None:
        row = self.file.row(id)
        return row if row is None or self._shown is None or self._shown[row] else None

    def __iter__(self) -> Iterator[str]:
        return map(self.file.id, self.rows)

    def __len__(self) -> int:
        return len(self.file) if self._shown is None else int(np.count_nonzero(self._shown))

    def values(self) -> ValuesView[Document]:
        return _Values(self)


class _Values(ValuesView[Document]):
    """The documents one after the other, none of them kept."""

    _mapping: Documents

    def __iter__(self) -> Iterator[Document]:
        return map(self._mapping.file.read, self._mapping.rows)


class Passages(Sequence[Passage]):
    """The passages of an index, by row. `documents` are the rows of their documents."""

    def __init__(self, table: Table, documents: DocumentFile) -> None:
        self._table, self._file = table, documents

    @classmethod
    def load(cls, folder: Path, documents: DocumentFile) -> Passages:
        """The passages of a folder. Raises IndexCorruptError."""
        return cls(_load_table(folder / _PASSAGES), documents)

    @property
    def documents(self) -> npt.NDArray[np.int32]:
        """The row of each passage's document."""
        found: npt.NDArray[np.int32] = self._table["document"]
        return found

    def __len__(self) -> int:
        return len(self._table)

    @overload
    def __getitem__(self, at: int) -> Passage: ...
    @overload
    def __getitem__(self, at: slice) -> list[Passage]: ...
    def __getitem__(self, at: int | slice) -> Passage | list[Passage]:
        if isinstance(at, slice):
            return [self[row] for row in range(*at.indices(len(self)))]
        id, row, start, end = self._table[at].item()
        document = self._file.at(row)
        return Passage(id.decode(), document.id, start, end, document.text[start:end])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # a sequence is told apart by what is in it


def save_documents(folder: Path, documents: Sequence[Document], labels: Sequence[str]) -> None:
    """Writes documents, in the order of their rows, into an existing folder; `labels` are the manifest's label
    sets. Raises OSError."""
    encode = json.JSONEncoder(ensure_ascii=False, default=asdict).encode
    write_lines(folder / _DOCUMENTS, (encode(told(document)).encode("utf-8") for document in documents))
    number = {"": 0, **{joined: n for n, joined in enumerate(labels, start=1)}}
    columns = [(d.id.encode(), number[",".join(d.labels)]) for d in documents]
    width = max((len(id) for id, _ in columns), default=1)
    np.save(folder / _COLUMNS, np.array(columns, [("id", f"S{width}"), ("labels", "<u4")]), allow_pickle=False)


def save_passages(folder: Path, passages: Sequence[Passage], documents: Sequence[Document]) -> None:
    """Writes passages, in the order of their rows, into an existing folder. Raises OSError."""
    row_of = {document.id: row for row, document in enumerate(documents)}
    rows = [(p.id.encode(), row_of[p.document_id], p.start, p.end) for p in passages]
    width = max((len(row[0]) for row in rows), default=1)
    kind = [("id", f"S{width}"), ("document", "<i4"), ("start", "<i4"), ("end", "<i4")]
    np.save(folder / _PASSAGES, np.array(rows, kind), allow_pickle=False)


def told(record: Any) -> dict[str, object]:
    """The fields of a record as they are written."""
    found = {field.name: getattr(record, field.name) for field in fields(record)}
    if not found.get("labels", True):
        del found["labels"]  # without labels an index is as it was before there were any
    return found


def _document(raw: dict[str, Any]) -> Document:
    spots = tuple(Spot(spot["start"], Place(**spot["place"])) for spot in raw["spots"])
    return Document(**{**raw, "spots": spots, "labels": tuple(raw.get("labels", ()))})


def _load_table(path: Path) -> Table:
    try:
        found: Table = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise IndexCorruptError(f"{path} cannot be read; delete the index and ingest again") from error
    return found
