"""Answers of a model as a reader meets them: a real browser, the real page, a scripted server in the model's place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, overload
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.bot.llm.server import Reply, ScriptedServer, error, says, serving
from tests.ui.conftest import patience_ms, running
from tests.ui.steps import drawn

pytestmark = pytest.mark.browser

TRAM = "When will Marrowick’s Line 6 open?"
AUDITOR = "What does the auditor Olwen Drax put the cost of Line 6 at?"
QUOTED = "The first new tram line in Marrowick since 1974 will carry passengers from Monday 12 September"
REPLY = f"{QUOTED} [1]. It has cost 912 million crowns, all told [1]. "
HOSTILE = (
    "<img src=x onerror=window.pwned=1> [x](javascript:window.pwned=1) **bold** $x$ :red[x] <script>pwned=1</script>"
)
SLOW = says(" ".join(["Nobody can say how the"] + ["very"] * 2000 + ["long tale ends."]), gap_s=0.1)
VERY = "#t1 .fn-rest >> text=very"
STANDS_STILL = """() => {
    const at = document.querySelector("#t2").getBoundingClientRect().top, before = window.stoodAt;
    window.stoodAt = at;
    return at === before;
}"""
PATIENCE = patience_ms() / 1000


class Held(Sequence[str]):
    """Tokens, some of which are sent only once their gate is open; `begun` is set when the first is asked for."""

    def __init__(self, tokens: Sequence[str], gates: Mapping[int, Event] | None = None) -> None:
        self._tokens, self._gates = tokens, gates or {}
        self.begun = Event()

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        self.begun.set()
        if isinstance(at, int) and at in self._gates:
            assert self._gates[at].wait(PATIENCE)
        return self._tokens[at]

    def __len__(self) -> int:
        return len(self._tokens)


@pytest.fixture(scope="module")
def scripted() -> Iterator[ScriptedServer]:
    with serving(says("Nothing.")) as server:
        yield server


@pytest.fixture(scope="module")
def address(sample_index: Path, scripted: ScriptedServer) -> Iterator[str]:
    """The page, with answers of the model; each test gives the model its script."""
    chosen = {"ANSWERER": "llm", "LLM": "scripted", "LLM_URL": scripted.url, "READER": "off"}  # quick to load
    with running(sample_index, **{f"FOOTNOTE_{name}": value for name, value in chosen.items()}) as address:
        yield address


@dataclass(frozen=True)
class Chat:
    """A page that is about to ask its first question, and the model that will answer."""

    page: Any
    address: str
    model: ScriptedServer

    def open(self, *script: Reply) -> Any:
        """The page, with that question asked: by its address, for to show examples takes time."""
        self.model.script = list(script)
        self.page.goto(f"{self.address}/?q={quote(TRAM)}")
        return self.page


@pytest.fixture
def chat(page: Any, address: str, scripted: ScriptedServer) -> Iterator[Chat]:
    scripted.hung_up.clear()
    scripted.bodies.clear()
    yield Chat(page, address, scripted)
    page.goto("about:blank")  # its reconnecting, once the server has stopped, would be an error


def ask(page: Any, question: str) -> None:
    page.get_by_placeholder("Ask your articles a question").fill(question)
    page.keyboard.press("Enter")


def wait_for_rest(page: Any, text: str) -> None:
    """Waits until what is written and not yet judged is this, letter for letter."""
    page.wait_for_function("t => document.querySelector('#t1 .fn-rest')?.textContent.trim() === t", arg=text)


def stop(page: Any) -> Any:
    """The button that stops what is being written."""
    return page.get_by_role("button", name="Stop", exact=True)


def stopped(page: Any) -> None:
    """Stops what is being written, and waits until the page says so, drawn to its end."""
    stop(page).click()
    page.wait_for_selector("#t1 .fn-stopped")
    drawn(page)


def again(page: Any) -> Any:
    """The button that asks the last question once more."""
    return page.get_by_role("button", name="Ask again", exact=True)


def test_words_appear_as_they_come_then_verdicts_then_the_answer(chat: Chat) -> None:
    judged, ended = Event(), Event()
    tokens = [*re.findall(r"\S+\s*", REPLY), HOSTILE, "\n\n", "The End"]
    try:
        page = chat.open(Reply(tokens=Held(tokens, {5: judged, len(tokens) - 1: ended})))
        turn = page.locator("#t1")
        wait_for_rest(page, "The first new tram line")
        expect(turn.locator(".fn-tag")).to_have_count(0)
        expect(turn).to_have_attribute("aria-busy", "true")
        judged.set()
        wait_for_rest(page, HOSTILE)
        states = turn.locator(".fn-writing li").all_inner_texts()
        assert re.fullmatch(rf"{QUOTED}\.? [❞✓] (quoted word for word|checked against the source)", states[0])
        assert re.search(r"912 million crowns, all told\. ✗ dropped: .*912", states[1])
        expect(turn.locator(".fn-answer")).to_have_count(0)
        expect(stop(page)).to_be_visible()
    finally:
        judged.set()
        ended.set()
    page.wait_for_selector("#t1 .fn-answer")
    stop(page).wait_for(state="detached")
    drawn(page)
    said = turn.locator(".fn-answer").inner_text()
    assert QUOTED in said and "912" not in said
    assert turn.locator(".fn-writing").count() == 0 and turn.get_attribute("aria-busy") is None
    assert turn.locator(".fn-ref").count() >= 1 and turn.locator(".fn-card mark").count() >= 1
    assert "Written by" in turn.locator(".fn-meta").inner_text()
    assert turn.locator("script, img, b, strong, .katex, [style*=color], a[href^=javascript]").count() == 0
    assert page.evaluate("window.pwned") is None


def test_stopping_cancels_the_request_and_leaves_the_question_to_be_asked_again(chat: Chat) -> None:
    page = chat.open(SLOW, says(REPLY))
    page.wait_for_selector(VERY)
    stopped(page)
    assert chat.model.hung_up.wait(PATIENCE)
    expect(page.locator("#t1-q")).to_have_text(TRAM)
    expect(page.locator("#t1")).not_to_contain_text("very")
    again(page).click()  # beside the question box, as it is the last
    page.wait_for_selector("#t1 .fn-answer")
    expect(page.locator(".fn-turn")).to_have_count(1)
    expect(page.locator(".fn-stopped")).to_have_count(0)
    assert len(chat.model.bodies) == 2


@pytest.mark.slow
def test_an_earlier_question_that_was_stopped_is_asked_again_in_its_place(chat: Chat) -> None:
    page = chat.open(SLOW, says(REPLY))
    page.wait_for_selector(VERY)
    stopped(page)
    earlier = page.get_by_role("button", name=f"Ask again: {TRAM}", exact=True)
    expect(earlier).to_have_count(0)
    ask(page, AUDITOR)
    page.wait_for_selector("#t2 .fn-answer")
    page.locator("#t1 .fn-stopped").wait_for()
    again(page).wait_for()
    drawn(page)
    page.wait_for_function(STANDS_STILL, polling=150)  # the new turn is scrolled to
    at = [box.bounding_box()["y"] for box in (page.locator("#t1"), earlier, page.locator("#t2"))]
    assert at == sorted(at)  # under its turn
    earlier.click()
    page.wait_for_selector("#t1 .fn-answer")
    expect(page.locator("#t2 .fn-answer")).to_be_visible()
    expect(page.locator(".fn-stopped")).to_have_count(0)
    earlier.wait_for(state="detached")
    assert len(chat.model.bodies) == 3
    assert AUDITOR not in str(chat.model.bodies[-1])  # it came later


@pytest.mark.slow
def test_a_question_typed_meanwhile_stops_the_answer_and_a_notice_stays_in_the_history(chat: Chat) -> None:
    page = chat.open(SLOW, error(400, "<b>no</b> such thing"), says(REPLY))
    page.wait_for_selector(VERY)
    ask(page, AUDITOR)
    page.wait_for_selector("#t2 .fn-answer")
    assert chat.model.hung_up.wait(PATIENCE)
    expect(page.locator("#t1 .fn-stopped")).to_be_visible()
    drawn(page)
    notice = page.locator("#t2 .fn-note").inner_text()
    assert notice.startswith("Quoted from the sources instead, because the model failed:")
    assert "<b>no</b> such thing" in notice
    ask(page, TRAM)
    page.wait_for_selector("#t3 .fn-answer")
    drawn(page)
    expect(page.locator("#t2 .fn-note")).to_have_text(notice, use_inner_text=True)
    expect(page.locator("#t3 .fn-note")).to_have_count(0)


@dataclass(frozen=True)
class Halting:
    """A reply that stands still twice: when it has begun, until it is let on, and before its end, until it is let end.
    It is let on in any case at the end of the block."""

    on: Event = field(default_factory=Event)
    end: Event = field(default_factory=Event)

    def __enter__(self) -> Halting:
        return self

    def __exit__(self, *_: object) -> None:
        self.on.set()
        self.end.set()

    @property
    def reply(self) -> Reply:
        tokens = re.findall(r"\S+\s*", f"{QUOTED} [1].")
        return Reply(tokens=Held(tokens, {5: self.on, 9: self.end}))


BEGUN, FURTHER = "The first new tram line", "The first new tram line in Marrowick since 1974"


def check_answered_once(chat: Chat) -> None:
    expect(chat.page.locator("#t1 .fn-answer")).to_contain_text(QUOTED)
    drawn(chat.page)
    expect(chat.page.locator(".fn-turn")).to_have_count(1)
    assert len(chat.model.bodies) == 1 and not chat.model.hung_up.is_set()


def test_a_connection_that_drops_finds_the_answer_still_being_written(chat: Chat) -> None:
    sockets: list[Any] = []
    chat.page.route_web_socket(
        re.compile("_stcore/stream"), lambda socket: sockets.append((socket, socket.connect_to_server()))
    )
    with Halting() as halting:
        page = chat.open(halting.reply)
        wait_for_rest(page, BEGUN)
        for end in sockets.pop():
            end.close()
        halting.on.set()
        wait_for_rest(page, FURTHER)  # the page has connected again
        assert len(sockets) == 1
        expect(stop(page)).to_be_visible()
        halting.end.set()
        check_answered_once(chat)


def test_a_refresh_finds_the_answer_still_being_written_and_can_stop_it(chat: Chat) -> None:
    with Halting() as halting:
        page = chat.open(halting.reply)
        wait_for_rest(page, BEGUN)
        page.reload()
        wait_for_rest(page, BEGUN)
        halting.on.set()
        wait_for_rest(page, FURTHER)
        assert len(chat.model.bodies) == 1 and not chat.model.hung_up.is_set()
        stopped(page)
        page.reload()
        page.wait_for_selector("#t1 .fn-stopped")
        drawn(page)
        expect(page.locator("#t1 .fn-rest")).to_have_count(0)
        expect(stop(page)).to_have_count(0)
    assert chat.model.hung_up.wait(PATIENCE) and len(chat.model.bodies) == 1


@pytest.mark.slow
def test_an_answer_comes_to_its_end_though_its_reader_has_left(chat: Chat) -> None:
    with Halting() as halting:
        page = chat.open(halting.reply)
        wait_for_rest(page, BEGUN)
        kept = page.url
        page.goto("about:blank")
        halting.on.set()
        halting.end.set()
        page.goto(kept)
        check_answered_once(chat)


@pytest.mark.slow
def test_two_tabs_see_one_answer_written_and_either_can_stop_it(chat: Chat) -> None:
    with Halting() as halting:
        page = chat.open(halting.reply)
        wait_for_rest(page, BEGUN)
        other = page.context.new_page()
        other.set_default_timeout(patience_ms())
        other.goto(page.url)
        wait_for_rest(other, BEGUN)
        halting.on.set()
        for tab in (page, other):
            wait_for_rest(tab, FURTHER)
        stop(other).click()
        for tab in (page, other):
            tab.wait_for_selector("#t1 .fn-stopped")
        other.close()
    assert chat.model.hung_up.wait(PATIENCE) and len(chat.model.bodies) == 1


def test_a_model_that_is_silent_can_be_stopped_too(chat: Chat) -> None:
    tokens = Held(["", "Too late."])
    page = chat.open(Reply(tokens=tokens, gap_s=300))
    assert tokens.begun.wait(PATIENCE)
    stop(page).click()
    page.wait_for_selector("#t1 .fn-stopped")
    assert chat.model.hung_up.wait(PATIENCE)
    stop(page).wait_for(state="detached")
    assert len(chat.model.bodies) == 1  # the question was not asked anew
