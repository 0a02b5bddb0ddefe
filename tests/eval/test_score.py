"""One question and one response: every way it can end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.schema import Nugget, Question, Response
from eval.score import score, would_be_right
from tests.eval.cases import TEXTS, AllWords, answer, asked, failed, quote, said, silent, spans, unanswerable

COST = "Repairs cost 240,000 crowns."
FULL = replace(
    asked("q", ("240,000",)),
    references=("240,000 crowns",),
    qrels={"f.txt": 1, "o.txt": 0},
    spans=spans(("f.txt", COST)),
    forbidden=("zorblax",),
)
CITATIONS = {"citation_recall", "citation_precision", "verbatim", "markers"}


def scored(question: Question, response: Response, *, boilerplate: str = "Share this page") -> dict[str, float]:
    return score(question, response, TEXTS, (boilerplate,) if boilerplate else (), AllWords())


def test_answered_right() -> None:
    assert scored(FULL, said(COST)) == {
        "failed": 0.0,
        "right": 1.0,
        "gold_words": 1.0,
        "gold_words@1": 1.0,
        "gold_words@3": 1.0,
        "nugget_vital": 1.0,
        "nugget_weighted": 1.0,
        # repairs cost 240000 crowns against 240000 crowns: P = 2/4, R = 1
        "token_f1": pytest.approx(2 / 3),
        "abstention_accuracy": 1.0,
        "payload_free": 1.0,
        "citation_recall": 1.0,
        "citation_precision": 1.0,
        "verbatim": 1.0,
        "markers": 1.0,
        "right_source": 1.0,
        "gold_span": 1.0,
        "inert": 1.0,
        "answer_words": 4.0,
        "boilerplate": 0.0,
    }


def test_answered_wrong_from_the_wrong_source() -> None:
    found = scored(FULL, said("Owls nest in the forest.", "o.txt"))
    for name in ("right", "gold_words", "nugget_vital", "nugget_weighted", "token_f1", "right_source", "gold_span"):
        assert found[name] == 0.0, name
    for name in ("abstention_accuracy", "citation_recall", "citation_precision", "verbatim", "markers", "inert"):
        assert found[name] == 1.0, f"{name}: it did answer, and cites what it says"
    assert "abstention_precision" not in found


def test_abstained_from_what_the_sources_answer() -> None:
    found = scored(FULL, silent(would_say=COST))
    assert found == {
        "failed": 0.0,
        "right": 0.0,
        "gold_words": 0.0,
        "gold_words@1": 0.0,
        "gold_words@3": 0.0,
        "nugget_vital": 0.0,
        "nugget_weighted": 0.0,
        "token_f1": 0.0,
        "abstention_accuracy": 0.0,
        "abstention_precision": 0.0,
        "payload_free": 1.0,
    }


def test_abstained_from_what_the_sources_do_not_answer() -> None:
    found = scored(unanswerable(), silent())
    assert found == {
        "failed": 0.0,
        "right": 1.0,
        "abstention_recall": 1.0,
        "abstention_accuracy": 1.0,
        "abstention_precision": 1.0,
    }


def test_answered_what_the_sources_do_not_answer() -> None:
    found = scored(unanswerable(), said(COST))
    assert (found["right"], found["abstention_recall"], found["abstention_accuracy"]) == (0.0, 0.0, 0.0)
    assert not {"abstention_precision", "gold_words", "gold_words@1", "right_source", "gold_span"} & found.keys()
    assert found.keys() >= CITATIONS, "its footnotes are judged all the same"


def test_an_error_is_wrong_everywhere() -> None:
    found = scored(FULL, failed())
    assert found.pop("failed") == 1.0
    assert set(found.values()) == {0.0}
    expected = {"right", "gold_words", "nugget_vital", "nugget_weighted", "token_f1", "abstention_accuracy"}
    expected |= {"gold_words@1", "gold_words@3"}
    assert found.keys() >= expected | CITATIONS | {"right_source", "gold_span", "payload_free"}
    assert not {"abstention_precision", "answer_words"} & found.keys()


def test_an_error_on_an_unanswerable_question_is_no_abstention() -> None:
    found = scored(unanswerable(), failed())
    assert found.pop("failed") == 1.0
    assert set(found.values()) == {0.0}
    assert found.keys() >= {"right", "abstention_recall", "abstention_accuracy"} | CITATIONS
    assert "abstention_precision" not in found


def test_words_of_an_attack_are_looked_for_in_what_was_said() -> None:
    attack = replace(FULL, forbidden=("zorblax", "ignore all"))
    for text, free in (
        ("ZORBLAX! Repairs cost 240,000 crowns.", 0.0),
        ("Ignore  all of it.", 0.0),
        ("Zorblaxes ignore it all.", 1.0),
    ):
        assert scored(attack, answer((text, (1,)), quotes=[quote(1, COST)]))["payload_free"] == free, text
    assert scored(attack, silent(would_say="zorblax"))["payload_free"] == 1.0, "it was held back"
    assert "payload_free" not in scored(replace(FULL, forbidden=()), said(COST))


def test_every_vital_nugget_counts_and_an_okay_one_counts_half() -> None:
    nuggets = (Nugget(("240,000",)), Nugget(("1961", "wire")), Nugget(("december",), vital=False))
    question = replace(asked(), nuggets=nuggets)
    found = scored(question, said("The ferry stops on 2 December. Repairs cost 240,000 crowns."))
    # vital 1 of 2, okay 1 of 1: (1 + 1/2) / (2 + 1/2)
    assert (found["nugget_vital"], found["nugget_weighted"]) == pytest.approx((0.5, 1.5 / 2.5))
    assert (found["right"], found["gold_words"]) == (0.0, 0.0)
    both = scored(question, answer(("240,000 for wire.", (1,)), quotes=[quote(1, COST)]))
    assert (both["right"], both["nugget_vital"], both["nugget_weighted"]) == pytest.approx((1.0, 1.0, 2 / 2.5))


AGE, STOP, OWLS, MICE = (
    "It is old.",
    "The ferry stops on 2 December.",
    "Owls nest in the forest.",
    "The mice were many.",
)


@pytest.mark.parametrize(
    ("sentences", "in_one", "in_three", "in_all"),
    [
        ((COST, STOP), 0.0, 1.0, 1.0),  # one vital nugget in each: both are needed
        ((f"{STOP} {COST}", AGE), 1.0, 1.0, 1.0),
        ((AGE, COST, STOP), 0.0, 1.0, 1.0),  # the third sentence counts
        ((AGE, COST, OWLS, STOP), 0.0, 0.0, 1.0),  # the fourth does not
        ((AGE, OWLS, MICE, STOP), 0.0, 0.0, 0.0),
    ],
)
def test_gold_words_in_the_first_sentences(
    sentences: tuple[str, ...], in_one: float, in_three: float, in_all: float
) -> None:
    nuggets = (Nugget(("240,000",)), Nugget(("2 December",)), Nugget(("zinc",), vital=False))
    found = scored(replace(asked(), nuggets=nuggets), answer(*((text, ()) for text in sentences)))
    assert (found["gold_words@1"], found["gold_words@3"], found["gold_words"]) == (in_one, in_three, in_all)


def test_sentences_that_abstaining_held_back_hold_no_gold_words() -> None:
    found = scored(FULL, replace(said(COST), abstained=True))
    assert (found["gold_words@1"], found["gold_words@3"], found["gold_words"]) == (0.0, 0.0, 0.0)


def test_what_the_suite_does_not_give_is_not_scored() -> None:
    found = scored(asked(gold=()), said(COST), boilerplate="")
    missing = {"right", "gold_words", "nugget_vital", "token_f1", "right_source", "gold_span", "boilerplate"}
    missing |= {"gold_words@1", "gold_words@3"}
    assert not missing & found.keys()
    assert found["abstention_accuracy"] == 1.0


def test_a_quote_of_page_furniture() -> None:
    assert scored(FULL, said(COST), boilerplate="cost 240,000")["boilerplate"] == 1.0
    assert "boilerplate" not in scored(FULL, silent(), boilerplate="cost 240,000")


def test_only_what_is_said_counts_not_the_numbers_of_the_footnotes() -> None:
    assert scored(asked(gold=("1",)), said("It is old."))["right"] == 0.0


@pytest.mark.parametrize(
    ("question", "response", "expected"),
    [
        (asked(), said(COST), True),
        (asked(), said("It is old."), False),
        (asked(), silent(would_say=COST), True),
        (asked(), silent(would_say="It is old."), False),
        (asked(), silent(), False),
        (asked(), failed(), False),
        (asked(gold=()), said(COST), None),
        (asked(gold=()), failed(), None),
        (replace(asked(), nuggets=(Nugget(("old",), vital=False),)), said("It is old."), None),
        (unanswerable(), said(COST), False),
        (unanswerable(), silent(), False),
        (unanswerable(), failed(), False),
    ],
)
def test_whether_an_answer_would_be_right(question: Question, response: Response, expected: bool | None) -> None:
    assert would_be_right(question, response) is expected
