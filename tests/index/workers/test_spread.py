"""Work on a cluster that loses it: everything is done, nothing twice, and what cannot be done is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from index.build import ingest
from index.encode import Encoder
from index.errors import WorkersError
from index.opened import open_index
from index.workers.spread import Spread
from tests.clusters import LossyCluster
from tests.fakes import HashedWords, snapshot, write_articles


@dataclass(frozen=True)
class Item:
    source: str


def name(encoder: Encoder, item: Item) -> str:
    return item.source


ITEMS = [Item(f"{n}.txt") for n in range(40)]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("share", [1.0, 0.15])
def test_nothing_is_lost_and_nothing_comes_twice(seed: int, share: float) -> None:
    cluster = LossyCluster(HashedWords(), seed)
    workers = Spread(cluster)
    found = Counter(workers.each(name, ITEMS, share=lambda _: share))
    assert found == Counter((n, item.source) for n, item in enumerate(ITEMS))
    assert workers.retried == 3 - cluster.losses
    assert workers.retried == 3 or share < 1, "of the few tasks chance may have lost fewer"
    assert cluster.tasks == {}


def test_no_more_tasks_are_begun_than_there_is_room_for() -> None:
    cluster = LossyCluster(HashedWords(), losses=0, slots=4)
    results = Spread(cluster).each(name, ITEMS)
    next(results)
    assert 4 <= cluster.started <= 8
    results.close()  # type: ignore[attr-defined]  # it is a generator
    assert cluster.tasks == {}, "what nobody waits for is ended"
    list(Spread(cluster).each(name, ITEMS))
    assert cluster.most == 8


def test_small_items_go_out_together_until_a_task_is_full() -> None:
    cluster, sizes = LossyCluster(HashedWords(), losses=0, slots=10), {"3.txt": 5.0}
    results = Spread(cluster).each(name, ITEMS[:9], share=lambda item: sizes.get(item.source, 0.25))
    next(results)
    assert cluster.started == 3, "0 to 3, as the large one fills a task; 4 to 7; 8"
    assert len(list(results)) == 8


def test_an_item_that_kills_its_workers_is_named() -> None:
    cluster = LossyCluster(HashedWords(), losses=0, poison=ITEMS[12])
    workers = Spread(cluster)
    with pytest.raises(WorkersError, match=r"^4 workers died, one after the other, .* on 12\.txt \(died"):
        list(workers.each(name, ITEMS, share=lambda _: 1 / 8))
    assert workers.retried == 3
    assert cluster.tasks == {}


def test_a_cluster_that_is_silent_for_a_while_is_waited_for() -> None:
    cluster = LossyCluster(HashedWords(), losses=0)
    cluster.silent = 50
    assert len(list(Spread(cluster, patience_s=-1).each(name, ITEMS))) == 40


def test_a_cluster_that_is_gone_is_told() -> None:
    cluster = LossyCluster(HashedWords(), losses=0)
    results = Spread(cluster, patience_s=-1).each(name, ITEMS)
    next(results)
    cluster.silent, cluster.trouble_told = 1000, "the cluster does not answer any more"
    told = "^the cluster does not answer any more; start the cluster again and repeat the command: what is encoded is"
    with pytest.raises(WorkersError, match=told):
        list(results)
    assert cluster.tasks == {}


@pytest.mark.parametrize("seed", range(5))
def test_the_index_is_the_same_in_whatever_order(seed: int, tmp_path: Path, articles: Path) -> None:
    """Files that cannot be read, a list of addresses that names none, and what changes: the report is the same too."""
    encoder = HashedWords()
    write_articles(articles, {"empty.txt": "", "odd.pdf": "no PDF", "twin.txt": (articles / "ferry.txt").read_text()})
    for turn in range(2):
        plain = ingest([str(articles), "nowhere.txt"], tmp_path / "plain", encoder)
        workers = Spread(LossyCluster(encoder, seed))
        spread_out = ingest([str(articles), "nowhere.txt"], tmp_path / "spread", encoder, workers=workers)
        for field in ("added", "changed", "unchanged", "removed", "duplicates", "skipped", "documents", "passages"):
            assert getattr(plain, field) == getattr(spread_out, field), (turn, field)
        one, other = open_index(tmp_path / "plain"), open_index(tmp_path / "spread")
        assert dict(one.documents) == dict(other.documents)
        assert list(one.passages) == list(other.passages)
        assert one.twins == other.twins
        assert [*one.origins] == [*other.origins]
        np.testing.assert_allclose(one.store.vectors(), other.store.vectors(), atol=1e-6)
        write_articles(articles, {"ferry.txt": "The ferry\n\nThe ferry has sunk, the board said on Monday."})


def test_an_ingest_whose_workers_are_gone_leaves_the_index(small: Path, articles: Path) -> None:
    before, encoder = snapshot(small), HashedWords()
    write_articles(articles, {f"{n}.txt": f"Goats\n\nGoat number {n} was sold on Monday." for n in range(5)})
    cluster = LossyCluster(encoder)
    cluster.silent, cluster.trouble_told = 1000, "the cluster does not answer any more"
    with pytest.raises(WorkersError, match="does not answer"):
        ingest([str(articles)], small, encoder, workers=Spread(cluster, patience_s=-1))
    assert snapshot(small) == before
