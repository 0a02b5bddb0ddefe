"""Inner-product search with FAISS. Unit vectors in, so the scores are cosine similarities.

Up to `EXACT_UP_TO` vectors a search looks at all of them. Of more, it looks at those of the nearest cells (inverted
file, Jégou et al. 2011), compressed to a bit a number (product quantisation, scanned as in André et al. 2015), or to
eight where that is too little, and scores the best of these exactly. How many cells are looked at is found at building,
with questions given or drawn from the vectors: the fewest that find `RECALL` of what an exact search finds among its
ten best. docs/decisions/0024 has the measurements.
"""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from index.encode import Vectors
from index.errors import IndexCorruptError
from index.store import Rows, Scores
from index.threads import processors

EXACT_UP_TO = 100_000  # vectors; some 8 ms of one processor for 384 numbers each
RECALL = 0.99  # of the ten best, on the questions at building: those of people are less like the passages

_EXACT, _NEAR = "vectors.faiss", "cells.faiss"
_TRAINED_ON = 64  # vectors a cell
_ROUNDS = 10
_QUESTIONS = 256
_ASKED_FOR = 10
_SCORED = 4  # candidates scored exactly for each hit wanted
_FEWEST_SCORED = 200


class FaissStore:
    """A `VectorStore` in memory or mapped from its files. `near` holds the cells, None if all vectors are looked at."""

    def __init__(
        self,
        exact: faiss.IndexFlatIP,
        near: faiss.IndexIVF | None = None,
        exact_up_to: int = EXACT_UP_TO,
    ) -> None:
        self._exact = exact
        self._near = near
        self._exact_up_to = exact_up_to

    @classmethod
    def build(cls, vectors: Vectors, questions: Vectors | None = None, *, exact_up_to: int = EXACT_UP_TO) -> FaissStore:
        """A store of the rows of `vectors`, shape (n, dimension), each of length 1. `questions`, of shape
        (q, dimension), are what the number of cells to look at is tried with."""
        faiss.omp_set_num_threads(processors())
        exact = faiss.IndexFlatIP(vectors.shape[1])
        exact.add(np.ascontiguousarray(vectors, np.float32))
        if len(vectors) <= exact_up_to:
            return cls(exact, None, exact_up_to)
        if questions is None:
            questions = vectors[np.random.default_rng(0).choice(len(vectors), min(_QUESTIONS, len(vectors)), False)]
        for compressed in _compressions(vectors.shape[1]):
            store = cls(exact, _cells(vectors, compressed), exact_up_to)
            if store._choose_probes(np.ascontiguousarray(questions, np.float32)):
                return store
        return cls(exact, None, exact_up_to)

    @classmethod
    def load(cls, folder: Path, *, exact_up_to: int = EXACT_UP_TO) -> FaissStore:
        """The store saved in `folder`, mapped; IndexCorruptError if it is not one."""
        exact = _read(folder / _EXACT)
        near = _read(folder / _NEAR) if (folder / _NEAR).exists() else None
        if not isinstance(exact, faiss.IndexFlatIP) or not isinstance(near, faiss.IndexIVF | None):
            raise IndexCorruptError(f"{folder} holds no vectors of this kind; ingest again into a new directory")
        if near is not None and near.ntotal != exact.ntotal:
            raise IndexCorruptError(f"{folder / _NEAR} has another length than {_EXACT}; ingest again")
        return cls(exact, near, exact_up_to)

    def __len__(self) -> int:
        return int(self._exact.ntotal)

    def search(self, query: Vectors, k: int, among: Rows | None = None) -> tuple[Rows, Scores]:
        k = min(k, len(self) if among is None else len(among))
        if k < 1:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        faiss.omp_set_num_threads(1)  # for one query, waking others takes longer than it saves
        query = np.ascontiguousarray(query[None, :], np.float32)
        selector = None if among is None else self._selector(among)
        looked_at = len(self) if among is None else len(among)
        wanted = max(_FEWEST_SCORED, _SCORED * k)
        if self._near is None or looked_at <= max(self._exact_up_to, wanted):
            chosen = None if selector is None else faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
            scores, rows = self._exact.search(query, k, params=chosen)
            return rows[0], scores[0]
        # Of fewer rows more cells, so that as many vectors are looked at.
        probes = min(self._near.nlist, -(-self._near.nprobe * len(self) // looked_at))
        return self._rescored(query, k, self._candidates(query, wanted, probes, selector))

    def _candidates(
        self, query: Vectors, wanted: int, probes: int, selector: faiss.IDSelector | None = None
    ) -> npt.NDArray[np.int64]:
        """The rows that are best as they are compressed."""
        assert self._near is not None
        options = {"nprobe": probes} if selector is None else {"nprobe": probes, "sel": selector}
        rows = self._near.search(query, wanted, params=faiss.SearchParametersIVF(**options))[1][0]
        found: npt.NDArray[np.int64] = np.sort(rows[rows >= 0])
        return found

    def _rescored(self, query: Vectors, k: int, rows: npt.NDArray[np.int64]) -> tuple[Rows, Scores]:
        scores = (self.vectors()[rows] @ query[0]).astype(np.float32)
        best = np.argsort(-scores, kind="stable")[:k]
        return rows[best], scores[best]

    def _selector(self, among: Rows) -> faiss.IDSelector:
        looked_at = np.zeros(len(self), bool)
        looked_at[among] = True
        return faiss.IDSelectorBitmap(np.packbits(looked_at, bitorder="little"))  # type: ignore[call-arg,arg-type]

    def _choose_probes(self, questions: Vectors) -> bool:
        """Sets how many cells are looked at; False if `RECALL` is not to be had with fewer than all."""
        assert self._near is not None
        truth = self._exact.search(questions, _ASKED_FOR)[1]
        probes = 1
        while probes < self._near.nlist:
            found = (
                self._rescored(q[None], _ASKED_FOR, self._candidates(q[None], _FEWEST_SCORED, probes))[0]
                for q in questions
            )
            hits = sum(len(np.intersect1d(one, other)) for one, other in zip(found, truth, strict=True))
            if hits >= RECALL * truth.size:
                self._near.nprobe = probes
                return True
            probes = -(-probes * 5 // 4)
        return False

    def vectors(self) -> Vectors:
        shape = len(self), int(self._exact.d)
        if not len(self):
            return np.zeros(shape, np.float32)
        found = np.asarray(_Held(self._exact)).reshape(shape)
        found.flags.writeable = False
        return found

    def save(self, folder: Path) -> None:
        for name, index in ((_EXACT, self._exact), (_NEAR, self._near)):
            if index is not None:
                # Not to a path: on a full disk FAISS prints a line and leaves a cut file behind, without an error.
                with (folder / name).open("wb") as stream:
                    faiss.write_index(index, faiss.PyCallbackIOWriter(stream.write))  # type: ignore[attr-defined]


class _Held:
    """The numbers of a flat index as NumPy takes them; keeps the index alive as long as they are looked at."""

    def __init__(self, index: faiss.IndexFlatIP) -> None:
        self.index = index
        self.__array_interface__ = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).__array_interface__


def _compressions(dimension: int) -> tuple[str, str]:
    """How vectors are compressed, as FAISS names it, the smallest first: four bits for some numbers, eight for each."""
    width = next(width for width in (4, 3, 5, 2, 1) if dimension % width == 0)
    return f"PQ{dimension // width}x4fs", "SQ8"


def _cells(vectors: Vectors, compressed: str) -> faiss.IndexIVF:
    """The vectors in about as many cells as each has vectors."""
    count, dimension = vectors.shape
    cells = max(1, round(count**0.5))
    near = faiss.index_factory(dimension, f"IVF{cells},{compressed}", faiss.METRIC_INNER_PRODUCT)
    assert isinstance(near, faiss.IndexIVF)
    near.cp.niter, near.cp.max_points_per_centroid, near.cp.min_points_per_centroid = _ROUNDS, _TRAINED_ON, 1
    sample = np.random.default_rng(0).choice(count, min(count, _TRAINED_ON * cells), replace=False)
    near.train(np.ascontiguousarray(vectors[np.sort(sample)], np.float32))
    near.add(np.ascontiguousarray(vectors, np.float32))
    return near


def _read(path: Path) -> faiss.Index:
    try:
        return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise IndexCorruptError(f"{path} cannot be read; ingest again into a new directory") from error
