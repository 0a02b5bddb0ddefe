"""Sentence spans: exact, in order, and nothing but white space between them, whatever the text."""

from __future__ import annotations

import random

import pytest

from index.sentences import split_paragraphs, split_sentences

SPACES = [chr(number) for number in range(0x10000) if chr(number).isspace() and chr(number) != "\n"]
NASTY = {
    "empty": "",
    "spaces": " \n\t\n ",
    "one word": "word",
    "no spaces": "a" * 70_000,
    "endless quotation": "“" + "He went on. " * 4000,
    "only quotes": "“”" * 15_000,
    "openers": "( “ [ ‘ " * 3000,
    "dots": "." * 50_000,
    "dotted": "a.b.c. " * 5000,
    "emoji": "👩‍👩‍👧 ok. 🏴󠁧󠁢󠁥󠁮󠁧󠁿 fine! " * 500,
    "combining": "e\u0301e\u0301. Z\u0335\u0321a\u0334. " * 200,
    "chinese": "他说这是好事。她不同意！为什么？" * 300,
    "arabic": "قال الوزير إن المحادثات جيدة. هل هذا صحيح؟ " * 100,
    "astral": "𝔄𝔟𝔠. 𝔇𝔢𝔣! " * 200,
    "line ends": "One.\n\n\nTwo.\n \nThree. Four.\n",
    "wide spaces": "One.\u2003\u2003Two.\u3000Three.",
    "all spaces": "".join(f"A{space}. He came.{space}She left.{space} " for space in SPACES),
    "spaced far": "a. " + " " * 45_000 + "b.",
    "spaces on the seam": "x" * 19_999 + "  y. z." * 10,
    "abbreviations": "Mr. J. R. Smith of the U.S. met Dr. Wu at 5 p.m. on Jan. 3. They talked.",
}


def check(text: str) -> list[tuple[int, int]]:
    """The spans of a text, after checking all that is promised of them."""
    spans = split_sentences(text)
    position = 0
    for start, end in spans:
        assert position <= start < end <= len(text)
        assert text[position:start].strip() == "", "a gap between sentences is white space only"
        assert text[start:end] == text[start:end].strip()
        assert "\n" not in text[start:end]
        position = end
    assert text[position:].strip() == ""
    return spans


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_spans_cover_the_text_in_order(text: str) -> None:
    check(text)


@pytest.mark.parametrize("seed", range(60))
def test_spans_cover_random_mixtures(seed: int) -> None:
    chance = random.Random(seed)
    pieces = [
        "Mr.",
        "“",
        "”",
        '"',
        "’s",
        ".",
        "?!",
        "…",
        "\n",
        "\n\n",
        " ",
        "\u00a0",
        "(",
        ")",
        "U.S.",
        "3.5",
        "é",
        "e\u0301",
    ]
    pieces += [
        "word",
        "Word",
        "said",
        "他说。",
        "👩‍👧",
        "www.example.com",
        "\u3000",
        ":",
        "—",
        "`",
        "1.",
        "- ",
        "\t",
        "“A.”B",
    ]
    check("".join(chance.choice(pieces) + chance.choice(["", " ", "  "]) for _ in range(chance.randint(1, 120))))


def texts(text: str) -> list[str]:
    return [text[start:end] for start, end in check(text)]


def test_plain_sentences() -> None:
    assert texts("It rained. Nobody came! Why not?\n\nThe end.") == [
        "It rained.",
        "Nobody came!",
        "Why not?",
        "The end.",
    ]


def test_abbreviations_and_decimals_do_not_end_a_sentence() -> None:
    text = "Mr. Hale paid 3.5 crowns to the U.S. envoy. He left."
    assert texts(text) == ["Mr. Hale paid 3.5 crowns to the U.S. envoy.", "He left."]


def test_a_full_stop_without_a_space_is_no_boundary() -> None:
    assert texts("He wrote to Castellum.AI about it. Then he slept.")[0] == "He wrote to Castellum.AI about it."


def test_an_opening_mark_belongs_to_what_it_opens() -> None:
    assert texts("He paused. “We are late,” he said.")[1].startswith("“We")
    assert texts("Nobody left! “ (They stayed.)") == ["Nobody left!", "“ (They stayed.)"]


def test_paragraphs_are_lines() -> None:
    text = "  One \n\nTwo\n   \nThree"
    assert [text[start:end] for start, end in split_paragraphs(text)] == ["One", "Two", "Three"]
