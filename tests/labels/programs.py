"""What a program gets of the API and of the views beside it, as an entry for the attempts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.ui.routes.server import middleware, routes
from tests.labels.leak import Attempt, Entry

HERE = ("192.0.2.1", 40000)


def client(peer: tuple[str, int] = HERE) -> TestClient:
    """A client at this address, of the real routes with their middleware."""
    return TestClient(Starlette(routes=routes, middleware=middleware), client=peer)


def program(headers: Mapping[str, str] | None = None, peer: tuple[str, int] = HERE) -> Entry:
    """A program that asks with these headers, from this address: whole answers, streams, chats, searches, documents."""
    http = client(peer)
    http.headers.update(headers or {})

    def ask(attempt: Attempt) -> str:
        f = attempt.filters
        filters = {"sources": f.sources, "outlets": f.outlets, "languages": f.languages}
        history = [asdict(turn) for turn in attempt.history]
        body = {
            "question": attempt.question,
            "history": history,
            "filters": {name: list(values) for name, values in filters.items() if values},
            **({"k": attempt.k} if attempt.k else {}),
        }
        chat = {"model": "footnote", "messages": [*history, {"role": "user", "content": attempt.question}]}
        narrowed = {"source": list(f.sources), "outlet": list(f.outlets), "language": list(f.languages)}
        found = [
            http.post("/api/ask", json=body),
            http.post("/api/ask/stream", json=body),
            http.post("/v1/chat/completions", json=chat),
            http.post("/v1/chat/completions", json={**chat, "stream": True}),
            http.get("/api/search", params={"q": attempt.question, "k": attempt.k or 10}),
            http.get("/api/search", params={"q": attempt.question, "k": attempt.k or 10, **narrowed}),
        ]
        assert [one.status_code for one in found] == [200] * len(found), [one.text[:200] for one in found]
        return "".join(json.dumps(one.json(), ensure_ascii=False) if one.text[:1] == "{" else one.text for one in found)

    def document(id: str) -> str:
        found = [http.get(path) for path in (f"/api/documents/{id}", f"/document/{id}", f"/document/{id}?cite=1:0-9")]
        return "".join(f"{one.status_code} {one.text}" for one in found)

    return Entry(ask, document, lambda: http.get("/api/documents").text)
