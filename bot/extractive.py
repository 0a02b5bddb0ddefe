"""The default answerer: quotes the sentences that answer. No LLM, no key, no network.

Ranks the sentences of the passages found, takes as many as the question needs from as many sources as it needs,
says who speaks where the text does, and stays silent when the best of them does not answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.candidates import Article, Candidate, candidates_in
from bot.features import COMPARED, Evidence, Numbers
from bot.machine import addresses_machine
from bot.names import is_person_like, names_in, same_name
from bot.question import Kind, Question, analyse
from bot.schema import Draft, DraftSentence
from bot.schema import Evidence as Span
from bot.sides.find import Side, sides
from bot.sides.words import label
from bot.weights import Weights
from index.encode import Encoder
from index.lexical import Words
from index.schema import Hit
from index.terms import terms

# At most this many sentences, unless a list needs one from each of more sources.
_MOST = 4
_MOST_SOURCES = 6
# How far, in log-odds, a further sentence may stand behind the first, and the one that follows on from the first.
_MARGIN = 5.0
_MARGIN_BEHIND = 7.0
# In a list, what a sentence from a source that has spoken already stands behind one from a new source.
_REPEATED_GROUP = 1.0
_SAME = 0.8  # share of words in common at which two sentences say the same
_JOINED_CHARS = 420
# Openings that lean on the sentence before: without it the reader cannot tell what is meant.
_LEANS = re.compile(r"^[“\"‘'(]?(?:however|but|and|so|therefore|thus|without this|that|this|these|it|they)\b", re.I)
_PERSON_UNNAMED = re.compile(r"\b(?:he|she|his|her)\b", re.I)


class ExtractiveAnswerer:
    """An `Answerer` that quotes. Abstains when its confidence is below `abstain_below`. `compared`: how many sentences
    are compared with the question word by word."""

    name = "extractive"

    def __init__(
        self,
        encoder: Encoder,
        lexical: Words,
        *,
        abstain_below: float,
        compared: int = COMPARED,
        weights: Mapping[bool, Weights] | None = None,
    ) -> None:
        """`weights` are those for sentences that a reader has judged (True) or not; the fitted ones if not given."""
        self._compared = compared
        self._encoder = encoder
        self._lexical = lexical
        self._abstain_below = abstain_below
        self._weights = weights or {read: Weights.load(read=read) for read in (False, True)}

    def knowing(self, words: Words) -> ExtractiveAnswerer:
        """See `WeighsWords`."""
        return ExtractiveAnswerer(
            self._encoder,
            words,
            abstain_below=self._abstain_below,
            compared=self._compared,
            weights=self._weights,
        )

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        """The draft; `confidence` is the fitted probability that the sources answer (see training/)."""
        judged = self._judged(question, hits)
        if judged is None:
            return Draft((), 0.0)
        if judged.confidence < self._abstain_below:
            return Draft((), judged.confidence)
        asked, candidates = judged.evidence.question, judged.evidence.candidates
        chosen = [candidates[i] for i in _choose(asked, candidates, judged.scores, judged.order)]
        differing = self._sides(judged, hits)
        labels = {_key(side.candidate): label(side) for side in differing}
        return Draft(_compose(_with_sides(chosen, differing), labels), judged.confidence)

    def sides(self, question: str, hits: Sequence[Hit]) -> tuple[tuple[Side, DraftSentence], ...]:
        """The sources that differ on what is asked, each with the sentence that shows it, in order of publication;
        empty where they agree."""
        judged = self._judged(question, hits)
        found = self._sides(judged, hits) if judged else ()
        return tuple((side, _compose([side.candidate], {_key(side.candidate): label(side)})[0]) for side in found)

    def _judged(self, question: str, hits: Sequence[Hit]) -> _Judged | None:
        """None where there is nothing to quote, or nothing that a source could answer."""
        candidates = candidates_in(hits)
        if not candidates or addresses_machine(question):  # what is asked of the machine, no source answers
            return None
        return self._judge(analyse(question), candidates)

    def _judge(self, asked: Question, candidates: Sequence[Candidate]) -> _Judged:
        weights = self._weights[any(c.read for c in candidates)]
        evidence = Evidence(asked, candidates, self._encoder, self._lexical, weights.sentence, self._compared)
        scores = evidence.sentence_features @ weights.sentence
        order = np.argsort(-scores, kind="stable").tolist()
        return _Judged(evidence, scores, order, weights.probability(evidence.answerable_features(order)))

    def _sides(self, judged: _Judged, hits: Sequence[Hit]) -> tuple[Side, ...]:
        asked = judged.evidence.question
        return sides(judged, lambda candidates: self._judge(asked, candidates).confidence, hits)


@dataclass(frozen=True)
class _Judged:
    """The candidates with their scores (log-odds), their numbers by score, best first, and the confidence."""

    evidence: Evidence
    scores: Numbers
    order: list[int]
    confidence: float


def _key(candidate: Candidate) -> tuple[str, int]:
    return candidate.article.document.id, candidate.number


def _with_sides(chosen: Sequence[Candidate], differing: Sequence[Side]) -> list[Candidate]:
    """What was chosen with the sides in front, one sentence for each; what else was chosen follows as far as there is
    room."""
    first = [side.candidate for side in differing if side.shown]
    keys = set(map(_key, first))
    rest = [candidate for candidate in chosen if _key(candidate) not in keys]
    return [*first, *rest[: max(0, max(_MOST, len(chosen)) - len(first))]] if first else list(chosen)


def _choose(asked: Question, candidates: Sequence[Candidate], scores: Numbers, order: Sequence[int]) -> list[int]:
    """Which candidates to show, best first."""
    if asked.kind is Kind.TERMS and asked.wants_list:  # a source that sets no terms has none to list
        order = [i for i in order if asked.terms_set(candidates[i].text) > 0] or order
    top = order[0]
    order = [i for i in order if i == top or candidates[i].number not in candidates[i].article.doubtful]
    pool = [i for i in order if scores[i] >= scores[top] - _MARGIN]
    follows = next((i for i in order if _follows(candidates[i], candidates[top])), None)
    if follows is not None and follows not in pool and scores[follows] >= scores[top] - _MARGIN_BEHIND:
        pool.append(follows)
    penalty = _REPEATED_GROUP if asked.wants_list else 0.0
    chosen: list[int] = []
    used: set[str] = set()
    while pool:
        best = max(pool, key=lambda i: scores[i] - penalty * (_group(asked, candidates[i]) in used))
        pool.remove(best)
        group = _group(asked, candidates[best])
        full = len(chosen) >= (_MOST_SOURCES if asked.wants_list and group not in used else _MOST)
        if not full and not any(_says_same(candidates[best], candidates[j]) for j in chosen):
            chosen.append(best)
            used.add(group)
    return chosen


def _follows(candidate: Candidate, other: Candidate) -> bool:
    """True if a candidate is the next sentence of the other's paragraph: what a question restated leads up to."""
    article = candidate.article
    if article is not other.article or candidate.number != other.number + 1:
        return False
    return "\n" not in article.text(other.number, candidate.number)


def _group(asked: Question, candidate: Candidate) -> str:
    """What a list wants one of each of: people, where it asks for people or names several; else sources."""
    speaker = candidate.speaker
    if speaker and (
        asked.kind is Kind.PERSON or (sum(same_name(speaker.name, n) for n in asked.names) and len(asked.names) > 1)
    ):
        return speaker.name.split()[-1]
    return candidate.article.document.id


def _says_same(one: Candidate, other: Candidate) -> bool:
    a, b = set(terms(one.text)), set(terms(other.text))
    return bool(a and b) and len(a & b) / min(len(a), len(b)) >= _SAME


def _compose(chosen: Sequence[Candidate], labels: Mapping[tuple[str, int], str]) -> tuple[DraftSentence, ...]:
    """The candidates as sentences; `labels` are what goes in front of those on which the sources differ."""
    sentences: list[DraftSentence] = []
    shown: set[tuple[str, int]] = set()
    for candidate in chosen:
        article, number = candidate.article, candidate.number
        document = article.document
        if (document.id, number) in shown:
            continue  # already there, as what a later sentence leans on
        first = number - 1 if _leans(article, number) and (document.id, number - 1) not in shown else number
        shown.update({(document.id, n) for n in range(first, number + 1)})
        spans = _spans(article, first, number)
        text = _balanced(" ".join(document.text[start:end] for start, end in spans))
        evidence = [Span(document, candidate.passage_id, start, end) for start, end in spans]
        speaker = article.speakers[first] or candidate.speaker
        if speaker and speaker.inferred and speaker.name.split()[-1] not in text:
            text = f"{speaker.name}: {text}"
            if speaker.name.split()[-1] in document.text:
                evidence.append(Span(document, candidate.passage_id, *article.sentences[speaker.named_at]))
        if said_by := labels.get(_key(candidate)):
            text = f"{said_by}: {text}"
        sentences.append(DraftSentence(text, tuple(evidence), "verbatim"))
    return tuple(sentences)


def _leans(article: Article, number: int) -> bool:
    """True if the sentence cannot be read without the one before, and both together stay short."""
    if number == 0 or number - 1 in article.hostile:
        return False
    text, before, here = article.text(number, number), article.speakers[number - 1], article.speakers[number]
    unnamed = here is None and _PERSON_UNNAMED.search(text) and not any(map(is_person_like, names_in(text)))
    if not (_LEANS.match(text) or unnamed):
        return False
    same_voice = before is None or here is None or before.name == here.name
    return same_voice and len(article.text(number - 1, number)) <= _JOINED_CHARS


def _spans(article: Article, first: int, last: int) -> list[tuple[int, int]]:
    """The sentences from first to last as spans; one span within a paragraph."""
    spans = [article.sentences[first]]
    for number in range(first + 1, last + 1):
        start, end = article.sentences[number]
        if "\n" in article.document.text[spans[-1][1] : start]:
            spans.append((start, end))
        else:
            spans[-1] = (spans[-1][0], end)
    return spans


def _balanced(text: str) -> str:
    """The text with the quotation marks that its neighbours hold: a quote cut out of a longer one gets its own."""
    depth = lowest = 0
    for mark in text:
        depth += (mark == "“") - (mark == "”")
        lowest = min(lowest, depth)
    return "“" * -lowest + text + "”" * (depth - lowest)
