"""Fits the extractive answerer's weights: which sentence answers, and whether any does.

    python -m training.fit_weights DATA_DIR [--reader footnote|off|FILE]

DATA_DIR holds SQuAD and SelQA as training/README.md says. With a reader, the fit keeps to what the reader was not
trained on. Both fits are maximum a posteriori with a Gaussian prior: features that the data hardly shows (who
speaks) keep their prior.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from bot.candidates import candidates_in
from bot.features import Evidence, Numbers
from bot.question import analyse
from bot.settings import Settings
from bot.weights import feature_names, weights_file
from bot.wire import make_encoder, make_reader
from index.cached import CachedEncoder
from index.encode import Encoder
from index.opened import open_index
from index.reader import Reader
from index.rerank import rerank
from index.search import Searcher
from training.cases import Group, groups, story_groups
from training.reader.sources import read_sources

Truths = npt.NDArray[np.bool_]
NEAR_COUNTS = 1 / 3  # what a near miss made to deceive counts
PRIOR_SENTENCE = {
    "dense": 3.0, "passage": 1.5, "late": 6.0, "words": 3.0, "words_near": 1.0, "type_hit": 0.5, "type_miss": -0.7,
    "speaker_match": 1.2, "speaker_other": -2.0, "has_speaker": 0.7, "fragment": -1.5, "interrogative": -0.7,
    "top_passage": 0.2, "late_before": 1.0, "headline": 1.0,
    "terms_set": 2.5, "brief": -1.5, "read": 1.0, "read_passage": 0.3, "read_relevant": 0.3,
}  # fmt: skip
PRIOR_ANSWERABLE = {
    "dense": 3.0, "passage": 2.0, "late": 3.0, "late_weakest": 4.0, "words": 2.0, "covered": 2.0, "unknown": -3.0,
    "names_missing": -4.0, "late_content": 4.0, "type_miss": -1.5, "never_spoke": -2.0, "lead": 1.0, "wants_list": 0.5,
    "read_top": 0.3, "read_top_passage": 0.3, "read_best": 0.3, "read_passages": 0.3,
    "read_relevance": 0.1, "read_lead": 0.0,
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One question: its sentences' features, which of them answer, and all that was measured."""

    kind: str
    features: Numbers
    gold: Truths
    evidence: Evidence


def measure(found: Iterable[Group], encoder: Encoder, reader: Reader | None) -> list[Row]:
    """A row for each question that finds anything."""
    rows: list[Row] = []
    for group in found:
        with tempfile.TemporaryDirectory() as work:
            index = open_index(group.ingest(Path(work), encoder))
        searcher = Searcher(index, encoder)
        for case in group.cases:
            hits = searcher.search(case.question, 20)
            hits = rerank(case.question, hits, reader) if reader else hits
            evidence = Evidence(analyse(case.question), candidates_in(hits), encoder, index.lexical)
            gold = np.array([any(w in c.text or c.text in w for w in case.words) for c in evidence.candidates])
            if len(evidence.candidates):
                rows.append(Row(case.kind, evidence.sentence_features, gold, evidence))
        print(f"{len(rows)} questions", flush=True)
    return rows


def fit_ranking(rows: Sequence[Row], prior: Numbers, strength: float = 0.02) -> Numbers:
    lists = [(r.features, r.gold) for r in rows if r.kind == "answerable" and r.gold.any()]

    def loss(w: Numbers) -> tuple[float, Numbers]:
        total, grad = 0.0, np.zeros_like(w)
        for x, y in lists:
            s = x @ w
            p = np.exp(s - s.max())
            p /= p.sum()
            q = p * y / (p * y).sum()
            total -= np.log((p * y).sum())
            grad -= x.T @ (q - p)
        return total / len(lists) + strength * ((w - prior) ** 2).sum() / 2, grad / len(lists) + strength * (w - prior)

    return np.asarray(minimize(loss, prior, jac=True, method="L-BFGS-B").x)


def fit_answerable(x: Numbers, y: Truths, near: Truths, prior: Numbers, strength: float = 0.01) -> Numbers:
    """Logistic regression with intercept; both classes weigh the same, deliberate near misses count a third."""
    weight = np.where(near, NEAR_COUNTS, 1.0)
    weight = np.where(y, weight / weight[y].sum(), weight / weight[~y].sum()) * len(y) / 2
    start = np.append(prior, 0.0)

    def loss(w: Numbers) -> tuple[float, Numbers]:
        z = x @ w[:-1] + w[-1]
        value = (weight * np.logaddexp(0, np.where(y, -z, z))).mean()
        error = weight * (1 / (1 + np.exp(-z)) - y) / len(y)
        penalty = w[:-1] - prior
        return value + strength * (penalty**2).sum() / 2, np.append(x.T @ error + strength * penalty, error.sum())

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def answer_ranks(rows: Sequence[Row], weights: Numbers) -> Numbers:
    """Rank from 0 of the best gold sentence of each answerable question."""
    ranks = []
    for row in rows:
        if row.kind == "answerable" and row.gold.any():
            order = np.argsort(-(row.features @ weights), kind="stable")
            ranks.append(int(np.flatnonzero(row.gold[order])[0]))
    return np.array(ranks, float)


def answerable_table(rows: Sequence[Row], weights: Numbers) -> Numbers:
    orders = [np.argsort(-(row.features @ weights), kind="stable").tolist() for row in rows]
    return np.array([row.evidence.answerable_features(order) for row, order in zip(rows, orders, strict=True)])


def fit(rows: Sequence[Row], read: bool) -> tuple[Numbers, Numbers]:
    sentence, answerable = feature_names(read)
    ranking = fit_ranking(rows, np.array([PRIOR_SENTENCE[name] for name in sentence]))
    kinds = np.array([row.kind for row in rows])
    prior = np.array([PRIOR_ANSWERABLE[name] for name in answerable])
    return ranking, fit_answerable(answerable_table(rows, ranking), kinds == "answerable", kinds == "near", prior)


def report(name: str, rows: Sequence[Row], ranking: Numbers, answerable: Numbers) -> None:
    ranks = answer_ranks(rows, ranking)
    print(
        f"{name}: answer first {np.mean(ranks == 0):.3f}, in the first three {np.mean(ranks < 3):.3f} (n={len(ranks)})"
    )
    table, kinds = answerable_table(rows, ranking), np.array([row.kind for row in rows])
    score = table @ answerable[:-1] + answerable[-1]
    for kind in sorted(set(kinds) - {"answerable"}):
        chosen = (kinds == "answerable") | (kinds == kind)
        truth = kinds[chosen] == "answerable"
        ours, dense = roc_auc_score(truth, score[chosen]), roc_auc_score(truth, table[chosen, 0])
        print(f"{name}: AUROC against {kind} {ours:.3f}, by the best cosine alone {dense:.3f} (n={chosen.sum()})")


def main() -> None:
    parser = argparse.ArgumentParser(description="Fits the weights of the extractive answerer.")
    parser.add_argument("data", type=Path, help="folder with squad/, selqa/, covidqa/ and policyqa/")
    parser.add_argument("--reader", default="footnote", help="footnote, off, or a reader's file (default: footnote)")
    parser.add_argument("--out", type=Path, help="default: the project's own file")
    parser.add_argument("--groups", type=int, default=5, help="groups of articles taken from each data set")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    settings = Settings(reader=options.reader)
    encoder, reader = CachedEncoder(make_encoder(settings)), make_reader(settings)
    read = reader is not None
    rng = random.Random(options.seed)
    parts = []
    for source in read_sources(options.data):
        if source.name in ("squad", "selqa"):
            found = groups(source, rng, options.seed, dev_only=read, each=(8, 4, 3) if read else (4, 2, 2))
            parts.append(measure(islice(found, options.groups), encoder, reader))
        if source.name == "stories":
            parts.append(measure(story_groups(source, 0), encoder, reader))
    halves = [[row for rows in parts for row in rows[i::2]] for i in (0, 1)]
    report("held-out half", halves[1], *fit(halves[0], read))
    ranking, answerable = fit(halves[0] + halves[1], read)
    sentence_names, answerable_names = feature_names(read)
    written = {
        "fitted_by": "training/fit_weights.py",
        "data": [
            "SQuAD 1.1 and 2.0 dev (Rajpurkar et al. 2016, 2018, CC BY-SA 4.0), without the titles kept for tests",
            "SelQA (Jurczyk et al. 2016, Apache-2.0)",
            "every second of the stories kept for development in training/stories (written for this project)",
        ],
        "sentence": dict(zip(sentence_names, ranking.round(4).tolist(), strict=True)),
        "answerable": dict(zip((*answerable_names, "bias"), answerable.round(4).tolist(), strict=True)),
    }
    (options.out or weights_file(read)).write_text(json.dumps(written, indent=1) + "\n", "utf-8")
    print(json.dumps(written, indent=1))


if __name__ == "__main__":
    main()
