"""The reader that remembers. The encoder that does is in test_encode.py."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from index.cached import CachedReader
from index.reader import Text
from tests.fakes import WordReader

A, B, C, D = (Text("A title", f"{word} stop in winter.") for word in ("Ferries", "Owls", "Bakers", "Mayors"))
QUESTION = "When do ferries stop?"


def test_it_asks_for_what_is_missing_only() -> None:
    inner = WordReader()
    cached = CachedReader(inner)
    first = cached.read(QUESTION, [A, B, A])
    again = cached.read(QUESTION, [C, B, A])
    assert inner.asked == [(QUESTION, A), (QUESTION, B), (QUESTION, C)]
    assert first == WordReader().read(QUESTION, [A, B, A])
    assert again == WordReader().read(QUESTION, [C, B, A])


def test_another_question_or_title_is_another_reading() -> None:
    inner = WordReader()
    cached = CachedReader(inner)
    titled = Text("When ferries stop", A.text)
    assert cached.read(QUESTION, [A, titled]) == WordReader().read(QUESTION, [A, titled])
    assert cached.read("Do owls?", [A]) == WordReader().read("Do owls?", [A])
    assert len(inner.asked) == 3


def test_what_was_asked_for_longest_ago_is_forgotten() -> None:
    inner = WordReader()
    cached = CachedReader(inner, size=2)
    for texts in ([A, B], [A], [C], [A, C]):  # C pushes out B, which was asked for before A
        cached.read(QUESTION, texts)
    assert [text for _, text in inner.asked] == [A, B, C]
    cached.read(QUESTION, [B])
    assert [text for _, text in inner.asked] == [A, B, C, B]


def test_one_call_may_ask_for_more_than_is_kept() -> None:
    cached = CachedReader(WordReader(), size=1)
    assert cached.read(QUESTION, [A, B, C, D]) == WordReader().read(QUESTION, [A, B, C, D])


def test_without_anything_missing_nothing_is_read() -> None:
    inner = WordReader()
    cached = CachedReader(inner)
    assert cached.read(QUESTION, []) == []
    cached.read(QUESTION, [A])
    cached.read(QUESTION, [A])
    assert len(inner.asked) == 1


def test_the_name_is_the_readers() -> None:
    assert CachedReader(WordReader()).name == "word-reader"


def test_several_may_ask_at_once() -> None:
    cached, texts = CachedReader(WordReader(), size=3), [A, B, C, D]
    expected = WordReader().read(QUESTION, texts)
    with ThreadPoolExecutor(4) as many:
        assert all(found == expected for found in many.map(lambda _: cached.read(QUESTION, texts), range(200)))
