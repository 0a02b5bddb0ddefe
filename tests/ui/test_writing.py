"""Answers on their way, and what the page says of how an answer was made: without a browser."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answerer import Token
from bot.schema import AnswerSentence, DraftSentence, Support
from bot.ui.html.render import script_html, turn_html
from bot.ui.view.cards import cards_of
from bot.ui.view.exchange import Exchange, history
from bot.ui.view.writing import Judged, Writing
from bot.verify.check import Verdict
from bot.verify.claim import Claim
from bot.verify.claims import ClaimStream
from bot.verify.markers import without_markers
from tests.ui.samples import CLOCKS, TREATY, abstention, answer, citation
from tests.ui.test_render import EN, HOSTILE, Page, rendered


def verdict(text: str, support: Support | None, reason: str = "so it is", shown: str | None = None) -> Verdict:
    """A verdict on a claim; None for one that has nothing to show."""
    return Verdict(Claim(text, (1,)), support and DraftSentence(shown or text, (), support), reason)


def shown(writing: Writing) -> Page:
    return Page(turn_html(1, Exchange("q?"), EN, articles=14, writing=writing))


def test_text_comes_first_and_a_verdict_takes_its_sentence_out_of_it() -> None:
    writing = Writing().heard(Token("The mill stands [2].")).heard(Token(" It closed"))
    assert writing == Writing((), "The mill stands [2]. It closed")
    writing = writing.heard(verdict("The mill stands.", "verbatim", shown="The mill  stands."))
    assert writing == Writing((Judged("The mill  stands.", "verbatim", "so it is"),), "It closed")
    assert writing.heard(Token(" in 1950")).rest == "It closed in 1950"


@pytest.mark.parametrize(
    ("rest", "claim", "left"),
    [
        ("“It closed,” he said [1, 2]. “Nobody", "“It closed,” he said.", "“Nobody"),
        ("- **It** closed [1] in _1950_.\n- Nob", "It closed in 1950.", "- Nob"),
        ("# Mills\n\nIt closed in 1950.[1] Nob", "It closed in 1950.", "Nob"),
        ("It [closed](https://example.org/a) (see [1]). N", "It closed (see).", "N"),
        ("It is [closed](https://example.org/a). N", "It is closed.", "N"),
        ("It &amp; they closed. N", "It & they closed.", "It &amp; they closed. N"),  # until a later one is found
        ("It closed.", "It closed.", ""),
        ("It closed [1]", "It closed", ""),
        ("Il a fermé… Per", "Il a fermé…", "Per"),
    ],
)
def test_what_follows_a_sentence_is_told_from_it_whatever_its_marks(rest: str, claim: str, left: str) -> None:
    assert Writing(rest=rest).heard(verdict(claim, "verified")).rest == left


def test_every_sentence_is_shown_once_while_an_answer_streams_letter_by_letter() -> None:
    text = (
        "# Mills\n\nThe mill stands by the weir [1]. It closed in 1950 [2][3]!\n\n* Monks built it.\n* Nobody wept [1]."
    )
    stream, writing = ClaimStream(), Writing()
    for letter in text:
        writing = writing.heard(Token(letter))
        for claim in stream.feed(letter):
            writing = writing.heard(Verdict(claim, None, "who knows"))
            assert claim.text not in writing.rest
    for claim in stream.close():
        writing = writing.heard(Verdict(claim, None, "who knows"))
    assert [s.text for s in writing.sentences] == [
        *("The mill stands by the weir.", "It closed in 1950!", "Monks built it.", "Nobody wept."),
    ]
    assert writing.rest == ""


def test_what_is_not_borne_out_is_dropped_unless_it_is_to_be_shown() -> None:
    doubtful, nothing = verdict("It closed.", "unsupported"), verdict("In short:", None)
    assert [s.state for s in Writing().heard(doubtful).heard(nothing).sentences] == ["dropped", "dropped"]
    kept = Writing(keeps_unsupported=True).heard(doubtful).heard(nothing)
    assert [s.state for s in kept.sentences] == ["unsupported", "dropped"]
    assert Writing(rest="– ").heard(verdict("–", None)) == Writing(rest="– ")


def test_each_state_has_a_sign_and_words() -> None:
    writing = Writing(keeps_unsupported=True)
    for support in ("verbatim", "verified", "unsupported", None):
        writing = writing.heard(verdict(f"It is {support}.", support, "the number 3 is not there"))
    page = shown(writing)
    for said in (
        "It is verbatim. ❞ quoted word for word",
        "It is verified. ✓ checked against the source",
        "It is unsupported. ⚠ not confirmed by the source: the number 3 is not there",
        "It is None. ✗ dropped: the number 3 is not there",
    ):
        assert said in page.text
    signs = [attributes for _, attributes in page.elements if attributes.get("class") == "fn-sign"]
    assert [a.get("aria-hidden") for a in signs] == ["true"] * 4  # their words are read out, not they
    assert page.having("href") == [] and page.having("aria-busy") == ["true"]


def test_a_draft_has_no_footnotes_yet_and_none_is_shown_before_its_first_word() -> None:
    assert "It closed [" not in shown(Writing(rest="It closed [7] and [8, 9] still")).text
    for waiting in (Writing(), Writing(rest=" \n")):
        assert "Reading 14 articles" in shown(waiting).text


def test_hostile_words_of_a_model_stay_text() -> None:
    writing = Writing(keeps_unsupported=True).heard(verdict(HOSTILE, "unsupported", HOSTILE))
    page = shown(writing.heard(verdict(HOSTILE, None, HOSTILE)).heard(Token(HOSTILE)))
    assert page.text.count(HOSTILE) == 4
    assert without_markers(HOSTILE).text in page.text  # "(1)" may be one
    noted = replace(answer(citation(1, CLOCKS, "One of them is wrong.")), notice=HOSTILE, model=HOSTILE)
    kept = rendered(noted, CLOCKS)
    assert kept.text.count(HOSTILE) == 2
    for found in (page, kept):
        assert not {tag for tag, _ in found.elements} & {"script", "img", "b"}
        assert all(href.startswith(("#", "document/")) for href in found.having("href"))


def test_a_notice_is_shown_with_an_answer_and_with_an_abstention_and_is_read_out() -> None:
    told = "Quoted from the sources instead, because <nobody> answered"
    for found in (answer(citation(1, CLOCKS, "One of them is wrong.")), abstention(CLOCKS)):
        noted = replace(found, notice=told)
        assert told in rendered(noted, CLOCKS).text and told not in rendered(found, CLOCKS).text
        assert told in Page(script_html(1, Exchange("q?", noted), EN)).having("data-said")[0]


def test_a_sentence_that_is_not_confirmed_is_marked_and_counted() -> None:
    given = answer(citation(1, CLOCKS, "One of them is wrong."), citation(2, TREATY, "No talks are under way."))
    given = replace(given, sentences=(given.sentences[0], AnswerSentence("No talks ever.", (2,), "unsupported")))
    page = rendered(given, CLOCKS, TREATY)
    assert "No talks ever.\xa0[2]\xa0⚠ not confirmed by the source" in page.text
    assert "Of 2 sentences: ❞ 1 quoted word for word, ⚠ 1 not confirmed by the source" in page.text
    assert "fn-unsupported" in page.having("class")


def test_a_stopped_question_says_so_and_is_no_history() -> None:
    stopped = Exchange("Why?", stopped=True)
    page = Page(turn_html(1, stopped, EN))
    assert "Why?" in page.text and "Stopped before the answer was complete." in page.text
    assert "Stopped" in script_html(1, stopped, EN) and "data-turn" not in script_html(1, stopped, EN)
    assert not stopped.pending and history([stopped]) == []
    assert "aria-busy" not in turn_html(
        1, replace(stopped, answer=answer(), stopped=False, cards=cards_of(answer(), {})), EN
    )
