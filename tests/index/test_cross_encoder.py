"""Any cross-encoder as a reader, here a small one that was never trained, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer, BertForSequenceClassification
from transformers.utils import logging

from index.errors import EncoderError
from index.reader import Reading, Text
from index.reader.cross_encoder import CrossEncoderReader

QUESTION = "When does the ferry stop?"
TEXTS = [Text("Owls", "Owls nest."), Text("", "The ferry stops on 2 December."), Text("A", "Bread is sold here.")]


@torch.inference_mode()
def test_relevance_is_what_the_network_says_of_title_and_text(tiny_cross_encoder: Path) -> None:
    network = BertForSequenceClassification.from_pretrained(tiny_cross_encoder).train(False)
    tokenizer = AutoTokenizer.from_pretrained(tiny_cross_encoder)
    wholes = ["Owls\nOwls nest.", "The ferry stops on 2 December.", "A\nBread is sold here."]
    expected = [network(**tokenizer(QUESTION, whole, return_tensors="pt")).logits.item() for whole in wholes]
    assert max(expected) - min(expected) > 0.1
    readings = CrossEncoderReader(str(tiny_cross_encoder)).read(QUESTION, TEXTS)
    assert [reading.relevance for reading in readings] == pytest.approx(expected, abs=1e-3)


def test_it_knows_nothing_of_sentences(tiny_cross_encoder: Path) -> None:
    (reading,) = CrossEncoderReader(str(tiny_cross_encoder)).read(QUESTION, TEXTS[:1])
    assert reading == Reading(reading.relevance)


def test_loading_prints_nothing(tiny_cross_encoder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logging.enable_progress_bar()  # type: ignore[no-untyped-call]  # another test may have left it off
    CrossEncoderReader(str(tiny_cross_encoder)).read(QUESTION, TEXTS)
    assert capfd.readouterr() == ("", "")


def test_a_classifier_is_refused(make_cross_encoder: Callable[[int], Path]) -> None:
    with pytest.raises(EncoderError, match=r"gives 2 scores a pair, .*set FOOTNOTE_READER"):
        CrossEncoderReader(str(make_cross_encoder(2))).read(QUESTION, TEXTS)


def test_a_model_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    reader = CrossEncoderReader(str(tmp_path / "none"))
    assert reader.name == str(tmp_path / "none")
    with pytest.raises(EncoderError, match=r"cannot be loaded .*set FOOTNOTE_READER to footnote, off") as caught:
        reader.read(QUESTION, TEXTS)
    assert reader.name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_with_broken_weights_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"garbage")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match="cannot be loaded") as caught:
        CrossEncoderReader(str(tmp_path)).read(QUESTION, TEXTS)
    assert "\n" not in str(caught.value)


def test_nothing_is_loaded_for_nothing_to_read(tmp_path: Path) -> None:
    assert CrossEncoderReader(str(tmp_path / "none")).read(QUESTION, []) == []
