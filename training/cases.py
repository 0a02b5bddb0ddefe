"""Questions with small sets of articles to ask them of: what the linear weights are fitted on."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.build import ingest
from index.encode import Encoder
from training.reader.examples import dev_titles, is_dev, swapped
from training.reader.sources import Asked, Source

PARAGRAPHS = 6  # an encyclopaedia's topic is cut into articles of this many, the length of a news article
ARTICLES = 12


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what became of it: "answerable", or why not ("near", "swapped", "off", "story")."""

    question: str
    kind: str
    words: tuple[str, ...] = ()  # sentences that answer hold one of these, or stand in one


@dataclass(frozen=True, slots=True)
class Group:
    """Articles (title, text) that are searched together, and questions."""

    articles: list[tuple[str, str]]
    cases: list[Case]

    def ingest(self, work: Path, encoder: Encoder) -> Path:
        """Makes an index of the articles in a folder; returns where."""
        texts = work / "texts"
        texts.mkdir()
        for number, (title, text) in enumerate(self.articles):
            (texts / f"{number}.txt").write_text(f"{title}\n\n{text}", "utf-8")
        ingest([str(texts)], work / "index", encoder)
        return work / "index"


def groups(
    source: Source, rng: random.Random, seed: int, *, dev_only: bool, each: tuple[int, int, int]
) -> Iterator[Group]:
    """Groups of twelve articles. `each`: most answerable, near-miss and swapped questions of an article.

    `dev_only` keeps to what the reader was not trained on (`seed` is that of its examples): what a reader says of its
    own training questions tells nothing.
    """
    titles = dev_titles(source, random.Random(seed))
    asked = [a for n, a in enumerate(source.asked) if not dev_only or is_dev(a, n, source, titles)]
    articles: dict[tuple[str, int], list[Asked]] = {}
    for one in asked:
        before = source.texts[one.topic].count("\n", 0, one.home[0])
        articles.setdefault((one.topic, before // PARAGRAPHS), []).append(one)
    parts = list(articles)
    rng.shuffle(parts)
    known = [a.text for a in asked if a.answerable]
    for begin in range(0, len(parts), ARTICLES):
        inside, cases = parts[begin : begin + ARTICLES], []
        for part in inside:
            yes = _sample([a for a in articles[part] if a.answerable], each[0], rng)
            near = _sample([a for a in articles[part] if not a.answerable], each[1], rng)
            cases += [Case(a.text, "answerable", tuple(source.texts[a.topic][s:e] for s, e in a.spans)) for a in yes]
            cases += [Case(a.text, "near") for a in near]
            others = (swapped(a.text, known, rng) for a in yes[: each[2]])
            cases += [Case(text, "swapped") for text in others if text]
        away = [a for part in parts if part not in inside for a in articles[part] if a.answerable]
        cases += [Case(a.text, "off") for a in _sample(away, len(inside) // 2, rng)]
        yield Group([(t if source.titled else "", _paragraphs(source.texts[t], n)) for t, n in inside], cases)


def story_groups(source: Source, half: int, at_once: int = 4) -> Iterator[Group]:
    """Every second story kept for development, from number `half` (0 or 1), some of them together: each question once,
    with whole sentences as answers. What one half fits, the other can judge."""
    stories: dict[frozenset[str], list[Asked]] = {}
    for asked in source.asked:
        if asked.topic in source.kept:
            stories.setdefault(asked.story, []).append(asked)
    parts = list(stories)[half::2]
    for begin in range(0, len(parts), at_once):
        inside = parts[begin : begin + at_once]
        questions = {a.text: a for part in inside for a in stories[part]}.values()
        cases = [Case(a.text, "answerable" if a.answerable else "story", a.sentences) for a in questions]
        yield Group([(title, source.texts[title]) for part in inside for title in sorted(part)], cases)


def _paragraphs(text: str, part: int) -> str:
    return "\n\n".join(text.split("\n")[part * PARAGRAPHS : (part + 1) * PARAGRAPHS])


def _sample(items: Sequence[Asked], most: int, rng: random.Random) -> list[Asked]:
    return rng.sample(list(items), min(most, len(items)))
