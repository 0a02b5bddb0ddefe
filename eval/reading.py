"""What the reader is worth on paragraphs that it never saw, beside the plain answerer:

    python -m eval.reading DATA_DIR [--reader FILE] [--questions N]

Takes SQuAD's titles kept for tests (`test_only_titles.txt`). Each question is asked of its own paragraph alone: the
right sentence first (1.1), the words of the answer (1.1: exact match and token F1, as Rajpurkar et al. 2016 define
them), and answerable questions told from near misses (2.0). Intervals are 95 % bootstrap intervals over questions.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.candidates import candidates_in
from bot.features import Evidence
from bot.question import analyse
from bot.settings import Settings
from bot.weights import Weights
from bot.wire import make_encoder, make_reader
from eval.interval import statistic_interval
from eval.match import squad_tokens, token_f1
from eval.measures.abstention import accuracy_at_coverage, auroc
from index.build import add_documents
from index.cached import CachedEncoder
from index.opened import OpenIndex, open_index
from index.reader import Reader
from index.rerank import rerank
from index.schema import Document, Hit

_COVERAGE = 0.9


@dataclass(frozen=True, slots=True)
class Seen:
    """What one way of answering made of one question: the sentence put first, the words, the log-odds of an answer."""

    sentence: str
    words: str
    score: float


def questions(folder: Path, version: str, most: int) -> list[tuple[str, str, tuple[str, ...]]]:
    """(question, paragraph id, answers) of the titles kept for tests, a sample of `most`."""
    titles = set((folder / "test_only_titles.txt").read_text("utf-8").split("\n"))
    homes = {p["id"] for p in _lines(folder / f"{version}_paragraphs.jsonl") if p["title"] in titles}
    asked = [q for q in _lines(folder / f"{version}_questions.jsonl") if q["para_id"] in homes]
    chosen = random.Random(0).sample(asked, min(most, len(asked)))
    return [(q["question"], q["para_id"], () if q.get("is_impossible") else tuple(q["answers"])) for q in chosen]


class Examiner:
    """Asks a question of one paragraph, with the reader and without."""

    def __init__(self, index: OpenIndex, reader: Reader, encoder: CachedEncoder) -> None:
        self._index, self._reader, self._encoder = index, reader, encoder
        self._vectors = index.store.vectors()
        self._rows: dict[str, list[int]] = {}
        for row, passage in enumerate(index.passages):
            self._rows.setdefault(index.documents[passage.document_id].source, []).append(row)
        self._weights = {read: Weights.load(read=read) for read in (False, True)}

    def ask(self, question: str, paragraph: str) -> tuple[Seen, Seen]:
        """What is made of it without the reader, and with it."""
        query = self._encoder.encode([question])[0]
        hits = []
        for row in self._rows[paragraph]:
            passage = self._index.passages[row]
            document = self._index.documents[passage.document_id]
            hits.append(Hit(passage, document, 0.0, float(self._vectors[row] @ query), 0.0))
        return self._seen(question, hits), self._seen(question, rerank(question, hits, self._reader))

    def _seen(self, question: str, hits: list[Hit]) -> Seen:
        evidence = Evidence(analyse(question), candidates_in(hits), self._encoder, self._index.lexical)
        weights = self._weights[evidence.is_read]
        order = np.argsort(-(evidence.sentence_features @ weights.sentence), kind="stable").tolist()
        p = weights.probability(evidence.answerable_features(order))
        sentence = evidence.candidates[order[0]].text
        reading = hits[0].reading
        words = hits[0].passage.text[slice(*reading.span)] if reading and reading.span else sentence
        return Seen(sentence, words, float(np.log(p / (1 - p))))


def _lines(path: Path) -> list[dict]:  # type: ignore[type-arg]
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def _mean(values: list[float]) -> str:
    found = np.array(values)
    return _interval(*statistic_interval(len(found), lambda rows: float(found[rows].mean())))


def _interval(value: float, low: float, high: float) -> str:
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def _judged(found: Sequence[Seen], answers: Sequence[tuple[str, ...]]) -> str:
    truth = np.array([bool(words) for words in answers])
    if truth.all():
        pairs = list(zip(found, answers, strict=True))
        right = [float(any(a in seen.sentence for a in words)) for seen, words in pairs]
        exact = [float(squad_tokens(seen.words) in map(squad_tokens, words)) for seen, words in pairs]
        f1 = [token_f1(seen.words, words) for seen, words in pairs]
        return f"right sentence {_mean(right)}, exact words {_mean(exact)}, token F1 {_mean(f1)}"
    score = np.array([seen.score for seen in found])
    told = statistic_interval(len(score), lambda rows: auroc(score[rows], truth[rows]))
    kept = statistic_interval(len(score), lambda rows: accuracy_at_coverage(score[rows], truth[rows], _COVERAGE))
    return f"AUROC {_interval(*told)}, accuracy at 90 % coverage {_interval(*kept)}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Examines the reader on paragraphs that it never saw.")
    parser.add_argument("data", type=Path, help="folder with squad/")
    parser.add_argument("--reader", default="footnote", help="footnote or a reader's file (default: footnote)")
    parser.add_argument("--questions", type=int, default=1000)
    options = parser.parse_args()
    folder = options.data / "squad"
    settings = Settings(reader=options.reader)
    encoder, reader = CachedEncoder(make_encoder(settings)), make_reader(settings)
    if reader is None:
        parser.error("--reader off leaves nothing to examine")
    for version in ("1.1", "v2.0"):
        asked = questions(folder, version, options.questions)
        homes = {home for _, home, _ in asked}
        texts = [p for p in _lines(folder / f"{version}_paragraphs.jsonl") if p["id"] in homes]
        with tempfile.TemporaryDirectory() as work:
            documents = [
                Document.create(source=p["id"], title=p["title"].replace("_", " "), text=p["text"]) for p in texts
            ]
            add_documents(documents, Path(work), encoder)
            examiner = Examiner(open_index(Path(work)), reader, encoder)
        seen = [examiner.ask(question, home) for question, home, _ in asked]
        truth = np.array([bool(answers) for *_, answers in asked])
        print(f"SQuAD {version}, titles kept for tests: {len(asked)} questions, {int((~truth).sum())} unanswerable")
        for name, found in zip(("without reader", "with reader"), zip(*seen, strict=True), strict=True):
            print(f"  {name}: {_judged(found, [answers for *_, answers in asked])}")


if __name__ == "__main__":
    main()
