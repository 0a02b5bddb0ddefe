"""A server that is told to stop while it answers."""

from __future__ import annotations

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.ui.conftest import patience_ms, running
from tests.ui.steps import RUSSIA

_OPEN = re.compile(r"^footnote_questions_open\{[^}]*\} 1\.0$", re.M)


def test_an_answer_under_way_is_finished(bundled: Path, tmp_path: Path) -> None:
    index = shutil.copytree(bundled, tmp_path / "index")
    with ThreadPoolExecutor() as pool:
        with running(index) as address:
            body = {"question": RUSSIA}
            # The first question of a server: the models are loaded for it, so it is not over before the signal comes.
            asked = pool.submit(httpx.post, f"{address}/api/ask", json=body, timeout=patience_ms() / 1000)
            while not _OPEN.search(httpx.get(f"{address}/metrics").text):
                assert not asked.done(), asked.result().text
        response = asked.result()

    assert response.status_code == 200
    assert response.json()["citations"]
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/api/health")
