"""What was encoded is kept until it is in a version: an ingest that ends before its time is gone on with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.build import ingest
from index.encode import ModelSpec, Vectors
from index.manifest import SPOOL, current_version
from index.opened import open_index
from index.spool import Spool
from tests.fakes import HashedWords, snapshot

SPEC = ModelSpec("m", "abc", 3)
NAMES = [f"{n:016x}" for n in range(1, 8)]
VECTORS = np.arange(21, dtype=np.float32).reshape(7, 3)


def held(directory: Path, spec: ModelSpec = SPEC) -> dict[str, list[float]]:
    with Spool(directory, spec) as spool:
        found = {name: vector.tolist() for name, vector in spool.take(NAMES)}
        assert len(found) == len(spool)
    return found


def filled(directory: Path) -> Path:
    """Three records: of three, two and two vectors."""
    for begin, end in ((0, 3), (3, 5), (5, 7)):
        with Spool(directory, SPEC) as spool:
            spool.add(NAMES[begin:end], VECTORS[begin:end])
    return directory / SPOOL


def test_what_was_added_is_there_again(tmp_path: Path) -> None:
    assert held(tmp_path) == {}
    assert not (tmp_path / SPOOL).exists(), "nothing is written before there is something"
    filled(tmp_path)
    assert held(tmp_path) == dict(zip(NAMES, VECTORS.tolist(), strict=True))


def test_cut_off_anywhere_whole_records_count_and_more_may_be_added(tmp_path: Path) -> None:
    path = filled(tmp_path)
    data, counts = path.read_bytes(), set()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        found = held(tmp_path)
        assert found == dict(zip(NAMES[: len(found)], VECTORS.tolist(), strict=False)), length
        counts.add(len(found))
        with Spool(tmp_path, SPEC) as spool:
            spool.add(NAMES[6:], VECTORS[6:])
        assert held(tmp_path) == found | {NAMES[6]: VECTORS[6].tolist()}
    assert counts == {0, 3, 5}


def test_a_damaged_record_ends_what_counts(tmp_path: Path) -> None:
    path = filled(tmp_path)
    data = bytearray(path.read_bytes())
    data[-70] ^= 1  # in the second record
    path.write_bytes(data)
    assert list(held(tmp_path)) == NAMES[:3]


@pytest.mark.parametrize("other", [ModelSpec("m", "other", 3), ModelSpec("m", "abc", 4)])
def test_another_model_has_nothing_of_it(tmp_path: Path, other: ModelSpec) -> None:
    filled(tmp_path)
    assert held(tmp_path, other) == {}
    with Spool(tmp_path, other) as spool:
        spool.add(NAMES[:1], np.ones((1, other.dimension), np.float32))
    assert list(held(tmp_path, other)) == NAMES[:1]
    assert held(tmp_path) == {}


class StopError(Exception):
    """Ends an ingest before its time."""


def write_goats(folder: Path) -> Path:
    """700 passages, more than are encoded at once."""
    folder.mkdir()
    for n in range(700):
        (folder / f"{n}.txt").write_text(f"Goat {n}\n\nGoat number {n} was sold in Crowle on Monday, said Mr {n * n}.")
    return folder


def test_what_was_encoded_is_not_encoded_again(tmp_path: Path) -> None:
    goats, index, encoder = write_goats(tmp_path / "goats"), tmp_path / "index", HashedWords()

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "encode" and done == 512:
            raise StopError

    with pytest.raises(StopError):
        ingest([str(goats)], index, encoder, progress=stop)
    first = list(encoder.encoded)
    assert len(first) == 512
    assert [p.name for p in index.iterdir() if p.name != "lock"] == [SPOOL]
    seen: list[tuple[int, int]] = []
    encoder.encoded.clear()
    ingest([str(goats)], index, encoder, progress=lambda s, d, t: seen.append((d, t)) if s == "encode" else None)
    assert len(encoder.encoded) == 188
    assert not set(encoder.encoded) & set(first)
    assert seen == [(188, 188)]
    assert sorted(p.name for p in index.iterdir()) == sorted(["current", "lock", current_version(index).name])
    ingest([str(goats)], tmp_path / "plain", HashedWords())
    np.testing.assert_allclose(
        open_index(index).store.vectors(), open_index(tmp_path / "plain").store.vectors(), atol=1e-6
    )


def test_the_same_text_is_encoded_once(tmp_path: Path, encoder: HashedWords) -> None:
    (tmp_path / "in").mkdir()
    for n in range(3):
        (tmp_path / "in" / f"{n}.txt").write_text("Goats\n\nThe goats of Crowle were sold on Monday.")
    seen: list[tuple[int, int]] = []
    report = ingest([str(tmp_path / "in")], tmp_path / "index", encoder, progress=lambda s, d, t: seen.append((d, t)))
    assert (report.passages, len(encoder.encoded)) == (3, 1)
    assert seen[-1] == (3, 3)


class FailsLate(HashedWords):
    """Cannot encode any more after the first time."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.encoded:
            raise StopError
        return super().encode(texts)


def test_the_index_before_answers_while_something_waits_to_be_gone_on_with(small: Path, tmp_path: Path) -> None:
    before = snapshot(small)
    with pytest.raises(StopError):
        ingest([str(write_goats(tmp_path / "goats"))], small, FailsLate())
    after = snapshot(small)
    assert len(after.pop(SPOOL)) > 256 * 4 * 96
    assert after == before
    assert len(open_index(small).documents) == 3
    ingest([], small, HashedWords(), prune=True)
    assert snapshot(small) == before, "what an ingest that ended well did not need is gone"
