"""Rounds to figures: medians, ratios to Footnote's in the same round, and the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from benchmarks.peers.rounds import Entry, Round

Value = Callable[[Round, int], float | None]


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of a round, given the bytes of all articles. `ratio` is False where only the figures themselves say
    anything."""

    name: str
    value: Value
    digits: int = 1
    ratio: bool = True


def _speed(amount: float | None, seconds: float | None) -> float | None:
    return None if amount is None or not seconds else amount / seconds


COLUMNS = (
    Column("ingest, KB/s", lambda r, size: _speed(size / 1000, r.ingest_s)),
    Column("passages/s", lambda r, _: _speed(r.passages, r.ingest_s)),
    Column("ingest, s", lambda r, _: r.ingest_s, 2),
    Column("whole process, s", lambda r, _: r.process_s, 2),
    Column("query p50, ms", lambda r, _: r.p50_ms),
    Column("query p95, ms", lambda r, _: r.p95_ms),
    Column("MRR@10", lambda r, _: r.quality.mrr, 3),
    Column("recall@10", lambda r, _: r.quality.recall, 3),
    Column("MRR@10, articles", lambda r, _: r.quality.document_mrr, 3),
    Column("ingest, MiB", lambda r, _: r.ingest_mib, 0),
    Column("query, MiB", lambda r, _: r.query_mib, 0),
    Column("cold start, s", lambda r, _: r.cold_s, 2),
    Column("passages", lambda r, _: r.passages, 0, ratio=False),
)


def medians(entry: Entry, size: int) -> dict[str, float | None]:
    """The median over its rounds of each column; None where it has no such figure."""
    found: dict[str, float | None] = {}
    for column in COLUMNS:
        values = [value for r in entry.rounds if (value := column.value(r, size)) is not None]
        found[column.name] = median(values) if values else None
    return found


def ratios(entry: Entry, base: Entry, size: int) -> dict[str, float | None]:
    """The median over the rounds that both have of this system's figure over the base's in the same round."""
    found: dict[str, float | None] = {}
    for column in COLUMNS:
        pairs = [
            (column.value(r, size), column.value(b, size)) for r, b in zip(entry.rounds, base.rounds, strict=False)
        ]
        shares = [ours / theirs for ours, theirs in pairs if ours is not None and theirs]
        found[column.name] = median(shares) if shares and column.ratio else None
    return found


def table(entries: Sequence[Entry], base: Entry, size: int) -> str:
    """Both tables in Markdown, a row a system: figures, and ratios to those of `base`. Then what failed, and why."""
    played = [entry for entry in entries if entry.rounds]
    ratio_columns = [column for column in COLUMNS if column.ratio]
    rows = [[_title(e), *(_shown(medians(e, size)[c.name], c.digits) for c in COLUMNS)] for e in played]
    shares = [[_title(e), *(_shown(ratios(e, base, size)[c.name], 2) for c in ratio_columns)] for e in played]
    parts = [
        _markdown(["", *(c.name for c in COLUMNS)], rows),
        f"Ratios to {base.system.title}, medians of those of each round:",
        _markdown(["", *(c.name for c in ratio_columns)], shares),
    ]
    parts += [f"{e.system.title} failed: {e.failure}" for e in entries if e.failure]
    return "\n\n".join(parts)


def as_json(entries: Sequence[Entry], base: Entry, size: int) -> list[dict[str, Any]]:
    """Each system with its medians, ratios and rounds."""
    return [
        {
            "system": entry.system.name,
            "title": entry.system.title,
            "version": entry.version,
            "failure": entry.failure,
            "medians": medians(entry, size),
            "ratios": ratios(entry, base, size),
            "rounds": [asdict(r) for r in entry.rounds],
        }
        for entry in entries
    ]


def _title(entry: Entry) -> str:
    return f"{entry.system.title} {entry.version}" if entry.version else entry.system.title


def _shown(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
