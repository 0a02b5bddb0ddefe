"""Numbers, dates, names and yes or no."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bot.verify.facts import objection
from bot.verify.moments import borne_out, moments, on_date
from bot.verify.pieces import pieces_of
from bot.verify.polarity import disagreement
from bot.verify.quantities import agrees, quantities
from bot.verify.who import attributions, may_be_same, named, names_of
from index.schema import Document
from tests.fakes import document, hit


def bears_out(claim: str, given: str) -> bool:
    """Whether the numbers of one text bear out those of another, each of them."""
    return all(any(agrees(a, b) for b in quantities(given)) for a in quantities(claim) if not a.loose)


@pytest.mark.parametrize(
    ("claim", "given", "expected"),
    [
        ("75 percent of them", "three quarters of them", True),
        ("three-quarters", "75 per cent", True),
        ("75%", "three", False),
        ("5532 people", "5,532 people", True),
        ("5 532 people", "5,532 people", True),
        ("5.532 Menschen", "5532 people", True),
        ("5,533 people", "5,532 people", False),
        ("twelve ships", "12 ships", True),
        ("a dozen ships", "12 ships", True),
        ("two hundred and forty thousand crowns", "240,000 crowns", True),
        ("€412 million", "412 million euros", True),
        ("$412 million", "412 million euros", False),
        ("1.2 billion dollars", "US$1,200m", True),
        ("1.2 million dollars", "$1.2bn", False),
        ("nearly 100,000 people", "more than 100,000 people", False),
        ("more than 100,000 people", "nearly 100,000 people", False),
        ("nearly 100,000 people", "nearly 100,000 people", True),
        ("nearly 100,000 people", "99,400 people", True),
        ("more than 100,000 people", "99,400 people", False),
        ("more than 100,000 people", "100,000 people", False),
        ("about 100,000 people", "99,400 people", True),
        ("100,000 people", "about 100,000 people", True),
        ("10 to 15 km", "10–15 km", True),
        ("between 10 and 16 km", "10–15 km", False),
        ("120 minutes", "two hours", True),
        ("half an hour", "30 minutes", True),
        ("5 percent", "5 percentage points", False),
        ("5 km", "5 miles", False),
        ("minus 3 degrees", "3 degrees", False),
        ("2½ hours", "two and a half hours", True),
        ("the third-largest carrier", "the 3rd carrier", True),
        ("it doubled", "it is twice as much", True),
        ("one of them", "", True),
        ("COVID-19 and the G20", "", True),
        ("1’000’000 francs", "a million francs", True),
    ],
)  # fmt: skip
def test_numbers(claim: str, given: str, expected: bool) -> None:
    assert bears_out(claim, given) is expected


def test_numbers_have_offsets_and_units() -> None:
    text = "About £18.40 a share, 27 percent up"
    first, second = quantities(text)
    assert text[first.start : first.end] == "18.40"
    assert (first.unit, first.values) == ("pound", (Fraction("18.40"),))
    assert (second.unit, second.values) == ("percent", (Fraction(27),))
    assert quantities("") == ()


@pytest.mark.parametrize(
    ("claim", "given", "published", "expected"),
    [
        ("on 24 February 2022", "on 24 February", "2022-06-17", True),
        ("on 24 February 2021", "on 24 February", "2022-06-17", False),
        ("on February 24", "on 24 February", None, True),
        ("on 25 February", "on 24 February", None, False),
        ("on 15 June 2022", "on Wednesday", "2022-06-17", True),
        ("on 14 June 2022", "on Wednesday", "2022-06-17", False),
        ("on Thursday", "on Wednesday", "2022-06-17", False),
        ("on 16 June 2022", "yesterday", "2022-06-17", True),
        ("in 2021", "last year", "2022-06-17", True),
        ("in June 2021", "a year ago", "2022-06-17", True),
        ("in December 2021", "in December", "2022-01-17", True),
        ("in the 1990s", "in 1994", None, True),
        ("in 1831", "which dates from 1831", None, True),
        ("in 1832", "which dates from 1831", None, False),
        ("at 1:10 pm", "at ten past one", None, True),
        ("at 2:10 pm", "at ten past one", None, False),
        ("am 5. März 2021", "on 5 March 2021", None, True),
        ("on 2022-06-17", "17 June 2022", None, True),
        ("in 2019-21", "from 2019 to 2021", None, True),
    ],
)
def test_dates(claim: str, given: str, published: str | None, expected: bool) -> None:
    assert moments(claim), claim
    assert all(borne_out(moment, given, published) for moment in moments(claim)) is expected


def test_may_the_verb_and_may_the_name_are_no_month() -> None:
    assert moments("He may go. Theresa May went. 2,000 people. 31 of them.") == ()
    assert [m.month for m in moments("in May and since March")] == [5, 3]


def test_the_day_a_source_appeared() -> None:
    (june,) = moments("in June 2022")
    assert on_date(june, "2022-06-17")
    assert not on_date(june, "2022-07-17")
    assert not on_date(june, None)
    assert not on_date(june, "2022")


@pytest.mark.parametrize(
    ("claim", "evidence", "differ"),
    [
        ("He said the building was insured.", "He said the building was not insured.", True),
        ("The port will not close.", "The port will close in May.", True),
        ("He refused to sign the deal.", "He would not sign the deal.", False),
        ("He signed the deal.", "He refused to sign the deal.", True),
        ("Nobody was hurt.", "There were no injuries.", False),
        ("Shares rose 4 percent.", "Shares in Saarlind fell 4 percent.", True),
        ("Shares did not rise.", "Shares fell.", False),
        ("The board met after the vote.", "The board met before the vote.", True),
        ("The vote came after the board met.", "The board met before the vote.", False),
        ("Dialogue is taking place.", "He put it at zero and said that no dialogue was taking place.", True),
        ("He denied the charge.", "He did not deny the charge.", True),
        ("Not only was it cold, it rained.", "It was cold and it rained.", False),
        ("She never left the isle.", "She left the isle once.", True),
        ("They bought the ship.", "They sold the ship to Turku.", True),
        ("More than 40 leaks were found.", "Fewer than 40 leaks were found.", True),
        ("She promised that none would go.", "“I promise that none will go, but I cannot promise a flag.”", False),
        ("He didn’t pay the fine.", "He did not pay the fine.", False),
        ("", "He did not pay.", False),
    ],
)  # fmt: skip
def test_yes_and_no(claim: str, evidence: str, differ: bool) -> None:
    assert (disagreement(claim, evidence) is not None) is differ


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Sergey Lavrov", "Mr Lavrov said", True),
        ("Igor Lavrov", "Sergey Lavrov said", False),
        ("S. Lavrov", "Sergey Lavrov said", True),
        ("Lavrov", "Lavrov’s words", True),
        ("Estonian", "in Estonia", True),
        ("European Union", "the EU said", True),
        ("NATO", "the North Atlantic Treaty Organisation", True),
        ("U.S.", "in the United States", True),
        ("Nynashamn", "the port of Nynäshamn", True),
        ("Haske", "Peskov said", False),
        ("Norway", "the north", False),
        ("Оксана", "сказала Оксана", True),
    ],
)
def test_names(name: str, text: str, expected: bool) -> None:
    assert named(name, [text]) is expected


def test_which_words_of_a_claim_are_names() -> None:
    known = ["the repairs will cost much"]
    assert names_of("Repairs at Norrvik Lines in May 2022 pleased Ms Hallgren on Monday.", known) == [
        "Norrvik Lines",
        "Hallgren",
    ]
    assert names_of("Officials agreed.", known) == []
    assert names_of("Brandt agreed.", known) == ["Brandt"]
    assert names_of("", known) == []


def test_who_is_said_to_have_said_it() -> None:
    assert [a[0] for a in attributions("Peskov said that it is over, while Sergey Lavrov argued that it began.")] == [
        "Peskov",
        "Sergey Lavrov",
    ]
    assert [a[0] for a in attributions("Tom Haske: “It is the same offer.”")] == ["Tom Haske"]
    assert attributions("The ferry stopped.") == []
    assert may_be_same("Mr Penhale".removeprefix("Mr "), "Jory Penhale")
    assert not may_be_same("Igor Penhale", "Jory Penhale")


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("Line 6 will open on Monday.", None),
        ("Line 7 will open on Monday.", "the number 7 is not in the passage cited"),
        ("Line 6 costs 40 crowns a day.", "the passage says"),
        ("Some 6 people will open it on Monday.", "the number 6 is not in the passage cited"),
    ],
)
def test_a_number_may_be_part_of_a_name_that_the_article_gives(claim: str, expected: str | None) -> None:
    text = "The tram opens on Monday. It costs 30 crowns a day. Next year Line 6 meets Line 5."
    found = hit(document(text, "Marrowick gets Line 6", "tram.txt"))
    pieces = pieces_of(1, found)
    objected = objection(claim, pieces[:2], [text])
    assert objected is None if expected is None else objected is not None and expected in objected.reason


@pytest.mark.parametrize(
    ("claim", "stands"),
    [
        ("The Harbour Gazette says the fire at Holm destroyed 12 homes.", True),
        ("According to the Harbour Gazette, the fire destroyed 12 homes.", True),
        ("Harbour Gazette reported on 5 May 2025 that the fire destroyed 12 homes.", True),
        ("According to Jane Cole, the fire destroyed 12 homes.", True),
        ("The Morning Gazette says the fire at Holm destroyed 12 homes.", False),
        ("According to Ada Finch, the fire destroyed 12 homes.", False),
        ("Jane Cole destroyed 12 homes at Holm.", False),
    ],
)
def test_an_article_s_outlet_and_author_may_be_named_as_who_tells_it(claim: str, stands: bool) -> None:
    article = Document.create(
        source="fire.txt",
        title="Fire at Holm",
        text="The fire at Holm destroyed 12 homes, Anna Brandt said. Nobody was hurt.",
        outlet="Harbour Gazette",
        author="Jane Cole",
        published="2025-05-05",
    )
    pieces = pieces_of(1, hit(article))
    assert (objection(claim, pieces[:1], [article.text]) is None) is stands
