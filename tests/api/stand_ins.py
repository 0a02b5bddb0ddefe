"""One who answers without models, and a client that speaks to the API over it."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from bot.answerer import Answerer, Token
from bot.api.app import make_routes, observed
from bot.api.metrics import Metrics
from bot.callers import Caller
from bot.chat import Bot
from bot.errors import SettingsError
from bot.feedback import Verdict
from bot.pool import Pool
from bot.schema import Draft
from bot.settings import Settings
from index.schema import Hit
from index.search import Searcher
from index.view import Index
from tests.fakes import FirstSentence, HashedWords

FERRY_ASKED = "When does the ferry between Oldmouth and Sand Isle stop?"
PATIENCE = 60.0


@dataclass
class FakeServing:
    """A `Serves` over an opened index with the fake encoder; `writer` is the answerer "llm", if there is one."""

    opened: Index
    quoting: Answerer = field(default_factory=FirstSentence)
    writer: Answerer | None = None
    settings: Settings = field(default_factory=Settings)
    version: str = "v-1"
    workers: Pool = field(default_factory=lambda: Pool(1))

    def check(self, answerer: str | None) -> None:
        if answerer == "llm" and self.writer is None:
            raise SettingsError("no chat model answers here; set FOOTNOTE_LLM")

    def bot(self, answerer: str | None = None) -> Bot:
        writes = self.writer if answerer != "extractive" else None
        return Bot(Searcher(self.opened, HashedWords()), writes or self.quoting, access=self.settings.access)

    def pool(self, answerer: str | None = None) -> Pool:
        return self.workers


class NoExchanges:
    """`Exchanges` of a server whose page answered nothing."""

    def known(self, settings: Settings, request: Request, id: str) -> dict[str, Any] | None:
        return None

    def note(self, settings: Settings, request: Request, id: str, verdict: Verdict) -> None:
        raise AssertionError("there is nothing to note it in")


def app_over(serving: FakeServing | Exception, counts: Metrics | None = None) -> Starlette:
    """A server with nothing but the API; an error in place of who answers is raised at each request."""

    def serve(caller: Caller) -> FakeServing:
        if isinstance(serving, Exception):
            raise serving
        return replace(serving, settings=serving.settings.with_labels(caller.labels)) if caller.labels else serving

    counts = counts or Metrics()
    return Starlette(routes=make_routes(NoExchanges(), serve, counts), middleware=[observed(lambda: counts)])


def client_of(serving: FakeServing | Exception, counts: Metrics | None = None) -> TestClient:
    return TestClient(app_over(serving, counts), "http://footnote.test", raise_server_exceptions=False)


class Silent:
    """An answerer that finds nothing."""

    name = "silent"

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        return Draft((), 0.1)


class Broken:
    """An answerer with a fault that nobody foresaw."""

    name = "broken"

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        raise ZeroDivisionError("a secret at /home/somebody/articles")


class Held:
    """An answerer that writes a word, and no more until it is let go; `ended` once it is closed or done."""

    name = "llm"

    def __init__(self) -> None:
        self.begun, self.go, self.ended = Event(), Event(), Event()

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        with closing(self.stream(question, hits)) as items:
            (draft,) = [item for item in items if isinstance(item, Draft)]
        return draft

    def stream(self, question: str, hits: Sequence[Hit]) -> Generator[Token | Draft, None, None]:
        try:
            yield Token("Perhaps")
            self.begun.set()
            assert self.go.wait(PATIENCE)
            yield Token(" not.")
            yield replace(FirstSentence().answer(question, hits), model="held")
        finally:
            self.ended.set()


def events_of(text: str) -> list[tuple[str, Any]]:
    """Server-sent events by name, with their data."""
    found = []
    for block in text.strip().split("\n\n"):
        if not block.startswith(":"):
            name, data = block.split("\n")
            assert name.startswith("event: ") and data.startswith("data: ")
            found.append((name[7:], json.loads(data[6:])))
    return found
