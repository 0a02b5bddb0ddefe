"""As many passages as wanted, from real sentences: each is repeated with variation, and so is its vector.

A variation puts other numbers and names in a sentence (each is taken from another sentence) and loses or doubles a word
in ten. Encoding a million of them takes this machine's processors hours, so the vectors are made of real ones: that
of the sentence, moved by what a variation really moved the vector of another sentence, normalised. `Made.fidelity` says
how like the real vectors such ones are to their sentences.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.encode import Encoder, ModelSpec, TokenVectors, Vectors, normalize
from index.schema import Document, content_id
from index.sentences import split_sentences

_PER_DOCUMENT = 8
_TITLE = "Report No. "
_PAIRS = 2000  # real variations that are encoded
_NUMBER, _NAME = re.compile(r"\d+"), re.compile(r"(?<=\s)[A-Z][a-z]{3,}")


def sentences(folder: Path, most: int, seed: int = 1) -> list[str]:
    """Different sentences of 40 to 220 characters from the articles below a folder: text and Markdown files, and the
    "text" of JSON lines; a sample of `most` of them."""
    found: dict[str, None] = {}
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".txt", ".md", ".jsonl")):
        for text in _texts(path):
            found.update(dict.fromkeys(text[s:e] for s, e in split_sentences(text) if 40 <= e - s <= 220))
    every = [sentence for sentence in found if "\n" not in sentence]
    return random.Random(seed).sample(every, min(most, len(every)))


def _texts(path: Path) -> Iterable[str]:
    if path.suffix != ".jsonl":
        return [path.read_text("utf-8")]
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return [row["text"] for row in rows if isinstance(row, dict) and isinstance(row.get("text"), str)]


def questions(folder: Path, most: int, seed: int = 2) -> list[str]:
    """The "question" of JSON lines below a folder, a sample of `most`; without any, sentences with every other word
    left out."""
    found = []
    for path in sorted(folder.rglob("*.jsonl")):
        rows = (json.loads(line) for line in path.read_text("utf-8").splitlines())
        found += [row["question"] for row in rows if isinstance(row, dict) and isinstance(row.get("question"), str)]
    found = found or [" ".join(sentence.split()[::2]) for sentence in sentences(folder, most, seed)]
    return random.Random(seed).sample(found, min(most, len(found)))


def varied(text: str, other: str, chance: random.Random) -> str:
    """The sentence with the numbers and names of another, as far as it has any, and a word in ten lost or doubled."""
    for kind in (_NUMBER, _NAME):
        given = kind.findall(other)
        text = kind.sub(lambda match, given=given: chance.choice(given) if given else match.group(0), text)  # type: ignore[misc]
    words = (chance.choice(([], [word] * 2)) if chance.random() < 0.1 else [word] for word in text.split())
    return " ".join(word for some in words for word in some)


@dataclass(frozen=True)
class Made:
    """Real sentences with their vectors, and by what variations moved such vectors. `fidelity` are mean cosines of a
    sentence with its variation: by real vectors, by those made."""

    texts: list[str]
    vectors: Vectors
    moves: Vectors
    fidelity: tuple[float, float]

    @classmethod
    def of(cls, texts: list[str], encoder: Encoder, kept: Path) -> Made:
        """Encodes what is not kept in a folder yet."""
        chance = random.Random(3)
        drawn = chance.choices(range(len(texts)), k=_PAIRS)
        pairs = [(n, varied(texts[n], chance.choice(texts), chance)) for n in drawn]
        vectors = _encoded(kept, texts, encoder)
        moved = _encoded(kept, [text for _, text in pairs], encoder)
        origins = vectors[[n for n, _ in pairs]]
        moves = moved - origins
        made = normalize(origins + moves[np.random.default_rng(4).permutation(len(moves))])
        fidelity = float((moved * origins).sum(1).mean()), float((made * origins).sum(1).mean())
        return cls(texts, vectors, moves, fidelity)

    def documents(self, count: int) -> Iterable[Document]:
        """Articles of eight passages, `count` passages in all, in the order of their sources. A tenth has a label."""
        chance = random.Random(5)
        for number in range(count // _PER_DOCUMENT):
            texts = [self._passage(number * _PER_DOCUMENT + n, chance) for n in range(_PER_DOCUMENT)]
            yield Document.create(
                source=f"{number:09}.txt",
                title=f"{_TITLE}{number}",
                text="\n\n".join(texts),
                published=f"{2000 + number % 25}-06-15",
                labels=("board",) if number % 10 == 9 else (),
            )

    def _passage(self, row: int, chance: random.Random) -> str:
        text = self.texts[row % len(self.texts)]
        return text if row < len(self.texts) else varied(text, chance.choice(self.texts), chance)

    def rows(self, begin: int, end: int) -> Vectors:
        """The vectors of the passages with these numbers."""
        rows = np.arange(begin, end)
        found = self.vectors[rows % len(self.texts)]
        moves = self.moves[np.random.default_rng(begin).integers(0, len(self.moves), len(rows))]
        return normalize(found + np.where(rows[:, None] < len(self.texts), np.float32(0), moves))


def _encoded(folder: Path, texts: Sequence[str], encoder: Encoder) -> Vectors:
    """The texts' vectors, kept in a folder by what they are made of."""
    path = folder / f"{content_id(encoder.spec.checksum, *texts)}.npy"
    if path.exists():
        return np.asarray(np.load(path), np.float32)
    found = np.concatenate([encoder.encode(texts[at : at + 512]) for at in range(0, len(texts), 512)])
    folder.mkdir(parents=True, exist_ok=True)
    np.save(path, found)
    return found


class Dealt:
    """An `Encoder` that makes a passage of each sentence and deals out vectors in the order of the passages; what does
    not begin with the title of an article, such as questions, a real one encodes."""

    max_tokens = 10_000

    def __init__(self, made: Made, encoder: Encoder) -> None:
        self._made, self._encoder = made, encoder
        self._dealt = 0

    @property
    def spec(self) -> ModelSpec:
        return self._encoder.spec

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [150] * len(texts)

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts[0].startswith(_TITLE):
            return self._encoder.encode(texts)
        begin, self._dealt = self._dealt, self._dealt + len(texts)
        return self._made.rows(begin, self._dealt)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        return self._encoder.encode_tokens(texts)
