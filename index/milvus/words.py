"""Word search in Milvus: BM25 as an inner product of sparse vectors, weighed by what the reader may see.

A passage's vector holds, for each of its stems (those of `index.lexical`, so that both engines search the same words),
how much it says of the passage: tf / (tf + k1 (1 - b + b length / average)). The question's vector holds the stems'
weights, idf, counted among the passages that the reader may see. Their product is BM25 as Lucene has it. Milvus' own
BM25 function weighs by all passages, hidden ones too, and per shard or segment.

The counts are rows (term, labels, generation, passages): each ingest adds what it changed. They count if the manifest
names their generation, so that what a killed ingest left does not.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import TypeAlias

from index.milvus.client import Client
from index.milvus.requests import Row, quoted
from index.milvus.tables import NO_VECTOR, WORDS
from index.terms import terms

Counts: TypeAlias = "Counter[tuple[str, str]]"  # (labels, term): in how many passages

K1, B = 1.5, 0.75
_NOTHING = 2**32 - 2  # Milvus takes no empty vector; no question has this
_PLAIN_BYTES = 40
_KEPT = 100_000


def number_of(term: str) -> int:
    """The dimension of a term. Two of a million terms share theirs with another; the counts are kept by the term."""
    return int.from_bytes(hashlib.sha256(term.encode("utf-8", "surrogatepass")).digest()[:4], "big") % _NOTHING


def passage_vector(found: Sequence[str], average: float) -> dict[int, float]:
    """The sparse vector of a passage with these terms, where passages have so many on average."""
    scale = scale_of(len(found), average)
    vector: dict[int, float] = {}
    for term, count in Counter(found).items():
        number = number_of(term)
        vector[number] = vector.get(number, 0.0) + count / (count + scale)
    return vector or {_NOTHING: 1.0}


def scale_of(length: int, average: float) -> float:
    """What a term's count is compared to in a passage of so many terms: k1 (1 - b + b length / average)."""
    return K1 * (1 - B + B * length / average)


def score(question: Mapping[int, float], passage: Mapping[int, float], before: float, now: float) -> float:
    """BM25 of a passage by its vector, which was made with the scale `before`, as if with the scale `now`."""
    found = 0.0
    for number, weight in question.items():
        if held := passage.get(number):
            times = held * before / (1 - held)
            found += weight * times / (times + now)
    return found


def count(counts: Counts, labels: str, found: Iterable[str], by: int) -> None:
    """Adds a passage with these terms to the counts, or takes it off with -1."""
    for term in set(found):
        counts[labels, _told(term)] += by


def rows_of(counts: Counts, generation: int) -> list[Row]:
    """The counts as rows of a generation."""
    told = ((labels, term, number) for (labels, term), number in counts.items() if number)
    return [
        {
            "row": f"{generation}/{at}",
            "term": term,
            "labels": labels,
            "generation": generation,
            "passages": number,
            "none": NO_VECTOR,
        }
        for at, (labels, term, number) in enumerate(told)
    ]


def read_counts(client: Client, generations: Sequence[int]) -> Counts:
    """All counts of these generations, added up."""
    counts: Counts = Counter()
    for rows in client.walk(WORDS, f"generation in {quoted(generations)}", ["term", "labels", "passages"]):
        for row in rows:
            counts[row["labels"], row["term"]] += row["passages"]
    return counts


class MilvusWords:
    """The words of the passages with some labels, as if there were no others. Asks Milvus once for each term."""

    def __init__(self, client: Client, generations: Sequence[int], labels: frozenset[str], passages: int) -> None:
        """`labels` are the sets of labels (joined by commas) that are seen, `passages` how many have one of them."""
        self._client = client
        self._generations = list(generations)
        self._labels = labels
        self._passages = passages
        self._found: dict[str, int] = {}
        self._lock = Lock()

    def idf(self, term: str) -> float:
        """Inverse document frequency, ln(1 + (N - df + .5) / (df + .5)) (Lucene); highest for an unknown term."""
        found = self.learn([term])[term]
        return math.log1p((self._passages - found + 0.5) / (found + 0.5))

    def knows(self, term: str) -> bool:
        """True if the term stands anywhere in the passages."""
        return self.learn([term])[term] > 0

    def question_vector(self, question: str) -> dict[int, float]:
        """The weights of the question's terms; empty if no passage has any of them."""
        asked = Counter(terms(question))
        found = self.learn(list(asked))
        vector: dict[int, float] = {}
        for term, times in asked.items():
            if found[term] > 0:
                number = number_of(term)
                vector[number] = vector.get(number, 0.0) + times * self.idf(term)
        return vector

    def learn(self, wanted: Sequence[str]) -> dict[str, int]:
        """In how many passages each of the terms stands."""
        with self._lock:
            known = {term: self._found[term] for term in wanted if term in self._found}
        missing = {_told(term): term for term in wanted if term not in known}
        if missing:
            known.update(dict.fromkeys(missing.values(), 0))
            also = f"generation in {quoted(self._generations)}"
            for row in self._client.rows_of(
                WORDS, "term", list(missing), ["term", "labels", "passages"], also, fresh=False
            ):
                if row["labels"] in self._labels:
                    known[missing[row["term"]]] += row["passages"]
            with self._lock:
                if len(self._found) > _KEPT:
                    self._found.clear()
                self._found.update(known)
        return known


def _told(term: str) -> str:
    """The term as it stands in a row: a very long one by its hash."""
    raw = term.encode("utf-8", "surrogatepass")
    plain = len(raw) <= _PLAIN_BYTES and term.isprintable()
    return term if plain else f"#{hashlib.sha256(raw).hexdigest()[:32]}"
