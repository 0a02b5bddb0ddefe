"""The vector store protocol. One engine a file; this one only says what all of them promise."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.encode import Vectors

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]


class VectorStore(Protocol):
    """Finds the stored vectors nearest to a query. Rows are numbered in the order of building."""

    def __len__(self) -> int: ...

    def search(self, query: Vectors, k: int, among: Rows | None = None) -> tuple[Rows, Scores]:
        """Rows and cosine similarities of the nearest `k` (or all), best first; `query` has shape (dimension,).
        `among`: only these rows are looked at."""
        ...

    def vectors(self) -> Vectors:
        """All vectors, shape (len(self), dimension), in row order."""
        ...

    def save(self, folder: Path) -> None:
        """Writes the store into an existing folder."""
        ...
