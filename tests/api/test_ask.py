"""Questions over HTTP: the contract's answer, its stream, a search, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.api.metrics import Metrics
from bot.api.models import AnswerOut, HitsOut
from bot.errors import SettingsError
from index.errors import IndexMissingError
from tests.api.stand_ins import FERRY_ASKED, Broken, FakeServing, Held, Silent, client_of, events_of

ANSWER = {
    "question", "standalone_question", "abstained", "confidence", "answer", "sentences", "citations", "timings_ms",
    "answerer", "model",
}  # fmt: skip


def test_the_answer_is_the_contracts_and_its_quotes_stand_in_the_documents(http: TestClient) -> None:
    answer = http.post("/api/ask", json={"question": FERRY_ASKED})
    found = answer.json()
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
    assert set(found) == ANSWER and AnswerOut.model_validate(found, strict=True, extra="forbid")
    assert found["sentences"] and all(sentence["citations"] for sentence in found["sentences"])
    for citation in found["citations"]:
        text = http.get(f"/api/documents/{citation['document_id']}").json()["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_an_abstention_lists_what_comes_close(serving: FakeServing) -> None:
    found = client_of(replace(serving, quoting=Silent())).post("/api/ask", json={"question": "Who?"}).json()
    assert found["abstained"] and found["nearest"] and not found["citations"]
    AnswerOut.model_validate(found, strict=True, extra="forbid")


def test_filters_history_and_k_are_obeyed(http: TestClient) -> None:
    only = {"question": FERRY_ASKED, "filters": {"sources": ["bakery.*"]}, "k": 1}
    assert {c["source"] for c in http.post("/api/ask", json=only).json()["citations"]} == {"bakery.txt"}
    none = {"question": FERRY_ASKED, "filters": {"until": "1999-12-31"}}
    assert http.post("/api/ask", json=none).json()["abstained"]
    history = [
        {"role": "user", "content": "Who is Jory Penhale?"},
        {"role": "assistant", "content": "A harbour master."},
    ]
    followed = http.post("/api/ask", json={"question": "And what did he say?", "history": history}).json()
    assert followed["standalone_question"] != followed["question"] == "And what did he say?"


def test_the_stream_tells_passages_then_the_answers_text_then_the_answer(http: TestClient) -> None:
    answer = http.post("/api/ask/stream", json={"question": FERRY_ASKED})
    assert answer.headers["content-type"].startswith("text/event-stream")
    names = [name for name, _ in events_of(answer.text)]
    assert names[0] == "passages" and names[-2:] == ["answer", "done"] and set(names[1:-2]) == {"token"}
    told = dict(events_of(answer.text))
    tokens = [data for name, data in events_of(answer.text) if name == "token"]
    assert "".join(token["text"] for token in tokens) == told["answer"]["answer"]
    assert all(token["checked"] for token in tokens)
    assert told["passages"]["passages"][0]["text"]
    AnswerOut.model_validate(told["answer"], strict=True, extra="forbid")


def test_what_a_model_writes_is_streamed_as_not_checked(serving: FakeServing) -> None:
    writer = Held()
    writer.go.set()
    http = client_of(replace(serving, writer=writer))
    events = events_of(http.post("/api/ask/stream", json={"question": FERRY_ASKED, "answerer": "llm"}).text)
    tokens = [data for name, data in events if name == "token"]
    assert tokens == [{"text": "Perhaps", "checked": False}, {"text": " not.", "checked": False}]
    assert dict(events)["answer"]["model"] == "held"
    quoted = http.post("/api/ask", json={"question": FERRY_ASKED, "answerer": "extractive"}).json()
    assert quoted["answerer"] == "first-sentence"


def test_search_lists_the_best_passages(http: TestClient) -> None:
    found = http.get("/api/search", params={"q": "owls in the Varn forest", "k": 2}).json()
    assert HitsOut.model_validate(found, strict=True, extra="forbid")
    assert len(found["hits"]) == 2 and found["hits"][0]["source"] == "owls.md"
    only = http.get("/api/search", params={"q": "owls", "source": ["bakery.txt", "ferry.txt"]}).json()
    assert "owls.md" not in {hit["source"] for hit in only["hits"]}


@pytest.mark.parametrize(
    ("body", "code", "named"),
    [
        ({}, "invalid_request", "question"),
        ({"question": 5}, "invalid_request", "question"),
        ({"question": "Why?", "questoin": "x"}, "invalid_request", "questoin"),
        ({"question": " ?! "}, "question_unusable", "empty"),
        ({"question": "x" * 4001}, "question_unusable", "4,001"),
        ({"question": "Why?", "k": 0}, "invalid_request", "k"),
        ({"question": "Why?", "k": 201}, "invalid_request", "k"),
        ({"question": "Why?", "k": True}, "invalid_request", "k"),
        ({"question": "Why?", "k": "5"}, "invalid_request", "k"),
        ({"question": "Why?", "answerer": "oracle"}, "invalid_request", "answerer"),
        ({"question": "Why?", "history": [{"role": "system", "content": "x"}]}, "invalid_request", "history.0.role"),
        ({"question": "Why?", "history": [{"role": "user"}]}, "invalid_request", "history.0.content"),
        ({"question": "Why?", "filters": {"since": "yesterday"}}, "invalid_request", "filters.since"),
        ({"question": "Why?", "filters": {"since": 20240101}}, "invalid_request", "filters.since"),
        ({"question": "Why?", "filters": {"source": ["a"]}}, "invalid_request", "filters.source"),
    ],
)
def test_what_cannot_be_asked_is_400_and_named(http: TestClient, body: Any, code: str, named: str) -> None:
    for path in ("/api/ask", "/api/ask/stream"):
        answer = http.post(path, json=body)
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (400, code)
        assert named in error["message"] and set(answer.json()) == {"error"} and set(error) == {"code", "message"}


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=a&k=0", "q=a&k=x", "q=a&since=soon", f"q={'x' * 4001}"])
def test_a_search_that_cannot_be_made_is_400(http: TestClient, query: str) -> None:
    answer = http.get(f"/api/search?{query}")
    assert answer.status_code == 400 and answer.json()["error"]["message"]


def test_an_answerer_that_is_not_there_is_said_to_be(http: TestClient) -> None:
    answer = http.post("/api/ask", json={"question": "Why?", "answerer": "llm"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "answerer_unavailable") and "FOOTNOTE_LLM" in error["message"]


@pytest.mark.parametrize(
    ("error", "code"),
    [(IndexMissingError("there is no index at /srv/x/idx; make one"), "index_missing"),
     (SettingsError("FOOTNOTE_PASSAGES is 'x'; give a number"), "settings_invalid")],
)  # fmt: skip
def test_what_the_operator_must_mend_is_503_without_a_path(error: Exception, code: str) -> None:
    http = client_of(error)
    answers = [
        http.post("/api/ask", json={"question": "Why?"}),
        http.post("/api/ask/stream", json={"question": "Why?"}),
        http.get("/api/search?q=why"),
        http.get("/api/documents"),
        http.get("/api/ready"),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, code)
        assert "/srv" not in answer.text
    assert http.get("/metrics").status_code == http.get("/api/health").status_code == 200


def test_an_unforeseen_fault_is_500_and_tells_nothing(serving: FakeServing) -> None:
    http = client_of(replace(serving, quoting=Broken()))
    answer = http.post("/api/ask", json={"question": "Why?"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
    *_, (name, data) = events_of(http.post("/api/ask/stream", json={"question": "Why?"}).text)
    assert (name, data["error"]["code"]) == ("error", "internal")
    assert "secret" not in answer.text and "secret" not in str(data)


def test_stages_and_answers_are_measured(serving: FakeServing) -> None:
    http = client_of(serving, Metrics())
    http.post("/api/ask", json={"question": FERRY_ASKED})
    http.post("/api/ask/stream", json={"question": FERRY_ASKED})
    measured = http.get("/metrics")
    assert measured.headers["content-type"].startswith("text/plain")
    for stage in ("rewrite", "retrieve", "rerank", "answer", "verify"):
        assert f'footnote_stage_seconds_count{{stage="{stage}"}} 2.0' in measured.text
    assert 'footnote_answers_total{answerer="first-sentence",outcome="answered"} 2.0' in measured.text
    assert 'footnote_requests_total{method="POST",route="/api/ask",status="200"} 1.0' in measured.text
    assert "footnote_requests_in_flight 1.0" in measured.text  # this one
