"""The reader that ships, and its network. What every reader promises is in contracts/test_reader_contract.py."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertConfig, BertModel

from index.encode import DEFAULT_MODEL
from index.encoders.find import find_model
from index.errors import EncoderError
from index.network.names import from_bert
from index.network.torch import Batch, Network
from index.network.weights import Shape
from index.reader import Reading, Text
from index.reader.minilm import SHIPPED, SHIPPED_SHA256, MiniLMReader
from index.reader.packed import file_checksum, pack
from index.sentences import split_sentences

SMALL = Shape(vocabulary=50, positions=40, width=16, layers=2, heads=4, inner=24)
FERRY = Text("The ferry stops", "The board blamed the engine. Repairs will cost 240,000 crowns! Who pays? The island.")
OWLS = Text("Owls return", "Seventeen pairs of owls nested. It was a warm winter, Ulla Brandt said.")


def some_batch(lengths: tuple[int, ...] = (20, 9, 14)) -> Batch:
    """Pairs of random words in four sentences; the first three words are the question's."""
    words = torch.Generator().manual_seed(3)
    place = torch.arange(max(lengths)).expand(len(lengths), -1)
    mask = (place < torch.tensor(lengths)[:, None]).long()
    ids = torch.randint(1, SMALL.vocabulary, place.shape, generator=words) * mask
    sentences = torch.where((place > 2) & (mask == 1), (place - 3) // 5, -1)
    return Batch(ids, (place > 2).long() * mask, mask, sentences, 4)


def transparent(shape: Shape = SMALL) -> Network:
    """A network of random weights whose span scores are the encoder's output itself."""
    network = Network(shape)
    chance = torch.Generator().manual_seed(4)
    for weight in network.parameters():
        nn.init.normal_(weight, 0, 0.4, generator=chance)
    network.span = nn.Linear(shape.width, shape.width)
    nn.init.eye_(network.span.weight)
    nn.init.zeros_(network.span.bias)
    return network.eval()


@torch.inference_mode()
def test_the_network_computes_what_bert_computes() -> None:
    config = BertConfig(
        vocab_size=50,
        max_position_embeddings=40,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=24,
    )
    theirs = BertModel(config, add_pooling_layer=False).train(False)
    chance = torch.Generator().manual_seed(5)
    for weight in theirs.parameters():  # BERT's own beginnings are zero in half of the places
        nn.init.normal_(weight, 0, 0.4, generator=chance)
    ours, batch = transparent(), some_batch()
    taken = from_bert({name: weight.numpy() for name, weight in theirs.state_dict().items()}, SMALL.layers)
    left = ours.load_state_dict({name: torch.from_numpy(weight) for name, weight in taken.items()}, strict=False)
    assert left.unexpected_keys == []
    assert {name.split(".")[0] for name in left.missing_keys} == {"pair", "span", "sentence"}
    expected = theirs(input_ids=batch.ids, token_type_ids=batch.types, attention_mask=batch.mask).last_hidden_state
    seen = batch.mask.bool()
    torch.testing.assert_close(ours(batch).span[seen], expected[seen], atol=1e-4, rtol=1e-4)


@torch.inference_mode()
def test_heads_see_the_first_token_and_the_mean_of_a_sentence() -> None:
    network, batch = transparent(), some_batch()
    scores = network(batch)
    assert (scores.pair.shape, scores.sentence.shape) == ((3, 3), (3, 4))
    hidden = scores.span
    torch.testing.assert_close(scores.pair, network.pair(hidden[:, 0]))
    mean = hidden[0, batch.sentences[0] == 2].mean(0)
    torch.testing.assert_close(scores.sentence[0, 2], network.sentence(torch.cat([mean, hidden[0, 0]]))[0])
    assert torch.isfinite(scores.sentence).all()  # of sentences that are not there too


@torch.inference_mode()
def test_padding_changes_nothing() -> None:
    network, batch = transparent(), some_batch()
    together = network(batch)
    ids, types, mask, sentences = (t[1:2, :9] for t in (batch.ids, batch.types, batch.mask, batch.sentences))
    alone = network(Batch(ids, types, mask, sentences, batch.most))
    torch.testing.assert_close(alone.pair, together.pair[1:2], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(alone.span, together.span[1:2, :9], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(alone.sentence[:, :2], together.sentence[1:2, :2], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(("precision", "apart"), [(torch.float32, 1e-5), (torch.bfloat16, 0.1)])
@torch.inference_mode()
def test_training_and_answering_compute_the_same(precision: torch.dtype, apart: float) -> None:
    network, batch = transparent().to(precision), some_batch()
    answering, training = network(batch), network.train()(batch)
    assert network.training
    for one, other in ((answering.pair, training.pair), (answering.sentence, training.sentence)):
        torch.testing.assert_close(one, other, atol=apart, rtol=10 * apart)


def test_scores_are_float32_in_a_network_that_is_not() -> None:
    scores = transparent().to(torch.bfloat16)(some_batch())
    assert {scores.pair.dtype, scores.span.dtype, scores.sentence.dtype} == {torch.float32}


def test_a_batch_moves_as_a_whole() -> None:
    moved = some_batch().to(torch.device("meta"))
    assert {t.device.type for t in (moved.ids, moved.types, moved.mask, moved.sentences)} == {"meta"}
    assert moved.most == 4


def looking_for(path: Path, start: str, end: str) -> MiniLMReader:
    """A reader that knows two words: `start` begins an answer and makes its sentence one, `end` ends an answer."""
    known = Tokenizer.from_file(str(find_model(DEFAULT_MODEL) / "tokenizer.json"))
    network = Network(Shape(width=8, layers=0))
    for weight in network.parameters():
        nn.init.zeros_(weight)
    nn.init.ones_(network.norm.weight)
    for dimension, word in enumerate((start, end)):
        network.words.weight.data[known.token_to_id(word), dimension] = 1
        network.span.weight.data[dimension, dimension] = 1
    network.sentence.weight.data[0, 0] = 1
    pack(network, path)
    return MiniLMReader(path)


def answer(reader: MiniLMReader, text: Text, question: str = "Who?") -> str:
    (reading,) = reader.read(question, [text])
    assert reading.span
    return text.text[slice(*reading.span)]


def test_the_span_goes_from_the_best_start_to_the_best_end(tmp_path: Path) -> None:
    reader = looking_for(tmp_path / "a.safetensors", "board", "engine")
    assert answer(reader, FERRY) == "board blamed the engine"
    titled = Text("The board of the engine", FERRY.text)
    assert answer(reader, titled, "Which board, and which engine?") == "board blamed the engine"


def test_a_span_never_ends_before_it_starts_and_is_no_longer_than_answers_are(tmp_path: Path) -> None:
    backwards = looking_for(tmp_path / "a.safetensors", "engine", "board")
    assert "engine" in answer(backwards, FERRY) or answer(backwards, FERRY).endswith("board")
    reader = looking_for(tmp_path / "b.safetensors", "board", "engine")
    fits, far = (f"The board {'and ' * words}engine." for words in (28, 29))
    assert answer(reader, Text("", fits)) == fits[4:-1]
    assert len(answer(reader, Text("", far)).split()) <= 30
    assert answer(reader, Text("", far)) != far[4:-1]


def test_the_sentence_with_the_word_scores_highest(tmp_path: Path) -> None:
    reader = looking_for(tmp_path / "a.safetensors", "crowns", "engine")
    (reading,) = reader.read("How many crowns?", [FERRY])
    best = max(reading.sentences, key=lambda sentence: sentence.score)
    assert FERRY.text[best.start : best.end] == "Repairs will cost 240,000 crowns!"
    assert [(s.start, s.end) for s in reading.sentences] == split_sentences(FERRY.text)


def test_sentences_beyond_the_window_are_not_among_the_readings(tiny_reader: Path) -> None:
    text = Text("A title", "The ferry stops for the winter. " * 80)
    (reading,) = MiniLMReader(tiny_reader).read("When?", [text])
    found = [(s.start, s.end) for s in reading.sentences]
    assert 10 < len(found) < 80
    assert found == split_sentences(text.text)[: len(found)]


def near(one: Reading, other: Reading) -> None:
    assert one.relevance == pytest.approx(other.relevance, abs=0.15)
    assert one.answers == pytest.approx(other.answers, abs=0.15)
    assert [s.start for s in one.sentences] == [s.start for s in other.sentences]
    np.testing.assert_allclose([s.score for s in one.sentences], [s.score for s in other.sentences], atol=0.15)


def test_a_text_is_read_the_same_in_any_company(tiny_reader: Path) -> None:
    reader = MiniLMReader(tiny_reader)
    many = [Text(f"Title {n}", f"{'Owls nest. ' * n} The ferry {n} stops.") for n in range(40)]
    together = reader.read("When does the ferry stop?", many)
    assert np.std([r.relevance for r in together]) > 0.3  # texts differ by more than one may from itself
    for n in (0, 31, 32, 39):
        (alone,) = reader.read("When does the ferry stop?", [many[n]])
        near(alone, together[n])


def test_claims_are_weighed_one_score_a_text(tiny_reader: Path) -> None:
    reader = MiniLMReader(tiny_reader)
    both = reader.supports("The ferry stops.", [FERRY, OWLS] * 20)
    assert len(both) == 40
    assert both[39] == pytest.approx(reader.supports("The ferry stops.", [OWLS])[0], abs=0.15)
    assert both[0] != both[1]
    assert reader.supports("The ferry stops.", []) == []


def test_two_may_read_at_once(tiny_reader: Path) -> None:
    questions = [f"What happened in {year}?" for year in range(1990, 2002)]
    expected = [MiniLMReader(tiny_reader).read(q, [FERRY, OWLS]) for q in questions]
    shared = MiniLMReader(tiny_reader)
    with ThreadPoolExecutor(2) as two:
        found = list(two.map(lambda q: shared.read(q, [FERRY, OWLS]), questions))
    for one, other in zip(expected, found, strict=True):
        for a, b in zip(one, other, strict=True):
            near(a, b)


def test_nothing_is_loaded_before_there_is_something_to_read(tmp_path: Path) -> None:
    reader = MiniLMReader(tmp_path / "none.safetensors")
    assert reader.name == str(tmp_path / "none.safetensors")
    assert reader.read("When?", []) == []
    for _ in range(2):
        with pytest.raises(EncoderError, match="FOOTNOTE_READER"):
            reader.read("When?", [FERRY])


def test_the_shipped_weights_are_those_that_were_checked_and_can_read() -> None:
    assert file_checksum(SHIPPED) == SHIPPED_SHA256
    assert SHIPPED.stat().st_size <= 45_000_000
    bread = Text(
        "A bakery in Crowle", "A minute costs 2 crowns and the loaf is free. The mayor called the idea absurd."
    )
    reader = MiniLMReader()
    assert reader.name == "footnote"
    readings = reader.read("How much will the repairs of the ferry cost?", [OWLS, bread, FERRY])
    assert max(range(3), key=lambda n: readings[n].relevance + (readings[n].answers or 0)) == 2
    best = max(readings[2].sentences, key=lambda sentence: sentence.score)
    assert FERRY.text[best.start : best.end] == "Repairs will cost 240,000 crowns!"
