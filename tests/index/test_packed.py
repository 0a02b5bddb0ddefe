"""The reader's weights as a file: small, checked, and nothing in it but numbers."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from index.errors import EncoderError
from index.network.torch import Network
from index.reader.packed import file_checksum, pack, unpack


def test_what_is_unpacked_is_close_to_what_was_packed(tiny_network: Network, tiny_reader: Path) -> None:
    found = unpack(tiny_reader)
    assert found.shape == tiny_network.shape
    assert not found.training
    theirs = found.state_dict()
    for name, weight in tiny_network.state_dict().items():
        if weight.ndim == 2:  # half a step of 127 is the most that rounding takes
            assert ((weight - theirs[name]).abs().amax(1) <= weight.abs().amax(1) / 253).all(), name
        else:
            assert torch.equal(weight, theirs[name]), name


def test_the_same_network_gives_the_same_bytes(tiny_network: Network, tiny_reader: Path, tmp_path: Path) -> None:
    again = [tmp_path / f"{n}.safetensors" for n in range(6)]
    assert {pack(tiny_network, path) for path in again} == {file_checksum(tiny_reader)}
    assert unpack(again[0], file_checksum(again[0]))


def test_a_network_in_half_precision_packs_too(tiny_reader: Path, tmp_path: Path) -> None:
    network = unpack(tiny_reader)
    pack(network.to(torch.bfloat16), tmp_path / "half.safetensors")
    assert next(unpack(tmp_path / "half.safetensors").parameters()).dtype == torch.float32


def test_a_row_of_zeros_stays_zero(tiny_reader: Path, tmp_path: Path) -> None:
    network = unpack(tiny_reader)
    network.words.weight.data[5] = 0
    pack(network, tmp_path / "zeros.safetensors")
    assert not unpack(tmp_path / "zeros.safetensors").words.weight[5].any()


def test_the_file_is_about_a_quarter_of_the_network(tiny_network: Network, tiny_reader: Path) -> None:
    whole = sum(weight.numel() * 4 for weight in tiny_network.parameters())
    assert 0.2 < tiny_reader.stat().st_size / whole < 0.33  # rows are short here: their scales weigh more


def test_the_file_holds_tensors_and_says_what_it_is(tiny_reader: Path) -> None:
    with safe_open(tiny_reader, "pt") as stream:
        assert "footnote-reader-1" in str(stream.metadata())
        assert '"width": 32' in str(stream.metadata())
        assert {str(stream.get_tensor(name).dtype) for name in stream.keys()} == {"torch.int8", "torch.float32"}  # noqa: SIM118


def test_other_weights_than_expected_are_refused(tiny_reader: Path) -> None:
    with pytest.raises(EncoderError, match=r"damaged or changed .*restore them .*FOOTNOTE_READER=off") as caught:
        unpack(tiny_reader, "0" * 64)
    assert file_checksum(tiny_reader)[:12] in str(caught.value)


def test_no_expected_checksum_is_not_any_checksum(tiny_reader: Path) -> None:
    with pytest.raises(EncoderError, match="damaged or changed"):
        unpack(tiny_reader, "")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.safetensors", tmp_path):
        with pytest.raises(EncoderError, match=r"there is no reader file .*set FOOTNOTE_READER") as caught:
            unpack(path)
        assert repr(str(path)) in str(caught.value)


@pytest.mark.parametrize("left", [0, 5, 200, -1000])
def test_a_truncated_file_is_refused(tiny_reader: Path, tmp_path: Path, left: int) -> None:
    path = tmp_path / "cut.safetensors"
    path.write_bytes(tiny_reader.read_bytes()[:left])
    refused(path)


def refused(path: Path) -> None:
    with pytest.raises(EncoderError) as caught:
        unpack(path)
    assert repr(str(path)) in str(caught.value)
    assert "FOOTNOTE_READER" in str(caught.value) or "make one, or name a model" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("header", [None, {"format": "pt"}, {"shape": "{}"}, {"format": "footnote-reader-1"}])
def test_tensors_of_something_else_are_refused(tmp_path: Path, header: dict[str, str] | None) -> None:
    path = tmp_path / "other.safetensors"
    save_file({"words.weight": torch.zeros(9, 8)}, path, header)
    refused(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("footnote-reader-1", "footnote-reader-2"),
        ('{"vocabulary"', '{vocabulary"'),
        ('"vocabulary"', '"vocabularies"'),
        ('"width": 32', '"width": "wide"'),
        ('"width": 32', '"width": 64'),
        ('"layers": 2', '"layers": 3'),
    ],
)
def test_a_header_that_does_not_fit_is_refused(tiny_reader: Path, tmp_path: Path, old: str, new: str) -> None:
    with safe_open(tiny_reader, "pt") as stream:
        tensors = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
        header = dict(stream.metadata())
    path = tmp_path / "changed.safetensors"
    save_file(tensors, path, header)
    unpack(path)
    save_file(tensors, path, {key.replace(old, new): value.replace(old, new) for key, value in header.items()})
    refused(path)


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (tmp_path / "sprung",)

    path = tmp_path / "pickle.safetensors"
    path.write_bytes(pickle.dumps(Trap()))
    refused(path)
    assert not (tmp_path / "sprung").exists()
