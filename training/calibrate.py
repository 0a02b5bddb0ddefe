"""Calibrates the confidence on stories: python -m training.calibrate [--reader footnote|off|FILE]

The fit of `fit_weights` tells how probable it is that the articles answer; what people want to know is whether the
answer shown is right. A scale and a shift (Platt 1999) towards that are fitted on the stories that neither the reader
nor `fit_weights` has met, and folded into the weights: on their questions, and on some about other stories, which
these do not answer. Near misses count a third, as people ask few of them. Prints five-fold cross-validated figures.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from bot.features import Numbers
from bot.settings import Settings
from bot.weights import feature_names, weights_file
from bot.wire import make_bot, make_encoder
from training.cases import Case, story_groups
from training.fit_weights import NEAR_COUNTS
from training.reader.sources import STORIES, read_stories

Truths = npt.NDArray[np.bool_]
_FOLDS = _BINS = 5
_OFF_EVERY = 10  # of the questions about other stories, every which one is asked


@dataclass(frozen=True)
class Asked:
    """What came of the questions: their kinds, log-odds of the confidence, and which were answered rightly."""

    kind: npt.NDArray[np.str_]
    score: Numbers
    right: Truths

    @property
    def weight(self) -> Numbers:
        """What each question counts."""
        return np.where(self.kind == "story", NEAR_COUNTS, 1.0)

    def __getitem__(self, chosen: Truths) -> Asked:
        return Asked(self.kind[chosen], self.score[chosen], self.right[chosen])


def ask(settings: Settings) -> Asked:
    """Asks the bot every question of the stories that `fit_weights` leaves out, and some of other stories, abstaining
    from none."""
    encoder = make_encoder(settings)
    stories = read_stories(STORIES)
    others = [case for group in story_groups(stories, 0) for case in group.cases if case.kind == "answerable"]
    away = [Case(case.question, "off") for case in others[::_OFF_EVERY]]
    kind, score, right = [], [], []
    for group in story_groups(stories, 1):
        with tempfile.TemporaryDirectory() as work:
            index = group.ingest(Path(work), encoder)
            bot = make_bot(Settings(index=index, reader=settings.reader, abstain_below=0.0), encoder)
            for case in (*group.cases, *away):
                answer = bot.ask(case.question)
                said = [sentence.text for sentence in answer.sentences]
                p = min(max(answer.confidence, 1e-6), 1 - 1e-6)
                kind.append(case.kind)
                score.append(float(np.log(p / (1 - p))))
                right.append(any(words in text or text in words for words in case.words for text in said))
    return Asked(np.array(kind), np.array(score), np.array(right))


def platt(score: Numbers, truth: Truths, weight: Numbers) -> tuple[float, float]:
    """Scale and shift that minimise the log loss."""

    def loss(ab: Numbers) -> float:
        z = ab[0] * score + ab[1]
        return float(np.average(np.logaddexp(0, np.where(truth, -z, z)), weights=weight)) + 0.001 * float(ab @ ab)

    scale, shift = minimize(loss, np.array([1.0, 0.0])).x
    return float(scale), float(shift)


def report(asked: Asked) -> None:
    """Prints what the confidence is worth, each question judged by a calibration that has not seen it."""
    folds = np.arange(len(asked.score)) % _FOLDS
    p = np.zeros(len(asked.score))
    for fold in range(_FOLDS):
        seen = asked[folds != fold]
        scale, shift = platt(seen.score, seen.right, seen.weight)
        p[folds == fold] = 1 / (1 + np.exp(-(scale * asked.score[folds == fold] + shift)))
    bins = np.minimum((p * _BINS).astype(int), _BINS - 1)
    share = asked.weight / asked.weight.sum()
    ece = sum(abs((share * (p - asked.right))[bins == b].sum()) for b in set(bins.tolist()))
    answerable = asked.kind == "answerable"
    print(f"right {asked.right.sum()} of {answerable.sum()} answerable; ECE ({_BINS} bins) {ece:.3f}")
    for kind in ("story", "off"):
        chosen = answerable | (asked.kind == kind)
        print(f"AUROC against {kind} {roc_auc_score(answerable[chosen], p[chosen]):.3f} (n={chosen.sum()})")
    for limit in np.arange(0.1, 0.75, 0.05):
        told = ", ".join(f"{kind} {(p[asked.kind == kind] >= limit).mean():.2f}" for kind in sorted(set(asked.kind)))
        print(f"limit {limit:.2f} answers: {told}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Calibrates the confidence.")
    parser.add_argument("--reader", default="footnote", help="footnote, off, or a reader's file (default: footnote)")
    options = parser.parse_args()
    settings = Settings(reader=options.reader)
    asked = ask(settings)
    report(asked)
    scale, shift = platt(asked.score, asked.right, asked.weight)
    print(f"scale {scale:.3f}, shift {shift:.3f}")
    path = weights_file(read := options.reader != "off")
    raw = json.loads(path.read_text("utf-8"))
    for name in feature_names(read)[1]:
        raw["answerable"][name] = round(raw["answerable"][name] * scale, 4)
    raw["answerable"]["bias"] = round(raw["answerable"]["bias"] * scale + shift, 4)
    raw["calibrated_by"] = "training/calibrate.py on the other stories kept for development"
    path.write_text(json.dumps(raw, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
