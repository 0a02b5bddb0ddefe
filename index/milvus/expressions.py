"""What labels and filters ask, as expressions that Milvus checks inside the search.

All conditions of `Filters` are said exactly, by fields that hold what is compared: outlets and languages in small
letters, the day of publication. A pattern of sources becomes LIKE, which for a backslash admits more. What comes back
is checked in Python all the same, and more is asked for if too little is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from index.access import Access
from index.filters import Filters
from index.milvus.requests import Row, quoted
from index.milvus.tables import LONGEST
from index.schema import Document

FILTERED = ["source", "outlet", "language", "day", "labels"]


def told_of(document: Document) -> Row:
    """The fields of a document's rows that expressions ask for."""
    return {
        "labels": joined(document.labels),
        "source": cut(document.source),
        "outlet": cut((document.outlet or "").casefold()),
        "language": cut((document.language or "").casefold().replace("_", "-")),
        "day": cut((document.published or document.updated or "")[:10]),
    }


def admits(row: Row, filters: Filters | None) -> bool:
    """True if the row's document meets the filters, checked in Python."""
    if not filters:
        return True
    told = {"outlet": row["outlet"], "language": row["language"], "published": row["day"]}
    return filters.admit(Document("", row["source"], "", "", **told))


def joined(labels: Iterable[str]) -> str:
    """A set of labels as it stands in a row: empty for what is open to all."""
    return ",".join(labels)


def seen_labels(all_: Iterable[str], access: Access) -> frozenset[str]:
    """Those of the sets of labels (as in rows) that a reader may see; the open one always."""
    seen = {labels for labels in all_ if access.labels is None or not access.labels.isdisjoint(labels.split(","))}
    return frozenset({"", *seen})


def visible(labels: Collection[str] | None, generation: int, leaving: Collection[str] = ()) -> str:
    """Rows with one of the sets of labels (None: whatever they have), of a version that is in use, and not on their way
    out."""
    parts = [f"generation <= {generation}"]
    if labels is not None:
        parts.append(f"labels in {quoted(sorted(labels))}")
    if leaving:
        parts.append(f"key not in {quoted(sorted(leaving))}")
    return " and ".join(parts)


def filtered(filters: Filters | None) -> str:
    """What the filters ask; empty if nothing."""
    if not filters:
        return ""
    parts = []
    if filters.sources:
        parts.append(_any(_sources(filters.sources)))
    if filters.outlets:
        parts.append(f"outlet in {quoted(sorted({outlet.casefold() for outlet in filters.outlets}))}")
    if filters.languages:
        parts.append(_any(_languages(filters.languages)))
    if filters.since or filters.until:
        parts.append('day != ""')
    if filters.since:
        parts.append(f"day >= {quoted([filters.since])[1:-1]}")
    if filters.until:
        parts.append(f"day <= {quoted([filters.until])[1:-1]}")
    return " and ".join(parts)


def both(*parts: str) -> str:
    """All of the expressions that are not empty."""
    return " and ".join(f"({part})" for part in parts if part)


def cut(text: str) -> str:
    """The text, without what a field cannot hold."""
    return text.encode("utf-8", "replace")[:LONGEST].decode("utf-8", "ignore")


def _any(parts: Iterable[str]) -> str:
    return f"({' or '.join(parts)})"


def _sources(sources: Iterable[str]) -> Iterable[str]:
    wanted = sorted(set(sources))
    yield f"source in {quoted(wanted)}"
    for source in wanted:
        if "*" in source or "?" in source:
            yield f"source like {_like(source.replace('*', chr(0)).replace('?', chr(1)))}"


def _languages(languages: Iterable[str]) -> Iterable[str]:
    wanted = sorted({language.casefold().replace("_", "-") for language in languages})
    yield f"language in {quoted(wanted)}"
    for language in wanted:
        yield f"language like {_like(f'{language}-{chr(0)}')}"


def _like(pattern: str) -> str:
    """A pattern of LIKE in which NUL stands for any text and SOH for any character, all else for itself; but for the
    backslash, which engines read in different ways: it stands for any character."""
    pattern = pattern.replace("\\", "\1").replace("%", "\\%").replace("_", "\\_")
    return quoted([pattern.replace("\0", "%").replace("\1", "_")])[1:-1]
