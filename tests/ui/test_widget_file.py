"""The widget's one file, as it is served."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.ui.routes.server import middleware, routes

FILE = Path(__file__).parents[2] / "bot" / "ui" / "static" / "widget.js"


def test_it_is_small_and_needs_nothing_else() -> None:
    code = FILE.read_text("utf-8")
    assert len(FILE.read_bytes()) < 20_000
    for sink in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "import(",
        "import ",
        "cssText",
    ):
        assert sink not in code
    assert not re.search(r"""setAttribute\(["']style|style=|on\w+=""", code)
    addresses = re.findall(r"https?://[\w.]+", code)
    assert set(addresses) <= {"https://host"}


def test_whoever_has_it_need_not_load_it_again() -> None:
    http = TestClient(Starlette(routes=routes, middleware=middleware))
    first = http.get("/widget.js", headers={"Origin": "https://anywhere.example"})
    assert first.status_code == 200 and first.content == FILE.read_bytes()
    assert first.headers["content-type"].startswith("text/javascript")
    assert first.headers["x-content-type-options"] == "nosniff"
    assert "max-age" in first.headers["cache-control"] and "set-cookie" not in first.headers
    again = http.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
