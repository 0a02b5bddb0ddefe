"""Passages: exact offsets, every sentence covered, and never more than the encoder takes."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from index.chunk import ChunkSettings, context_title, embedding_text, split_document
from index.encode import Encoder
from index.opened import OpenIndex
from index.schema import Document, Passage
from index.sentences import split_sentences
from tests.fakes import HashedWords, document

WORDS = HashedWords().count_tokens


def split(text: str, title: str = "A title", limit: int = 60, window: int = 40, overlap: int = 10) -> list[Passage]:
    return split_document(document(text, title), WORDS, limit, ChunkSettings(window, overlap))


def check(of: Document, encoder: Encoder, settings: ChunkSettings, passages: list[Passage] | None = None) -> None:
    """What is promised of any document's passages."""
    if passages is None:
        passages = split_document(of, encoder.count_tokens, encoder.max_tokens, settings)
    title = context_title(of.title, encoder.max_tokens, encoder.count_tokens)
    for p in passages:
        assert p.document_id == of.id
        assert of.text[p.start : p.end] == p.text
    lengths = encoder.count_tokens([embedding_text(title, p.text) for p in passages])
    assert max(lengths, default=0) <= encoder.max_tokens
    assert [p.start for p in passages] == sorted(p.start for p in passages)
    assert len({p.id for p in passages}) == len(passages)
    covered = 0
    for p in passages:
        assert of.text[covered : p.start].strip() == "", "no text is left out between passages"
        covered = max(covered, p.end)
    assert of.text[covered:].strip() == ""
    titled = encoder.count_tokens([title])[0] + 1 if title else 0
    room = min(settings.window, encoder.max_tokens - titled)
    for start, end in split_sentences(of.text):
        whole = any(p.start <= start and end <= p.end for p in passages)
        assert whole or encoder.count_tokens([of.text[start:end]])[0] > room


NASTY = {
    "one sentence": "It rained.",
    "no spaces": "abcdefgh" * 700,
    "no spaces, symbols": "½©€" * 900,
    "endless quotation": "“" + "And then he went on, and on, and on about it. " * 80,
    "endless sentence": "the man and the dog and " * 300 + "the cat.",
    "chinese": "他说这是好事，她不同意，然后他们走了。" * 60,
    "emoji": "👩‍👩‍👧🏴‍☠️ " * 200,
    "combining": "Z\u0335\u0321\u0300a\u0334\u0301lgo " * 150,
    "rare symbols": "ꙮ𓀀𝔄﷽" * 150,
    "urls": "https://example.com/" + "a-b_c/" * 300,
    "digits": "1234567890" * 200,
    "short lines": "\n\n".join(f"Line {i}." for i in range(120)),
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
@pytest.mark.parametrize(
    "title", ["", "A plain title", "A title of many words " * 40, "x" * 900], ids=["none", "plain", "long", "endless"]
)
def test_real_tokenizer_never_exceeded(model: Encoder, text: str, title: str) -> None:
    of = document(text, title)
    check(of, model, ChunkSettings())


@pytest.mark.parametrize("seed", range(25))
def test_random_texts_with_the_fake_encoder(seed: int) -> None:
    chance = random.Random(seed)
    words = ["a", "bee", "Mr.", "cat.", "dog,", "“elk", "fox.”", "gnu!", "\n\n", "hen?", "ibex", "3.5", "—", "é"]
    of = document(
        " ".join(chance.choice(words) for _ in range(chance.randint(1, 600))).strip() or "a", "Some title here"
    )
    encoder = HashedWords(max_tokens=chance.choice([12, 30, 60]))
    settings = ChunkSettings(chance.choice([10, 25, 500]), chance.choice([0, 5, 12]))
    check(of, encoder, settings)


def test_bundled_articles_fit_the_real_encoder(model: Encoder, bundled_index: OpenIndex) -> None:
    for of in bundled_index.documents.values():
        check(of, model, ChunkSettings(), [p for p in bundled_index.passages if p.document_id == of.id])


def test_an_empty_text_has_no_passages() -> None:
    assert split(" \n ") == []


def test_windows_hold_whole_sentences_and_overlap() -> None:
    text = " ".join(f"Sentence number {i} is here." for i in range(12))  # six tokens each
    found = split(text, window=20, overlap=6)
    assert all(p.text.startswith("Sentence") and p.text.endswith("here.") for p in found)
    assert all(after.start < before.end for before, after in pairwise(found))
    without = split(text, window=20, overlap=0)
    assert all(after.start >= before.end for before, after in pairwise(without))
    assert len(without) == 4


def test_the_title_is_context_and_not_part_of_the_passage() -> None:
    (only,) = split("It rained all day.", title="Weather")
    assert only.text == "It rained all day."
    assert embedding_text("Weather", only.text) == "Weather\nIt rained all day."
    assert embedding_text("", only.text) == only.text


def test_a_long_title_leaves_room_for_the_text() -> None:
    cut = context_title("word " * 100, 60, WORDS)
    assert 0 < WORDS([cut])[0] <= 18
    assert context_title("x-" * 200, 60, WORDS) == ""


def test_ids_depend_on_the_document_and_the_place() -> None:
    (one,), (same,), (other,) = split("It rained."), split("It rained."), split("It snowed.")
    assert one.id == same.id
    assert one.id != other.id
