"""What all `Workers` promise, checked of each: in this process, on a cluster that loses tasks, on Ray."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count, islice

import numpy as np
import pytest

from index.encode import Encoder
from index.errors import SourceError
from index.stages import encode
from index.workers import InProcess, Workers
from index.workers.ray_cluster import ray_workers
from index.workers.spread import Spread
from tests.clusters import LossyCluster
from tests.fakes import HashedWords

_AHEAD_AT_MOST = 1000


@pytest.fixture(scope="module", params=["plain", "lossy", pytest.param("ray", marks=pytest.mark.slow)])
def workers(request: pytest.FixtureRequest) -> Iterator[Workers]:
    encoder = HashedWords()
    if request.param == "plain":
        yield InProcess(encoder)
    elif request.param == "lossy":
        yield Spread(LossyCluster(encoder))
    else:
        if not find_spec("ray"):
            pytest.skip("pip install -r requirements-ray.txt")
        with ray_workers("", HashedWords, encoder.spec) as found:
            yield found


def squared(encoder: Encoder, number: int) -> int:
    return number * number


def refused(encoder: Encoder, number: int) -> int:
    if number == 7:
        raise SourceError(f"{number} is refused; give another")
    return number


@pytest.mark.parametrize("share", [1.0, 0.25, 0.001])
def test_each_item_comes_back_once_with_its_number(workers: Workers, share: float) -> None:
    found = list(workers.each(squared, range(100, 150), share=lambda _: share))
    assert sorted(found) == [(n, (100 + n) ** 2) for n in range(50)]


def test_nothing_gives_nothing(workers: Workers) -> None:
    assert list(workers.each(squared, [])) == []


def test_items_are_taken_as_they_are_needed(workers: Workers) -> None:
    """Of items without end, none would come back if all were taken first."""
    taken = count()
    found = list(islice(workers.each(squared, taken, share=lambda _: 0.5), 60))
    assert len({number for number, _ in found}) == 60
    assert next(taken) < _AHEAD_AT_MOST


def test_what_the_work_raises_is_raised(workers: Workers) -> None:
    with pytest.raises(SourceError, match=r"^7 is refused; give another$"):
        list(workers.each(refused, range(20)))
    assert sorted(workers.each(refused, range(5))) == [(n, n) for n in range(5)]


def test_the_work_has_the_encoder(workers: Workers) -> None:
    texts = ["The ferry stops for the winter.", "Owls nest in the forest."]
    ((number, vectors),) = workers.each(encode, [texts])
    assert number == 0
    np.testing.assert_allclose(vectors, HashedWords().encode(texts), atol=1e-6)
