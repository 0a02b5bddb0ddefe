"""The schema tells of every route, and the docs need no other host."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.ui.routes.server import middleware, routes

PATHS = {
    "/api/ask": {"post"},
    "/api/ask/stream": {"post"},
    "/api/search": {"get"},
    "/api/documents": {"get"},
    "/api/documents/{id}": {"get"},
    "/api/feedback": {"post"},
    "/api/widget/token": {"post"},
    "/api/health": {"get"},
    "/api/ready": {"get"},
    "/metrics": {"get"},
    "/v1/chat/completions": {"post"},
    "/v1/models": {"get"},
    "/v1/models/{model}": {"get"},
}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    server = TestClient(Starlette(routes=routes, middleware=middleware))
    found: dict[str, Any] = server.get("/api/openapi.json").json()
    return found


def test_the_schema_has_the_contracts_routes(schema: dict[str, Any]) -> None:
    assert {path: set(operations) for path, operations in schema["paths"].items()} == PATHS


def test_every_reference_leads_somewhere_and_422_nowhere(schema: dict[str, Any]) -> None:
    known = schema["components"]["schemas"]
    for name in re.findall(r"#/components/schemas/(\w+)", str(schema)):
        assert name in known
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert "422" not in operation["responses"] and {"400", "429", "503"} <= set(operation["responses"])


@pytest.mark.parametrize("path", sorted({*PATHS, "/api/docs", "/api/openapi.json"}))
def test_what_a_path_cannot_be_used_with_is_405_and_says_what_can(path: str) -> None:
    http = TestClient(Starlette(routes=routes, middleware=middleware))
    methods = {method.upper() for method in PATHS.get(path, {"get"})}
    if path in ("/api/health", "/api/ready", "/api/openapi.json"):
        methods.add("HEAD")
    for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE"} - methods:
        answer = http.request(method, path)
        assert (answer.status_code, set(answer.headers.get("allow", "").split(", "))) == (405, methods), method
        if method != "HEAD":
            assert answer.json()["error"]["code"] == "method_not_allowed"


def test_the_docs_are_one_page_without_script_or_another_host() -> None:
    answer = TestClient(Starlette(routes=routes, middleware=middleware)).get("/api/docs")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text and "http:" not in answer.text and "https:" not in answer.text
    for path, methods in PATHS.items():
        assert all(f"{method.upper()} {path}" in answer.text for method in methods)


@pytest.mark.parametrize("rest", ["x", "", "a%0Ab", "%0A", "..%2f", "%00", "a/b/c"])
def test_what_is_not_there_is_said_in_json(rest: str) -> None:
    server = TestClient(Starlette(routes=routes, middleware=middleware))
    for start in ("/api/", "/v1/models/"):
        answer = server.get(start + rest)
        assert answer.status_code == 404 and answer.json()["error"]["message"]
