"""Losses: next to nothing where the scores are right, much where they are wrong, and nothing for what is unknown."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
import torch

from index.network.torch import Scores
from index.reader.tokens import PairTokenizer
from tests.training.samples import examples, tiny_network
from training.reader.batches import Item, Labelled, Mix, Sampler, label
from training.reader.losses import WEIGHTS, losses

SURE = 20.0


def draw(mix: Mix | None = None, seed: int = 0) -> tuple[list[Item], list[tuple[int, int]]]:
    return Sampler(examples(), random.Random(seed), mix or Mix(policy=0.0)).draw()


@pytest.fixture(scope="module")
def tokenizer() -> PairTokenizer:
    return PairTokenizer()


@pytest.fixture(scope="module")
def labelled(tokenizer: PairTokenizer) -> Labelled:
    return label(tokenizer, *draw())


def perfect(of: Labelled) -> Scores:
    """The scores of a reader that is sure of everything, and right."""
    pair = torch.where(of.pair == 1, SURE, -SURE)
    sentence = torch.where(of.sentence == 1, SURE, -SURE)
    span = torch.where(torch.stack([of.starts, of.ends], -1) > 0, SURE, -SURE)
    return Scores(pair, span, sentence)


def values(scores: Scores, of: Labelled) -> dict[str, float]:
    return {name: float(part) for name, part in losses(scores, of).items()}


def test_every_part_has_a_weight(labelled: Labelled) -> None:
    assert losses(perfect(labelled), labelled).keys() == WEIGHTS.keys()


@pytest.mark.parametrize("part", WEIGHTS)
def test_perfect_scores_cost_nothing_and_wrong_ones_much(labelled: Labelled, part: str) -> None:
    right = perfect(labelled)
    assert values(right, labelled)[part] < 1e-3
    wrong = Scores(-right.pair, -right.span, -right.sentence)
    assert values(wrong, labelled)[part] > 5


@pytest.mark.parametrize("part", WEIGHTS)
def test_each_part_looks_at_its_own_scores(labelled: Labelled, part: str) -> None:
    right = perfect(labelled)
    columns = {"relevant": [0], "answers": [1], "supports": [2], "contest": [0, 1]}
    pair, span, sentence = right.pair.clone(), right.span, right.sentence
    if part in columns:
        pair[:, columns[part]] *= -1
    elif part == "span":
        span = -span
    else:
        sentence = -sentence
    assert values(Scores(pair, span, sentence), labelled)[part] > 5
    others = {"sentence", "choice"} if part in ("sentence", "choice") else {part}
    if part in ("relevant", "answers", "contest"):
        others |= {"contest", "relevant", "answers"}
    spoilt = {name for name, value in values(Scores(pair, span, sentence), labelled).items() if value > 1e-3}
    assert part in spoilt <= others


def test_what_is_unknown_does_not_count(labelled: Labelled) -> None:
    right, alone = perfect(labelled), replace(labelled, contests=[])
    unknown = torch.isnan(labelled.pair)
    assert unknown.any() and (labelled.sentence < 0).any()
    pair = torch.where(unknown, 1000 * torch.randn(unknown.shape), right.pair)
    sentence = torch.where(labelled.sentence < 0, 1000 * torch.randn(labelled.sentence.shape), right.sentence)
    outside = labelled.pairs.batch.sentences < 0  # the question, the title and what pads
    span = torch.where(outside[..., None], 1000 * torch.randn(right.span.shape), right.span)
    assert values(Scores(pair, span, sentence), alone) == pytest.approx(values(right, alone))


def test_a_contest_is_won_by_the_distance(labelled: Labelled) -> None:
    level = Scores(torch.zeros_like(labelled.pair), perfect(labelled).span, perfect(labelled).sentence)
    drawn = values(level, labelled)["contest"]
    assert drawn == pytest.approx(2 * 0.6931, abs=1e-3), "log 2 for the topic and again for the answer"
    level.pair[[winner for winner, _ in labelled.contests], :2] = 1.0
    assert 0 < values(level, labelled)["contest"] < drawn


def test_any_of_several_right_choices_will_do(labelled: Labelled) -> None:
    several = (labelled.starts.sum(1) > 1).nonzero().flatten().tolist()
    assert several, "a year is given as 1871 and as in 1871"
    right = perfect(labelled)
    for row in several:
        span = right.span.clone()
        span[row, labelled.starts[row].nonzero()[0], 0] = -SURE
        assert values(Scores(right.pair, span, right.sentence), labelled)["span"] < 1e-3


@pytest.mark.parametrize(
    "mix",
    [
        Mix(answered=3, near=0, swapped=0, cut=0, claims=0, policy=1.0),
        Mix(answered=0, near=4, swapped=0, cut=0, claims=0),
        Mix(answered=0, near=0, swapped=2, cut=2, claims=0),
        Mix(answered=0, near=0, swapped=0, cut=0, claims=4),
    ],
    ids=["answered", "near", "swapped and cut", "claims"],
)
def test_batches_without_contests_spans_or_claims_have_a_finite_loss(tokenizer: PairTokenizer, mix: Mix) -> None:
    items, _ = draw(mix)
    of = label(tokenizer, items, [])
    network = tiny_network()
    parts = losses(network(of.pairs.batch), of)
    assert all(torch.isfinite(part) for part in parts.values()), parts
    assert parts["contest"].item() == 0
    torch.stack(list(parts.values())).sum().backward()  # type: ignore[no-untyped-call]
    assert all(p.grad is None or torch.isfinite(p.grad).all() for p in network.parameters())


def test_gradients_reach_every_weight(labelled: Labelled) -> None:
    torch.manual_seed(0)
    network = tiny_network().train()
    parts = losses(network(labelled.pairs.batch), labelled)
    torch.stack([WEIGHTS[name] * part for name, part in parts.items()]).sum().backward()  # type: ignore[no-untyped-call]
    for name, weight in network.named_parameters():
        assert weight.grad is not None and torch.isfinite(weight.grad).all(), name
        assert weight.grad.abs().sum() > 0, name
