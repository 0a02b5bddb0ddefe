"""Models of other kinds and settings: by our own network as by sentence-transformers, or refused with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

from index.encoders.checked import compare
from index.encoders.checkpoint import UnlikeError, read_checkpoint
from index.encoders.network import NetworkEncoder
from index.encoders.sentence import SentenceTransformerEncoder
from index.network.distances import distance_buckets
from index.network.towers import agrees, open_openvino
from tests.test_imports import ROOT
from tests.tiny_models import KINDS, make

PASSAGES = [
    text[at : at + 700]
    for path in sorted((ROOT / "data" / "articles").iterdir())
    for text in [path.read_text("utf-8")]
    for at in range(0, len(text), 700)
]


@pytest.mark.parametrize(
    ("kind", "pooling", "window"),
    [
        *((kind, "mean", 62 if kind == "distilbert" else None) for kind in KINDS),
        ("bert", "cls", 40),
        ("roberta", "max", None),
    ],
)
def test_it_gives_what_sentence_transformers_gives(kind: str, pooling: str, window: int | None, tmp_path: Path) -> None:
    folder = str(make(kind, tmp_path / "model", pooling, window=window))
    ours, theirs = NetworkEncoder(folder), SentenceTransformerEncoder(folder)
    for texts in (PASSAGES, PASSAGES[:1]):
        found = compare(ours, theirs, texts)
        assert found.ours, found.why
        assert (ours.encode(texts) * theirs.encode(texts)).sum(axis=1).min() >= 0.999
    for one, other in zip(ours.encode_tokens(PASSAGES[:8]), theirs.encode_tokens(PASSAGES[:8]), strict=True):
        assert (one.vectors * other.vectors).sum(axis=1).min() >= 0.99
    apart = ours.encode(["Owls nest in the forest.", "The tram opens in May."])
    assert apart[0] @ apart[1] < 0.999, "the model cannot tell texts apart, and nothing was shown"


def test_distances_are_grouped_as_mpnet_groups_them() -> None:
    places = torch.arange(512)
    encoder: Any = MPNetEncoder
    theirs = encoder.relative_position_bucket(places[None, :] - places[:, None])
    np.testing.assert_array_equal(distance_buckets(512), theirs.numpy())


@pytest.mark.parametrize("kind", ["mpnet", "bert-relu", "bert-tanh"])
def test_an_engine_is_held_against_plain_numpy_in_the_models_own_style(kind: str, tmp_path: Path) -> None:
    one = read_checkpoint(make(kind, tmp_path / "model"))
    weights = one.weights()
    tower = open_openvino(weights, one.shape, one.style)
    turned = ("distances.weight", "layers.1.up.bias")
    spoilt = {name: -weight if name in turned else weight for name, weight in weights.items()}
    assert agrees(tower, weights, one.shape, one.style)
    assert not agrees(tower, spoilt, one.shape, one.style)


def change(name: str, **values: Any) -> Callable[[Path], None]:
    """Changes a file of settings of a model; what is set to None is taken out."""

    def done(folder: Path) -> None:
        file = folder / name
        settings = {**json.loads(file.read_text("utf-8")), **values}
        file.write_text(json.dumps({key: value for key, value in settings.items() if value is not None}), "utf-8")

    return done


def renamed(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def spoil(name: str) -> Callable[[Path], None]:
    def done(folder: Path) -> None:
        (folder / name).write_bytes(b"{]")

    return done


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make("bert", tmp_path_factory.mktemp("small") / "model")


def copied(folder: Path, to: Path) -> Path:
    for file in folder.rglob("*"):
        if file.is_file():
            place = to / file.relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.read_bytes())
    return to


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        (change("config.json", model_type="modernbert"), r"of the kind 'modernbert'; ours are bert, roberta"),
        (change("config.json", model_type=None), "of the kind None"),
        (change("config.json", position_embedding_type="relative_key"), "its positions are 'relative_key'"),
        (change("config.json", hidden_act="silu"), "its activation is 'silu'"),
        (change("config.json", hidden_size=None), "settings are not as expected .*hidden_size"),
        (change("config.json", num_hidden_layers="many"), "settings are not as expected .*many"),
        (change("config.json", num_hidden_layers=4), "weights are not as expected .*layer.3"),
        (change("1_Pooling/config.json", pooling_mode="lasttoken"), "its pooling is lasttoken"),
        (change("1_Pooling/config.json", pooling_mode=["cls", "mean"]), "its pooling is cls, mean"),
        (change("config_sentence_transformers.json", default_prompt_name="query"), "puts the prompt 'query' before"),
        (change("sentence_bert_config.json", max_seq_length=71), "window of 71 tokens has no more than 70"),
        (without("config.json"), "has no config.json"),
        (without("tokenizer.json"), "has no tokenizer.json"),
        (renamed, "has no model.safetensors"),
        (spoil("config.json"), "config.json cannot be read"),
        (spoil("modules.json"), "modules.json cannot be read"),
        (spoil("model.safetensors"), "weights are not as expected"),
        (spoil("tokenizer.json"), "tokenizer.json cannot be read"),
    ],
)
def test_what_is_not_known_to_be_the_same_is_refused(
    spoilt: Callable[[Path], None], why: str, small: Path, tmp_path: Path
) -> None:
    folder = copied(small, tmp_path / "model")
    spoilt(folder)
    with pytest.raises(UnlikeError, match=why):
        NetworkEncoder(str(folder)).load()


def test_modules_behind_the_pooling_are_not_left_out(tmp_path: Path) -> None:
    from sentence_transformers.base.modules.dense import Dense

    folder = make("bert", tmp_path / "model", "mean", Dense(48, 16))
    with pytest.raises(UnlikeError, match="it is made of Transformer, Pooling, Dense"):
        read_checkpoint(folder)


def test_a_plain_transformer_has_the_mean_of_its_tokens(small: Path, tmp_path: Path) -> None:
    folder = copied(small, tmp_path / "model")
    for name in ("modules.json", "sentence_bert_config.json", "config_sentence_transformers.json"):
        (folder / name).unlink()
    found = compare(NetworkEncoder(str(folder)), SentenceTransformerEncoder(str(folder)))
    assert found.ours, found.why


def test_the_settings_that_older_versions_wrote_are_read(small: Path, tmp_path: Path) -> None:
    folder = copied(small, tmp_path / "model")
    old = {"word_embedding_dimension": 48, "pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(old))
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 32, "do_lower_case": false}')
    one = read_checkpoint(folder)
    assert (one.pooling, one.window, one.lower) == ("cls", 32, False)
    found = compare(NetworkEncoder(str(folder)), SentenceTransformerEncoder(str(folder)))
    assert found.ours, found.why
