"""Pairs of question and text as tokens: every token of the text knows its place and its sentence."""

from __future__ import annotations

import pytest

from index.reader import Text
from index.reader.tokens import WINDOW, Pairs, PairTokenizer
from index.sentences import split_sentences

TEXT = "The board blamed the engine. Repairs will cost 240,000 crowns!\n\nA new paragraph: who pays?"
FOREIGN = "Zoë’s naïve café – 東京の話。 Ça va? “Ĳsselmeer,” said Łukasz 👩‍👧 in Ω̈. 他们说 no."


@pytest.fixture(scope="module")
def tokenizer() -> PairTokenizer:
    return PairTokenizer()


def slices(pairs: Pairs, row: int, text: str) -> list[str]:
    return [text[start:end] for start, end in pairs.offsets[row].tolist() if start >= 0]


def words(tokenizer: PairTokenizer, pairs: Pairs, row: int) -> list[str]:
    """The tokens of a pair without padding."""
    ids = pairs.batch.ids[row][pairs.batch.mask[row] == 1].tolist()
    return [tokenizer._tokenizer.id_to_token(i) for i in ids]


def test_a_pair_is_question_title_and_text(tokenizer: PairTokenizer) -> None:
    pairs = tokenizer.pairs([("Who pays?", Text("Two boards", "The engine."))])
    shown = "[CLS] who pays ? [SEP] two boards the engine . [SEP]"
    assert words(tokenizer, pairs, 0) == shown.split()
    assert pairs.batch.types.tolist() == [[0] * 5 + [1] * 6]
    assert pairs.offsets[0].tolist() == [[-1, -1]] * 7 + [[0, 3], [4, 10], [10, 11], [-1, -1]]
    assert pairs.batch.sentences.tolist() == [[-1] * 7 + [0] * 3 + [-1]]


@pytest.mark.parametrize("title", ["", "A title", "Ünïcode 東京 👩‍👧 in the title", "two\nlines"])
def test_offsets_are_places_in_the_text(tokenizer: PairTokenizer, title: str) -> None:
    pairs = tokenizer.pairs([("Where is 東京?", Text(title, TEXT))])
    assert "".join(slices(pairs, 0, TEXT)) == "".join(TEXT.split())


def test_offsets_count_characters_in_any_script(tokenizer: PairTokenizer) -> None:
    pairs = tokenizer.pairs([("Ωhο?", Text("Ω 👩‍👧", FOREIGN))])
    expected = "Zoë ’ s naïve café – 東 京 の 話 。 Ça va ? “ Ĳsselmeer , ” said Ł uka sz 👩‍👧 in Ω . 他 们 说 no ."
    assert slices(pairs, 0, FOREIGN) == expected.split()


@pytest.mark.parametrize("text", [TEXT, FOREIGN, "  leading. And trailing  \n", "No full stop"])
def test_each_token_lies_in_the_sentence_of_its_number(tokenizer: PairTokenizer, text: str) -> None:
    pairs = tokenizer.pairs([("Who?", Text("One. Two. Three.", text))])
    assert pairs.sentences == [split_sentences(text)]
    assert pairs.batch.most == len(pairs.sentences[0])
    numbers = pairs.batch.sentences[0].tolist()
    assert set(numbers) == {-1, *range(len(pairs.sentences[0]))}
    for (start, end), number in zip(pairs.offsets[0].tolist(), numbers, strict=True):
        if number < 0:
            assert (start, end) == (-1, -1)
        else:
            first, last = pairs.sentences[0][number]
            assert first <= start < end <= last


def test_what_does_not_fit_is_cut_off_at_the_end(tokenizer: PairTokenizer) -> None:
    text = "".join(f"Owl {n} sleeps. " for n in range(200))
    pairs = tokenizer.pairs([("Which owl sleeps?", Text("Owls", text))])
    assert pairs.batch.ids.shape == (1, WINDOW)
    assert text.startswith(slices(pairs, 0, text)[0])
    read = "".join(slices(pairs, 0, text))
    assert "".join(text.split()).startswith(read)
    assert 200 < len(read) < len(text) / 2
    assert words(tokenizer, pairs, 0)[:6] == ["[CLS]", "which", "owl", "sleeps", "?", "[SEP]"]
    assert len(pairs.sentences[0]) == 200
    assert 10 < pairs.batch.sentences.max() < 100


@pytest.mark.parametrize("length", [64, 65, 300, 1000])
def test_a_long_question_keeps_its_beginning(tokenizer: PairTokenizer, length: int) -> None:
    question = " ".join("owl" if n % 2 else "ferry" for n in range(length))
    pairs = tokenizer.pairs([(question, Text("", TEXT))])
    found = words(tokenizer, pairs, 0)
    assert found[1:65] == question.split()[:64]
    assert found[65] == "[SEP]"
    assert "".join(slices(pairs, 0, TEXT)) == "".join(TEXT.split())


@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_text_without_words_has_no_sentences(tokenizer: PairTokenizer, text: str) -> None:
    pairs = tokenizer.pairs([("Who?", Text("A title", text))])
    assert pairs.sentences == [[]]
    assert (pairs.batch.sentences == -1).all()
    assert (pairs.offsets[0] == -1).all()
    assert pairs.batch.most == 1


def test_without_title_and_text_the_question_is_left(tokenizer: PairTokenizer) -> None:
    pairs = tokenizer.pairs([("Who?", Text("", ""))])
    assert words(tokenizer, pairs, 0) == ["[CLS]", "who", "?", "[SEP]", "[SEP]"]


def test_pairs_are_padded_to_the_longest(tokenizer: PairTokenizer) -> None:
    asked = [("Who?", Text("", "The board.")), ("Who pays for the repairs?", Text("A title", TEXT))]
    pairs = tokenizer.pairs(asked)
    short, long = pairs.batch.mask.sum(1).tolist()
    assert pairs.batch.ids.shape == pairs.batch.types.shape == pairs.batch.sentences.shape == (2, long)
    assert (pairs.batch.ids[0, short:] == 0).all()
    assert (pairs.batch.sentences[0, short:] == -1).all()
    for row, one in enumerate(asked):
        alone = tokenizer.pairs([one])
        assert words(tokenizer, alone, 0) == words(tokenizer, pairs, row)
        assert alone.offsets[0].tolist() == pairs.offsets[row].tolist()
