"""The MCP server: tools `ask`, `search` and `get_document` over one index, for readers with the settings' labels."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import Annotated, Any, Literal, TypeVar

import anyio
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import BaseModel, Field

from bot.errors import FootnoteError
from bot.mcp.told import answer_text, document_json, document_text, filters_of, hits_text
from bot.schema import Turn, answer_to_json, hits_to_json
from bot.serving import Serving
from bot.settings import Settings
from index.errors import FootnoteIndexError

T = TypeVar("T")
_log = logging.getLogger(__name__)
_INSTRUCTIONS = (
    "Footnote answers from a fixed set of articles and cites the exact words. Use `ask` for a question; say what it "
    "says with its footnotes, and if it abstains, say that the sources are silent instead of guessing. Use `search` to "
    "look for passages yourself, and `get_document` to read around a passage that either has named."
)
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

Question = Annotated[str, Field(description="A question in plain words, at most 4,000 characters.")]
Passages = Annotated[int | None, Field(ge=1, le=200, description="How many passages to look at; leave out as a rule.")]
Sources = Annotated[list[str] | None, Field(description="Only these sources, by name; * and ? stand for anything.")]
Outlets = Annotated[list[str] | None, Field(description="Only articles of these outlets (publications).")]
Languages = Annotated[list[str] | None, Field(description='Only articles in these languages, as "en".')]
Day = Annotated[str | None, Field(description="A day of publication as YYYY-MM-DD, itself included.")]


class Said(BaseModel):
    """One turn of the conversation before the question."""

    role: Literal["user", "assistant"]
    content: str


Turns = Annotated[list[Said] | None, Field(description="The turns before it, for follow-up questions.")]


class Tools:
    """What the tools do, in worker threads: as many questions at once as there are processors."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._limiter = anyio.CapacityLimiter(os.cpu_count() or 1)

    async def ask(
        self,
        question: Question,
        history: Turns = None,
        sources: Sources = None,
        outlets: Outlets = None,
        languages: Languages = None,
        since: Day = None,
        until: Day = None,
        k: Passages = None,
    ) -> CallToolResult:
        """Answer a question from the indexed articles. Each sentence carries numbered footnotes [1]; beneath stands for
        each the source, the exact quotation and its place. If the articles do not answer, it says so and names the
        nearest passages: then do not answer from elsewhere as if it were sourced. The structured content holds the same
        with confidence, document ids and offsets."""
        turns = [Turn(one.role, one.content) for one in history or ()]

        def answer() -> CallToolResult:
            filters = filters_of(sources, outlets, languages, since, until)
            found = self._serving.bot().ask(question, turns, k, filters)
            return _result(answer_text(found), answer_to_json(found))

        return await self._run(answer)

    async def search(
        self,
        question: Question,
        sources: Sources = None,
        outlets: Outlets = None,
        languages: Languages = None,
        since: Day = None,
        until: Day = None,
        k: Annotated[int, Field(ge=1, le=200, description="How many passages to list.")] = 10,
    ) -> CallToolResult:
        """List the passages of the indexed articles that fit a question or keywords best, best first, each with source,
        title, document id and offsets. They are what was found, not an answer: a passage may be beside the point."""

        def find() -> CallToolResult:
            filters = filters_of(sources, outlets, languages, since, until)
            hits = self._serving.bot().search(question, k=k, filters=filters)
            return _result(hits_text(hits), {"question": question, "hits": hits_to_json(hits)})

        return await self._run(find)

    async def get_document(
        self,
        document_id: Annotated[str, Field(description="The id of a document, as ask and search give it.")],
        start: Annotated[int, Field(ge=0, description="The first character of the text to read.")] = 0,
        end: Annotated[int | None, Field(ge=0, description="Where to stop; left out: as far as one page goes.")] = None,
    ) -> CallToolResult:
        """Read an indexed article, or a part of it around a citation: its title, author, date and text from `start` to
        `end`, counted in characters as in citations. A long text comes in pages; go on with `start` = `next`."""

        def read() -> CallToolResult:
            settings = self._serving.settings
            found = document_json(self._serving.opened.view(settings.access), document_id, start, end)
            return _result(document_text(found), found)

        return await self._run(read)

    async def _run(self, work: Callable[[], T]) -> T:
        """Does the work in a thread; what goes wrong on purpose is told to the one who called the tool."""
        try:
            return await anyio.to_thread.run_sync(work, limiter=self._limiter)
        except (FootnoteError, FootnoteIndexError) as error:
            raise ToolError(str(error)) from error


def make_server(serving: Serving) -> MCPServer[Any]:
    """The server, not yet running. Its tools load what they need when they are called."""
    server: MCPServer[Any] = MCPServer("footnote", "Footnote", instructions=_INSTRUCTIONS, log_level="WARNING")
    tools = Tools(serving)
    for title, tool in (
        ("Ask the articles", tools.ask),
        ("Search the articles", tools.search),
        ("Read an article", tools.get_document),
    ):
        server.tool(title=title, annotations=_READS, structured_output=False)(tool)
    return server


def serve(settings: Settings) -> None:
    """Serves on standard input and output until the client closes it. Nothing but the protocol goes to standard output,
    as the SDK turns what else would be written there to standard error. Models load meanwhile, in a thread."""
    serving = Serving(settings)
    loading = Thread(target=partial(_warm, serving), name="loading")
    loading.start()
    try:
        make_server(serving).run("stdio")
    finally:
        loading.join()  # torn down at work in native code, it would take the process down with an abort


def _warm(serving: Serving) -> None:
    """Loads what the first question will need."""
    try:
        serving.bot().search("What do the articles say?", k=1)
    except (FootnoteError, FootnoteIndexError) as error:
        _log.warning("%s", error)  # who calls a tool is told so, too


def _result(text: str, told: dict[str, Any]) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=told)
