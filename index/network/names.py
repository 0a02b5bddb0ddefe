"""What the kinds of models that are built like BERT call their weights and sizes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import numpy as np

from index.network.weights import Array, Weights


@dataclass(frozen=True, slots=True)
class Names:
    """Their names for ours: of the tables, and within a layer, whose own name is `layer` and its number. Those left
    empty are not there. `sizes` maps the fields of a `Shape`, and "activation", to the keys of their config.json."""

    layer: str = "encoder.layer"
    types: str = "embeddings.token_type_embeddings"
    distances: str = ""
    thirds: tuple[str, str, str] = ("attention.self.query", "attention.self.key", "attention.self.value")
    out: str = "attention.output.dense"
    out_norm: str = "attention.output.LayerNorm"
    up: str = "intermediate.dense"
    down: str = "output.dense"
    down_norm: str = "output.LayerNorm"
    sizes: dict[str, str] = field(
        default_factory=lambda: {
            "width": "hidden_size",
            "layers": "num_hidden_layers",
            "heads": "num_attention_heads",
            "inner": "intermediate_size",
            "activation": "hidden_act",
        }
    )


BERT = Names()
DISTILBERT = Names(
    layer="transformer.layer",
    types="",
    thirds=("attention.q_lin", "attention.k_lin", "attention.v_lin"),
    out="attention.out_lin",
    out_norm="sa_layer_norm",
    up="ffn.lin1",
    down="ffn.lin2",
    down_norm="output_layer_norm",
    sizes={"width": "dim", "layers": "n_layers", "heads": "n_heads", "inner": "hidden_dim", "activation": "activation"},
)
MPNET = Names(
    types="",
    distances="encoder.relative_attention_bias",
    thirds=("attention.attn.q", "attention.attn.k", "attention.attn.v"),
    out="attention.attn.o",
    out_norm="attention.LayerNorm",
)
_WORDS = "embeddings.word_embeddings"


def renamed(
    held: Collection[str], get: Callable[[str], Array], names: Names, layers: int, first_position: int
) -> Weights:
    """A checkpoint's weights under our names, float32; no heads are among them.

    `held` are their names, `get` gives one. The table of positions begins at `first_position`. Raises KeyError if one
    is missing.
    """
    before = next((name.removesuffix(f"{_WORDS}.weight") for name in held if name.endswith(f"{_WORDS}.weight")), "")

    def one(name: str) -> Array:
        if before + name not in held:
            raise KeyError(before + name)
        return np.asarray(get(before + name), np.float32)

    words = one(f"{_WORDS}.weight")
    found = {
        "words.weight": words,
        "places.weight": one("embeddings.position_embeddings.weight")[first_position:],
        "types.weight": one(f"{names.types}.weight") if names.types else np.zeros((1, words.shape[1]), np.float32),
    }
    if names.distances:
        found["distances.weight"] = one(f"{names.distances}.weight")
    theirs = {"norm": "embeddings.LayerNorm"}
    for n in range(layers):
        ours, layer = f"layers.{n}", f"{names.layer}.{n}"
        for kind in ("weight", "bias"):
            found[f"{ours}.qkv.{kind}"] = np.concatenate([one(f"{layer}.{third}.{kind}") for third in names.thirds])
        for name in ("out", "out_norm", "up", "down", "down_norm"):
            theirs[f"{ours}.{name}"] = f"{layer}.{getattr(names, name)}"
    return found | {f"{a}.{kind}": one(f"{b}.{kind}") for a, b in theirs.items() for kind in ("weight", "bias")}


def from_bert(weights: Weights, layers: int) -> Weights:
    """`renamed`, of a BERT checkpoint that is in memory."""
    return renamed(weights.keys(), weights.__getitem__, BERT, layers, 0)
