"""The server behind Debian's nginx with deploy/nginx.conf, below a prefix."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from benchmarks.served import nginx
from tests.ui.steps import RUSSIA, ask


@pytest.fixture(scope="module")
def proxied(sample_server: str) -> Iterator[str]:
    """The address of the server through nginx, with a slash at its end."""
    if shutil.which("nginx") is None:
        reason = "there is no nginx; install it (apt-get install nginx-light)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with nginx(sample_server.removeprefix("http://")) as address:
        yield address


@pytest.mark.slow
@pytest.mark.browser
def test_the_page_and_the_whole_article_work_below_a_prefix(page: Any, proxied: str) -> None:
    page.goto(proxied)

    turn = ask(page, RUSSIA)
    turn.locator(".fn-ref").first.click()
    turn.locator(".fn-card.fn-on .fn-whole").click()

    page.frame_locator("#fn-document iframe").locator("mark").first.wait_for()


def test_answers_stream_through_it(proxied: str) -> None:
    with httpx.stream("POST", f"{proxied}api/ask/stream", json={"question": RUSSIA}, timeout=120) as response:
        events = [line.removeprefix("event: ") for line in response.iter_lines() if line.startswith("event: ")]

    assert events[0] == "passages"
    assert events[-2:] == ["answer", "done"]


def test_metrics_are_for_this_machine_and_the_prefix_alone_leads_in(proxied: str) -> None:
    assert "footnote_requests_total" in httpx.get(f"{proxied}metrics").text
    assert httpx.get(proxied.removesuffix("footnote/")).status_code in (403, 404)
    assert httpx.get(proxied.removesuffix("/")).headers["location"].endswith("/footnote/")


@pytest.mark.slow
def test_a_client_that_sends_its_headers_slowly_is_let_go(proxied: str) -> None:
    url = httpx.URL(proxied)
    with socket.create_connection((url.host, url.port), timeout=60) as slow:
        slow.sendall(b"GET /footnote/api/health HTTP/1.1\r\nHost: wiki.example\r\nX-Never-Ends: ")
        assert b"408" in slow.recv(1000) or slow.recv(1000) == b""

    assert httpx.get(f"{proxied}api/health").status_code == 200
