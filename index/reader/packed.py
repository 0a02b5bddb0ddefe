"""The reader's weights as a file: matrices as int8 with one scale a row, a quarter of the size, read without pickle."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from index.errors import EncoderError
from index.reader.network import Network, Shape

_SCALE = ".scale"
_FORMAT = "footnote-reader-1"


def pack(network: Network, path: Path) -> str:
    """Writes the weights; returns the file's SHA-256."""
    tensors: dict[str, Tensor] = {}
    for name, weight in network.state_dict().items():
        if weight.ndim == 2:
            scale = weight.float().abs().amax(1).clamp(min=1e-12) / 127
            tensors[name] = (weight.float() / scale[:, None]).round().to(torch.int8).contiguous()
            tensors[name + _SCALE] = scale.contiguous()
        else:
            tensors[name] = weight.float().contiguous()
    # One entry only: safetensors writes several in an order that changes from file to file.
    save_file(tensors, path, {_FORMAT: json.dumps(asdict(network.shape))})
    return file_checksum(path)


def unpack(path: Path, checksum: str | None = None) -> Network:
    """The network in a file. Raises EncoderError on a file that is missing, damaged, or not the one expected."""
    if not path.is_file():
        raise EncoderError(f"there is no reader file {str(path)!r}; set FOOTNOTE_READER to footnote, off, or a model")
    if checksum is not None and (found := file_checksum(path)) != checksum:
        raise EncoderError(
            f"the reader's weights are damaged or changed (SHA-256 {found[:12]}..., expected {checksum[:12]}...); "
            "restore them from the repository, or set FOOTNOTE_READER=off"
        )
    try:
        with safe_open(path, "pt") as stream:
            header = stream.metadata() or {}
            if _FORMAT not in header:
                raise EncoderError(
                    f"{str(path)!r} is not a reader that training/reader made; make one, or name a model"
                )
            network = Network(Shape(**json.loads(header[_FORMAT])))
            tensors = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118  # not a dict
        network.load_state_dict(
            {
                name: tensor.float() * tensors[name + _SCALE][:, None] if tensor.dtype == torch.int8 else tensor
                for name, tensor in tensors.items()
                if not name.endswith(_SCALE)
            }
        )
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise EncoderError(
            f"the reader file {str(path)!r} cannot be read ({(str(error).splitlines() or ['?'])[0][:200]}); "
            "make it again, or set FOOTNOTE_READER=off"
        ) from error
    return network.eval()


def file_checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
