"""Which value a sentence gives for a question, and which values exclude one another."""

from __future__ import annotations

import pytest

from bot.question import analyse
from bot.sides.compare import differ
from bot.sides.values import Value, value
from tests.bot.sides.parts import candidate


def given(question: str, text: str, published: str | None = "2025-05-05") -> Value | None:
    return value(analyse(question), candidate(text, published))


INJURED = "How many people were injured in the fire?"
GIVEN = [
    (INJURED, "Twelve people were injured and 60 firemen came in 5 engines.", "Twelve"),
    (INJURED, "The number of people injured has risen to 17, up from 12.", "17"),
    (INJURED, "The number of people injured was put at 17, not 12 as first reported.", "17"),
    (INJURED, "Originally 12 people were thought to be injured.", None),
    (INJURED, "Three people died and 20 people were injured.", "20"),
    (INJURED, "Three people died.", None),
    (INJURED, "The market was shut on 5 May.", None),
    ("How much did the wall cost?", "The wall is 180 metres long and cost £3.4 million.", "3.4 million"),
    ("How much has been spent so far on the hall?", "The hall has a total budget of £58 million.", None),
    ("How much has been spent so far on the hall?", "On the hall £31 million has been spent so far.", "31 million"),
    ("How high did the river rise?", "The river rose to 4.2 metres within 3 hours.", "4.2"),
    ("When will the bridge reopen?", "The county said on Monday that the bridge will reopen on 3 June next.", "3 June"),
    ("When will the bridge reopen?", "The bridge will reopen on Saturday 21 June, not 14 June.", "21 June"),
    ("When will the bridge reopen?", "The bridge will reopen tomorrow.", "tomorrow"),
    ("When will the bridge reopen?", "The bridge is red, the county said on Monday.", None),
    ("Who designed the tower?", "The tower was designed by Edda Linn.", "Edda Linn"),
    ("Who won the cup?", "The judges gave the cup to Walter Haigh of Nether Crag.", "Walter Haigh"),
    ("Who said that the dam is safe?", "The dam is safe, the engineer Mara Dole said.", "Mara Dole"),
    ("Will the bypass be built?", "The bypass has been scrapped, officials said.", "scrapped"),
    ("Will the bypass be built?", "The bypass may have been scrapped.", None),
    ("What is the bridge made of?", "The bridge has 12 arches.", None),
]


@pytest.mark.parametrize(("question", "text", "words"), GIVEN, ids=[text for _, text, _ in GIVEN])
def test_the_value_is_what_is_asked_for(question: str, text: str, words: str | None) -> None:
    found = given(question, text)
    assert (found.words if found else None) == words


def test_a_report_with_a_time_has_a_day_too() -> None:
    found = given("When will the bridge reopen?", "The bridge will reopen tomorrow.", "2025-05-05T23:30:00+02:00")
    assert found is not None and found.words == "tomorrow"


def test_where_the_question_does_not_tell_the_kind_the_reader_points_at_the_value() -> None:
    asked, sentence = analyse("What was the turnout in the vote?"), candidate("Of 900 voters 58% came to vote.")
    assert value(asked, sentence) is None
    pointed = value(asked, sentence, [(14, 17)])
    assert pointed is not None and pointed.words == "58"


def test_a_text_without_an_end_is_not_looked_through() -> None:
    assert given(INJURED, "injured " + "12 people, " * 200) is None


SHARE, LONG = "What share of voters came to the vote?", "How long will the road be closed?"
COST, OPEN, WON = "How much did the wall cost?", "When did the bridge open?", "Who won the cup?"
SAME = [
    (INJURED, "A dozen people were injured.", "12 people were injured."),
    (INJURED, "About 200 people were injured.", "198 people were injured."),
    (INJURED, "Twelve people were injured.", "17 people were injured, 12 of them children."),
    (COST, "The wall cost £1.2m.", "The wall cost 1.2 million pounds."),
    (COST, "The wall cost £1.2 million.", "The wall cost £1,198,400."),
    (COST, "The wall cost £3 million.", "The wall cost 4 million euros."),
    (SHARE, "A third of voters came to the vote.", "33 per cent of voters came to the vote."),
    (LONG, "The road will be closed for eight weeks.", "The road will be closed for two months."),
    (OPEN, "The bridge did open on Saturday.", "The bridge did open on 3 May."),
    (OPEN, "The bridge did open yesterday.", "The bridge did open on 4 May."),
    (OPEN, "The bridge did open on 4 May 2025.", "The bridge did open in May."),
    (OPEN, "The bridge did open at half past nine.", "The bridge did open on 4 May."),
    (OPEN, "The bridge did open on Friday.", "The bridge did open in 2025."),
    (WON, "The cup was won by Hannah Stubbs.", "Ms Hannah Stubbs won the cup."),
]
OTHER = [
    (INJURED, "At least 12 people were injured.", "17 people were injured."),
    (INJURED, "Nearly 40 people were injured.", "43 people were injured."),
    (INJURED, "Twelve people were injured.", "The injured people are now 17, up from 12."),
    (LONG, "The road will be closed for three weeks.", "The road will be closed for two months."),
    (COST, "The wall cost £2m.", "The wall cost £2.4m."),
    (OPEN, "The bridge did open on 3 June.", "The bridge did open on 14 July."),
    (OPEN, "The bridge did open yesterday.", "The bridge did open on 3 May."),
    (OPEN, "The bridge did open in 1887.", "The bridge did open in 1891."),
    (OPEN, "The bridge did open at half past nine.", "The bridge did open at 11 a.m."),
    (WON, "The cup was won by Hannah Stubbs.", "The cup was won by Walter Haigh."),
    ("Will the bypass be built?", "The bypass is to be built.", "The bypass has been scrapped."),
]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("question", "one", "other", "expected"),
    [(*case, False) for case in SAME] + [(*case, True) for case in OTHER],
    ids=[f"{one} / {other}" for _, one, other in SAME + OTHER],
)
def test_values_differ_that_cannot_both_be_right(
    question: str, one: str, other: str, expected: bool, turned: bool
) -> None:
    first, second = given(question, one), given(question, other)
    assert first is not None and second is not None
    assert differ(*((second, first) if turned else (first, second))) is expected
