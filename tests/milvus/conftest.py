"""Places in Milvus for these tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from index.address import MilvusAddress


@pytest.fixture
def new_address(milvus_file: Path) -> Callable[[], MilvusAddress]:
    return lambda: MilvusAddress(str(milvus_file), f"w{uuid4().hex[:12]}")
