"""Bytes to text: how they are decoded, and what is refused with which words."""

from __future__ import annotations

import random

import pytest

from index.errors import SourceError
from index.formats.text import MAX_LINE_CHARS, decode

STORY = "Señor Peña’s café sells crêpes – the façade is naïve, he said, and the price is low."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_told_apart(encoding: str) -> None:
    assert decode(STORY.encode(encoding)) == STORY


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (
            "The señor’s naïve façade, said Ms Müller, cost 40 crowns and fell down on Friday.".replace("’", "'"),
            "latin-1",
        ),
        ("Министр сказал, что переговоры прошли хорошо и что он доволен итогами встречи.", "cp1251"),
        ("Zażółć gęślą jaźń. Minister powiedział, że rozmowy były trudne, ale skończyły się dobrze.", "cp1250"),
    ],
)
def test_older_encodings_are_guessed(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_big_endian_utf16_with_its_mark() -> None:
    assert decode(b"\xfe\xff" + STORY.encode("utf-16-be")) == STORY


def test_line_ends_and_invisible_characters() -> None:
    raw = "One\r\ntwo\rthree\tfour\u200b\u202e\x07\u00a0five\u2028six\ufeff"
    assert decode(raw.encode()) == "One\ntwo\nthree four five\nsix"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b" \n\t\r\n ", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"\x00\x01\x02" * 100, "a binary file (it holds NUL bytes)"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a binary file"),
        (bytes(random.Random(7).choices(range(1, 256), k=4096)), ""),
        (b"\x01\x02\x03\x04 abc \x05\x06\x07" * 9, "a binary file (it is full of control characters)"),
        (b"\xff\xfe\x00\xd8\x41\x00", "not valid utf-16"),
        (b"\xff\xfeabc", "not valid utf-16"),
        (b"\xef\xbb\xbfabc\xff", "not valid utf-8"),
    ],
)
def test_what_is_not_text_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        decode(content)
    message = str(caught.value)
    assert words in message
    assert "\n" not in message
    assert any(remedy in message for remedy in ("save it as UTF-8", "plain text in UTF-8", "put text in it"))


def test_an_endless_line_within_the_size_limit_is_refused() -> None:
    with pytest.raises(SourceError, match=r"a line of 1,000,001 characters .* break it into lines"):
        decode(b"A title\n" + b"a" * (MAX_LINE_CHARS + 1) + b"\nend")
    assert len(decode(b"a" * MAX_LINE_CHARS)) == MAX_LINE_CHARS
