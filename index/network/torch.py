"""The network in torch: MiniLM's encoder (Wang et al. 2020), and the reader's heads for passage, span and sentences.

It is what is trained, and what answers where there is no OpenVINO. Written out instead of taken from transformers:
queries, keys and values in one product, and nothing between the products that a reader does not need, make it about a
third faster (benchmarks/reader.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  # the name that every reader of torch code expects
from torch import Tensor, nn

from index.network.weights import EPSILON, Array, Shape, Weights


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs as tensors: `ids`, `types` and `mask` of shape (pairs, tokens), `sentences` too.

    `sentences` holds the number of the passage's sentence that a token belongs to, -1 for all other tokens;
    `most` is the highest number of sentences in a passage.
    """

    ids: Tensor
    types: Tensor
    mask: Tensor
    sentences: Tensor
    most: int

    def to(self, device: torch.device) -> Batch:
        ids, types, mask, sentences = (t.to(device) for t in (self.ids, self.types, self.mask, self.sentences))
        return Batch(ids, types, mask, sentences, self.most)


@dataclass(frozen=True, slots=True)
class Scores:
    """Log-odds, float32: `pair` (pairs, 3), in the order RELEVANT, ANSWERS, SUPPORTS; `span` (pairs, tokens, 2),
    start and end; `sentence` (pairs, most)."""

    pair: Tensor
    span: Tensor
    sentence: Tensor


def _attention(q: Tensor, k: Tensor, v: Tensor, seen: Tensor) -> Tensor:
    """What torch's fused attention computes, whose way back takes several times as long on a CPU."""
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    with torch.autocast(q.device.type, enabled=False):  # in the precision of the scores, not in float32
        share = (scores + torch.zeros_like(seen, dtype=scores.dtype).masked_fill(~seen, float("-inf"))).softmax(-1)
    context: Tensor = share @ v
    return context


def _raised(x: Tensor, up: nn.Linear, *, fused: bool) -> Tensor:
    """GELU of a product; on a CPU in one go, as torch's own compiler does it, instead of through memory twice."""
    if fused and x.is_cpu and x.dtype == torch.bfloat16 and torch.ops.mkldnn._is_mkldnn_bf16_supported():
        together: Tensor = torch.ops.mkldnn._linear_pointwise(x, up.weight, up.bias, "gelu", [], "none")
        return together
    return F.gelu(up(x))


class _Layer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.heads = shape.heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.out_norm = nn.LayerNorm(width, EPSILON)
        self.up = nn.Linear(width, shape.inner)
        self.down = nn.Linear(shape.inner, width)
        self.down_norm = nn.LayerNorm(width, EPSILON)

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        pairs, tokens, width = x.shape
        q, k, v = self.qkv(x).view(pairs, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        context = _attention(q, k, v, seen) if self.training else F.scaled_dot_product_attention(q, k, v, seen)
        context = context.transpose(1, 2).reshape(x.shape)
        x = self.out_norm(x + self.out(context))
        normed: Tensor = self.down_norm(x + self.down(_raised(x, self.up, fused=not self.training)))
        return normed


class Tower(nn.Module):
    """The encoder alone."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.places = nn.Embedding(shape.positions, shape.width)
        self.types = nn.Embedding(2, shape.width)
        self.norm = nn.LayerNorm(shape.width, EPSILON)
        self.layers = nn.ModuleList(_Layer(shape) for _ in range(shape.layers))

    def read(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """Vectors of the tokens, (texts, tokens, width), from their ids, types and mask, each (texts, tokens)."""
        places = torch.arange(ids.shape[1], device=ids.device)
        x: Tensor = self.norm(self.words(ids) + self.types(types) + self.places(places))
        seen = mask.bool()[:, None, None, :]
        for layer in self.layers:
            x = layer(x, seen)
        return x


class Network(Tower):
    """Encoder and heads. A sentence is judged by the mean of its tokens beside the first token of the pair."""

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        self.pair = nn.Linear(shape.width, 3)
        self.span = nn.Linear(shape.width, 2)
        self.sentence = nn.Linear(2 * shape.width, 1)

    def forward(self, batch: Batch) -> Scores:
        x = self.read(batch.ids, batch.types, batch.mask)
        first = x[:, 0]
        numbers = torch.arange(batch.most, device=x.device).view(1, -1, 1)
        member = (batch.sentences.unsqueeze(1) == numbers).to(x.dtype)
        mean = member @ x / member.sum(-1, keepdim=True).clamp(min=1)
        beside = torch.cat([mean, first.unsqueeze(1).expand_as(mean)], -1)
        return Scores(self.pair(first).float(), self.span(x).float(), self.sentence(beside).squeeze(-1).float())


class TorchTower:
    """The encoder by torch; bfloat16 where the processor has it in hardware, else float32."""

    def __init__(self, weights: Weights, shape: Shape) -> None:
        tower = Tower(shape)
        tower.load_state_dict({name: torch.from_numpy(np.array(weights[name])) for name in tower.state_dict()})
        half = torch.cpu.get_capabilities().get("avx512_bf16")
        self._tower = tower.eval().to(torch.bfloat16) if half else tower.eval()

    def read(self, ids: Array, types: Array, mask: Array) -> Array:
        """As `index.network.openvino.OpenVinoTower.read`."""
        with torch.inference_mode():
            found: Array = self._tower.read(*map(torch.from_numpy, (ids, types, mask))).float().numpy()
        return found
