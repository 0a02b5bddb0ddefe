"""Exact inner-product search with FAISS. Unit vectors in, so the scores are cosine similarities."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np

from index.encode import Vectors
from index.errors import IndexCorruptError
from index.store import Rows, Scores

_FILE = "vectors.faiss"


class FaissStore:
    """A `VectorStore` over `faiss.IndexFlatIP`: brute force, exact, 4 bytes a number."""

    def __init__(self, index: faiss.IndexFlatIP) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> FaissStore:
        """A store of the rows of `vectors`, shape (n, dimension), each of length 1."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, np.float32))
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> FaissStore:
        """The store saved in `folder`; IndexCorruptError if it is not one."""
        try:
            index = faiss.read_index(str(folder / _FILE), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise IndexCorruptError(f"{folder / _FILE} cannot be read; ingest again into a new directory") from error
        if not isinstance(index, faiss.IndexFlatIP):
            raise IndexCorruptError(
                f"{folder / _FILE} is no exact inner-product index; ingest again into a new directory"
            )
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, query: Vectors, k: int, among: Rows | None = None) -> tuple[Rows, Scores]:
        k = min(k, len(self) if among is None else len(among))
        if k < 1:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        chosen = None if among is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))  # type: ignore[call-arg]
        scores, rows = self._index.search(np.ascontiguousarray(query[None, :], np.float32), k, params=chosen)
        return rows[0], scores[0]

    def vectors(self) -> Vectors:
        shape = len(self), int(self._index.d)
        if not len(self):
            return np.zeros(shape, np.float32)
        found: Vectors = faiss.rev_swig_ptr(self._index.get_xb(), shape[0] * shape[1]).reshape(shape)
        found.flags.writeable = False  # it is the store's own memory
        return found

    def save(self, folder: Path) -> None:
        # Not faiss.write_index: on a full disk it prints a line and leaves a cut file behind, without an error.
        (folder / _FILE).write_bytes(faiss.serialize_index(self._index).data)
