"""The reader's weights as a file: matrices as int8 with one scale a row, a quarter of the size, read without pickle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from index.errors import EncoderError
from index.network.weights import Array, Shape
from index.reader.heads import reader_sizes

if TYPE_CHECKING:
    from index.network.torch import Network

_SCALE = ".scale"
_FORMAT = "footnote-reader-1"


def pack(network: Network, path: Path) -> str:
    """Writes the weights; returns the file's SHA-256."""
    tensors: dict[str, Array] = {}
    for name, tensor in network.state_dict().items():
        weight = tensor.float().cpu().numpy()
        if weight.ndim == 2:
            scale = np.maximum(np.abs(weight).max(1), np.float32(1e-12)) / np.float32(127)
            tensors[name] = (weight / scale[:, None]).round().astype(np.int8)
            tensors[name + _SCALE] = scale
        else:
            tensors[name] = np.ascontiguousarray(weight)
    # One entry only: safetensors writes several in an order that changes from file to file.
    save_file(tensors, path, {_FORMAT: json.dumps(asdict(network.shape))})
    return file_checksum(path)


def unpack(path: Path, checksum: str | None = None) -> Network:
    """The network in a file. Raises EncoderError as `read_packed` does."""
    import torch

    from index.network.torch import Network

    weights, shape = read_packed(path, checksum)
    network = Network(shape)
    network.load_state_dict({name: torch.from_numpy(weight) for name, weight in weights.items()})
    return network.eval()


def read_packed(path: Path, checksum: str | None = None) -> tuple[Mapping[str, Array], Shape]:
    """The weights in a file, float32. Raises EncoderError on a file that is missing, damaged, or not the one
    expected."""
    if not path.is_file():
        raise EncoderError(f"there is no reader file {str(path)!r}; set FOOTNOTE_READER to footnote, off, or a model")
    if checksum is not None and (found := file_checksum(path)) != checksum:
        raise EncoderError(
            f"the reader's weights are damaged or changed (SHA-256 {found[:12]}..., expected {checksum[:12]}...); "
            "restore them from the repository, or set FOOTNOTE_READER=off"
        )
    try:
        with safe_open(path, "np") as stream:
            header = stream.metadata() or {}
            if _FORMAT not in header:
                raise EncoderError(
                    f"{str(path)!r} is not a reader that training/reader made; make one, or name a model"
                )
            shape = Shape(**json.loads(header[_FORMAT]))
            tensors = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118  # not a dict
        weights = {name: _whole(name, tensors) for name in tensors if not name.endswith(_SCALE)}
        if {name: weight.shape for name, weight in weights.items()} != reader_sizes(shape):
            raise ValueError("its tensors are not those of its shape")
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise EncoderError(
            f"the reader file {str(path)!r} cannot be read ({(str(error).splitlines() or ['?'])[0][:200]}); "
            "make it again, or set FOOTNOTE_READER=off"
        ) from error
    return weights, shape


def _whole(name: str, tensors: Mapping[str, Array]) -> Array:
    tensor = tensors[name]
    if tensor.dtype == np.int8:
        # In one go: a float32 copy of the table of words would be made for nothing.
        return np.asarray(np.multiply(tensor, tensors[name + _SCALE][:, None], dtype=np.float32))
    return np.asarray(tensor, np.float32)


def file_checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
