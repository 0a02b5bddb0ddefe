"""The attempts by a page of another site, with a widget's token."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.api.app import make_routes
from bot.api.metrics import Metrics
from bot.serving import Serving
from bot.settings import Settings
from tests.api.stand_ins import NoExchanges
from tests.fakes import HashedWords, WordReader
from tests.labels.leak import LABEL, Attempt, Entry, check_all_is_seen, check_nothing_leaks, secret_index

WIKI = "https://wiki.example"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return secret_index(tmp_path_factory.mktemp("labels"), HashedWords())


@pytest.fixture(autouse=True)
def listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FOOTNOTE_ORIGINS", WIKI)
    monkeypatch.setenv("FOOTNOTE_SECRET", str(tmp_path / "secret"))
    monkeypatch.setenv("FOOTNOTE_RATE_PER_MINUTE", "0")
    monkeypatch.setenv("FOOTNOTE_ORIGIN_PER_MINUTE", "0")


def widget(index: Path, *labels: str) -> Entry:
    """What scripts on a listed page get of a server with these labels."""
    settings = Settings(index=index, labels=labels, abstain_below=0.0)
    serving = Serving(settings, HashedWords(), WordReader())
    http = TestClient(
        Starlette(routes=make_routes(NoExchanges(), lambda _caller: serving, Metrics())), "http://footnote.test"
    )
    token = http.post("/api/widget/token", headers={"Origin": WIKI}).json()["token"]
    headers = {"Origin": WIKI, "Authorization": f"Bearer {token}", "Sec-Fetch-Site": "cross-site"}

    def ask(attempt: Attempt) -> str:
        f = attempt.filters
        chosen = {"sources": f.sources, "outlets": f.outlets, "languages": f.languages}
        filters = {name: list(values) for name, values in chosen.items() if values}
        history = [asdict(turn) for turn in attempt.history]
        body: dict[str, Any] = {"question": attempt.question, "history": history, "filters": filters}
        body |= {"k": attempt.k} if attempt.k else {}
        asked: dict[str, str | int] = {"q": attempt.question, "k": attempt.k or 10}
        found = [
            http.post("/api/ask", json=body, headers=headers),
            http.post("/api/ask/stream", json=body, headers=headers),
            http.get("/api/search", params=asked, headers=headers),
        ]
        assert [one.status_code for one in found] == [200] * 3, [one.text[:200] for one in found]
        assert {one.headers["access-control-allow-origin"] for one in found} == {WIKI}
        return "".join(json.dumps(one.json(), ensure_ascii=False) if one.text[:1] == "{" else one.text for one in found)

    def document(id: str) -> str:
        found = http.get(f"/api/documents/{id}", headers=headers)
        return f"{found.status_code} {found.text}"

    return Entry(ask, document)


def test_a_page_gets_nothing_that_the_labels_do_not_admit(index: Path) -> None:
    check_nothing_leaks(widget(index), index)
    check_nothing_leaks(widget(index, "staff"), index)
    check_all_is_seen(widget(index, LABEL), index)
