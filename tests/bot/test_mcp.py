"""The MCP server, by the SDK's own client: in this process with quick fakes, and over standard input and output."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult, TextContent

from bot.mcp.server import make_server
from bot.mcp.told import PAGE
from bot.serving import Serving
from bot.settings import Settings
from index.build import ingest
from index.opened import open_index
from tests.conftest import ROOT
from tests.fakes import HashedWords, WordReader, write_articles

T = TypeVar("T")


def using(server: Any, talk: Callable[[Client], Awaitable[T]]) -> T:
    """What the talk of a client with the server gives."""

    async def run() -> T:
        async with Client(server) as client:
            return await talk(client)

    return asyncio.run(run())


def call(index: Path, tool: str, **arguments: Any) -> CallToolResult:
    settings = Settings(index=index, abstain_below=0.0)
    server = make_server(Serving(settings, HashedWords(), WordReader()))
    return using(server, lambda client: client.call_tool(tool, arguments))


def text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def told(result: CallToolResult) -> dict[str, Any]:
    assert result.is_error is not True and isinstance(result.structured_content, dict)
    return dict(result.structured_content)


def refused(result: CallToolResult) -> str:
    assert result.is_error is True and result.structured_content is None
    return text(result)


def test_an_answer_has_its_footnotes_in_text_and_in_structure(small: Path) -> None:
    result = call(small, "ask", question="What will the repairs of the ferry cost?")
    answer = told(result)
    document = open_index(small).documents[answer["citations"][0]["document_id"]]
    for c in answer["citations"]:
        assert document.text[c["start"] : c["end"]] == c["quote"]
        assert f"[{c['n']}] {c['title']}" in text(result) and f"“{c['quote']}”" in text(result)
    assert "240,000 crowns" in answer["answer"] and "ferry.txt" in text(result)
    assert answer["abstained"] is False and answer["answerer"] == "extractive"


def test_a_follow_up_is_understood_and_filters_are_kept_to(small: Path) -> None:
    history = [
        {"role": "user", "content": "What did Jory Penhale say?"},
        {"role": "assistant", "content": "Jory Penhale, the harbour master, said that the wire has won."},
    ]
    answer = told(call(small, "ask", question="And what did he mend?", history=history, k=5))
    assert "Penhale" in answer["standalone_question"]
    hits = told(call(small, "search", question="ferry", sources=["b*"], k=50))["hits"]
    assert {hit["source"] for hit in hits} == {"bakery.txt"}
    hits = told(call(small, "search", question="ferry", since="2023-01-01", until="2023-12-31"))["hits"]
    assert {hit["source"] for hit in hits} == {"owls.md"}
    nothing = call(small, "search", question="ferry", outlets=["None Such"])
    assert told(nothing)["hits"] == [] and text(nothing) == "No passage was found."


def test_silence_is_said_with_the_nearest_passages(small: Path) -> None:
    server = make_server(Serving(Settings(index=small, abstain_below=1.0), HashedWords(), WordReader()))
    result = using(server, lambda client: client.call_tool("ask", {"question": "Who won the cup?"}))
    assert told(result)["abstained"] is True and told(result)["citations"] == []
    assert text(result).startswith("My sources don't say.") and "they do not answer it" in text(result)


def test_a_document_is_read_in_pages(tmp_path: Path) -> None:
    long = "A long story\n\n" + "\n\n".join(f"Sentence {n} of the long story stands here." for n in range(1200))
    ingest([str(write_articles(tmp_path / "a", {"long.txt": long}))], tmp_path / "i", HashedWords())
    (document,) = open_index(tmp_path / "i").documents.values()
    read, pages = "", 0
    start: int | None = 0
    while start is not None:
        page = told(call(tmp_path / "i", "get_document", document_id=document.id, start=start))
        assert len(page["text"]) <= PAGE and page["length"] == len(document.text)
        read, start, pages = read + page["text"], page["next"], pages + 1
    assert read == document.text and pages == -(-len(document.text) // PAGE)
    part = call(tmp_path / "i", "get_document", document_id=document.id, start=5, end=20)
    assert told(part)["text"] == document.text[5:20] and document.text[5:20] in text(part)


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("ask", {"question": " "}, "the question is empty; type a question in words"),
        ("ask", {"question": "x" * 5000}, "5,000 characters; the limit is 4,000"),
        ("ask", {}, "question"),
        ("ask", {"question": "ferry", "k": 0}, "k"),
        ("ask", {"question": "ferry", "history": [{"role": "system", "content": "x"}]}, "role"),
        ("search", {"question": "ferry", "since": "yesterday"}, "since is 'yesterday'; write the day as 2024-03-31"),
        ("get_document", {"document_id": "0123456789abcdef"}, "no document has the id '0123456789abcdef'"),
        ("get_document", {"document_id": "../../etc/passwd"}, "no document has the id '../../etc/passwd'"),
    ],
)
def test_what_cannot_be_done_is_an_error_of_the_tool(
    small: Path, tool: str, arguments: dict[str, Any], words: str
) -> None:
    assert words in refused(call(small, tool, **arguments))


def test_a_place_outside_the_text_is_named(small: Path) -> None:
    id = next(iter(open_index(small).documents))
    for start, end, named in ((10**6, None, "1000000 to the end"), (9, 5, "9 to 5")):
        assert named in refused(call(small, "get_document", document_id=id, start=start, end=end))


def test_a_new_index_is_taken_up_and_a_missing_one_is_told_of(tmp_path: Path) -> None:
    index, encoder = tmp_path / "index", HashedWords()
    server = make_server(Serving(Settings(index=index), encoder, WordReader()))

    async def talk(client: Client) -> None:
        before = await client.call_tool("search", {"question": "ferry"})
        assert "there is no index" in refused(before)
        for name in ("ferry.txt", "owls.md"):
            ingest([str(write_articles(tmp_path / "articles") / name)], index, encoder)
            found = told(await client.call_tool("search", {"question": "ferry owls", "k": 50}))["hits"]
            assert any(hit["source"].endswith(name) for hit in found)

    using(server, talk)


def test_the_tools_say_what_they_are_for(small: Path) -> None:
    async def talk(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"ask", "search", "get_document"}
        for tool in tools.values():
            assert tool.description and len(tool.description) > 100 and tool.title
            assert tool.annotations and tool.annotations.read_only_hint is True
            assert all("description" in p for p in tool.input_schema["properties"].values())
        assert tools["ask"].input_schema["required"] == ["question"]

    using(make_server(Serving(Settings(index=small))), talk)


def test_over_standard_input_and_output_the_command_answers_with_citations(bundled: Path) -> None:
    environment = {**os.environ, "FOOTNOTE_READER": "off", "PYTHONPATH": str(ROOT)}
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "bot", "mcp", "--index", str(bundled)], env=environment, cwd=ROOT
    )

    async def talk(client: Client) -> None:
        assert {tool.name for tool in (await client.list_tools()).tools} == {"ask", "search", "get_document"}
        result = await client.call_tool("ask", {"question": "How large was the Tolm Valley harvest?"})
        answer = told(result)
        assert "212,000" in answer["answer"] and answer["citations"] and json.dumps(answer)
        cited = answer["citations"][0]
        page = told(await client.call_tool("get_document", {"document_id": cited["document_id"]}))
        assert page["text"][cited["start"] : cited["end"]] == cited["quote"]

    using(command, talk)


def test_nothing_but_the_protocol_is_on_standard_output(bundled: Path) -> None:
    def message(id: int | None, method: str, params: dict[str, Any]) -> str:
        head = {"jsonrpc": "2.0", "method": method, "params": params}
        return json.dumps(head if id is None else {**head, "id": id}) + "\n"

    me = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    arguments = {"name": "search", "arguments": {"question": "harvest", "k": 1}}
    server = subprocess.Popen(
        [sys.executable, "-m", "bot", "mcp", "--index", str(bundled)],
        cwd=ROOT,
        env={**os.environ, "FOOTNOTE_READER": "off"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stdin and server.stdout
    server.stdin.write(message(1, "initialize", me) + message(None, "notifications/initialized", {}))
    server.stdin.write(message(2, "tools/call", arguments))
    server.stdin.flush()
    lines = [server.stdout.readline(), server.stdout.readline()]
    rest, _ = server.communicate(timeout=60)  # closes its input, and so it ends
    found = [json.loads(line) for line in lines + rest.splitlines()]
    assert [one["id"] for one in found] == [1, 2] and server.returncode == 0
    assert found[0]["result"]["serverInfo"]["name"] == "footnote"
    assert len(found[1]["result"]["structuredContent"]["hits"]) == 1


def test_a_bad_label_or_setting_ends_the_command_before_it_serves(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot.cli import main

    with pytest.raises(SystemExit):
        main(["mcp", "--labels", "h r"])
    assert "'h r' is no label" in capsys.readouterr().err
    monkeypatch.setenv("FOOTNOTE_LABELS", "h r")
    assert main(["mcp"]) == 1
    out, err = capsys.readouterr()
    assert out == "" and "FOOTNOTE_LABELS is 'h r'" in err
