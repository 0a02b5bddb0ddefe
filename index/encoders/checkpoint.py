"""What the folder of a sentence-transformers model says, for models that our own network can compute.

These are the encoders built like BERT, whose text vector is the mean, the first or the greatest of the tokens'
vectors: BERT, RoBERTa, XLM-RoBERTa, CamemBERT, DistilBERT and MPNet. They differ in names and sizes, in where positions
begin, and MPNet in what is added for the distance between words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.network.names import BERT, DISTILBERT, MPNET, Names, renamed
from index.network.weights import ACTIVATIONS, EPSILON, Shape, Style, Weights

_FAMILIES = {
    "bert": BERT,
    "roberta": BERT,
    "xlm-roberta": BERT,
    "camembert": BERT,
    "distilbert": DISTILBERT,
    "mpnet": MPNET,
}
_AFTER_PADDING = frozenset({"roberta", "xlm-roberta", "camembert"})  # positions are counted from the padding's id
_MODULES = ("Transformer", "Pooling", "Normalize")
_POOLING = {"pooling_mode_cls_token": "cls", "pooling_mode_mean_tokens": "mean", "pooling_mode_max_tokens": "max"}
_OLD_POOLING = "pooling_mode_"
_NO_LIMIT = 1 << 20  # tokenizers without one write a number beyond all texts


class UnlikeError(Exception):
    """The model is none that our network computes; the message says why."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model's sizes and settings. `pooling` is "mean", "cls" or "max"; `window` is in tokens, special ones among
    them; `lower` is true if texts are written small before they are cut into tokens."""

    folder: Path
    shape: Shape
    style: Style
    names: Names
    first_position: int
    pooling: str
    window: int
    lower: bool

    def weights(self) -> Weights:
        """The encoder's weights under our names, float32. Raises UnlikeError if there are others."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(self.folder / "model.safetensors", "np") as stream:
                held, get = set(stream.keys()), stream.get_tensor
                return renamed(held, get, self.names, self.shape.layers, self.first_position)
        except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
            raise UnlikeError(f"its weights are not as expected ({error})") from error


def read_checkpoint(folder: Path) -> Checkpoint:
    """What the folder of a model says. Raises UnlikeError if our network would not compute what sentence-transformers
    does."""
    transformer, pooling = _modules(folder)
    config = _json(transformer / "config.json")
    family = config.get("model_type")
    if family not in _FAMILIES:
        raise UnlikeError(f"it is of the kind {family!r}; ours are {', '.join(_FAMILIES)}")
    if config.get("position_embedding_type", "absolute") != "absolute":
        raise UnlikeError(f"its positions are {config['position_embedding_type']!r}")
    names = _FAMILIES[family]
    try:
        first = _first_position(config, family)
        shape = _shape(config, names, first)
        style = Style(float(config.get("layer_norm_eps", EPSILON)), str(config[names.sizes["activation"]]))
        window = _window(transformer, config)
    except (KeyError, TypeError, ValueError) as error:
        raise UnlikeError(f"its settings are not as expected ({error!r})") from error
    if style.activation not in ACTIVATIONS:
        raise UnlikeError(f"its activation is {style.activation!r}")
    if window > shape.positions:
        raise UnlikeError(f"its window of {window} tokens has no more than {shape.positions} positions")
    for needed in ("model.safetensors", "tokenizer.json"):
        if not (transformer / needed).is_file():
            raise UnlikeError(f"it has no {needed}")
    if (prompt := _json(folder / "config_sentence_transformers.json", {}).get("default_prompt_name")) is not None:
        raise UnlikeError(f"it puts the prompt {prompt!r} before each text")
    lower = bool(_settings(transformer).get("do_lower_case", False))
    return Checkpoint(transformer, shape, style, names, first, pooling, window, lower)


def _modules(folder: Path) -> tuple[Path, str]:
    """The folder of the transformer, and how its tokens' vectors become the text's."""
    modules = _json(folder / "modules.json", [])
    if not modules:
        return folder, "mean"  # what sentence-transformers makes of a plain transformer
    kinds = [str(module["type"]).rsplit(".", 1)[-1] for module in modules]
    if kinds not in (list(_MODULES), list(_MODULES[:2])):
        raise UnlikeError(f"it is made of {', '.join(kinds)}")
    pooling = _json(folder / modules[1]["path"] / "config.json")
    if "pooling_mode" in pooling:
        found = pooling["pooling_mode"]
        modes = [found] if isinstance(found, str) else list(found)
    else:
        modes = [_POOLING.get(key, key) for key, on in pooling.items() if key.startswith(_OLD_POOLING) and on]
    if len(modes or ["mean"]) != 1 or not set(modes) <= set(_POOLING.values()):
        raise UnlikeError(f"its pooling is {', '.join(map(str, modes))}")
    return folder / modules[0]["path"], (modes or ["mean"])[0]


def _shape(config: Mapping[str, Any], names: Names, first: int) -> Shape:
    sizes = {ours: int(config[theirs]) for ours, theirs in names.sizes.items() if ours != "activation"}
    return Shape(int(config["vocab_size"]), int(config["max_position_embeddings"]) - first, **sizes)


def _first_position(config: Mapping[str, Any], family: str) -> int:
    """Which row of the table of positions is that of a text's first token."""
    if family == "mpnet":
        return 2
    return int(config.get("pad_token_id", 1)) + 1 if family in _AFTER_PADDING else 0


def _settings(transformer: Path) -> Mapping[str, Any]:
    found = sorted(transformer.glob("sentence_*_config.json"))
    settings: Mapping[str, Any] = _json(found[0]) if found else {}
    return settings


def _window(transformer: Path, config: Mapping[str, Any]) -> int:
    if (window := _settings(transformer).get("max_seq_length")) is not None:
        return int(window)
    longest = _json(transformer / "tokenizer_config.json", {}).get("model_max_length") or _NO_LIMIT
    return int(min(longest, int(config["max_position_embeddings"])))


def _json(path: Path, default: Any = None) -> Any:
    """The content of a file. Raises UnlikeError if it cannot be read, or is missing and there is no default."""
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        if default is not None:
            return default
        raise UnlikeError(f"it has no {path.name}") from error
    except (OSError, ValueError) as error:
        raise UnlikeError(f"its {path.name} cannot be read ({error})") from error
