"""Claims: those that are supported are words of their passage, and those that are not differ."""

from __future__ import annotations

import random
import re

from tests.training.samples import TOWNS, example, examples, passage
from training.reader.claims import claim
from training.reader.examples import Example

MILL = passage(TOWNS[0].mill, "1871")
SEEDS = range(60)


def claims(of: Example, supported: bool) -> list[str]:
    """What many draws give, those that give nothing left out."""
    return [found[0] for seed in SEEDS if (found := claim(of, supported, random.Random(seed)))]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def is_drawn_from(said: str, text: str) -> bool:
    """Whether all words of `said` stand in `text` in the same order."""
    left = iter(words(text))
    return all(word in left for word in words(said))


def test_a_supported_sentence_is_words_of_its_passage() -> None:
    drawn = [e for e in examples() if e.positives]
    shortened = 0
    for seed, e in enumerate(drawn):
        found = claim(e, True, random.Random(seed))
        if found is not None and "? " not in found[0]:
            said, held = found
            assert held in e.positives
            assert is_drawn_from(said, held.text)
            assert said[0].isupper()
            shortened += said not in held.text
    assert shortened > 3, "brackets and openings are left out at times"


def test_a_sentence_loses_what_is_beside_the_point() -> None:
    text = "In the last winter, the wheel (made of oak) of the mill, which nobody had mended, broke in the ice."
    found = set(claims(example(passage(text, "ice"), sentences_only=True), True))
    assert text in found
    assert "The wheel of the mill, broke in the ice." in found
    assert len(found) == 8, "each of the three may go or stay"


def test_an_answer_is_claimed_with_its_question() -> None:
    found = {c for c in claims(example(MILL), True) if "?" in c}
    assert found == {"When did the mill of Crowle close? 1871"}


def test_a_false_answer_is_another_of_the_same_kind() -> None:
    years = {c.removeprefix("When did the mill of Crowle close? ") for c in claims(example(MILL), False) if "?" in c}
    assert len(years) > 1
    assert all(re.fullmatch(r"\d{4}", year) and year != "1871" for year in years)
    owner = example(passage("Ada Quill bought it from Ivo Rook and went to Tessel.", "Ada Quill"), "Who bought it?")
    assert {c for c in claims(owner, False) if "?" in c} == {"Who bought it? Ivo Rook", "Who bought it? Tessel"}


def test_a_false_answer_is_none_of_the_right_ones() -> None:
    text = "It closed in 1871, and some say in 1872, and nobody knows more."
    several = example(passage(text, "1871", "1872"))
    found = {c.split("? ")[1] for c in claims(several, False) if "?" in c}
    assert found
    assert not found & {"1871", "1872"}


def test_a_false_claim_differs_from_all_that_is_said() -> None:
    made = 0
    for seed, e in enumerate(e for e in examples() if e.positives):
        found = claim(e, False, random.Random(seed))
        if found is not None and "? " not in found[0]:
            assert found[0] not in found[1].text
            made += 1
    assert made > 10


def test_a_negation_is_added() -> None:
    of = example(passage("A museum is kept in it today.", "museum"), sentences_only=True)
    assert set(claims(of, False)) == {"A museum is not kept in it today."}


def test_a_negation_is_removed() -> None:
    for text in ("The quay was never finished by them.", "The quay was not finished by them."):
        of = example(passage(text, "quay"), sentences_only=True)
        assert set(claims(of, False)) == {"The quay was finished by them."}


def test_a_number_exchanged_stays_a_number_of_the_same_length() -> None:
    of = example(passage("The mill burnt down with 1,240 sacks of flour.", "mill"), sentences_only=True)
    found = set(claims(of, False))
    assert len(found) > 3
    for said in found:
        match = re.fullmatch(r"The mill burnt down with (\d,\d{3}) sacks of flour\.", said)
        assert match and match.group(1) != "1,240"


def test_a_name_is_exchanged_for_another_of_the_passage() -> None:
    text = "The mill went to Ada Quill that year. She lived in Tessel."
    of = example(passage(text, "mill"), sentences_only=True)
    assert set(claims(of, False)) == {"The mill went to Tessel that year."}


def test_a_claim_from_elsewhere_is_nothing_that_the_passage_says() -> None:
    # Passages overlap: what follows a paragraph may stand in the passage that answers, too.
    shared = "In the last winter, its wheel was broken by the ice."
    own = passage(f"The mill closed early that year. {shared}", "early")
    other = passage(f"{shared} A boy found the axle in the reeds.")
    of = example(own, sentences_only=True, negatives=(other,))
    found = set(claims(of, False))
    assert "A boy found the axle in the reeds." in found
    assert "Its wheel was broken by the ice." not in found


def test_what_cannot_be_claimed_is_none() -> None:
    short = example(passage("It rained. It snowed.", "rained"), sentences_only=True)
    assert claims(short, True) == claims(short, False) == []
    plain = example(passage("They went home by boat that night.", "boat"), sentences_only=True)
    assert claims(plain, True)
    assert claims(plain, False) == [], "no number, no name and no auxiliary"
