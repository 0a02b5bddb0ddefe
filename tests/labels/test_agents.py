"""The attempts on the tools for agents and on the LangChain retriever."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from bot.mcp.server import make_server
from bot.serving import Serving
from bot.settings import Settings
from index.encode import Encoder
from tests.bot.test_langchain import retriever
from tests.bot.test_mcp import text, using
from tests.fakes import HashedWords, WordReader
from tests.labels.leak import ATTEMPTS, LABEL, Attempt, Entry, check_all_is_seen, check_nothing_leaks, secret_index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return secret_index(tmp_path_factory.mktemp("labels"), HashedWords())


def agent(index: Path, *labels: str) -> Entry:
    """An agent with the tools for readers with these labels."""
    settings = Settings(index=index, labels=labels, abstain_below=0.0)
    server = make_server(Serving(settings, HashedWords(), WordReader()))

    def call(tool: str, **arguments: Any) -> str:
        async def talk(client: Client) -> str:
            result = await client.call_tool(tool, arguments)
            return f"{result.is_error} {text(result)} {json.dumps(result.structured_content, ensure_ascii=False)}"

        return using(server, talk)

    def ask(attempt: Attempt) -> str:
        f = attempt.filters
        given: dict[str, Any] = {
            "question": attempt.question,
            "sources": list(f.sources),
            "outlets": list(f.outlets),
            "languages": list(f.languages),
            "since": f.since,
            "until": f.until,
        }
        turns = [{"role": turn.role, "content": turn.content} for turn in attempt.history]
        answered = call("ask", **given, k=attempt.k, history=turns)
        return answered + call("search", **given, k=attempt.k or 10)

    return Entry(ask, lambda id: call("get_document", document_id=id) + call("get_document", document_id=id, start=3))


def test_an_agent_gets_nothing_that_its_labels_do_not_admit(index: Path) -> None:
    check_nothing_leaks(agent(index), index)
    check_nothing_leaks(agent(index, "staff"), index)
    check_all_is_seen(agent(index, LABEL), index)


def test_a_retriever_finds_nothing_that_its_labels_do_not_admit(
    tmp_path: Path, model: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_READER", "off")
    directory = secret_index(tmp_path, model)

    def entry(*labels: str) -> Entry:
        found = retriever(directory, model, k=200, labels=labels)
        return Entry(lambda attempt: str(found.invoke(attempt.question)))

    # It takes a question and nothing else, and names no twins.
    plain = {name: a for name, a in ATTEMPTS.items() if not a.filters and not a.history and name != "by a twin"}
    check_nothing_leaks(entry("staff"), directory, plain)
    check_all_is_seen(entry("staff", LABEL), directory, plain)
