"""Working stand-ins for what is slow: encoder and reader without a model, and small articles made for the tests."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.schema import Draft, DraftSentence, Evidence
from index.encode import ModelSpec, TokenVectors, Vectors, normalize
from index.reader import Reading, SentenceScore, Text
from index.schema import Document, Hit, Passage
from index.sentences import split_sentences

_WORD = re.compile(r"\w+|[^\w\s]")


class HashedWords:
    """An `Encoder` whose vectors are sums of pseudo-random word vectors: texts that share words are similar.

    A token is a word or a mark. Real unit vectors, the same on every machine and in every run.
    """

    def __init__(self, dimension: int = 96, max_tokens: int = 60, name: str = "hashed-words") -> None:
        self._dimension = dimension
        self._max_tokens = max_tokens
        self._name = name
        self.encoded: list[str] = []

    @property
    def spec(self) -> ModelSpec:
        checksum = hashlib.sha256(f"{self._name} {self._dimension}".encode()).hexdigest()
        return ModelSpec(self._name, checksum, self._dimension)

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_WORD.findall(text)) for text in texts]

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded.extend(texts)
        if not texts:
            return np.zeros((0, self._dimension), np.float32)
        return normalize(np.stack([self._sum(self._tokens(text)) for text in texts]))

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        found = []
        for text in texts:
            tokens = self._tokens(text)
            vectors = [self._vector(token) for token in tokens] or [np.zeros(self._dimension, np.float32)]
            found.append(
                TokenVectors(
                    normalize(self._sum(tokens)[None, :])[0],
                    tuple(tokens),
                    normalize(np.stack(vectors))[: len(tokens)],
                )
            )
        return found

    def _tokens(self, text: str) -> list[str]:
        return _WORD.findall(text.lower())[: self._max_tokens]

    def _sum(self, tokens: Sequence[str]) -> Vectors:
        total = np.zeros(self._dimension, np.float32)
        for token in tokens:
            total += self._vector(token)
        return total if tokens else self._vector("")

    def _vector(self, word: str) -> Vectors:
        return _word_vector(word, self._dimension)


@lru_cache(maxsize=10_000)
def _word_vector(word: str, dimension: int) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    vector = np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)
    vector.flags.writeable = False  # it is everybody's
    return vector


class FirstSentence:
    """An `Answerer` that quotes the beginning of the best passage: the least that the contract allows."""

    name = "first-sentence"

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        if not hits:
            return Draft((), 0.0)
        best = hits[0]
        end = best.document.text.find(".", best.passage.start) + 1 or best.passage.end
        evidence = Evidence(best.document, best.passage.id, best.passage.start, end)
        return Draft((DraftSentence(evidence.quote, (evidence,), "verbatim"),), 0.9, model="none")


class WordReader:
    """A `Reader` for which a text answers as far as it shares words with the question; sentences alike.

    Each shared word of four letters or more counts 1 above log-odds of -2; titles count for relevance only.
    """

    name = "word-reader"

    def __init__(self) -> None:
        self.asked: list[tuple[str, Text]] = []

    def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        self.asked.extend((question, text) for text in texts)
        return [self._reading(_long_words(question), text) for text in texts]

    def _reading(self, asked: set[str], text: Text) -> Reading:
        sentences = tuple(
            SentenceScore(start, end, self._score(asked, text.text[start:end]))
            for start, end in split_sentences(text.text)
        )
        best = max(sentences, key=lambda sentence: sentence.score, default=None)
        span = (best.start, best.end) if best else None
        return Reading(self._score(asked, f"{text.title} {text.text}"), self._score(asked, text.text), sentences, span)

    def _score(self, asked: set[str], text: str) -> float:
        return len(asked & _long_words(text)) - 2.0


def _long_words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.lower()) if len(word) > 3}


FERRY = """The Oldmouth ferry stops for the winter

By Agnes Thule
14 November 2022

The ferry between Oldmouth and Sand Isle will stop on 2 December and sail again on 1 March, the harbour board said.

The board blamed the engine, which was built in 1961. Repairs will cost 240,000 crowns.

“We have mended it with wire for three winters,” said the harbour master, Jory Penhale. “This time the wire has won.

“I would rather stop in daylight than in a gale.”

Sand Isle has 84 inhabitants and one shop. A fishing boat will carry the post twice a week.
"""
BAKERY = """A bakery in Crowle sells bread by the minute

By Tobias Lunt
3 May 2021

Marta Quill opened a bakery in Crowle where customers pay for the minutes that they spend choosing.

A minute costs 2 crowns and the loaf is free. Ms Quill said that the queue had vanished within a week.

The mayor of Crowle, Edwin Sarn, called the idea absurd. He added that he had bought four loaves.
"""
OWLS = """# Owls return to the Varn forest

*By Petra Holm, 9 June 2023*

Seventeen pairs of owls nested in the Varn forest this spring, more than in any year since 1988.

The forester, Ulla Brandt, put the rise down to the mice. “It was a warm winter and a fat one,” she said.
"""
ARTICLES = {"ferry.txt": FERRY, "bakery.txt": BAKERY, "owls.md": OWLS}


def write_articles(folder: Path, articles: dict[str, str] | None = None) -> Path:
    """The articles as files in a folder, made if need be; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (ARTICLES if articles is None else articles).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def document(text: str, title: str = "A title", source: str = "a.txt") -> Document:
    """A document with a made-up title and source."""
    return Document.create(source=source, title=title, text=text)


def passage(of: Document, start: int = 0, end: int | None = None) -> Passage:
    """A passage of a document; the whole of it unless told otherwise."""
    end = len(of.text) if end is None else end
    return Passage(f"{of.id}-{start}-{end}", of.id, start, end, of.text[start:end])


def hit(of: Document, score: float = 1.0) -> Hit:
    """A hit on the whole of a document."""
    return Hit(passage(of), of, score, 0.5, 1.0)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder and its bytes, but for the lock."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in _files(folder) if p.name != "lock"}


def _files(folder: Path) -> Iterable[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())
