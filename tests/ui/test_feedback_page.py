"""What readers think of an answer: kept at a click, reasons with a second one, and made into questions to measure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from bot.feedback import Feedback, read_feedback
from eval.cli import main as eval_main
from eval.dataset import read_suite
from tests.ui.conftest import a_reader, patience_ms, running
from tests.ui.steps import PLACEHOLDER, SILENT, TRAM, answered, ask, drawn

pytestmark = pytest.mark.browser

PESKOV = "What did Dmitry Peskov say about Washington?"
FOLLOW_UP = "What did he say about the Geneva meeting?"
THANKS = "Thank you, that is noted"


@pytest.fixture
def log(sample_index: Path) -> Path:
    """Where the server keeps what readers think; empty."""
    log = sample_index.parent / "feedback.jsonl"
    log.unlink(missing_ok=True)
    return log


@pytest.fixture
def server(sample_server: str, log: Path) -> str:
    return sample_server


def thumb(turn: Any, name: str) -> Any:
    return turn.get_by_role("button", name=name, exact=True)


def judged(turn: Any, name: str) -> None:
    """Gives a thumb, and waits until it is kept."""
    drawn(turn.page)  # the page's script comes just after the answer
    thumb(turn, name).click()
    expect(turn.locator(".fn-told")).to_have_text(THANKS)


def sent(turn: Any, reason: str = "", expected: str = "") -> None:
    """Fills in what is wrong and what would be right, sends it, and waits until it is kept."""
    if reason:
        turn.locator(".fn-reason").fill(reason)
    if expected:
        turn.locator(".fn-expected").fill(expected)
    turn.get_by_role("button", name="Send").click()
    turn.locator(".fn-judging").wait_for(state="hidden")


def pressed(turn: Any, which: str | None) -> None:
    """Checks which thumb is pressed, of which the page's script tells after the answer is drawn."""
    drawn(turn.page)
    for name in ("Good answer", "Bad answer"):
        expect(thumb(turn, name)).to_have_attribute("aria-pressed", str(name == which).lower())


def exchange_of(turn: Any) -> str:
    return str(turn.get_attribute("data-exchange"))


def post(page: Any, address: str, **verdict: str) -> Any:
    return page.request.post(f"{address}/api/feedback", data=verdict)


def test_a_thumb_is_kept_at_once_and_what_is_written_with_a_second_line(page: Any, server: str, log: Path) -> None:
    page.goto(server)
    turn = ask(page, TRAM)
    pressed(turn, None)
    expect(turn.locator(".fn-judging")).to_be_hidden()
    judged(turn, "Bad answer")
    pressed(turn, "Bad answer")
    (at_once,) = read_feedback(log)
    assert (at_once.question, at_once.verdict, at_once.reason, at_once.expected) == (TRAM, "down", "", "")
    expect(turn.get_by_label("What is wrong with it? (optional)")).to_be_visible()
    reason, expected = "The month\nis wrong – “really”", "On <b>12 September</b> 2022"
    sent(turn, reason, expected)
    first, second = read_feedback(log)
    assert first == at_once
    assert (second.question, second.verdict, second.reason, second.expected) == (TRAM, "down", reason, expected)


@pytest.mark.slow
def test_a_line_holds_the_question_its_history_the_answer_and_what_was_retrieved(
    page: Any, server: str, log: Path
) -> None:
    page.goto(server)
    first = ask(page, PESKOV)
    turn = ask(page, FOLLOW_UP, 2)
    judged(turn, "Bad answer")
    line = json.loads(log.read_text("utf-8"))
    assert (line["question"], line["verdict"]) == (FOLLOW_UP, "down")
    asked, said = line["history"]
    assert asked == {"role": "user", "content": PESKOV} and said["role"] == "assistant"
    sentence = first.locator(".fn-sentence > span").first.inner_text()
    assert sentence.split(": ")[-1] in said["content"]
    answer = line["answer"]
    assert "Peskov" in answer["standalone_question"]
    assert len(answer["citations"]) == int(turn.locator(".fn-evidence").get_attribute("data-footnotes"))
    drawn(page)
    assert len(line["passages"]) == turn.locator(".fn-why tbody tr").count() > 0
    for passage in line["passages"]:
        assert passage.keys() == {"source", "title", "start", "end", "score"} and passage["start"] < passage["end"]
    scores = [passage["score"] for passage in line["passages"]]
    assert scores == sorted(scores, reverse=True)
    cited = {(c["source"], c["start"]) for c in answer["citations"]}
    assert all(
        any(p["source"] == source and p["start"] <= start < p["end"] for p in line["passages"])
        for source, start in cited
    )


@pytest.mark.slow
def test_a_good_answer_can_be_called_so_and_a_mind_changed(page: Any, server: str, log: Path) -> None:
    page.goto(server)
    turn = ask(page, TRAM)
    judged(turn, "Good answer")
    expect(turn.get_by_label("What is good about it? (optional)")).to_be_visible()
    expect(turn.locator(".fn-expected")).to_be_hidden()  # it was right
    turn.get_by_role("button", name="Cancel").click()
    turn.locator(".fn-judging").wait_for(state="hidden")
    thumb(turn, "Bad answer").click()
    turn.locator(".fn-expected").wait_for()
    pressed(turn, "Bad answer")
    sent(turn, expected="12 September 2022")
    pressed(turn, "Bad answer")
    assert [f.verdict for f in read_feedback(log)] == ["up", "down", "down"]
    page.reload()
    pressed(answered(page), "Bad answer")


def test_the_thumb_stays_pressed_over_later_questions_other_pages_and_a_refresh(
    page: Any, server: str, log: Path
) -> None:
    page.goto(server)
    judged(ask(page, TRAM), "Good answer")
    ask(page, SILENT, 2)
    page.wait_for_selector("[class*=st-key-fn-questions-] button")  # the page is drawn to its end
    pressed(page.locator("#t1"), "Good answer")
    page.get_by_role("link", name="Library").click()
    page.wait_for_selector(".fn-row")
    page.get_by_role("link", name="Ask", exact=True).click()
    pressed(answered(page), "Good answer")
    page.reload()
    pressed(answered(page), "Good answer")
    pressed(answered(page, 2), None)
    assert len(read_feedback(log)) == 1


@pytest.mark.slow
def test_a_verdict_on_an_abstention_outlives_the_suggestions_that_follow_it(page: Any, server: str, log: Path) -> None:
    page.goto(server)
    turn = ask(page, SILENT)
    assert post(page, server, exchange=exchange_of(turn), verdict="down").status == 201  # as fast as can be
    page.wait_for_selector("[class*=st-key-fn-questions-] button")
    page.reload()
    pressed(answered(page), "Bad answer")
    (line,) = read_feedback(log)
    assert (line.answer or {})["abstained"] and line.passages


@pytest.mark.slow
def test_an_answer_asked_for_again_has_no_verdict_yet(page: Any, server: str) -> None:
    page.goto(server)
    judged(ask(page, TRAM), "Bad answer")
    page.get_by_role("button", name="Ask again", exact=True).click()
    expect(thumb(page.locator("#t1"), "Bad answer")).to_have_attribute("aria-pressed", "false")
    page.reload()
    pressed(answered(page), None)


@pytest.mark.slow
def test_everything_can_be_done_by_keys(page: Any, server: str, log: Path) -> None:
    page.goto(server)
    page.get_by_placeholder(PLACEHOLDER).focus()
    page.keyboard.type(TRAM)
    page.keyboard.press("Enter")
    turn = answered(page)
    drawn(page)
    focused = "() => document.activeElement.dataset.act ?? document.activeElement.className"
    turn.locator(".fn-ref").last.focus()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate(focused) == "down":
            break
    page.keyboard.press("Space")
    expect(turn.locator(".fn-told")).to_have_text(THANKS)
    page.keyboard.press("Tab")
    page.keyboard.type("Too early")
    page.keyboard.press("Tab")
    page.keyboard.type("September")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "send"
    page.keyboard.press("Enter")
    turn.locator(".fn-judging").wait_for(state="hidden")
    *_, last = read_feedback(log)
    assert (last.verdict, last.reason, last.expected) == ("down", "Too early", "September")


@pytest.mark.slow
def test_measuring_makes_a_suite_of_it_that_holds_the_expected_answer(
    page: Any, server: str, log: Path, sample_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page.goto(server)
    ask(page, PESKOV)
    turn = ask(page, FOLLOW_UP, 2)
    judged(turn, "Bad answer")
    sent(turn, "too long", "It lasted 3 hours and Peskov called it Borjomi-like.")
    judged(page.locator("#t1"), "Good answer")
    out = tmp_path / "suite"
    assert eval_main(["from-feedback", "--log", str(log), "--index", str(sample_index), "--out", str(out)]) == 0
    assert "1 question" in capsys.readouterr().out
    (question,) = read_suite(out).questions
    assert question.text == FOLLOW_UP and question.answerable
    assert question.references == ("It lasted 3 hours and Peskov called it Borjomi-like.",)
    assert ("3",) in [nugget.any for nugget in question.nuggets]
    assert question.history[0].content == PESKOV
    assert "too long" in (out / "queries.jsonl").read_text("utf-8")


@pytest.mark.slow
def test_a_verdict_by_another_browser_tells_nothing_and_changes_nothing_of_the_conversation(
    browser: Any, server: str, log: Path
) -> None:
    with a_reader(browser) as mine, a_reader(browser) as theirs:
        mine.goto(server)
        turn = ask(mine, TRAM)
        known = exchange_of(turn)
        theirs.goto(server)  # so that it has a name of its own
        answer = post(theirs, server, exchange=known, verdict="down", reason="not mine")
        assert (answer.status, answer.json()) == (201, {"stored": True})
        assert "set-cookie" not in answer.headers
        unknown = post(theirs, server, exchange="0" * 32, verdict="down")
        assert unknown.status == 404
        said = unknown.json()["error"]
        assert said["code"] == "exchange_unknown" and TRAM not in json.dumps(said)
        mine.reload()
        pressed(answered(mine), None)  # the log has it, the conversation does not
        (line,) = read_feedback(log)
        assert (line.question, line.reason) == (TRAM, "not mine")


@pytest.mark.slow
def test_once_the_server_has_forgotten_it_only_the_owner_can_judge_an_answer(
    browser: Any, sample_index: Path, tmp_path: Path
) -> None:
    own = {"FOOTNOTE_FEEDBACK": str(tmp_path / "log.jsonl"), "FOOTNOTE_CONVERSATIONS": str(tmp_path / "kept.sqlite")}
    with a_reader(browser) as mine, a_reader(browser) as theirs:
        with running(sample_index, **own) as address:
            mine.goto(address)
            known = exchange_of(ask(mine, TRAM))
            query = urlsplit(mine.url).query
            mine.goto("about:blank")
        with running(sample_index, **own) as address:
            theirs.goto(address)
            assert post(theirs, address, exchange=known, verdict="down").status == 404
            mine.goto(f"{address}/?{query}")
            judged(answered(mine), "Good answer")
            mine.goto("about:blank")
            theirs.goto("about:blank")
    (line,) = read_feedback(tmp_path / "log.jsonl")
    assert isinstance(line, Feedback) and line.verdict == "up" and line.passages


@pytest.mark.slow
def test_a_verdict_is_kept_where_conversations_cannot_be(page: Any, sample_index: Path, tmp_path: Path) -> None:
    (tmp_path / "kept.sqlite").write_text("this is no database")
    own = {"FOOTNOTE_FEEDBACK": str(tmp_path / "log.jsonl"), "FOOTNOTE_CONVERSATIONS": str(tmp_path / "kept.sqlite")}
    with running(sample_index, **own) as address:
        page.goto(address)
        judged(ask(page, TRAM), "Bad answer")
        page.goto("about:blank")
    assert [f.verdict for f in read_feedback(tmp_path / "log.jsonl")] == ["down"]


@pytest.mark.slow
def test_what_cannot_be_stored_is_said_beside_the_thumbs(browser: Any, sample_index: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    own = {"FOOTNOTE_FEEDBACK": str(tmp_path / "file" / "log.jsonl"), "FOOTNOTE_CONVERSATIONS": str(tmp_path / "k")}
    with running(sample_index, **own) as address:
        context = browser.new_context(locale="en-GB")  # not `a_reader`: a request that fails is an error in the console
        page = context.new_page()
        page.set_default_timeout(patience_ms())
        page.goto(address)
        turn = ask(page, TRAM)
        drawn(page)
        thumb(turn, "Bad answer").click()
        said = turn.locator(".fn-told")
        expect(said).to_contain_text(
            "That could not be noted: the feedback log cannot be written; set FOOTNOTE_FEEDBACK"
        )
        expect(page.locator("#fn-live")).to_contain_text("That could not be noted")
        assert str(tmp_path) not in said.inner_text()
        turn.locator(".fn-reason").fill("too long")
        with page.expect_response("**/api/feedback"):
            turn.get_by_role("button", name="Send").click()
        expect(turn.locator(".fn-judging")).to_be_visible()  # what was written is not lost
        context.close()
