"""The measure of follow-ups: its conversations, its ways, its table."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.errors import SuiteError
from eval.followups.__main__ import table
from eval.followups.conversations import read_conversations
from eval.followups.measure import Outcome, all_joined, by_rules, questions_joined, unchanged
from tests.bot.test_memory import ASKED

ARTICLES = Path(__file__).parents[2] / "data" / "articles"


def _never(text: str) -> float:
    raise AssertionError(f"{text!r} was scored, though nothing is chosen here")


def test_the_rules_leave_every_self_contained_question_letter_for_letter() -> None:
    alone = [c for c in read_conversations() if c.self_contained]
    assert len(alone) == 32
    assert [by_rules(c.text, c.history, _never) for c in alone] == [c.text for c in alone]


def test_the_conversations_quote_the_articles() -> None:
    conversations = read_conversations()
    follow_ups = [c for c in conversations if not c.self_contained]
    assert len(follow_ups) >= 30
    assert len(conversations) - len(follow_ups) >= 20
    for conversation in follow_ups:
        for span in conversation.gold:
            assert span.quote in (ARTICLES / span.source).read_text("utf-8"), conversation.id


def test_a_conversation_that_cannot_be_used_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    for bad in ('{"id": "a"}', "{", ""):
        path.write_text(bad, "utf-8")
        with pytest.raises(SuiteError, match=r"c\.jsonl"):
            read_conversations(path)


def test_the_ways_compared_and_their_table() -> None:
    assert unchanged("And Brandt?", ASKED, _never) == "And Brandt?"
    assert questions_joined("And Brandt?", ASKED, _never) == f"{ASKED[0].content} And Brandt?"
    assert all_joined("And Brandt?", ASKED, _never) == f"{ASKED[0].content} {ASKED[1].content} And Brandt?"
    conversations = read_conversations()
    none = [Outcome(c, c.text, False) for c in conversations]
    rules = [Outcome(c, by_rules(c.text, c.history, _never), True) for c in conversations]
    shown = table("all", {"no rewriting": none, "rules": rules}).splitlines()
    assert shown[2].split()[:6] == ["no", "rewriting", "0.0", "[0.0,", "0.0]", "+100.0"]
    assert shown[3].split()[:4] == ["rules", "100.0", "[100.0,", "100.0]"]
