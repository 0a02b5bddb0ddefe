"""Whether two reports are about the same thing."""

from __future__ import annotations

import pytest

from bot.question import analyse
from bot.sides.matter import same_matter
from bot.sides.values import value
from tests.bot.sides.parts import candidate

HURT = "How many people were hurt in the fire at Upper Thorle?"
TWELVE, NINE = "12 people were hurt in a fire at Upper Thorle.", "Nine people were hurt in Upper Thorle by fire."
PAIRS = [
    (HURT, (TWELVE, "2025-05-03"), (NINE, "2025-05-05"), True),
    (HURT, (TWELVE, "2025-05-03"), (NINE, None), True),
    (HURT, (TWELVE, "2025-05-03"), (NINE, "2024-05-05"), False),
    (HURT, (TWELVE, "2025-05-03"), ("Nine people were hurt in a fire at Nether Thorle.", "2025-05-03"), False),
    (HURT, (TWELVE, "2025-05-03"), ("In 2023 nine people were hurt by fire in Upper Thorle.", "2025-05-03"), False),
    (HURT, (TWELVE, "2025-01-03"), ("Last year nine people were hurt by fire in Upper Thorle.", "2025-01-03"), False),
    (
        "When was the light at Skarn built?",
        ("The light at Skarn was built in 1887.", "2019-04-02"),
        ("The light at Skarn was built in 1891.", "2024-08-03"),
        True,
    ),
    (
        "When did the fair at Skarn open?",
        ("The fair at Skarn did open on 3 May.", "2023-05-02"),
        ("The fair at Skarn did open on 7 May.", "2024-05-02"),
        False,
    ),
    (
        "Who designed the tower in Brask?",
        ("The tower in Brask was designed by Edda Linn in 1904.", "2019-04-02"),
        ("In 1904 Tomas Reke designed the tower in Brask.", "2024-08-03"),
        True,
    ),
    (
        "Who said that the dam at Lonn is safe?",
        ("The dam at Lonn is safe, the engineer Mara Dole said.", "2025-04-02"),
        ("The path at Lonn is muddy, the mayor Ivo Stern said.", "2025-04-02"),
        False,
    ),
]


@pytest.mark.parametrize(("question", "one", "other", "expected"), PAIRS)
def test_the_same_thing_is_told_by_names_and_time(
    question: str, one: tuple[str, str | None], other: tuple[str, str | None], expected: bool
) -> None:
    asked = analyse(question)
    values = [value(asked, candidate(text, published)) for text, published in (one, other)]
    first, second = values
    assert first is not None and second is not None
    assert same_matter(asked, first, second) is expected
    assert same_matter(asked, second, first) is expected
