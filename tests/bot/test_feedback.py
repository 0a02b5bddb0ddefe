"""The feedback log: what is written can be read, and a line that is none is named."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import InputError
from bot.feedback import Feedback, Verdict, append_feedback, parse_feedback, read_feedback
from bot.schema import Answer, AnswerSentence, Citation, Timings, Turn, answer_to_json

CITATION = Citation(1, "d", "f.txt", "Ferry", None, None, None, "p", 0, 11, "It is old.")


def answer(question: str = "How old is it?") -> Answer:
    return Answer(
        question=question,
        standalone_question=question,
        abstained=False,
        confidence=0.75,
        answer="It is old. [1]",
        sentences=(AnswerSentence("It is old.", (1,), "verbatim"),),
        citations=(CITATION,),
        timings_ms=Timings(total=3.0),
        answerer="extractive",
    )


def log_feedback(path: Path, given: Answer, verdict: Verdict, **more: Any) -> None:
    append_feedback(
        path, Feedback("2026-01-02T03:04:05+00:00", given.question, verdict, answer=answer_to_json(given), **more)
    )


def test_a_verdict_is_appended_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "feedback.jsonl"
    history = (Turn("user", "Is there a ferry?"), Turn("assistant", "Yes.\n[1]"))
    log_feedback(path, answer(), "down", history=history, reason="too short", expected="61 “years”\u2028old")
    log_feedback(path, answer("Why?"), "up")
    first, second = read_feedback(path)
    assert first == Feedback(
        time=first.time,
        question="How old is it?",
        verdict="down",
        history=history,
        reason="too short",
        expected="61 “years”\u2028old",
        answer=answer_to_json(answer()),
    )
    assert datetime.fromisoformat(first.time).tzinfo is not None
    assert (second.question, second.verdict, second.history, second.reason, second.expected) == (
        "Why?",
        "up",
        (),
        "",
        "",
    )


def test_each_verdict_is_a_line_and_earlier_ones_stay(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    log_feedback(path, answer(), "up", reason="line one\nline two")
    before = path.read_bytes()
    log_feedback(path, answer(), "down")
    assert path.read_bytes().startswith(before)
    assert path.read_text("utf-8").count("\n") == 2
    assert [json.loads(line)["verdict"] for line in path.read_text("utf-8").splitlines()] == ["up", "down"]


def test_the_least_that_a_line_may_hold_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    path.write_text('\n{"question": "Why?", "verdict": "up"}\n   \n')
    (found,) = read_feedback(path)
    assert found == Feedback(found.time, "Why?", "up")
    assert datetime.fromisoformat(found.time).tzinfo is not None
    path.write_text("")
    assert read_feedback(path) == []


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "3",
        '{"question": "Why?"}',
        '{"verdict": "up"}',
        '{"question": "Why?", "verdict": "sideways"}',
        '{"question": 3, "verdict": "up"}',
        '{"question": " ", "verdict": "up"}',
        '{"question": "Why?", "verdict": "up", "answer": "Because."}',
        '{"question": "Why?", "verdict": "up", "history": [{"role": "user"}]}',
        '{"question": "Why?", "verdict": "up", "history": ["Who?"]}',
        '{"question": "Why?", "verdict": "up", "history": 3}',
    ],
)
def test_a_line_that_is_no_verdict_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "feedback.jsonl"
    path.write_text(f'{{"question": "Why?", "verdict": "up"}}\n\n{line}\n')
    with pytest.raises(InputError) as caught:
        read_feedback(path)
    assert str(caught.value).startswith(f"{path}, line 3 is no verdict (")


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "log").write_text('{"question": "Why?", "verdict": "up"}\n{not json\n')
    with pytest.raises(InputError, match=r"log, line 2 is no JSON .*; correct or remove the line"):
        read_feedback(tmp_path / "log")


def test_a_log_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.jsonl cannot be read .*; give its path with --log"):
        read_feedback(tmp_path / "none.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"question": "\xe9"}')
    with pytest.raises(InputError, match=r"latin\.jsonl cannot be read"):
        read_feedback(tmp_path / "latin.jsonl")


def test_a_log_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match=r"cannot be written .*; set FOOTNOTE_FEEDBACK"):
        log_feedback(tmp_path / "file" / "feedback.jsonl", answer(), "up")
    assert (tmp_path / "file").read_text() == "mine"


def test_what_utf_8_cannot_hold_is_kept_as_json_writes_it(tmp_path: Path) -> None:
    found = parse_feedback({"question": "Why?", "verdict": "down", "reason": "odd \udc80 file"}, "here")
    append_feedback(tmp_path / "log.jsonl", found)
    assert read_feedback(tmp_path / "log.jsonl") == [found]
