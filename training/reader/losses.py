"""What the reader is trained to minimise."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  # the name that every reader of torch code expects
from torch import Tensor

from index.network.torch import Scores
from index.reader.heads import ANSWERS, RELEVANT, SUPPORTS
from training.reader.batches import Labelled

_NEVER = -1e4
WEIGHTS = {
    "answers": 1.0,
    "relevant": 0.5,
    "supports": 0.4,
    "contest": 0.25,
    "sentence": 0.5,
    "choice": 0.7,
    "span": 0.5,
}


def losses(scores: Scores, labelled: Labelled) -> dict[str, Tensor]:
    """Each part of the loss; their sum by WEIGHTS is what is minimised."""
    found = {
        name: _binary(scores.pair[:, column], labelled.pair[:, column])
        for name, column in (("answers", ANSWERS), ("relevant", RELEVANT), ("supports", SUPPORTS))
    }
    ahead = [scores.pair[a, :SUPPORTS] - scores.pair[b, :SUPPORTS] for a, b in labelled.contests]
    found["contest"] = F.softplus(-torch.stack(ahead)).sum(1).mean() if ahead else scores.pair.sum() * 0
    truth = labelled.sentence
    known = truth >= 0
    weight = torch.where(truth > 0, 2.0, 1.0)[known]  # few sentences answer
    single = F.binary_cross_entropy_with_logits(scores.sentence[known], truth[known], reduction="none")
    found["sentence"] = (single * weight).sum() / weight.sum().clamp(min=1)
    found["choice"] = _choice(scores.sentence, truth > 0, known)
    inside = labelled.batch.sentences >= 0
    spans = [_choice(scores.span[..., n], t > 0, inside) for n, t in enumerate((labelled.starts, labelled.ends))]
    found["span"] = (spans[0] + spans[1]) / 2
    return found


def _binary(score: Tensor, truth: Tensor) -> Tensor:
    known = ~torch.isnan(truth)
    if not known.any():
        return score.sum() * 0
    return F.binary_cross_entropy_with_logits(score[known], truth[known])


def _choice(score: Tensor, right: Tensor, possible: Tensor) -> Tensor:
    """Cross-entropy of choosing any of the right ones among those possible, over the rows that have a right one."""
    rows = (right & possible).any(1)
    if not rows.any():
        return score.sum() * 0
    log = F.log_softmax(score[rows].masked_fill(~possible[rows], _NEVER), -1)
    return -torch.logsumexp(log.masked_fill(~(right & possible)[rows], _NEVER), -1).mean()
