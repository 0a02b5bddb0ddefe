"""Calibrates the confidence on questions about news: python -m training.calibrate [--weights bot/weights.json]

The fit of `fit_weights` is on encyclopaedia questions, most of them close to the text's words; people who ask about
news paraphrase more. A scale and a shift (Platt 1999) are fitted on `training/newsroom.jsonl`, 90 questions about the
sample articles, both classes weighing the same, and folded into the weights. Prints five-fold cross-validated figures.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from bot.candidates import candidates_in
from bot.features import ANSWERABLE_FEATURES, Evidence
from bot.question import analyse
from bot.weights import Weights
from index.build import ingest
from index.cached import CachedEncoder
from index.encode import SentenceTransformerEncoder
from index.opened import open_index
from index.search import Searcher

QUESTIONS = Path(__file__).with_name("newsroom.jsonl")


def log_odds(weights: Weights, articles: str, questions: list[dict]) -> np.ndarray:
    """The uncalibrated log-odds of each question."""
    encoder = CachedEncoder(SentenceTransformerEncoder())
    with tempfile.TemporaryDirectory() as work:
        ingest([articles], Path(work) / "index", encoder)
        index = open_index(Path(work) / "index")
    searcher = Searcher(index, encoder)
    found = []
    for question in questions:
        hits = searcher.search(question["question"], 20)
        evidence = Evidence(analyse(question["question"]), candidates_in(hits), encoder, index.lexical)
        order = np.argsort(-(evidence.sentence_features @ weights.sentence), kind="stable").tolist()
        found.append(float(evidence.answerable_features(order) @ weights.answerable) + weights.bias)
    return np.array(found)


def platt(score: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Scale and shift that minimise the class-balanced log loss."""
    weight = np.where(truth, 0.5 / truth.mean(), 0.5 / (1 - truth.mean()))

    def loss(ab: np.ndarray) -> float:
        z = ab[0] * score + ab[1]
        return float((weight * np.logaddexp(0, np.where(truth, -z, z))).mean()) + 0.001 * float(ab @ ab)

    scale, shift = minimize(loss, np.array([1.0, 0.0])).x
    return float(scale), float(shift)


def main() -> None:
    parser = argparse.ArgumentParser(description="Calibrates the confidence.")
    parser.add_argument("--weights", type=Path, default=Path("bot/weights.json"))
    parser.add_argument("--articles", default="data/articles")
    options = parser.parse_args()
    questions = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    truth = np.array([bool(q["answerable"]) for q in questions])
    score = log_odds(Weights.load(options.weights), options.articles, questions)
    folds = np.arange(len(score)) % 5
    p = np.zeros(len(score))
    for fold in range(5):
        scale, shift = platt(score[folds != fold], truth[folds != fold])
        p[folds == fold] = 1 / (1 + np.exp(-(scale * score[folds == fold] + shift)))
    bins = np.minimum((p * 5).astype(int), 4)
    gaps = [
        (bins == b).mean() * abs(p[bins == b].mean() - truth[bins == b].mean()) for b in range(5) if (bins == b).any()
    ]
    print(
        f"AUROC {roc_auc_score(truth, score):.3f}; answered {(p[truth] >= 0.5).mean():.2f} of {truth.sum()} answerable,"
    )
    print(f"abstained {(p[~truth] < 0.5).mean():.2f} of {(~truth).sum()} unanswerable; ECE (5 bins) {sum(gaps):.3f}")
    scale, shift = platt(score, truth)
    print(f"scale {scale:.3f}, shift {shift:.3f}")
    raw = json.loads(options.weights.read_text("utf-8"))
    for name in ANSWERABLE_FEATURES:
        raw["answerable"][name] = round(raw["answerable"][name] * scale, 4)
    raw["answerable"]["bias"] = round(raw["answerable"]["bias"] * scale + shift, 4)
    raw["calibrated_by"] = "training/calibrate.py on training/newsroom.jsonl"
    options.weights.write_text(json.dumps(raw, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
