"""One who answers from three small articles, and a client."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from index.build import ingest
from index.opened import OpenIndex, open_index
from tests.api.stand_ins import FakeServing, client_of
from tests.fakes import HashedWords, write_articles


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> OpenIndex:
    """The three small articles, indexed once. Not to be changed."""
    home = tmp_path_factory.mktemp("api")
    ingest([str(write_articles(home / "articles"))], home / "index", HashedWords())
    return open_index(home / "index")


@pytest.fixture
def serving(opened: OpenIndex) -> FakeServing:
    return FakeServing(opened)


@pytest.fixture
def http(serving: FakeServing) -> TestClient:
    return client_of(serving)
