"""Clients that were not made for us, unchanged, against the real server: OpenAI's for Python, and LangChain's chat."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ui.conftest import running
from tests.ui.steps import RUSSIA, SILENT

openai = pytest.importorskip("openai")
chat_models = pytest.importorskip("langchain_openai")

MARKER = re.compile(r"\[(\d+)\]")


@pytest.fixture(scope="module")
def server(bundled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    index = shutil.copytree(bundled, tmp_path_factory.mktemp("clients") / "index")
    with running(index, FOOTNOTE_MAX_STREAMS="12", FOOTNOTE_RATE_PER_MINUTE="0", FOOTNOTE_READER="off") as address:
        yield address


@pytest.fixture
def client(server: str) -> Iterator[Any]:
    with openai.OpenAI(base_url=f"{server}/v1", api_key="none", timeout=120) as made:
        yield made


@pytest.fixture
def langchain(server: str) -> Any:
    return chat_models.ChatOpenAI(model="footnote", base_url=f"{server}/v1", api_key="none", timeout=120)


def check_cited(server: str, content: str, annotations: list[Any]) -> None:
    """Each footnote in the text has its annotation, whose quote stands in the document, which the address shows."""
    assert annotations and len(annotations) == len(MARKER.findall(content.split("\n\n[1]: ")[0]))
    for annotation in annotations:
        cited = annotation.url_citation if hasattr(annotation, "url_citation") else annotation["url_citation"]
        cited = cited if isinstance(cited, dict) else cited.model_dump()
        assert MARKER.fullmatch(content[cited["start_index"] : cited["end_index"]])
        text = httpx.get(f"{server}/api/documents/{cited['document_id']}").json()["text"]
        assert text[cited["quote_start"] : cited["quote_end"]] == cited["quote"]
        page = httpx.get(cited["url"])
        assert page.status_code == 200 and "<mark" in page.text and cited["title"]


def test_openais_client_gets_a_cited_answer(server: str, client: Any) -> None:
    done = client.chat.completions.create(
        model="footnote",
        messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": RUSSIA}],
        temperature=0,
    )
    message = done.choices[0].message
    assert done.choices[0].finish_reason == "stop" and "equal" in message.content
    check_cited(server, message.content, message.annotations)
    assert done.footnote["answerer"] == "extractive" and not done.footnote["abstained"]
    assert done._request_id


def test_openais_client_streams_a_cited_answer(server: str, client: Any) -> None:
    content, finish, usage = "", None, None
    annotations: list[Any] = []
    stream = client.chat.completions.create(
        model="footnote-extractive",
        messages=[{"role": "user", "content": [{"type": "text", "text": RUSSIA}]}],
        stream=True,
        stream_options={"include_usage": True},
    )
    for chunk in stream:
        usage = chunk.usage or usage
        for choice in chunk.choices:
            content += choice.delta.content or ""
            annotations += getattr(choice.delta, "annotations", None) or []
            finish = choice.finish_reason or finish
    assert finish == "stop" and usage and usage.completion_tokens > 0
    check_cited(server, content, annotations)


def test_openais_asynchronous_client_gets_the_same(server: str) -> None:
    async def ask() -> str:
        async with openai.AsyncOpenAI(base_url=f"{server}/v1", api_key="none", timeout=120) as client:
            done = await client.chat.completions.create(
                model="footnote", messages=[{"role": "user", "content": SILENT}]
            )
            return str(done.choices[0].message.content)

    assert asyncio.run(ask()).startswith("My sources don't say.")


def test_openais_client_understands_our_errors(client: Any) -> None:
    assert [model.id for model in client.models.list()] == ["footnote", "footnote-extractive"]
    assert client.models.retrieve("footnote").owned_by == "footnote"
    with pytest.raises(openai.NotFoundError, match="does not exist"):
        client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Why?"}])
    with pytest.raises(openai.BadRequestError, match="messages") as bad:
        client.chat.completions.create(model="footnote", messages=[])
    assert (bad.value.type, bad.value.param) == ("invalid_request_error", "messages")


def test_langchains_chat_gets_a_cited_answer_and_asks_on(server: str, langchain: Any) -> None:
    first = langchain.invoke([("system", "Be brief."), ("human", "Who is Anatoly Antonov?")])
    references = dict(re.findall(r"^\[(\d+)\]: <(\S+)> ", first.content, re.M))
    assert references and set(MARKER.findall(first.content.split("\n\n[1]: ")[0])) == set(references)
    assert all("<mark" in httpx.get(url).text for url in references.values())
    second = langchain.invoke([("human", "Who is Anatoly Antonov?"), first, ("human", "When did he leave Washington?")])
    assert "[1]" in second.content
    assert second.response_metadata["finish_reason"] == "stop" and second.usage_metadata["output_tokens"] > 0


def test_langchains_chat_streams_a_cited_answer(langchain: Any) -> None:
    chunks = list(langchain.stream(RUSSIA))
    whole = "".join(chunk.content for chunk in chunks)
    assert len(chunks) > 3 and "[1]" in whole and "\n[1]: <http" in whole


def test_page_and_api_share_the_port_and_count_together(server: str) -> None:
    assert "<title>" in httpx.get(server).text
    assert httpx.get(f"{server}/api/openapi.json").json()["openapi"].startswith("3.")
    measured = httpx.get(f"{server}/metrics").text
    assert 'route="page"' in measured and 'route="/v1/chat/completions"' in measured


def test_many_at_once_all_get_the_same_answer(server: str) -> None:
    async def ask() -> set[str]:
        async with httpx.AsyncClient(timeout=240) as client:
            asked = [client.post(f"{server}/api/ask", json={"question": RUSSIA}) for _ in range(12)]
            return {answer.json()["answer"] for answer in await asyncio.gather(*asked)}

    (answer,) = asyncio.run(ask())
    assert "[1]" in answer
