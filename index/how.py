"""How an ingest reads what it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.formats.table import Columns


@dataclass(frozen=True, slots=True)
class How:
    """How sources are read: which columns of a table hold what, whether private addresses are fetched from, and under
    which address (with a / at its end) the folder given is published. `labels` are the access labels that they get, all
    others are taken off; with None they keep those that they have."""

    columns: Columns | None = None
    allow_private: bool = False
    base_url: str | None = None
    labels: tuple[str, ...] | None = None


PLAINLY = How()
