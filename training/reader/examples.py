"""From questions to training examples: our own passages, hard negatives from our own search, near misses by swaps.

python -m training.reader.examples DATA_DIR OUT.jsonl
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.question import analyse
from index.chunk import ChunkSettings, split_document
from index.encode import Encoder, open_encoder
from index.lexical import LexicalIndex
from index.schema import Document
from index.sentences import Span
from training.reader.sources import Asked, Source, read_sources

_MINED, _NEGATIVES, _POSITIVES = 12, 5, 2
_DEV_TITLES, _DEV_EVERY = 4, 20  # of SQuAD four titles, of the stories some, whole; else every 20th question
_NUMBER = re.compile(r"\b\d[\d,.]*\b")


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as the reader sees it; `spans` are where it answers."""

    title: str
    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A question with passages that answer it (`positives`), that come from its paragraph but do not (`near`), and
    that only look alike (`negatives`; the passage's topic is right if `own_topic`). `swapped` is the question
    with a name or a number exchanged: the positives do not answer that one."""

    question: str
    source: str
    dev: bool
    positives: tuple[Passage, ...]
    near: tuple[Passage, ...]
    negatives: tuple[Passage, ...]
    answers: tuple[str, ...]
    swapped: str | None
    sentences_only: bool
    own_topic: bool


def make_examples(source: Source, encoder: Encoder, rng: random.Random) -> Iterator[Example]:
    """The examples of one source; the same seed gives the same."""
    documents = {
        t: Document.create(source=t, title=t if source.titled else "", text=x) for t, x in source.texts.items()
    }
    rows = [
        (topic, passage)
        for topic, document in documents.items()
        for passage in split_document(document, encoder.count_tokens, encoder.max_tokens, ChunkSettings())
    ]
    by_topic = defaultdict(list)
    for row, (topic, _) in enumerate(rows):
        by_topic[topic].append(row)
    words = LexicalIndex.build([f"{documents[topic].title}\n{p.text}" for topic, p in rows])
    titles = dev_titles(source, rng)
    questions = [asked.text for asked in source.asked]

    def passage(row: int, spans: tuple[Span, ...] = ()) -> Passage:
        topic, p = rows[row]
        inside = tuple((s - p.start, e - p.start) for s, e in spans if p.start <= s and e <= p.end)
        return Passage(documents[topic].title, p.text, inside)

    for number, asked in enumerate(source.asked):
        mine = by_topic[asked.topic]
        home = [r for r in mine if rows[r][1].start < asked.home[1] and rows[r][1].end > asked.home[0]]
        hold = [r for r in mine if any(rows[r][1].start <= s and e <= rows[r][1].end for s, e in asked.spans)]
        if asked.answerable and not hold:
            continue  # the answer was cut by a passage's end
        mined = words.search(asked.text, _MINED)[0].tolist()
        if asked.own_topic:
            mined = [r for r in mined if r in mine] or mine
        also = [r for t, (s, e) in asked.elsewhere for r in by_topic[t] if rows[r][1].start < e and rows[r][1].end > s]
        wrong = [r for r in mined if r not in home + hold + also and not _says(rows[r][1].text, asked)]
        yield Example(
            question=asked.text,
            source=source.name,
            dev=is_dev(asked, number, source, titles),
            positives=tuple(passage(r, asked.spans) for r in hold[:_POSITIVES]),
            near=() if asked.answerable else tuple(passage(r) for r in home[:_POSITIVES]),
            negatives=tuple(passage(r) for r in wrong[:_NEGATIVES]),
            answers=asked.answers,
            swapped=swapped(asked.text, questions, rng) if asked.answerable else None,
            sentences_only=asked.sentences_only,
            own_topic=asked.own_topic,
        )


def dev_titles(source: Source, rng: random.Random) -> set[str]:
    """The topics that are kept for development, whole; none if every 20th question is."""
    return set(rng.sample(sorted(source.texts), _DEV_TITLES)) if source.name == "squad" else source.kept


def is_dev(asked: Asked, number: int, source: Source, titles: set[str]) -> bool:
    """Whether the question, `source.asked[number]`, is kept for development."""
    return asked.topic in titles if titles else number % _DEV_EVERY == 0


def _says(text: str, asked: Asked) -> bool:
    """True if a text holds the answer's words: it may answer after all."""
    return any(len(answer) > 3 and answer.lower() in text.lower() for answer in asked.answers)


def swapped(question: str, others: list[str], rng: random.Random) -> str | None:
    """The question with its last number or name exchanged; None if it has neither."""
    numbers = _NUMBER.findall(question)
    if numbers and rng.random() < 0.5 and (digits := re.sub(r"\D", "", numbers[-1])):
        other = str(max(1, int(digits) + rng.choice([-7, -3, -2, -1, 1, 2, 3, 5, 11])))
        if other != digits:
            return question.replace(numbers[-1], other)
    names = analyse(question).names
    for other in rng.sample(others, min(30, len(others))) if names else []:
        found = analyse(other).names
        if found and found[-1].split()[-1] not in question and found[-1].lower() != names[-1].lower():
            return question.replace(names[-1], found[-1])
    return None


def read_examples(path: Path) -> list[Example]:
    """The examples in a file that `main` wrote."""

    def passages(raw: list[dict]) -> tuple[Passage, ...]:  # type: ignore[type-arg]
        return tuple(Passage(p["title"], p["text"], tuple(map(tuple, p["spans"]))) for p in raw)

    found = []
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            raw = json.loads(line)
            for name in ("positives", "near", "negatives"):
                raw[name] = passages(raw[name])
            found.append(Example(**raw | {"answers": tuple(raw["answers"])}))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the reader's training examples.")
    parser.add_argument("data", type=Path, help="folder with squad/, selqa/, covidqa/ and policyqa/")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    encoder = open_encoder()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", encoding="utf-8") as stream:
        for source in read_sources(options.data):
            written = 0
            for example in make_examples(source, encoder, rng):
                stream.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")
                written += 1
            print(f"{source.name}: {len(source.texts)} topics, {written} of {len(source.asked)} questions", flush=True)


if __name__ == "__main__":
    main()
