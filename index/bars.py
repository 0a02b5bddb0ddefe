"""How far an ingest is, for who watches it."""

from __future__ import annotations

import sys
from typing import Any

from tqdm import tqdm

_STAGES = {"read": "Reading", "prune": "Checking", "encode": "Embedding"}


class Bars:
    """One progress bar a stage, on a terminal only."""

    def __enter__(self) -> Bars:
        self._bars: dict[str, Any] = {}
        return self

    def __exit__(self, *_: object) -> None:
        for bar in self._bars.values():
            bar.close()

    def show(self, stage: str, done: int, total: int) -> None:
        if stage not in self._bars:
            self._bars[stage] = tqdm(total=total, desc=_STAGES[stage], disable=None, file=sys.stderr)
        self._bars[stage].update(done - self._bars[stage].n)
