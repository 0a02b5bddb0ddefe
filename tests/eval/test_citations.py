"""What footnotes are worth, by hand: a support check that asks for every word makes each case plain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cite import escape_markdown
from eval.measures.citations import (
    boilerplate_share,
    citation_scores,
    is_inert,
    markers_sound,
    right_source_share,
    touches_gold,
    verbatim_share,
)
from eval.schema import Quote, Response
from tests.eval.cases import FERRY, TEXTS, AllWords, answer, quote, spans

STOPS, COST, OLD = "The ferry stops on 2 December.", "Repairs cost 240,000 crowns.", "It is old."
QUOTES = (quote(1, STOPS), quote(2, COST), quote(3, OLD))


def recall_precision(
    *sentences: tuple[str, tuple[int, ...]], quotes: tuple[Quote, ...] = QUOTES
) -> tuple[float, float]:
    return citation_scores(answer(*sentences, quotes=quotes), AllWords())


def test_a_sentence_and_the_quote_that_it_is() -> None:
    assert recall_precision((STOPS, (1,))) == (1.0, 1.0)


def test_the_name_of_the_very_source_in_front_need_not_be_quoted() -> None:
    credited = (replace(QUOTES[0], credit="Harbour Post, 5 May 2025"), QUOTES[1])
    for front in ("Harbour Post, 5 May 2025", "Harbour Post, 5 May 2025, the later report"):
        assert recall_precision((f"{front}: {STOPS}", (1,)), quotes=credited) == (1.0, 1.0)
    for front in ("Harbour Post, 6 May 2025", "Owl Weekly, 5 May 2025", "Harbour Post, 5 May 2025, which is sure"):
        assert recall_precision((f"{front}: {STOPS}", (1,)), quotes=credited) == (0.0, 0.0)
    assert recall_precision((f"Harbour Post, 5 May 2025: {COST}", (2,)), quotes=credited) == (0.0, 0.0)


def test_a_pair_of_which_each_is_needed() -> None:
    # neither quote holds all the words, both together do, and without either the other is not enough
    assert recall_precision(("The ferry stops, repairs cost 240,000.", (1, 2))) == (1.0, 1.0)


def test_a_second_citation_that_adds_nothing() -> None:
    # [3] does not support the sentence alone, and without it [1] still does: precise 1 of 2
    assert recall_precision((STOPS, (1, 3))) == (1.0, 0.5)


def test_a_third_citation_beside_a_needed_pair() -> None:
    assert recall_precision(("The ferry stops, repairs cost 240,000.", (1, 2, 3))) == pytest.approx((1.0, 2 / 3))


def test_two_citations_that_each_do_alone_are_both_precise() -> None:
    twice = (quote(1, STOPS), Quote(2, "o.txt", 0, 30, STOPS))
    assert recall_precision((STOPS, (1, 2)), quotes=twice) == (1.0, 1.0)


def test_a_wrong_citation_recalls_nothing_and_is_not_precise() -> None:
    assert recall_precision((STOPS, (2,))) == (0.0, 0.0)


def test_in_a_sentence_that_is_not_recalled_no_citation_is_precise() -> None:
    assert recall_precision(("The ferry stops on Mars.", (1, 3))) == (0.0, 0.0)


def test_a_number_that_does_not_exist() -> None:
    assert recall_precision((STOPS, (7,))) == (0.0, 0.0)
    # beside a good one it is a citation more, and not a precise one
    assert recall_precision((STOPS, (1, 7))) == (1.0, 0.5)


def test_citations_shifted_by_one() -> None:
    right = ((STOPS, (1,)), (COST, (2,)), (OLD, (3,)))
    assert recall_precision(*right) == (1.0, 1.0)
    assert recall_precision(*((text, (numbers[0] % 3 + 1,)) for text, numbers in right)) == (0.0, 0.0)


def test_recall_is_over_sentences_and_precision_over_citations() -> None:
    # sentences: recalled, not recalled, recalled; citations: 1 precise, 1 not, then [2] precise and [3] not
    found = recall_precision((STOPS, (1,)), ("It sails to Mars.", (3,)), (COST, (2, 3)))
    assert found == pytest.approx((2 / 3, 2 / 4))


def test_no_citations_and_no_sentences_score_zero() -> None:
    assert recall_precision((STOPS, ())) == (0.0, 0.0)
    assert recall_precision() == (0.0, 0.0)
    assert citation_scores(Response(error="it died"), AllWords()) == (0.0, 0.0)


def test_verbatim_is_letter_for_letter_at_its_place() -> None:
    good = quote(1, COST)
    assert verbatim_share([good], TEXTS) == 1.0
    shifted = replace(good, start=good.start + 1, end=good.end + 1)
    changed = replace(good, quote=COST.replace("crowns", "Crowns"))
    unknown = replace(good, source="x.txt")
    cut_short = replace(good, end=good.end - 1)
    empty = Quote(1, "f.txt", 5, 5, "")
    for wrong in (shifted, changed, unknown, cut_short, empty):
        assert verbatim_share([wrong], TEXTS) == 0.0
        assert verbatim_share([good, wrong, good], TEXTS) == pytest.approx(2 / 3)
    assert verbatim_share([], TEXTS) == 0.0


def test_markers_that_agree_are_sound() -> None:
    assert markers_sound(answer((STOPS, (1,)), (COST, (2, 1)), quotes=QUOTES))


@pytest.mark.parametrize(
    "text",
    [
        f"{STOPS}",  # the number is not shown
        f"{STOPS} [2]",  # another number
        f"{STOPS} [1] [1]",  # twice
        f"{STOPS} [1] [9]",  # one that no sentence has
        f"{STOPS} \\[1\\]",  # escaped: text of a source, no marker
    ],
)
def test_markers_in_the_text_that_differ_from_those_of_the_sentences(text: str) -> None:
    assert not markers_sound(replace(answer((STOPS, (1,)), quotes=QUOTES), answer=text))


def test_an_escaped_number_beside_a_marker_is_text() -> None:
    response = answer((f"{STOPS} See [4].", (1,)), quotes=QUOTES)
    assert not markers_sound(response)
    escaped = replace(response, answer=f"{escape_markdown(response.sentences[0].text)} [1]")
    assert "\\[4\\]" in escaped.answer
    assert markers_sound(escaped)
    assert markers_sound(replace(response, answer=f"{STOPS} See \\[4]. [1]")), "one backslash is enough"


def test_a_sentence_without_a_citation_or_with_an_unknown_one_is_not_sound() -> None:
    assert not markers_sound(answer((STOPS, (1,)), (OLD, ()), quotes=QUOTES))
    assert not markers_sound(answer((STOPS, (4,)), quotes=QUOTES))
    assert not markers_sound(answer())
    assert not markers_sound(Response(error="it died"))


def test_right_source() -> None:
    citations = [quote(1, STOPS), quote(2, "The mice were many.", "o.txt"), quote(3, OLD)]
    assert right_source_share(citations, frozenset({"f.txt"})) == pytest.approx(2 / 3)
    assert right_source_share(citations, frozenset({"f.txt", "o.txt"})) == 1.0
    assert right_source_share([], frozenset({"f.txt"})) == 0.0


def touches(quoted: str, gold: str, source: str = "f.txt") -> bool:
    return touches_gold([quote(1, quoted)], spans((source, gold)), TEXTS)


def test_a_quote_touches_gold_with_one_character_in_common() -> None:
    assert touches(STOPS, STOPS)
    assert touches("The ferry", "y stops")
    assert touches(FERRY, "cost")
    assert touches("cost", COST)


def test_a_quote_beside_the_gold_does_not_touch_it() -> None:
    assert not touches("The ferry", " stops"), "adjacent: no character in common"
    assert not touches(" stops", "The ferry")
    assert not touches(STOPS, OLD)


def test_gold_of_another_source_is_not_touched() -> None:
    for texts in ({**TEXTS, "o.txt": FERRY}, TEXTS):  # where the words stand in both, and where in one only
        assert not touches_gold([quote(1, STOPS)], spans(("o.txt", STOPS)), texts)


def test_one_touch_of_several_is_enough() -> None:
    gold = spans(("o.txt", "Owls"), ("f.txt", OLD))
    assert touches_gold([quote(1, STOPS), quote(2, OLD)], gold, TEXTS)
    assert not touches_gold([quote(1, STOPS)], gold, TEXTS)
    assert not touches_gold([], gold, TEXTS)


def test_gold_whose_white_space_was_cleaned_is_found_by_its_words() -> None:
    assert touches(STOPS, "The ferry  stops\non 2 December.")
    assert touches("ferry stops on 2", "The ferry  stops\non 2 December."), "a part, of four words"
    assert not touches("The ferry stops", "The ferry  stops\non 2 December."), "three words prove nothing"
    assert not touches(COST, "The ferry  stops\non 2 December.")


def test_boilerplate() -> None:
    furniture = ["Send this page to a colleague", "Share"]
    assert boilerplate_share([Quote(1, "a", 0, 1, "Owls nest. Send this page to a colleague!")], furniture) == 1.0
    assert boilerplate_share([Quote(1, "a", 0, 1, "this page to a")], furniture) == 1.0, "a part, of four words"
    assert boilerplate_share([Quote(1, "a", 0, 1, "this page to")], furniture) == 0.0, "three words prove nothing"
    assert boilerplate_share([Quote(1, "a", 0, 1, "Shareholders met.")], furniture) == 0.0, "whole words only"
    assert boilerplate_share([quote(1, STOPS), Quote(2, "a", 0, 1, "SHARE")], furniture) == 0.5
    assert boilerplate_share([], furniture) == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "The ferry <b>stops</b>.",
        "![a picture](http://a.example/p.png)",
        "[here](http://a.example)",
        "<http://a.example>",
        "- The ferry stops [1]\n- ![x][y]\n\n[y]: http://a.example",
        "<!-- a comment -->",
    ],
)
def test_what_becomes_a_link_an_image_or_html_is_not_inert(text: str) -> None:
    assert not is_inert(text)
    assert is_inert(escape_markdown(text)), "the same, escaped"


def test_a_plain_answer_is_inert() -> None:
    assert is_inert("- The ferry stops. [1] [2]\n- It is *old* & costs 3 < 4. [3]")
    assert is_inert("")
