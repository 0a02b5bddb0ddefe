"""Fits what the reader and the search weigh in the order of passages: python -m training.fit_order DATA_DIR

For development questions of SQuAD, SelQA and the stories, which the reader was not trained on, the first passages of a
search among all that the source holds are read; the weights minimise the listwise loss of the passages that hold an
answer. Prints the numbers for `index/rerank.py`, and MRR@10 of each half by weights fitted on the other.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from bot.settings import Settings
from bot.wire import make_encoder, make_reader
from index.build import add_documents
from index.encode import Encoder
from index.opened import open_index
from index.reader import Reader
from index.rerank import READ, order_features, rerank, sureness
from index.schema import Document, Hit
from index.search import Searcher
from training.reader.examples import dev_titles, is_dev
from training.reader.sources import Asked, Source, read_sources

Numbers = npt.NDArray[np.float64]
_QUESTIONS = 200  # of a source
_STRENGTH = 0.001
_LEAST = 0.1


@dataclass(frozen=True, slots=True)
class Ranked:
    """The passages read for one question, in the order of the search: their features, and which hold an answer."""

    features: Numbers
    gold: npt.NDArray[np.bool_]

    def scores(self, weights: Numbers) -> Numbers:
        """What `index/rerank.py` orders the passages by."""
        sure = sureness(self.features[:, 0])
        return sure * (self.features @ weights) - (1 - sure) * np.log1p(np.arange(len(self.features)))


def measure(source: Source, encoder: Encoder, reader: Reader, seed: int) -> list[Ranked]:
    """The development questions of a source that have an answer among the passages found."""
    places: dict[str, tuple[str, int]] = {}  # where in which topic a document begins
    documents = []
    for topic, body in source.texts.items():
        start = 0
        for text in [body] if source.name == "stories" else body.split("\n"):
            document = Document.create(source=f"{topic} {start}", title=topic if source.titled else "", text=text)
            places[document.source] = topic, start
            documents.append(document)
            start += len(text) + 1

    def holds(hit: Hit, one: Asked) -> bool:
        topic, start = places[hit.document.source]
        begin, end = start + hit.passage.start, start + hit.passage.end
        answers = [(one.topic, span) for span in one.spans] + list(one.elsewhere)
        return any(topic == where and begin <= s and e <= end for where, (s, e) in answers)

    with tempfile.TemporaryDirectory() as work:
        add_documents(documents, Path(work), encoder)
        searcher = Searcher(open_index(Path(work)), encoder)
    titles = dev_titles(source, random.Random(seed))
    asked = [a for n, a in enumerate(source.asked) if a.answerable and is_dev(a, n, source, titles)]
    found = []
    for one in random.Random(seed).sample(asked, min(_QUESTIONS, len(asked))):
        searched = searcher.search(one.text, READ)
        read = {hit.passage.id: hit for hit in rerank(one.text, searched, reader)}
        hits = [read[hit.passage.id] for hit in searched]
        gold = np.array([holds(hit, one) for hit in hits])
        if gold.any():
            found.append(Ranked(np.array([order_features(hit) for hit in hits]), gold))
    print(f"{source.name}: an answer is among the first {READ} for {len(found)} of {min(_QUESTIONS, len(asked))}")
    return found


def fit(rows: list[Ranked]) -> Numbers:
    """Weights of the features, none below `_LEAST`: each speaks for a passage. A Gaussian prior keeps them small."""

    def loss(w: Numbers) -> float:
        total = 0.0
        for row in rows:
            s = row.scores(w)
            total -= np.logaddexp.reduce(s[row.gold]) - np.logaddexp.reduce(s)
        return total / len(rows) + _STRENGTH * float(w @ w)

    return np.asarray(minimize(loss, np.array([1.0, 1.0, 0.1, 0.1]), method="L-BFGS-B", bounds=[(_LEAST, None)] * 4).x)


def mrr(rows: list[Ranked], weights: Numbers) -> float:
    """MRR@10 of the passages that hold an answer, over the questions that have one among those read."""
    ranks = [1 + np.flatnonzero(row.gold[np.argsort(-row.scores(weights), kind="stable")])[0] for row in rows]
    return float(np.mean([1 / rank if rank <= 10 else 0.0 for rank in ranks]))


def main() -> None:
    parser = argparse.ArgumentParser(description="Fits the weights of reader and search in the order of passages.")
    parser.add_argument("data", type=Path, help="folder with squad/, selqa/, covidqa/ and policyqa/")
    parser.add_argument("--reader", default="footnote", help="footnote or a reader's file (default: footnote)")
    parser.add_argument("--seed", type=int, default=0, help="that of the reader's examples")
    options = parser.parse_args()
    settings = Settings(reader=options.reader)
    encoder, reader = make_encoder(settings), make_reader(settings)
    if reader is None:
        parser.error("--reader off leaves nothing to weigh")
    rows = [
        row
        for source in read_sources(options.data)
        if source.name in ("squad", "selqa", "stories")
        for row in measure(source, encoder, reader, options.seed)
    ]
    halves = rows[::2], rows[1::2]
    alone = np.array([1.0, 1.0, 0.0, 0.0])
    for name, crossed in (
        ("reader alone", (alone, alone)),
        ("fitted on the other half", (fit(halves[1]), fit(halves[0]))),
    ):
        print(f"{name}: MRR@10", *(round(mrr(half, w), 3) for half, w in zip(halves, crossed, strict=True)))
    print("relevance, answers, cosine, BM25:", fit(rows).round(3).tolist())


if __name__ == "__main__":
    main()
