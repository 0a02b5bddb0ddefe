"""A store of so many vectors that a search looks at some of them only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.encode import Vectors, normalize
from index.errors import IndexCorruptError
from index.faiss_store import FaissStore

COUNT, DIMENSION = 6000, 96


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    """Vectors that lie together in some sixty topics, as texts do."""
    chance = np.random.default_rng(3)
    topics = chance.standard_normal((60, DIMENSION))
    found = topics[chance.integers(0, 60, COUNT)] + 0.7 * chance.standard_normal((COUNT, DIMENSION))
    return normalize(found.astype(np.float32))


@pytest.fixture(scope="module")
def questions(vectors: Vectors) -> Vectors:
    chance = np.random.default_rng(4)
    near = vectors[chance.choice(COUNT, 200, replace=False)]
    return normalize(near + 0.1 * chance.standard_normal(near.shape).astype(np.float32))


@pytest.fixture(scope="module")
def store(vectors: Vectors, questions: Vectors) -> FaissStore:
    return FaissStore.build(vectors, questions[:100], exact_up_to=100)


def recall(store: FaissStore, vectors: Vectors, questions: Vectors, among: np.ndarray | None = None) -> float:
    """The part of the ten best that is found; checks that what is found is scored right and in order."""
    found = 0
    rows = np.arange(len(vectors)) if among is None else among
    for question in questions:
        best = rows[np.argsort(-(vectors[rows] @ question), kind="stable")[:10]]
        given, scores = store.search(question, 10, among)
        assert len(given) == 10 and set(given) <= set(rows)
        np.testing.assert_allclose(scores, vectors[given] @ question, atol=1e-5)
        assert (np.diff(scores) <= 0).all()
        found += len(np.intersect1d(best, given))
    return found / (10 * len(questions))


def test_nearly_all_of_the_best_are_found_for_questions_it_was_not_tried_with(
    store: FaissStore, vectors: Vectors, questions: Vectors
) -> None:
    assert recall(store, vectors, questions[100:]) >= 0.95


@pytest.mark.parametrize("part", [2, 10])
def test_of_some_rows_only_nearly_all_of_the_best_among_them(
    store: FaissStore, vectors: Vectors, questions: Vectors, part: int
) -> None:
    assert recall(store, vectors, questions[100:], np.arange(0, COUNT, part)) >= 0.95


def test_of_few_rows_all_of_the_best(store: FaissStore, vectors: Vectors, questions: Vectors) -> None:
    assert recall(store, vectors, questions, np.arange(0, COUNT, 100)) == 1


def test_as_many_as_there_are_can_be_had(store: FaissStore, vectors: Vectors) -> None:
    rows, scores = store.search(vectors[7], COUNT * 2)
    assert sorted(rows) == list(range(COUNT)) and rows[0] == 7 and scores[0] == pytest.approx(1, abs=1e-5)


def test_fewer_cells_are_looked_at_than_there_are(store: FaissStore, vectors: Vectors, questions: Vectors) -> None:
    """Else the store would be no quicker than one that looks at everything."""
    assert store._near is not None and store._near.nprobe < store._near.nlist / 2
    once = FaissStore.build(vectors, questions[:100], exact_up_to=COUNT)
    assert once._near is None and recall(once, vectors, questions) == 1


@pytest.mark.parametrize("dimension", [30, 35, 31])
def test_vectors_of_any_length_can_be_compressed(dimension: int) -> None:
    chance = np.random.default_rng(6)
    topics = 4 * chance.standard_normal((40, dimension))
    found = topics[chance.integers(0, 40, 2000)] + chance.standard_normal((2000, dimension))
    vectors = normalize(found.astype(np.float32))
    assert recall(FaissStore.build(vectors, exact_up_to=10), vectors, vectors[::50]) >= 0.95


def test_where_no_cells_will_do_everything_is_looked_at() -> None:
    """Vectors without any order: the nearest lie in all cells."""
    vectors = normalize(np.random.default_rng(6).standard_normal((1000, 12)).astype(np.float32))
    asked = normalize(np.random.default_rng(7).standard_normal((50, 12)).astype(np.float32))
    assert recall(FaissStore.build(vectors, asked, exact_up_to=10), vectors, asked) >= 0.99


def test_saved_and_loaded_it_finds_the_same(
    store: FaissStore, vectors: Vectors, questions: Vectors, tmp_path: Path
) -> None:
    store.save(tmp_path)
    loaded = FaissStore.load(tmp_path, exact_up_to=100)
    np.testing.assert_array_equal(loaded.vectors(), vectors)
    for question in questions:
        assert loaded.search(question, 10)[0].tolist() == store.search(question, 10)[0].tolist()


def test_cells_of_other_vectors_are_refused(store: FaissStore, vectors: Vectors, tmp_path: Path) -> None:
    store.save(tmp_path)
    FaissStore.build(vectors[:-1], exact_up_to=COUNT).save(tmp_path)
    with pytest.raises(IndexCorruptError, match="another length"):
        FaissStore.load(tmp_path)


@pytest.mark.parametrize("keep", [0, 9, 5000])
def test_cut_off_cells_are_refused(store: FaissStore, tmp_path: Path, keep: int) -> None:
    store.save(tmp_path)
    cells = tmp_path / "cells.faiss"
    cells.write_bytes(cells.read_bytes()[:keep])
    with pytest.raises(IndexCorruptError, match="ingest again"):
        FaissStore.load(tmp_path)
