"""From hits to candidate sentences: what stands in the passages found, who says it, and what surrounds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from functools import lru_cache

from bot.attribution import Speaker, speakers
from bot.machine import doubtful_text, machine_text
from index.boilerplate import is_sentence
from index.byline import dateline
from index.schema import Document, Hit
from index.sentences import Span, split_sentences

_LABEL_WORDS = 7


@dataclass(frozen=True, slots=True)
class Article:
    """A document with its sentences and the speaker of each; `hostile` are those that speak to the machine, `doubtful`
    those that an answer should not bring up by itself."""

    document: Document
    sentences: tuple[Span, ...]
    speakers: tuple[Speaker | None, ...]
    hostile: frozenset[int] = frozenset()
    doubtful: frozenset[int] = frozenset()

    def text(self, first: int, last: int) -> str:
        """The text from sentence `first` to sentence `last`, both included, numbers cut to what there is."""
        first, last = max(0, first), min(len(self.sentences) - 1, last)
        return self.document.text[self.sentences[first][0] : self.sentences[last][1]]


@dataclass(frozen=True, slots=True)
class Read:
    """What the reader made of a sentence and of the passages that hold it, the best of each: log-odds."""

    sentence: float
    answers: float
    relevance: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence that may answer. `dense` and `rank` are those of the best passage that holds it (rank from 0).

    `read` is None where no passage that holds it was read sentence by sentence.
    """

    article: Article
    number: int
    passage_id: str
    dense: float
    rank: int
    read: Read | None = None

    @property
    def text(self) -> str:
        return self.article.text(self.number, self.number)

    @property
    def speaker(self) -> Speaker | None:
        return self.article.speakers[self.number]

    @property
    def attributed(self) -> str:
        """The sentence with its speaker in front where it does not name the speaker itself."""
        speaker = self.speaker
        return f"{speaker.name}: {self.text}" if speaker and speaker.inferred else self.text

    @property
    def surroundings(self) -> str:
        """The sentence with the one before and the one after."""
        return self.article.text(self.number - 1, self.number + 1)


@lru_cache(maxsize=4096)
def read_article(document: Document) -> Article:
    """A document's sentences and speakers (kept for the documents asked about last)."""
    text = document.text
    sentences = tuple(_sentences(text))
    opens = [n == 0 or "\n" in text[sentences[n - 1][1] : start] for n, (start, _) in enumerate(sentences)]
    texts = [text[start:end] for start, end in sentences]
    hostile = machine_text(texts, opens)
    doubtful = doubtful_text(texts, opens, hostile)
    return Article(document, sentences, tuple(speakers(text, sentences, document.title)), hostile, doubtful)


def _sentences(text: str) -> list[Span]:
    """The spans of a text's sentences. What stands before the first to say where and by whom it is told is none of its
    words, and no sentence either."""
    found, mark = split_sentences(text), dateline(text)
    if mark is None:
        return found
    start, end = mark
    return [(max(s, end) if s >= start else s, e) for s, e in found if e <= start or e > end]


def candidates_in(hits: Sequence[Hit]) -> list[Candidate]:
    """The sentences of the hits' passages, each once, in order of the best passage that holds it.

    What speaks to the machine instead of the reader is left out.
    """
    found: dict[tuple[str, int], Candidate] = {}
    readings: dict[tuple[str, int], Read] = {}
    for rank, hit in enumerate(hits):
        article = read_article(hit.document)
        for number, (start, end) in enumerate(article.sentences):
            if start < hit.passage.end and end > hit.passage.start and not _is_label(hit.document.text[start:end]):
                key = (hit.document.id, number)
                if number in article.hostile:
                    continue
                if read := _read(hit, start - hit.passage.start, end - hit.passage.start, readings.get(key)):
                    readings[key] = read
                if key not in found:
                    found[key] = Candidate(article, number, hit.passage.id, hit.dense, rank)
    return [replace(candidate, read=readings.get(key)) for key, candidate in found.items()]


def _read(hit: Hit, start: int, end: int, before: Read | None) -> Read | None:
    """What was read of the sentence at `start` to `end` of the hit's passage, and before in other passages."""
    reading = hit.reading
    if reading is None or reading.answers is None:
        return before
    scores = [s.score for s in reading.sentences if s.start < end and s.end > start]
    if not scores:  # beyond the reader's window
        return before
    here = Read(max(scores), reading.answers, reading.relevance)
    if before is None:
        return here
    return Read(*(max(a, b) for a, b in zip(astuple(here), astuple(before), strict=True)))


def _is_label(text: str) -> bool:
    """True for a caption or a heading too short to say anything by itself."""
    return not is_sentence(text) and len(text.split()) < _LABEL_WORDS
