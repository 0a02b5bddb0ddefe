"""The answerer against a scripted server: what it shows, what it drops, and what becomes of every kind of failure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.answerer import Token
from bot.llm.answerer import LlmAnswerer
from bot.llm.prompt import make_prompt
from bot.schema import Draft
from bot.verify.check import Verdict
from index.schema import Hit
from tests.bot.llm.parts import HITS, QUESTION, SWIFT, WordChecker, answerer_at, long_hits, model_at
from tests.bot.llm.server import Reply, error, says, serving
from tests.fakes import FirstSentence

GOOD = "The ferry stops on 2 December [1]. The board blamed the engine [1]."


class Silent:
    """Finds nothing in any source."""

    name = "silent"

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        return Draft((), 0.1)


def texts(draft: Draft) -> list[str]:
    return [sentence.text for sentence in draft.sentences]


def test_tokens_come_at_once_verdicts_as_sentences_end_and_the_draft_last() -> None:
    with serving(says(GOOD, gap_s=0.05)) as server:
        items = list(answerer_at(server).stream(QUESTION, HITS))
    assert isinstance(items[0], Token)
    assert "".join(item.text for item in items if isinstance(item, Token)).strip() == GOOD
    verdicts = [n for n, item in enumerate(items) if isinstance(item, Verdict)]
    assert len(verdicts) == 2
    assert any(isinstance(item, Token) for item in items[verdicts[0] :]), "the first before the answer is complete"
    assert [n for n, item in enumerate(items) if isinstance(item, Draft)] == [len(items) - 1]
    draft = items[-1]
    assert isinstance(draft, Draft)
    assert texts(draft) == ["The ferry stops on 2 December.", "The board blamed the engine."]
    assert (draft.confidence, draft.model, draft.answerer, draft.notice) == (0.9, "openai:scripted", None, None)


@pytest.mark.parametrize("show", [False, True])
def test_what_is_not_borne_out_is_dropped_or_shown_as_such(show: bool) -> None:
    with serving(says("The ferry stops on 2 December [1]. It stops at midnight [1].")) as server:
        draft = answerer_at(server, show_unsupported=show).answer(QUESTION, HITS)
    supports = [sentence.support for sentence in draft.sentences]
    assert supports == (["verified", "unsupported"] if show else ["verified"])
    assert draft.confidence == pytest.approx(0.45)


def test_a_model_that_repeats_its_instructions_has_neither_answered_nor_said_that_the_sources_are_silent() -> None:
    told = make_prompt(QUESTION, HITS, 2000).messages[0][1].split("\n", 2)[2]
    for answer, shown in (
        (told, []),
        (f"{told}\n\n{GOOD}", ["The ferry stops on 2 December.", "The board blamed the engine."]),
    ):
        with serving(says(answer)) as server:
            *_, draft = answerer_at(server).stream(QUESTION, HITS)
        assert isinstance(draft, Draft)
        if shown:
            assert (texts(draft), draft.confidence) == (shown, 0.9)
        else:
            assert draft.sentences
            assert draft.notice is not None
            assert "borne out" in draft.notice


def test_a_sentence_said_twice_counts_once() -> None:
    with serving(says(" ".join([GOOD] * 3))) as server:
        assert len(answerer_at(server).answer(QUESTION, HITS).sentences) == 2


def test_the_model_may_say_that_the_sources_do_not_say() -> None:
    with serving(says("The sources do not say.")) as server:
        draft = answerer_at(server).answer(QUESTION, HITS)
    assert (draft.sentences, draft.notice, draft.model) == ((), None, "openai:scripted")
    assert draft.confidence == pytest.approx(0.45)


@pytest.mark.parametrize(
    "text",
    ["The ferry is green.", "It stops at noon [99].", "Mars has two moons [1][99]. [0]", "ok", "### [1] [2]", "[[[1]]"],
)
def test_where_nothing_stands_the_sources_are_quoted_and_the_answer_says_so(text: str) -> None:
    with serving(says(text)) as server:
        draft = answerer_at(server).answer(QUESTION, HITS)
    assert (draft.answerer, texts(draft)) == ("first-sentence", ["The ferry stops on 2 December."])
    assert draft.notice is not None
    assert draft.notice.startswith("Quoted from the sources instead, because nothing that the model wrote")


FAILURES = [
    (Reply(), "gave an empty answer"),
    (Reply(tokens=["", " ", "\n"]), "gave an empty answer"),
    (Reply(tokens=["The ferry", " stops"], cut=True), "broke off in the middle of its answer"),
    (Reply(tokens=["The ferry", " stops"], finish=None), "broke off in the middle of its answer"),
    (Reply(raw=["data: {not json\n\n"]), "sent what cannot be read as an answer"),
    (Reply(raw=["data: 7\n\n"]), "sent what cannot be read as an answer"),
    (Reply(raw=['data: {"error": {"message": "GPU on fire"}}\n\n']), "GPU on fire"),
    (Reply(body="<html>Welcome</html>", content_type="text/html"), "answer"),
    (Reply(tokens=["The", " ferry"], finish="content_filter"), "withheld the answer"),
    (error(401, "Incorrect API key"), "refused the key (Error code: 401"),
    (error(404, "no such model"), "was not found"),
    (error(400, "bad parameter"), "refused the request with status 400"),
    (error(429, "slow down"), "takes no more requests for now"),
    (error(503, "loading"), "failed with status 503"),
]


@pytest.mark.parametrize(("reply", "why"), FAILURES, ids=[f"{n}-{why[:24]}" for n, (_, why) in enumerate(FAILURES)])
def test_where_the_model_fails_the_sources_are_quoted_and_the_answer_says_why(reply: Reply, why: str) -> None:
    with serving(reply) as server:
        *_, draft = answerer_at(server).stream(QUESTION, HITS)
    assert isinstance(draft, Draft)
    assert (draft.answerer, texts(draft)) == ("first-sentence", ["The ferry stops on 2 December."])
    assert draft.notice is not None
    assert draft.notice.startswith("Quoted from the sources instead, because the model failed: ")
    assert why in draft.notice


SLOW = [
    (Reply(tokens=["late"], silent_s=60), {"first": 0.5}, "sent nothing for 0.5 seconds"),
    (Reply(tokens=["The", " ferry", " stops"], gap_s=60), {"between": 0.5}, "sent nothing for 0.5 seconds"),
    (Reply(tokens=["word "] * 999, gap_s=0.1), {"whole": 2.0}, "took longer than 2 seconds"),
]


@pytest.mark.parametrize(("reply", "patience", "why"), SLOW, ids=["first", "between", "whole"])
def test_a_model_that_is_too_slow_is_not_waited_for(reply: Reply, patience: dict[str, Any], why: str) -> None:
    with serving(reply) as server:
        *_, draft = answerer_at(server, replace(SWIFT, **patience)).stream(QUESTION, HITS)
        assert not server.bodies or server.hung_up.wait(30), "a request that was sent is closed"
    assert isinstance(draft, Draft)
    assert why in str(draft.notice)


def test_no_server_at_all() -> None:
    with serving(says(GOOD)) as server:
        answerer = answerer_at(server)
    draft = answerer.answer(QUESTION, HITS)
    assert draft.notice is not None
    assert "cannot be reached" in draft.notice
    assert "is FOOTNOTE_LLM_URL right?" in draft.notice


def test_an_answer_that_reached_its_limit_loses_its_last_half_sentence() -> None:
    with serving(says("The ferry stops on 2 December [1]. The board blamed", finish="length")) as server:
        items = list(answerer_at(server).stream(QUESTION, HITS))
    assert [i.claim.text for i in items if isinstance(i, Verdict)] == ["The ferry stops on 2 December."]


def test_closing_the_stream_hangs_up() -> None:
    with serving(Reply(tokens=["word "] * 200, gap_s=0.1)) as server:
        stream = answerer_at(server).stream(QUESTION, HITS)
        assert isinstance(next(stream), Token)
        stream.close()
        assert server.hung_up.wait(30)


def test_nothing_is_sent_where_the_sources_are_silent_or_there_are_none() -> None:
    with serving(says(GOOD)) as server:
        model = model_at(server)
        silent = LlmAnswerer(model, WordChecker(), Silent()).answer(QUESTION, HITS)
        empty = LlmAnswerer(model, WordChecker(), FirstSentence()).answer(QUESTION, [])
        assert server.bodies == []
    assert (silent.sentences, silent.confidence, silent.answerer) == ((), 0.1, "silent")
    assert empty.sentences == ()


def test_a_prompt_that_is_too_long_is_halved_until_it_fits() -> None:
    too_long = error(400, "the request exceeds the available context size, try increasing it")
    with serving(too_long, too_long, says("Nothing.")) as server:
        answerer_at(server, context=8000).answer(QUESTION, long_hits(6))
    sizes = [len(prompt) for prompt in server.prompts]
    assert len(sizes) == 3
    assert sizes[1] < 0.6 * sizes[0]
    assert sizes[2] < 0.65 * sizes[1]


def test_a_window_that_never_fits_ends() -> None:
    too_long = error(400, "This model's maximum context length is 10 tokens")
    with serving(too_long) as server:
        draft = answerer_at(server).answer(QUESTION, HITS)
    assert len(server.bodies) < 6
    assert draft.notice is not None
    assert "FOOTNOTE_LLM_CONTEXT" in draft.notice


def test_a_window_that_holds_no_passage_is_named_and_nothing_is_sent() -> None:
    with serving(says(GOOD)) as server:
        draft = answerer_at(server, context=512).answer(QUESTION, HITS)
        assert server.bodies == []
    assert draft.notice is not None
    assert "has a window of 512 tokens" in draft.notice


def test_questions_are_answered_side_by_side() -> None:
    with serving(says(GOOD, gap_s=0.1)) as server:
        answerer = answerer_at(server)
        first, second = answerer.stream(QUESTION, HITS), answerer.stream(QUESTION, HITS)
        assert isinstance(next(first), Token)
        *_, draft = second
        assert isinstance(draft, Draft)
        assert len(draft.sentences) == 2
        *_, draft = first
        assert isinstance(draft, Draft)
        assert len(draft.sentences) == 2
