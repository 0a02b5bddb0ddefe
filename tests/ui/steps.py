"""What readers do on the page, step by step, and the questions that they ask of the bundled articles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.ui.conftest import running

RUSSIA = "What are Russia's conditions for restoring relations with the West?"
TRAM = "When will Marrowick’s Line 6 open?"
SILENT = "Who won the 1998 football World Cup?"
PLACEHOLDER = "Ask your articles a question"
LISTENING = """async () => {
    for (const begun = Date.now(); !window.footnote?.listening; await new Promise(done => setTimeout(done, 20)))
        if (Date.now() - begun > 60_000) throw new Error("the page's script did not come");
}"""
IN_VIEW = """selector => {
    const box = document.querySelector(selector).getBoundingClientRect();
    const foot = document.querySelector('.st-key-fn-ask').getBoundingClientRect().top;
    return box.top >= 0 && box.top < foot;
}"""


def ask(page: Any, question: str, turn: int = 1) -> Any:
    """Types a question; the turn's element once it is answered."""
    page.get_by_placeholder(PLACEHOLDER).fill(question)
    page.keyboard.press("Enter")
    return answered(page, turn)


def answered(page: Any, turn: int = 1) -> Any:
    """The turn's element once it is answered."""
    page.wait_for_selector(f"#t{turn} .fn-answer, #t{turn} .fn-notice")
    return page.locator(f"#t{turn}")


def settled(page: Any) -> None:
    """Waits until a page is drawn to its end: what is clicked before may be drawn anew under the pointer."""
    expect(page.locator(".stApp")).to_have_attribute("data-test-script-state", "notRunning")


def drawn(page: Any) -> None:
    """Waits until the chat is drawn to its end and its script listens; the library has no script of its own."""
    settled(page)
    page.locator(".stApp").evaluate(LISTENING)


@contextmanager
def visited(page: Any, index: Path, **settings: str) -> Iterator[str]:
    """A server of its own for one page, which leaves before the server stops: its reconnecting would be an error."""
    with running(index, **settings) as address:
        yield address
        page.goto("about:blank")
