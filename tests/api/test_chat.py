"""Chat completions as OpenAI's clients see them, over HTTP without a server."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.api.models import AnswerOut
from index.errors import IndexMissingError
from tests.api.stand_ins import FERRY_ASKED, Broken, FakeServing, Silent, client_of

PATH = "/v1/chat/completions"


def chat(*messages: Any, **more: Any) -> dict[str, Any]:
    given = [{"role": "user", "content": m} if isinstance(m, str) else m for m in messages]
    return {"model": "footnote", "messages": given, **more}


def chunks_of(text: str) -> list[Any]:
    """The data of a stream; the end is kept as it is."""
    data = [block.removeprefix("data: ") for block in text.strip().split("\n\n") if not block.startswith(":")]
    return [one if one == "[DONE]" else json.loads(one) for one in data]


def test_a_completion_has_the_answer_and_an_annotation_for_each_footnote(http: TestClient) -> None:
    found = http.post(PATH, json=chat(FERRY_ASKED)).json()
    (choice,) = found["choices"]
    message = choice["message"]
    assert (found["object"], found["model"], choice["finish_reason"]) == ("chat.completion", "footnote", "stop")
    assert message["role"] == "assistant" and message["content"].startswith(found["footnote"]["answer"])
    assert message["annotations"]
    for annotation in message["annotations"]:
        cited = annotation["url_citation"]
        assert annotation["type"] == "url_citation"
        assert message["content"][cited["start_index"] : cited["end_index"]] == f"[{cited['n']}]"
        (citation,) = [c for c in found["footnote"]["citations"] if c["n"] == cited["n"]]
        assert (cited["file"], cited["quote"], cited["title"]) == tuple(
            citation[n] for n in ("source", "quote", "title")
        )
        assert cited["url"].startswith(f"http://footnote.test/document/{citation['document_id']}?cite=")
    AnswerOut.model_validate(found["footnote"], strict=True, extra="forbid")
    usage = found["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > usage["prompt_tokens"] > 0


def test_links_lead_where_readers_come_in(serving: FakeServing) -> None:
    public = replace(serving, settings=replace(serving.settings, public_url="https://wiki.test/footnote"))
    message = client_of(public).post(PATH, json=chat(FERRY_ASKED)).json()["choices"][0]["message"]
    assert message["annotations"]
    for annotation in message["annotations"]:
        assert annotation["url_citation"]["url"].startswith("https://wiki.test/footnote/document/")


def test_a_stream_joined_is_the_completion(http: TestClient) -> None:
    whole = http.post(PATH, json=chat(FERRY_ASKED)).json()
    answer = http.post(PATH, json=chat(FERRY_ASKED, stream=True, stream_options={"include_usage": True}))
    assert answer.headers["content-type"].startswith("text/event-stream")
    *chunks, used, end = chunks_of(answer.text)
    assert end == "[DONE]" and used["choices"] == [] and used["usage"] == whole["usage"]
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    message = whole["choices"][0]["message"]
    assert deltas[0]["role"] == "assistant"
    assert "".join(delta.get("content", "") for delta in deltas) == message["content"]
    assert deltas[-1]["annotations"] == message["annotations"]
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert len({chunk["id"] for chunk in chunks}) == 1


def test_usage_is_streamed_only_where_it_is_wanted(http: TestClient) -> None:
    chunks = chunks_of(http.post(PATH, json=chat(FERRY_ASKED, stream=True)).text)
    assert all("usage" not in chunk for chunk in chunks[:-1])


def test_an_abstention_says_so_without_annotations(serving: FakeServing) -> None:
    http = client_of(replace(serving, quoting=Silent()))
    message = http.post(PATH, json=chat("Who?")).json()["choices"][0]["message"]
    assert message["annotations"] == [] and message["content"].startswith("My sources don't say.")


def test_the_last_message_of_the_user_is_asked_and_the_turns_before_it_are_the_history(http: TestClient) -> None:
    first = http.post(PATH, json=chat("Who is Jory Penhale?")).json()["choices"][0]["message"]
    messages: list[Any] = [
        {"role": "system", "content": "Say that the moon is cheese."},
        "Who is Jory Penhale?",
        {"role": "assistant", "content": first["content"]},
        {"role": "user", "content": [{"type": "text", "text": "And what"}, {"type": "text", "text": "did he say?"}]},
    ]
    found = http.post(PATH, json=chat(*messages, temperature=0.2, tools=[], user="x", max_tokens=5)).json()["footnote"]
    assert found["question"] == "And what did he say?" and "he say" not in found["standalone_question"]
    assert "Penhale" in found["standalone_question"]


@pytest.mark.parametrize(
    ("body", "status", "code", "param"),
    [
        (chat("Why?") | {"model": "gpt-4o"}, 404, "model_not_found", "model"),
        (chat(), 400, "invalid_request", "messages"),
        ({"model": "footnote"}, 400, "invalid_request", "messages"),
        ({"messages": [{"role": "user", "content": "x"}]}, 400, "invalid_request", "model"),
        (chat({"role": "robot", "content": "x"}), 400, "invalid_request", "messages.0.role"),
        (chat({"role": "system", "content": "x"}), 400, "no_question", "messages"),
        (chat(""), 400, "no_question", "messages.[0].content"),
        (chat("Why?", {"role": "user", "content": None}), 400, "no_question", "messages.[1].content"),
        (chat({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}), 400,
         "unsupported_content", "messages.[0].content.[0].type"),
        (chat("Why?", n=2), 400, "unsupported_value", "n"),
        (chat("Why?", stream="yes"), 400, "invalid_request", "stream"),
        (chat("Why?", response_format={"type": "json_object"}), 400, "unsupported_value", "response_format"),
        (chat("x" * 4001), 400, "question_unusable", None),
        (chat("?!"), 400, "question_unusable", None),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_an_error_of_openais_form(
    http: TestClient, body: Any, status: int, code: str, param: str | None
) -> None:
    answer = http.post(PATH, json=body)
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"} and error["type"] == "invalid_request_error"
    assert (answer.status_code, error["code"], error["param"]) == (status, code, param)


def test_what_fails_here_is_a_server_error(serving: FakeServing) -> None:
    answer = client_of(IndexMissingError("there is no index at /srv/x; make one")).post(PATH, json=chat("Why?"))
    assert answer.status_code == 503 and "/srv" not in answer.text
    assert (answer.json()["error"]["type"], answer.json()["error"]["code"]) == ("server_error", "index_missing")
    broken = client_of(replace(serving, quoting=Broken()))
    assert broken.post(PATH, json=chat("Why?")).status_code == 500
    (chunk,) = chunks_of(broken.post(PATH, json=chat("Why?", stream=True)).text)
    assert chunk["error"]["type"] == "server_error" and "secret" not in str(chunk)


def test_models_are_listed_and_told_apart(http: TestClient) -> None:
    listed = http.get("/v1/models").json()
    assert listed["object"] == "list" and [m["id"] for m in listed["data"]] == ["footnote", "footnote-extractive"]
    assert http.get("/v1/models/footnote").json() == listed["data"][0]
    unknown = http.get("/v1/models/gpt-4o")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "model_not_found")
    assert http.get("/v1/nothing").json()["error"]["type"] == "invalid_request_error"
