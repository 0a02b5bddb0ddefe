"""Names by their capitals."""

from __future__ import annotations

import pytest

from bot.names import is_person_like, names_in, people_in, same_name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The harbour master, Jory Penhale, left Oldmouth.", ("Jory Penhale", "Oldmouth")),
        ("Foreign Minister Ulla Brandt spoke.", ("Ulla Brandt",)),
        ("Meanwhile nobody came.", ()),
        ("What did Mr Penhale say?", ("Penhale",)),
        ("Penhale’s ferry and Quill's bread", ("Penhale", "Quill")),
        ("no names here", ()),
        ("", ()),
    ],
)
def test_names_in(text: str, names: tuple[str, ...]) -> None:
    assert names_in(text) == names


def test_people_have_full_names_and_no_article() -> None:
    people = people_in("The Harbour Board met. Jory Penhale and Ulla Brandt spoke to the Harbour Board. NATO did not.")
    assert people == ("Jory Penhale", "Ulla Brandt")


def test_the_shape_of_a_person() -> None:
    assert is_person_like("Jory Penhale")
    assert not is_person_like("Penhale")
    assert not is_person_like("RIA Novosti")
    assert not is_person_like("A Very Long Name Indeed")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Penhale", "Jory Penhale", True),
        ("Jory Penhale", "penhale", True),
        ("Jory Penhale", "J. Penhale", True),
        ("Jory", "Jory Penhale", False),
        ("Brandt", "Jory Penhale", False),
        ("", "Jory Penhale", False),
    ],
)
def test_same_name(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same
