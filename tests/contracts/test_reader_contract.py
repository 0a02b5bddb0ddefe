"""What every `Reader` promises, checked of each: small untrained networks, the cache, the fake of these tests."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from index.cached import CachedReader
from index.reader import Reader, Reading, Text
from index.reader.cross_encoder import CrossEncoderReader
from index.reader.minilm import MiniLMReader
from tests.fakes import WordReader

READERS: dict[str, Callable[[Path, Path], Reader]] = {
    "footnote": lambda network, _: MiniLMReader(network),
    "cross-encoder": lambda _, folder: CrossEncoderReader(str(folder)),
    "cached": lambda network, _: CachedReader(MiniLMReader(network), size=3),
    "fake": lambda *_: WordReader(),
}
QUESTIONS = ["When does the ferry stop?", "?", "Why " * 900, "他说什么 naïve 👩‍👧"]
TEXTS = [
    Text("The ferry", "The ferry will stop for the winter. It sails again in March.\n\nA shop remains."),
    Text("", "Owls nest in the forest"),
    Text("A title", ""),
    Text("", ""),
    Text("naïve café 他 👩‍👧", "  Zoë’s café – 東京の話。 “No,” said Łukasz. 👩‍👧 \n"),
    Text("word " * 300, "The title leaves no room. At all."),
    Text("Long", "The ferry stops for the winter. " * 300),
    Text("Endless", "ferry" * 3000),
    Text("Owls", "Owls nest in the forest"),
]


@pytest.fixture(scope="module", params=READERS)
def reader(request: pytest.FixtureRequest, tiny_reader: Path, tiny_cross_encoder: Path) -> Reader:
    return READERS[request.param](tiny_reader, tiny_cross_encoder)


def near(one: Reading, other: Reading) -> bool:
    return one.relevance == pytest.approx(other.relevance, abs=0.15)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question[:10])
def test_each_text_gets_a_reading_that_keeps_within_it(reader: Reader, question: str) -> None:
    readings = reader.read(question, TEXTS)
    assert len(readings) == len(TEXTS)
    for text, reading in zip(TEXTS, readings, strict=True):
        assert math.isfinite(reading.relevance)
        if reading.answers is None:
            assert (reading.sentences, reading.span) == ((), None)
            continue
        assert math.isfinite(reading.answers)
        assert all(math.isfinite(sentence.score) for sentence in reading.sentences)
        places = [place for sentence in reading.sentences for place in (sentence.start, sentence.end)]
        assert places == sorted(places)
        assert all(text.text[s.start : s.end].strip() for s in reading.sentences)
        if reading.sentences:
            assert reading.span
            assert 0 <= reading.span[0] < reading.span[1] <= len(text.text)
        else:
            assert reading.span is None


def test_readings_are_in_the_order_of_the_texts(reader: Reader) -> None:
    forwards, backwards = reader.read(QUESTIONS[0], TEXTS), reader.read(QUESTIONS[0], TEXTS[::-1])
    assert len({round(reading.relevance, 1) for reading in forwards}) > 2
    for one, other in zip(forwards, backwards[::-1], strict=True):
        assert near(one, other)
        assert [s.start for s in one.sentences] == [s.start for s in other.sentences]


def test_a_text_is_read_the_same_alone(reader: Reader) -> None:
    together = reader.read(QUESTIONS[0], TEXTS * 5)
    for n, text in enumerate(TEXTS):
        (alone,) = reader.read(QUESTIONS[0], [text])
        assert near(alone, together[n])
        assert near(alone, together[n + 4 * len(TEXTS)])


def test_the_question_and_the_title_matter(reader: Reader) -> None:
    ferry = TEXTS[0]
    (plain,) = reader.read(QUESTIONS[0], [ferry])
    (other,) = reader.read("Who nests where?", [ferry])
    (titled,) = reader.read(QUESTIONS[0], [Text("When it does stop", ferry.text)])
    assert not near(plain, other)
    assert not near(plain, titled)


def test_nothing_gives_nothing(reader: Reader) -> None:
    assert reader.read(QUESTIONS[0], []) == []


def test_it_has_a_name(reader: Reader) -> None:
    assert reader.name
    assert reader.name == reader.name.strip()
