"""Fits the extractive answerer's weights on SQuAD 2.0 and SelQA: which sentence answers, and whether any does.

    python -m training.fit_weights DATA_DIR [--out bot/weights.json]

DATA_DIR holds `squad/` (`v2.0_paragraphs.jsonl`, `v2.0_questions.jsonl` and, optionally, `test_only_titles.txt`:
titles that are left out) and `selqa/dev.json`. Both fits are maximum a posteriori with a Gaussian prior: features
that the data hardly shows (who speaks) keep their prior.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from bot.candidates import candidates_in
from bot.features import ANSWERABLE_FEATURES, SENTENCE_FEATURES, Evidence
from bot.question import analyse
from index.build import ingest
from index.cached import CachedEncoder
from index.clean import clean
from index.encode import SentenceTransformerEncoder
from index.load import SourceFile, find_sources, read_source
from index.opened import open_index
from index.search import Searcher

ARTICLES_AT_ONCE = 12
NEWSROOM = Path(__file__).parent.parent / "data" / "articles"
NEWSROOM_COUNTS = 4  # how often each newsroom question enters: they are few, and nearest to what people ask
PRIOR_SENTENCE = {
    "dense": 3.0, "passage": 1.5, "late": 6.0, "words": 3.0, "words_near": 1.0, "type_hit": 0.5, "type_miss": -0.7,
    "speaker_match": 1.2, "speaker_other": -2.0, "has_speaker": 0.7, "fragment": -1.5, "interrogative": -0.7,
    "top_passage": 0.2, "late_before": 1.0, "headline": 1.0,
    "terms_set": 2.5, "brief": -1.5,
}  # fmt: skip
PRIOR_ANSWERABLE = {
    "dense": 3.0, "passage": 2.0, "late": 3.0, "late_weakest": 4.0, "words": 2.0, "covered": 2.0, "unknown": -3.0,
    "names_missing": -4.0, "late_content": 4.0, "type_miss": -1.5, "never_spoke": -2.0, "lead": 1.0, "wants_list": 0.5,
}  # fmt: skip


Article = tuple[str, str]  # title, text
Case = tuple[str, str, list[str]]  # question, kind, answering words


def squad(folder: Path, rng: random.Random) -> Iterator[tuple[list[Article], list[Case]]]:
    """Groups of articles of six paragraphs, each with answerable, near-miss, swapped and off-topic questions."""
    kept_out = folder / "squad" / "test_only_titles.txt"
    skip = set(kept_out.read_text("utf-8").split("\n")) if kept_out.exists() else set()
    by_title, by_paragraph = defaultdict(list), defaultdict(list)
    for paragraph in read_lines(folder / "squad" / "v2.0_paragraphs.jsonl"):
        if paragraph["title"] not in skip:
            by_title[paragraph["title"]].append(paragraph)
    for question in read_lines(folder / "squad" / "v2.0_questions.jsonl"):
        by_paragraph[question["para_id"]].append(question)
    parts = [(t, ps[i : i + 6]) for t, ps in by_title.items() for i in range(0, len(ps), 6)]
    rng.shuffle(parts)
    good = {p["id"]: [q for q in by_paragraph[p["id"]] if not q["is_impossible"]] for _, ps in parts for p in ps}
    everything = [q for questions in good.values() for q in questions]
    for begin in range(0, len(parts), ARTICLES_AT_ONCE):
        group = parts[begin : begin + ARTICLES_AT_ONCE]
        inside = {p["id"] for _, ps in group for p in ps}
        cases: list[Case] = []
        for _, ps in group:
            known = [q for p in ps for q in good[p["id"]]]
            near = [q for p in ps for q in by_paragraph[p["id"]] if q["is_impossible"]]
            cases += [(q["question"], "answerable", q["answers"]) for q in sample(known, 4, rng)]
            cases += [(q["question"], "near", []) for q in sample(near, 2, rng)]
            cases += [(swapped, "swapped", []) for q in sample(known, 2, rng) if (swapped := swap(q, everything, rng))]
        away = [q for q in sample(everything, 60, rng) if q["para_id"] not in inside][: len(group) // 2]
        cases += [(q["question"], "off", []) for q in away]
        yield [(t.replace("_", " "), "\n\n".join(p["text"] for p in ps)) for t, ps in group], cases


def selqa(folder: Path, rng: random.Random) -> Iterator[tuple[list[Article], list[Case]]]:
    """Groups of sections with questions that are often paraphrased; unanswerable once the section is left out."""
    raw = json.loads((folder / "selqa" / "dev.json").read_text("utf-8"))
    sections = defaultdict(list)
    for item in raw:
        sections[f"{item['article']}: {item['section']}", " ".join(item["candidates"])].append(item)
    parts = list(sections.items())
    rng.shuffle(parts)
    for begin in range(0, len(parts) - ARTICLES_AT_ONCE, 2 * ARTICLES_AT_ONCE):
        group = parts[begin : begin + 2 * ARTICLES_AT_ONCE]
        present, absent = group[::2] + group[1::4], group[3::4]
        cases = [
            (q["question"], "answerable", [q["candidates"][i] for i in q["answers"]])
            for _, qs in present
            for q in qs[:3]
        ]
        cases += [(q["question"], "off", []) for _, qs in absent for q in qs[:3]]
        yield [article for article, _ in present], cases


def newsroom(folder: Path, rng: random.Random) -> Iterator[tuple[list[Article], list[Case]]]:
    """The sample newsroom with the questions of `newsroom.jsonl`: about news and mostly paraphrased."""
    articles = []
    for file in find_sources([str(NEWSROOM)]):
        if isinstance(file, SourceFile):
            found = clean(read_source(file), markdown=file.is_markdown)
            articles.append((found.title or file.source, found.text))
    questions = read_lines(Path(__file__).with_name("newsroom.jsonl"))
    yield articles, [(q["question"], "answerable" if q["answerable"] else "news", q["words"]) for q in questions]


def read_lines(path: Path) -> list[dict]:
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def sample(items: list, most: int, rng: random.Random) -> list:
    return rng.sample(items, min(most, len(items)))


def swap(question: dict, everything: list[dict], rng: random.Random) -> str | None:
    """The question with its last name replaced by one from another article: right topic, wrong person or place."""
    names = analyse(question["question"]).names
    for other in rng.sample(everything, 20) if names else []:
        found = analyse(other["question"]).names
        if found and found[-1].split()[-1] not in question["question"]:
            return question["question"].replace(names[-1], found[-1])
    return None


def measure(groups, encoder):
    """(kind, sentence features, gold sentences, evidence) of each question."""
    rows = []
    for articles, cases in groups:
        with tempfile.TemporaryDirectory() as work:
            texts = Path(work) / "texts"
            texts.mkdir()
            for number, (title, text) in enumerate(articles):
                (texts / f"{number}.txt").write_text(f"{title}\n\n{text}", "utf-8")
            ingest([str(texts)], Path(work) / "index", encoder)
            index = open_index(Path(work) / "index")
        searcher = Searcher(index, encoder)
        for question, kind, answers in cases:
            evidence = Evidence(analyse(question), candidates_in(searcher.search(question, 20)), encoder, index.lexical)
            gold = np.array([any(a in c.text or c.text in a for a in answers) for c in evidence.candidates])
            if len(evidence.candidates):
                rows.append((kind, evidence.sentence_features, gold, evidence))
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


def fit_answerable(x, kinds, prior, strength=0.01):
    """Logistic regression with intercept; both classes weigh the same, deliberate near misses count a third."""
    y = kinds == "answerable"
    weight = np.where(kinds == "near", 1 / 3, 1.0)
    weight = np.where(y, weight / weight[y].sum(), weight / weight[~y].sum()) * len(y) / 2
    start = np.append(prior, 0.0)

    def loss(w):
        z = x @ w[:-1] + w[-1]
        value = (weight * np.logaddexp(0, np.where(y, -z, z))).mean()
        error = weight * (1 / (1 + np.exp(-z)) - y) / len(y)
        penalty = w[:-1] - prior
        return value + strength * (penalty**2).sum() / 2, np.append(x.T @ error + strength * penalty, error.sum())

    return minimize(loss, start, jac=True, method="L-BFGS-B").x


def answer_ranks(rows, weights):
    """Rank from 0 of the best gold sentence of each answerable question."""
    ranks = []
    for kind, x, gold, _ in rows:
        if kind == "answerable" and gold.any():
            order = np.argsort(-(x @ weights), kind="stable")
            ranks.append(int(np.flatnonzero(gold[order])[0]))
    return np.array(ranks)


def answerable_table(rows, weights):
    return np.array([e.answerable_features(np.argsort(-(x @ weights), kind="stable").tolist()) for _, x, _, e in rows])


def fit(rows):
    ranking = fit_ranking(rows, np.array([PRIOR_SENTENCE[name] for name in SENTENCE_FEATURES]))
    kinds = np.array([kind for kind, *_ in rows])
    prior = np.array([PRIOR_ANSWERABLE[name] for name in ANSWERABLE_FEATURES])
    return ranking, fit_answerable(answerable_table(rows, ranking), kinds, prior)


def report(name, rows, ranking, answerable):
    ranks = answer_ranks(rows, ranking)
    print(
        f"{name}: answer first {np.mean(ranks == 0):.3f}, in the first three {np.mean(ranks < 3):.3f} (n={len(ranks)})"
    )
    table, kinds = answerable_table(rows, ranking), np.array([kind for kind, *_ in rows])
    score = table @ answerable[:-1] + answerable[-1]
    for kind in sorted(set(kinds) - {"answerable"}):
        chosen = (kinds == "answerable") | (kinds == kind)
        truth = kinds[chosen] == "answerable"
        ours, dense = roc_auc_score(truth, score[chosen]), roc_auc_score(truth, table[chosen, 0])
        print(f"{name}: AUROC against {kind} {ours:.3f}, by the best cosine alone {dense:.3f} (n={chosen.sum()})")


def main() -> None:
    parser = argparse.ArgumentParser(description="Fits the weights of the extractive answerer.")
    parser.add_argument("data", type=Path, help="folder with squad/ and selqa/")
    parser.add_argument("--out", type=Path, default=Path("bot/weights.json"))
    parser.add_argument("--groups", type=int, default=5, help="groups of articles taken from each data set")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    encoder = CachedEncoder(SentenceTransformerEncoder())
    parts = [measure(islice(source(options.data, rng), options.groups), encoder) for source in (squad, selqa)]
    halves = [[row for rows in parts for row in rows[i::2]] for i in (0, 1)]
    report("held-out half", halves[1], *fit(halves[0]))
    news = measure(newsroom(options.data, rng), encoder)
    report("newsroom, before it is fitted on", news, *fit(halves[0] + halves[1]))
    ranking, answerable = fit(halves[0] + halves[1] + NEWSROOM_COUNTS * news)
    found = {
        "fitted_by": "training/fit_weights.py",
        "data": [
            "SQuAD 2.0 dev (Rajpurkar et al. 2018, CC BY-SA 4.0), without the titles kept for tests",
            "SelQA dev (Jurczyk et al. 2016, Apache-2.0)",
            "training/newsroom.jsonl (written for this project)",
        ],
        "sentence": dict(zip(SENTENCE_FEATURES, ranking.round(4).tolist(), strict=True)),
        "answerable": dict(zip((*ANSWERABLE_FEATURES, "bias"), answerable.round(4).tolist(), strict=True)),
    }
    options.out.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
