"""How far the reader has got, on development questions that it is not trained on."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from index.network.torch import Network
from index.reader.heads import ANSWERS, SUPPORTS
from index.reader.tokens import PairTokenizer
from training.reader.batches import Item, answered, claimed, cut, label, negative, swapped
from training.reader.examples import Example

_MOST = 150
_AT_ONCE = 32


@torch.no_grad()
def measure(
    network: Network, tokenizer: PairTokenizer, dev: Sequence[Example], device: torch.device
) -> dict[str, float]:
    """Figures by source: right sentence first, MRR of the answering passage among it and its hard negatives, and
    AUROC of answering passages against near misses, swapped questions and passages cut. Higher is better."""
    rng = random.Random(1)
    network.eval()
    found: dict[str, float] = {}
    for source in sorted({e.source for e in dev}):
        mine = [e for e in dev if e.source == source]
        asked = _sample([e for e in mine if e.positives], rng)
        pair, first = _scores(network, tokenizer, [answered(e, e.positives[0]) for e in asked], device)
        found[f"{source} sentence@1"] = float(np.mean(first))
        if source != "policyqa":
            reciprocal = []
            for e, own in zip(asked, pair, strict=True):
                against, _ = _scores(network, tokenizer, [negative(e, n) for n in e.negatives], device)
                reciprocal.append(1 / (1 + int((against[:, :SUPPORTS].sum(1) >= own[:SUPPORTS].sum()).sum())))
            found[f"{source} MRR of 6"] = float(np.mean(reciprocal))
        if source == "stories":
            near = _sample([e for e in mine if e.near], rng)
            score, _ = _scores(network, tokenizer, [Item(e.question, e.near[0], answers=0) for e in near], device)
            found["stories AUROC near"] = _auroc(pair[:, ANSWERS], score[:, ANSWERS])
        if source == "squad":
            near = _sample([e for e in mine if e.near], rng)
            others = {
                "near": [Item(e.question, e.near[0], answers=0) for e in near],
                "swapped": [swapped(e, e.positives[0]) for e in asked if e.swapped],
                "cut": [item for e in asked if (item := cut(e, e.positives[0]))],
            }
            for name, items in others.items():
                score, _ = _scores(network, tokenizer, items, device)
                found[f"AUROC {name}"] = _auroc(pair[:, ANSWERS], score[:, ANSWERS])
            claims = [[c for e in asked if (c := claimed(e, kind, rng))] for kind in (True, False)]
            right, wrong = (_scores(network, tokenizer, items, device)[0][:, SUPPORTS] for items in claims)
            found["AUROC claims"] = _auroc(right, wrong)
    network.train()
    return {name: round(value, 3) for name, value in found.items()}


def _scores(
    network: Network, tokenizer: PairTokenizer, items: Sequence[Item], device: torch.device
) -> tuple[np.ndarray, list[bool]]:
    """The pair scores, shape (items, 3), and whether the sentence scored highest answers."""
    pair, first = np.zeros((0, 3)), []
    for begin in range(0, len(items), _AT_ONCE):
        some = items[begin : begin + _AT_ONCE]
        labelled = label(tokenizer, some, [])
        with torch.autocast(device.type, torch.bfloat16):
            scores = network(labelled.batch.to(device))
        pair = np.concatenate([pair, scores.pair.cpu().numpy()])
        best = scores.sentence.cpu().masked_fill(labelled.sentence < 0, -1e4).argmax(1, keepdim=True)
        first += (labelled.sentence.gather(1, best) > 0).squeeze(1).tolist()
    return pair, first


def _sample(examples: list[Example], rng: random.Random) -> list[Example]:
    return rng.sample(examples, min(_MOST, len(examples)))


def _auroc(right: np.ndarray, wrong: np.ndarray) -> float:
    truth = np.concatenate([np.ones(len(right)), np.zeros(len(wrong))])
    return float(roc_auc_score(truth, np.concatenate([right, wrong])))
