"""Whether quotes bear a sentence out: by words, and by a language model of a few numbers made here."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.errors import EvalError
from eval.support import NliSupport, WordSupport, make_support

QUOTE = "The ferry between Oldmouth and Sand Isle will stop on 2 December. Repairs will cost 240,000 crowns."


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("Repairs will cost 240,000 crowns.", True),
        ("REPAIRS COST 240,000 CROWNS!", True),  # neither case nor marks nor small words matter
        ("The repair will be costing 240,000 crowns.", True),  # nor the form of a word
        ("Repairs will cost 250,000 crowns.", False),  # each number must stand there
        ("Repairs will cost 240,000.5 crowns.", False),
        ("Repairs will cost 2 crowns.", True),  # a number from elsewhere in the quote goes unseen: it is no reader
        ("The ferry stops on 2 December at Oldmouth quay.", True),  # 5 of 6 content words
        ("The ferry stops on 2 December at the old quay.", False),  # 4 of 6
        ("Mice came.", False),
        ("The and of.", False),  # nothing that could be supported
        ("", False),
    ],
)
def test_support_by_words(sentence: str, supported: bool) -> None:
    assert WordSupport().supports(QUOTE, sentence) is supported


def test_no_quote_supports_nothing() -> None:
    assert not WordSupport().supports("", "The ferry stops.")


def test_the_share_of_words_can_be_set_and_is_named() -> None:
    sentence = "The ferry stops in the snow."
    assert not WordSupport().supports(QUOTE, sentence)
    assert WordSupport(0.5).supports(QUOTE, sentence)
    assert WordSupport().name == "words (80% of the content words and every number)"
    assert "50%" in WordSupport(0.5).name


def save_model(folder: Path, labels: list[str]) -> Path:
    """A cross-encoder of two small layers with random weights, saved as one would be for the hub."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder.mkdir()
    letters = list("abcdefghijklmnopqrstuvwxyz")
    pieces = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *letters,
        *(f"##{letter}" for letter in letters),
        "ferry",
        ".",
    ]
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n")
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
    )
    torch.manual_seed(0)
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def test_support_by_entailment_loads_names_itself_and_answers(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "nli", ["contradiction", "Entailment", "neutral"])
    support = make_support(f"nli:{folder}")
    assert isinstance(support, NliSupport)
    assert support.name == f"entailment by {folder}"
    answers = [support.supports(QUOTE, sentence) for sentence in ("The ferry stops.", "It sails on.")]
    assert all(type(found) is bool for found in answers)
    assert answers == [support.supports(QUOTE, sentence) for sentence in ("The ferry stops.", "It sails on.")]


def test_the_entailment_label_is_found_by_its_name_wherever_it_stands(tmp_path: Path) -> None:
    # the same weights under rotated labels: exactly one of the three can be the entailment that they answer
    orders = (
        ["entailment", "neutral", "x"],
        ["neutral", "entailment", "x"],
        ["x", "neutral", "entailment"],
    )
    found = [
        NliSupport(str(save_model(tmp_path / f"nli-{n}", labels))).supports(QUOTE, "The ferry stops.")
        for n, labels in enumerate(orders)
    ]
    assert sorted(found) == [False, False, True]


def test_a_model_without_an_entailment_label_is_refused(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "stars", ["one", "two", "three"])
    with pytest.raises(EvalError) as caught:
        make_support(f"nli:{folder}")
    assert str(folder) in str(caught.value)
    assert "has no label 'entailment', only ['one', 'three', 'two']" in str(caught.value)


def test_a_model_that_cannot_be_loaded_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(EvalError, match=r"support model '.*empty' cannot be loaded .*; give a hub id or a path"):
        make_support(f"nli:{tmp_path / 'empty'}")


def test_the_reader_follows_what_words_cannot() -> None:
    check = make_support("reader")
    assert check.supports(QUOTE, "The ferry between Oldmouth and Sand Isle will stop on 2 December.")
    assert not check.supports(QUOTE, "The ferry between Oldmouth and Sand Isle will not stop on 2 December.")
    assert not check.supports(QUOTE, "The ferry between Oldmouth and Sand Isle will stop on 7 December.")
    assert "reader" in check.name


def test_support_by_name() -> None:
    assert isinstance(make_support("words"), WordSupport)
    for name in ("", "nli", "nli:", "entailment"):
        with pytest.raises(EvalError, match=f"no support check '{name}'; give words, reader or nli:MODEL"):
            make_support(name)
