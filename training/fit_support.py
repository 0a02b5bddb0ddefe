"""Fits how well sentences bear a claim out: python -m training.fit_support [--reader footnote|off|FILE]

Claims are made of the stories that the reader was not trained on: questions with their answer, sentences that answer,
shortened, and two of them joined, against the articles that they are from; and, as what is not borne out, near misses
with an answer to something else, and sentences of one article against another that does not say so. Prints the weights
for bot/verify/score.py, the intercept moved so that 19 of 20 true claims reach one half, and five-fold figures.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from bot.settings import Settings
from bot.verify.choose import Selector, closest
from bot.verify.pieces import pieces_of
from bot.verify.score import Supports, compare
from bot.wire import make_encoder
from index.cached import CachedEncoder
from index.reader.minilm import MiniLMReader
from index.schema import Document, Hit, Passage
from training.reader.sources import STORIES, Asked, read_stories

_KEPT = 0.95  # share of the true claims that are to pass
_BRACKETS = re.compile(r"\s*\([^()]*\)|,\s+(?:which|who|where|including|such as)\b[^,.;]*(?=[,.;])")
_OPENING = re.compile(r"^(?:In|On|At|By|After|During|Since|From|For)\b[^,]{3,60},\s+|^[A-Z]{3,}\s*[-–—]\s*")


@dataclass(frozen=True, slots=True)
class Made:
    """A claim, the articles that it is held against, and whether they bear it out. `story` groups the folds."""

    text: str
    articles: tuple[Document, ...]
    true: bool
    story: str


def claims(stories: dict[frozenset[str], list[Asked]], texts: dict[str, str], rng: random.Random) -> Iterator[Made]:
    """The claims of stories, given by their questions; `texts` are the articles by title."""
    for titles, asked in stories.items():
        name = min(titles)
        articles = {title: Document.create(source=title, title=title, text=texts[title]) for title in sorted(titles)}
        questions = {a.text: a for a in asked}.values()
        answered = [a for a in questions if a.answerable and a.answers]
        for a in questions:
            home = (articles[a.topic],)
            if not a.answerable or not a.answers:
                wrong = rng.choice(rng.choice(answered).answers)
                yield Made(_joined(a.text, wrong), home, False, name)
                continue
            yield Made(_joined(a.text, rng.choice(a.answers)), home, True, name)
            sentence = shortened(a.sentences[0])
            holds = tuple(d for d in articles.values() if a.sentences[0] in d.text)
            silent = [d for d in articles.values() if not any(s in d.text for s in a.sentences)]
            yield Made(sentence, holds, True, name)
            if silent:
                yield Made(sentence, (rng.choice(silent),), False, name)
            other = rng.choice(answered)
            if other.sentences[0] not in a.sentences:
                both = tuple(d for d in articles.values() if a.sentences[0] in d.text or other.sentences[0] in d.text)
                yield Made(f"{sentence.rstrip('.')}, and {shortened(other.sentences[0])}", both, True, name)


def shortened(sentence: str) -> str:
    """The sentence without asides, what is in brackets, and how it opens, as far as enough is left."""
    for pattern in (_BRACKETS, _OPENING):
        shorter = pattern.sub("", sentence)
        if len(shorter.split()) > 5:
            sentence = shorter[:1].upper() + shorter[1:]
    return sentence


def _joined(question: str, answer: str) -> str:
    return f"{question.rstrip(' ?')}? {answer}"


def measured(made: Sequence[Made], selector: Selector, encoder: CachedEncoder) -> npt.NDArray[np.float64]:
    """The features of each claim against the sentences of its articles, shape (claims, features)."""
    rows = []
    for one in made:
        hits = [
            Hit(Passage(f"{n}", d.id, 0, len(d.text), d.text), d, 1.0, 0.5, 1.0) for n, d in enumerate(one.articles)
        ]
        pool = [piece for n, hit in enumerate(hits, 1) for piece in pieces_of(n, hit)]
        likeness = compare(one.text, [piece.text for piece in pool], encoder)
        rows.append(selector.features(one.text, pool, likeness, closest(one.text, pool, likeness)))
    return np.array(rows)


def fit(found: npt.NDArray[np.float64], true: npt.NDArray[np.bool_], groups: Sequence[str]) -> tuple[float, ...]:
    """Weights, the intercept first; prints five-fold figures. The first feature is the constant."""
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000)
    scores = cross_val_predict(model, found[:, 1:], true, groups=groups, cv=GroupKFold(5), method="decision_function")
    cut = float(np.quantile(scores[true], 1 - _KEPT))
    passed, others = (scores[true] >= cut).mean(), (scores[~true] >= cut).mean()
    print(
        f"five-fold: AUROC {roc_auc_score(true, scores):.3f}; {passed:.1%} of true claims pass, {others:.1%} of others"
    )
    model.fit(found[:, 1:], true)
    return (float(model.intercept_[0]) - cut, *(float(w) for w in model.coef_[0]))


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit how well sentences bear a claim out.")
    parser.add_argument("--reader", default="footnote", help="footnote, off, or the weights of training/reader")
    name = parser.parse_args().reader
    reader: Supports | None = None if name == "off" else MiniLMReader(None if name == "footnote" else Path(name))
    encoder = CachedEncoder(make_encoder(Settings()))
    source = read_stories(STORIES)
    stories: dict[frozenset[str], list[Asked]] = {}
    for asked in source.asked:
        if asked.topic in source.kept:
            stories.setdefault(asked.story, []).append(asked)
    made = list(claims(stories, source.texts, random.Random(0)))
    found = measured(made, Selector(encoder, reader), encoder)
    true = np.array([one.true for one in made])
    print(f"{len(made)} claims of {len(stories)} stories, {true.mean():.0%} borne out")
    weights = fit(found, true, [one.story for one in made])
    print(f"{'PLAIN' if reader is None else 'READ'} = ({', '.join(f'{w:.3f}' for w in weights)})")


if __name__ == "__main__":
    main()
