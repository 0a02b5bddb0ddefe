"""One who answers from three small articles, and a client."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.opened import open_index
from tests.api.stand_ins import FakeServing, client_of


@pytest.fixture
def serving(small: Path) -> FakeServing:
    return FakeServing(open_index(small))


@pytest.fixture
def http(serving: FakeServing) -> TestClient:
    return client_of(serving)
