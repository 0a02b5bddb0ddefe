"""What goes to Milvus at once: rows and values in pieces that fit a message, and values as expressions have them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]

_ROWS_AT_ONCE, _BYTES_AT_ONCE = 1000, 4_000_000  # a message may have 64 MB
_IDS_AT_ONCE = 1000


def quoted(values: Sequence[Any]) -> str:
    """A list as Milvus writes it in expressions."""
    return json.dumps(list(values), ensure_ascii=False).encode("utf-8", "replace").decode()


def some_of(field: str, values: Sequence[Any], also: str) -> Iterator[str]:
    """Expressions that together admit the rows whose field has one of the values, and that `also` admits."""
    for at in range(0, len(values), _IDS_AT_ONCE):
        where = f"{field} in {quoted(values[at : at + _IDS_AT_ONCE])}"
        yield f"({where}) and ({also})" if also else where


def batches(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """The rows, as many at once as a message may have."""
    some: list[Row] = []
    size = 0
    for row in rows:
        of_row = sum(len(value) * 4 for value in row.values() if hasattr(value, "__len__"))
        if some and (len(some) >= _ROWS_AT_ONCE or size + of_row > _BYTES_AT_ONCE):
            yield some
            some, size = [], 0
        some.append(row)
        size += of_row
    if some:
        yield some
