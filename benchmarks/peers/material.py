"""The articles that all systems read, as files in one folder, and the questions that all are asked."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.gold import Asked, Gold
from eval.dataset import SHIPPED, open_suite, read_suite
from eval.errors import SuiteError
from eval.loaders.records import safe_name
from eval.schema import GoldSpan, Question
from index.schema import Document
from index.sentences import split_sentences

BUNDLED = ("newsroom", "dispatches")
_SEED = 9


@dataclass(frozen=True, slots=True)
class Material:
    """What is compared on: `title` says it in words, `bytes` is what the articles take on the disk."""

    title: str
    articles: int
    bytes: int
    asked: tuple[Asked, ...]


def lay_out(folder: Path, data: Path | None, titles: Path | None, articles: int, questions: int) -> Material:
    """Writes the articles into the empty folder. `data` is a data set that `python -m eval run` reads, or a folder with
    an X_questions.jsonl; without one the suites of the project are taken.

    Of a data set at most `articles` are taken and at most `questions` asked, both drawn by a fixed seed, articles that
    are asked about before the others; `titles` keeps the questions to the articles in that file. Raises SuiteError.
    """
    asked = _bundled(folder) if data is None else _public(folder, data, titles, articles)
    if not asked:
        raise SuiteError(f"{data} has no question with a quotation in the articles taken; give more articles or others")
    if len(asked) > questions:
        asked = random.Random(_SEED).sample(asked, questions)
    files = list(folder.iterdir())
    title = f"the suites {' and '.join(BUNDLED)}" if data is None else data.name
    return Material(title, len(files), sum(file.stat().st_size for file in files), tuple(asked))


def _bundled(folder: Path) -> list[Asked]:
    asked: list[Asked] = []
    for name in BUNDLED:
        suite = read_suite(SHIPPED / name)
        assert suite.corpus.articles is not None
        for path in sorted(suite.corpus.articles.iterdir()):
            if (folder / path.name).exists():
                raise SuiteError(f"two of the suites {BUNDLED} have an article {path.name!r}; rename one")
            shutil.copyfile(path, folder / path.name)
        asked += [Asked(q.text, _golds(q.spans)) for q in suite.questions if _stands_alone(q)]
    return asked


def _stands_alone(question: Question) -> bool:
    return bool(question.spans) and not question.history


def _golds(spans: Iterable[GoldSpan]) -> tuple[Gold, ...]:
    return tuple(dict.fromkeys(Gold(span.source, span.quote) for span in spans))


def _public(folder: Path, data: Path, titles: Path | None, articles: int) -> list[Asked]:
    suite = open_suite(str(_questions_in(data)), titles)
    documents = {document.source: document for document in suite.corpus.documents}
    asked = [q for q in suite.questions if _stands_alone(q)]
    groups: dict[str, list[Document]] = {}
    for document in documents.values():
        groups.setdefault(document.title or document.source, []).append(document)
    about = {_title(documents[span.source]) for q in asked for span in q.spans}
    chosen = draw(groups, about, articles)
    names = {title: f"{safe_name(title)}.txt" for title in chosen}
    if len(set(names.values())) < len(names):
        raise SuiteError(f"{data}: two titles make one file name; rename one of them")
    for title in chosen:
        text = "\n\n".join([title, *(document.text.strip() for document in groups[title])])
        (folder / names[title]).write_text(text + "\n", "utf-8")
    found = [(q.text, sentence_of(documents, q.spans)) for q in asked]
    return [
        Asked(text, (Gold(names[_title(document)], quote),))
        for text, (document, quote) in found
        if _title(document) in names
    ]


def _questions_in(data: Path) -> Path:
    return next(iter(sorted(data.glob("*_questions.jsonl"))), data) if data.is_dir() else data


def _title(document: Document) -> str:
    return document.title or document.source


def draw(groups: Mapping[str, Sequence[Document]], about: Iterable[str], articles: int) -> list[str]:
    """At most so many titles, those that are asked about before the others, each part in an order drawn by the seed."""
    chance, wanted = random.Random(_SEED), set(about)
    first, others = (sorted(t for t in groups if (t in wanted) is asked) for asked in (True, False))
    chance.shuffle(first)
    chance.shuffle(others)
    return [*first, *others][:articles]


def sentence_of(documents: Mapping[str, Document], spans: Sequence[GoldSpan]) -> tuple[Document, str]:
    """The first sentence that holds the longest of a question's answers, for a short answer ("1973") stands in many
    passages that do not answer; the answer itself where it crosses sentences."""
    longest = max(spans, key=lambda span: len(span.quote))
    document = documents[longest.source]
    sentences = (document.text[start:end] for start, end in split_sentences(document.text))
    return document, next((s for s in sentences if longest.quote in s), longest.quote)
