"""The public data that the reader learns from, in one shape: topics, and questions with where they are answered.

SQuAD 1.1 and 2.0 dev (Rajpurkar et al. 2016, 2018; CC BY-SA 4.0), SelQA (Jurczyk et al. 2016; Apache-2.0),
COVID-QA (Moeller et al. 2020; Apache-2.0), PolicyQA (Ahmad et al. 2020; MIT); and the project's own stories.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.sentences import Span

STORIES = Path(__file__).parents[1] / "stories"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about `topic`, whose paragraph is `topic.text[home]`; `spans` are where the topic answers it.

    `answers` are the words of the answer, empty if it has none or if only sentences are known. `own_topic`: hard
    negatives come from the same topic only, since other topics may answer the same question. `elsewhere` are places in
    other topics that answer it too, `sentences` the whole sentences that do, and `story` the topics of the same matter,
    where they are known.
    """

    text: str
    topic: str
    home: Span
    spans: tuple[Span, ...]
    answers: tuple[str, ...] = ()
    sentences_only: bool = False
    own_topic: bool = False
    elsewhere: tuple[tuple[str, Span], ...] = ()
    sentences: tuple[str, ...] = ()
    story: frozenset[str] = frozenset()

    @property
    def answerable(self) -> bool:
        return bool(self.spans)


@dataclass
class Source:
    """One data set. `texts` maps a topic to its paragraphs, joined; `titled` tells whether topics have real titles;
    `kept` are the topics whose questions are for development, if the data set itself says so."""

    name: str
    titled: bool = True
    kept: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    _places: dict[tuple[str, str], Span] = field(default_factory=dict)

    def paragraph(self, topic: str, text: str) -> Span:
        """Adds a paragraph to a topic, once; returns where it stands."""
        if (topic, text) not in self._places:
            before = self.texts.get(topic, "")
            start = len(before) + bool(before)
            self.texts[topic] = f"{before}\n{text}" if before else text
            self._places[topic, text] = (start, start + len(text))
        return self._places[topic, text]


def read_sources(folder: Path, stories: Path = STORIES) -> list[Source]:
    """All sources in `folder`, laid out as in training/README.md, and the stories; a missing one raises
    FileNotFoundError."""
    return [
        _squad(folder / "squad"),
        _selqa(folder / "selqa"),
        _covidqa(folder / "covidqa"),
        _policyqa(folder / "policyqa"),
        read_stories(stories),
    ]


def read_stories(folder: Path) -> Source:
    """The project's own news stories and wiki pages: `*.json`, each a list of stories, each with some articles and
    questions about them. A topic is an article; a question that two articles answer comes twice. The last story of
    each file is kept for development."""
    source = Source("stories")
    files = sorted(folder.glob("*.json"))
    if not files:
        raise FileNotFoundError(f"no stories in {folder}; give the folder that holds them")
    for file in files:
        stories = json.loads(file.read_text("utf-8"))
        for number, story in enumerate(stories):
            for article in story["articles"]:
                source.paragraph(article["title"], article["text"])
                if number == len(stories) - 1:
                    source.kept.add(article["title"])
            titles = [article["title"] for article in story["articles"]]
            for raw in story["questions"]:
                _ask(source, titles, raw)
    return source


def _ask(source: Source, titles: list[str], raw: dict[str, Any]) -> None:
    """Adds a question about a story with these articles."""
    sentences = tuple(raw.get("evidence", ()))
    found: dict[str, list[Span]] = {}
    for sentence in sentences or raw["near"]:
        for title in titles:
            start = source.texts[title].find(sentence)
            if start >= 0:
                words = [w for w in raw.get("answers", ()) if w in sentence]
                spans = [(start + sentence.index(w), start + sentence.index(w) + len(w)) for w in words]
                found.setdefault(title, []).extend(spans or [(start, start + len(sentence))])
    answers = tuple(sorted(raw.get("answers", ()), key=lambda a: (len(a), a)))
    for title, spans in found.items():
        elsewhere = tuple((other, span) for other, more in found.items() if other != title for span in more)
        home = min(s for s, _ in spans), max(e for _, e in spans)
        answered = tuple(sorted(set(spans))) if sentences else ()
        source.asked.append(
            Asked(
                text=raw["question"],
                topic=title,
                home=home,
                spans=answered,
                answers=answers,
                elsewhere=elsewhere,
                sentences=sentences,
                story=frozenset(titles),
            )
        )


def _squad(folder: Path) -> Source:
    source = Source("squad")
    kept_out = folder / "test_only_titles.txt"
    skip = set(kept_out.read_text("utf-8").split("\n"))
    skip |= {title.replace("_", " ") for title in skip}
    homes: dict[str, tuple[str, Span]] = {}
    for file in ("1.1_paragraphs.jsonl", "v2.0_paragraphs.jsonl"):
        for raw in _lines(folder / file):
            title = raw["title"].replace("_", " ")
            if title not in skip and raw["title"] not in skip:
                homes[raw["id"]] = title, source.paragraph(title, raw["text"].replace("\n", " "))
    seen: set[str] = set()
    for file in ("v2.0_questions.jsonl", "1.1_questions.jsonl"):
        for raw in _lines(folder / file):
            if raw["para_id"] in homes and raw["id"] not in seen:
                seen.add(raw["id"])
                title, home = homes[raw["para_id"]]
                answers = () if raw["is_impossible"] else tuple(sorted(set(raw["answers"]), key=lambda a: (len(a), a)))
                body = source.texts[title][home[0] : home[1]]
                found = [m for a in answers if (m := _first(a, body))]
                spans = tuple((home[0] + m.start(), home[0] + m.end()) for m in found)
                if spans or raw["is_impossible"]:
                    source.asked.append(Asked(raw["question"], title, home, spans, answers))
    return source


def _first(answer: str, body: str) -> re.Match[str] | None:
    """Where an answer stands first, as words of its own if it does so anywhere ("12" is no part of "1912")."""
    words = re.escape(answer)
    return re.search(rf"(?<!\w){words}(?!\w)", body) or re.search(words, body)


def _selqa(folder: Path) -> Source:
    source = Source("selqa")
    for file in ("dev.json", "test.json"):
        for raw in json.loads((folder / file).read_text("utf-8")):
            sentences = [s.strip() for s in raw["candidates"]]
            topic = f"{raw['article']}: {raw['section']}"
            home = source.paragraph(topic, " ".join(sentences))
            spans, at = [], home[0]
            for number, sentence in enumerate(sentences):
                if number in raw["answers"]:
                    spans.append((at, at + len(sentence)))
                at += len(sentence) + 1
            if spans:
                source.asked.append(Asked(raw["question"], topic, home, tuple(spans), sentences_only=True))
    return source


def _covidqa(folder: Path) -> Source:
    return _nested(Source("covidqa", titled=False), [folder / "covidqa.json"], own_topic=False)


def _policyqa(folder: Path) -> Source:
    return _nested(Source("policyqa"), [folder / "dev.json", folder / "test.json"], own_topic=True)


def _nested(source: Source, files: list[Path], *, own_topic: bool) -> Source:
    """Reads SQuAD's own layout: data, paragraphs, qas."""
    for file in files:
        for a, article in enumerate(json.loads(file.read_text("utf-8"))["data"]):
            for p, paragraph in enumerate(article["paragraphs"]):
                topic = article.get("title") or f"{file.stem} {a} {p}"
                home = source.paragraph(topic, paragraph["context"].replace("\n", " "))
                for qa in paragraph["qas"]:
                    if qa.get("is_impossible") or not qa["answers"]:
                        continue
                    body = source.texts[topic][home[0] : home[1]]
                    spans = tuple(sorted({_trimmed(home[0], body, x) for x in qa["answers"]}))
                    words = {source.texts[topic][s:e] for s, e in spans}
                    answers = tuple(sorted(words, key=lambda a: (len(a), a)))
                    source.asked.append(Asked(qa["question"], topic, home, spans, answers, own_topic=own_topic))
    return source


def _trimmed(home: int, body: str, answer: dict[str, Any]) -> Span:
    """Where an answer stands, without white space around it; COVID-QA's offsets leave out that before it."""
    words = answer["text"].replace("\n", " ").strip()
    start = body.index(words, answer["answer_start"])
    return home + start, home + start + len(words)


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]
