"""Fits the extractive answerer's weights on SQuAD 2.0: which sentence answers, and whether any does.

    python training/fit_weights.py DATA_DIR [--out bot/weights.json]

DATA_DIR holds `v2.0_paragraphs.jsonl`, `v2.0_questions.jsonl` and, optionally, `test_only_titles.txt` (titles that
are left out). Paragraphs of one title are joined to articles of six, as news articles are that long. Both fits
are maximum a posteriori with a Gaussian prior: features that the data hardly shows (who speaks) keep their prior.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from bot.candidates import candidates_in
from bot.features import ANSWERABLE_FEATURES, SENTENCE_FEATURES, Evidence
from bot.question import analyse
from index.build import ingest
from index.cached import CachedEncoder
from index.encode import SentenceTransformerEncoder
from index.opened import open_index
from index.search import Searcher

ARTICLES_AT_ONCE = 12
PRIOR_SENTENCE = {
    "dense": 3.0, "passage": 1.5, "late": 6.0, "words": 3.0, "words_near": 1.0, "type_hit": 0.5, "type_miss": -0.7,
    "speaker_match": 1.2, "speaker_other": -0.8, "has_speaker": 0.7, "fragment": -1.5, "interrogative": -0.7,
    "top_passage": 0.2, "late_before": 1.0, "headline": 1.0,
    "terms_set": 2.5,
}  # fmt: skip
PRIOR_ANSWERABLE = {
    "dense": 3.0, "passage": 2.0, "late": 3.0, "late_weakest": 4.0, "words": 2.0, "covered": 2.0, "unknown": -3.0,
    "names_missing": -4.0, "names_away": -1.0, "type_miss": -0.7, "never_spoke": -2.0, "lead": 1.0,
}  # fmt: skip


def load(folder: Path) -> tuple[dict[str, list[dict]], dict[str, list[dict]]]:
    skip = set()
    if (folder / "test_only_titles.txt").exists():
        skip = set((folder / "test_only_titles.txt").read_text("utf-8").split("\n"))
    by_title, by_paragraph = defaultdict(list), defaultdict(list)
    for line in (folder / "v2.0_paragraphs.jsonl").open(encoding="utf-8"):
        paragraph = json.loads(line)
        if paragraph["title"] not in skip:
            by_title[paragraph["title"]].append(paragraph)
    for line in (folder / "v2.0_questions.jsonl").open(encoding="utf-8"):
        question = json.loads(line)
        by_paragraph[question["para_id"]].append(question)
    return by_title, by_paragraph


def batches(by_title, by_paragraph, rng):
    """Groups of articles, each with questions on them (answerable, near misses) and from elsewhere (off topic)."""
    articles = []
    for title, paragraphs in by_title.items():
        for begin in range(0, len(paragraphs), 6):
            articles.append((title, paragraphs[begin : begin + 6]))
    rng.shuffle(articles)
    everything = [q for questions in by_paragraph.values() for q in questions if not q["is_impossible"]]
    for begin in range(0, len(articles), ARTICLES_AT_ONCE):
        group = articles[begin : begin + ARTICLES_AT_ONCE]
        inside = {p["id"] for _, paragraphs in group for p in paragraphs}
        cases = []
        for _, paragraphs in group:
            questions = [q for p in paragraphs for q in by_paragraph[p["id"]]]
            good = [q for q in questions if not q["is_impossible"]]
            near = [q for q in questions if q["is_impossible"]]
            cases += [(q, "answerable") for q in rng.sample(good, min(4, len(good)))]
            cases += [(q, "near") for q in rng.sample(near, min(3, len(near)))]
            cases += [(swapped, "swapped") for q in rng.sample(good, min(2, len(good))) if (swapped := swap(q, everything, rng))]
        off = [q for q in rng.sample(everything, 60) if q["para_id"] not in inside][: len(group) // 2]
        yield group, cases + [(q, "off") for q in off]


def swap(question, everything, rng):
    """The question with its last name replaced by one from another article: right topic, wrong person or place."""
    names = analyse(question["question"]).names
    if not names:
        return None
    for other in rng.sample(everything, 20):
        found = analyse(other["question"]).names
        if found and found[-1].split()[-1] not in question["question"]:
            return {**question, "question": question["question"].replace(names[-1], found[-1]), "answers": []}
    return None


def measure(folder: Path, seed: int):
    by_title, by_paragraph = load(folder)
    rng = random.Random(seed)
    encoder = CachedEncoder(SentenceTransformerEncoder())
    rows = []
    for group, cases in batches(by_title, by_paragraph, rng):
        with tempfile.TemporaryDirectory() as work:
            texts = Path(work) / "texts"
            texts.mkdir()
            for number, (title, paragraphs) in enumerate(group):
                body = "\n\n".join(p["text"] for p in paragraphs)
                (texts / f"{number}.txt").write_text(f"{title.replace('_', ' ')}\n\n{body}", "utf-8")
            ingest([str(texts)], Path(work) / "index", encoder)
            index = open_index(Path(work) / "index")
        searcher = Searcher(index, encoder)
        for case, kind in cases:
            hits = searcher.search(case["question"], 20)
            evidence = Evidence(analyse(case["question"]), candidates_in(hits), encoder, index.lexical)
            answers = [a if isinstance(a, str) else a["text"] for a in case["answers"]]
            paragraph = next((p["text"] for _, ps in group for p in ps if p["id"] == case["para_id"]), "")
            gold = [
                any(a in c.text for a in answers) and c.text[:60] in paragraph for c in evidence.candidates
            ]
            evidence.answerable_features([0])  # measured now, so that only the numbers need to be kept
            rows.append((kind, evidence.sentence_features, np.array(gold), evidence))
        print(f"{len(rows)} questions", flush=True)
    return rows


def fit_ranking(rows, prior, strength=0.02):
    lists = [(x, y) for kind, x, y, _ in rows if kind == "answerable" and y.any()]

    def loss(w):
        total, grad = 0.0, np.zeros_like(w)
        for x, y in lists:
            s = x @ w
            p = np.exp(s - s.max())
            p /= p.sum()
            q = p * y / (p * y).sum()
            total -= np.log((p * y).sum())
            grad -= x.T @ (q - p)
        return total / len(lists) + strength * ((w - prior) ** 2).sum() / 2, grad / len(lists) + strength * (w - prior)

    return minimize(loss, prior, jac=True, method="L-BFGS-B").x


def fit_answerable(x, y, prior, strength=0.01):
    """Logistic regression with intercept, classes weighted to equal shares."""
    weight = np.where(y, 0.5 / y.mean(), 0.5 / (1 - y.mean()))
    start = np.append(prior, 0.0)

    def loss(w):
        z = x @ w[:-1] + w[-1]
        p = 1 / (1 + np.exp(-z))
        value = (weight * np.logaddexp(0, np.where(y, -z, z))).mean()
        error = weight * (p - y) / len(y)
        penalty = w[:-1] - prior
        return value + strength * (penalty**2).sum() / 2, np.append(x.T @ error + strength * penalty, error.sum())

    return minimize(loss, start, jac=True, method="L-BFGS-B").x


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("bot/weights.json"))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rows = measure(options.data, options.seed)
    half = len(rows) // 2
    prior = np.array([PRIOR_SENTENCE[name] for name in SENTENCE_FEATURES])
    for name, fitted_on, tested_on in (("held-out half", rows[:half], rows[half:]), ("all", rows, rows)):
        ranking = fit_ranking(fitted_on, prior)
        for which, weights in (("prior", prior), ("fitted", ranking)):
            ranks = [int(np.argsort(-(x @ weights), kind="stable").tolist().index(i)) for k, x, y, _ in tested_on
                     if k == "answerable" and y.any() for i in [max(np.flatnonzero(y), key=lambda j: (x @ weights)[j])]]
            print(f"{name}, {which}: answer first {np.mean(np.array(ranks) == 0):.3f}, in three {np.mean(np.array(ranks) < 3):.3f}")
        def table(part, weights=ranking):
            return np.array([e.answerable_features(np.argsort(-(x @ weights), kind="stable")) for _, x, _, e in part])
        x, y = table(fitted_on), np.array([k == "answerable" for k, *_ in fitted_on])
        answerable = fit_answerable(x, y, np.array([PRIOR_ANSWERABLE[n] for n in ANSWERABLE_FEATURES]))
        tx, kinds = table(tested_on), np.array([k for k, *_ in tested_on])
        score = tx @ answerable[:-1] + answerable[-1]
        for kind in ("near", "swapped", "off"):
            chosen = (kinds == "answerable") | (kinds == kind)
            print(f"{name}: AUROC against {kind} {roc_auc_score(kinds[chosen] == 'answerable', score[chosen]):.3f} "
                  f"(n={chosen.sum()}); top dense alone {roc_auc_score(kinds[chosen] == 'answerable', tx[chosen, 0]):.3f}")
    found = {
        "fitted_by": "training/fit_weights.py",
        "data": "SQuAD 2.0 dev (Rajpurkar et al. 2018, CC BY-SA 4.0), without the titles kept for tests",
        "sentence": dict(zip(SENTENCE_FEATURES, ranking.round(4).tolist(), strict=True)),
        "answerable": dict(zip((*ANSWERABLE_FEATURES, "bias"), answerable.round(4).tolist(), strict=True)),
    }
    options.out.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
