"""What an ingest tells of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from index.load import Skipped

# (stage, done, total): "read" counts files and addresses, "prune" origins, "encode" passages.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did. Lists hold sources as they are cited; `duplicates` holds groups of sources, among them one
    that was added or changed, that tell one story in nearly the same words; `labelled` are those known before whose
    access labels are others now."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    duplicates: list[list[str]] = field(default_factory=list)
    labelled: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    documents: int = 0
    passages: int = 0
    seconds: float = 0.0
    passages_per_second: float = 0.0
