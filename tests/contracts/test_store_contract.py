"""What every `VectorStore` promises, checked of each engine against brute force in NumPy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from index.encode import Vectors, normalize
from index.errors import IndexCorruptError
from index.faiss_store import FaissStore
from index.store import VectorStore

ENGINES = {"faiss": FaissStore}


def unit(count: int, dimension: int = 24, seed: int = 1) -> Vectors:
    return normalize(np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32))


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> type[FaissStore]:
    return ENGINES[request.param]


def brute_force(vectors: Vectors, query: Vectors, k: int) -> tuple[list[int], npt.NDArray[np.float64]]:
    cosines: npt.NDArray[np.float64] = vectors.astype(np.float64) @ query.astype(np.float64)
    rows = np.argsort(-cosines, kind="stable")[:k]
    return rows.tolist(), cosines[rows]


def check(store: VectorStore, vectors: Vectors, k: int) -> None:
    for query in unit(12, vectors.shape[1], seed=9):
        rows, scores = store.search(query, k)
        expected, cosines = brute_force(vectors, query, k)
        assert rows.dtype == np.int64
        assert scores.dtype == np.float32
        assert rows.tolist() == expected
        np.testing.assert_allclose(scores, cosines, atol=1e-5)


@pytest.mark.parametrize("count", [1, 7, 500])
@pytest.mark.parametrize("k", [1, 5, 10_000])
def test_search_is_brute_force(engine: type[FaissStore], count: int, k: int) -> None:
    vectors = unit(count)
    store = engine.build(vectors)
    assert len(store) == count
    check(store, vectors, k)


def test_scores_are_cosines(engine: type[FaissStore]) -> None:
    vectors = unit(5)
    rows, scores = engine.build(vectors).search(vectors[3], 5)
    assert rows[0] == 3
    assert scores[0] == pytest.approx(1, abs=1e-5)
    rows, scores = engine.build(vectors).search(-vectors[3], 5)
    assert rows[-1] == 3
    assert scores[-1] == pytest.approx(-1, abs=1e-5)


def test_vectors_come_back_in_row_order(engine: type[FaissStore]) -> None:
    vectors = unit(40)
    np.testing.assert_array_equal(engine.build(vectors).vectors(), vectors)


@pytest.mark.parametrize("k", [0, -3])
def test_none_wanted_none_found(engine: type[FaissStore], k: int) -> None:
    rows, scores = engine.build(unit(5)).search(unit(1)[0], k)
    assert len(rows) == len(scores) == 0


def test_an_empty_store(engine: type[FaissStore], tmp_path: Path) -> None:
    store = engine.build(np.zeros((0, 24), np.float32))
    store.save(tmp_path)
    for one in (store, engine.load(tmp_path)):
        assert len(one) == 0
        assert one.vectors().shape == (0, 24)
        assert len(one.search(unit(1)[0], 5)[0]) == 0


def test_saved_and_loaded_it_is_the_same(engine: type[FaissStore], tmp_path: Path) -> None:
    vectors = unit(60)
    engine.build(vectors).save(tmp_path)
    loaded = engine.load(tmp_path)
    np.testing.assert_array_equal(loaded.vectors(), vectors)
    check(loaded, vectors, 10)


def test_rows_not_laid_out_in_one_piece(engine: type[FaissStore]) -> None:
    wide = unit(20, 48)
    vectors = normalize(np.ascontiguousarray(wide[::2, ::2]))
    check(engine.build(np.asfortranarray(vectors)), vectors, 5)


@pytest.mark.parametrize("harm", ["missing", "empty", "garbage", "cut"])
def test_what_is_no_store_is_refused_with_the_remedy(engine: type[FaissStore], tmp_path: Path, harm: str) -> None:
    engine.build(unit(30)).save(tmp_path)
    (file,) = tmp_path.iterdir()
    data = file.read_bytes()
    file.write_bytes({"empty": b"", "garbage": b"garbage" * 9}.get(harm, data[: len(data) // 2]))
    if harm == "missing":
        file.unlink()
    with pytest.raises(IndexCorruptError, match="ingest again"):
        engine.load(tmp_path)
