"""How well each candidate sentence fits a question, as numbers: meaning, words, kind of answer, speaker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bot.candidates import Article, Candidate, Read
from bot.closeness import BY_WORDS, Closeness
from bot.known import never_spoke, people_among, strangeness, told_by
from bot.names import same_name
from bot.question import Question
from index.boilerplate import is_sentence
from index.encode import Encoder
from index.lexical import Words
from index.terms import terms

Numbers = npt.NDArray[np.float64]

SENTENCE_FEATURES = (
    "dense", "passage", "late", "words", "words_near", "type_hit", "type_miss", "speaker_match", "speaker_other",
    "has_speaker", "fragment", "interrogative", "top_passage", "late_before", "headline", "terms_set", "brief",
)  # fmt: skip
ANSWERABLE_FEATURES = (
    "dense", "passage", "late", "late_weakest", "words", "covered", "unknown", "names_missing", "late_content",
    "type_miss", "never_spoke", "lead", "wants_list",
)  # fmt: skip
# What the reader adds, where there is one.
READ_SENTENCE_FEATURES = ("read", "read_passage", "read_relevant")
READ_ANSWERABLE_FEATURES = ("read_top", "read_top_passage", "read_best", "read_passages", "read_relevance", "read_lead")
COMPARED = 24  # benchmarks/shortlist.py: the answers are those with all compared
_UNREAD = -6.0  # log-odds of what was not read: it was not found among the best passages
_READ = 10  # candidates whose articles are looked through for a name
_BRIEF_WORDS = 8  # sentences shorter than this seldom say much by themselves
# Words that frame a question rather than name what it is about; an answer need not hold them.
_FRAMING = frozenset(
    terms(
        "article articles report reports reported according say says said tell told give gave get got set make made "
        "take took put come came go went happen happened name list describe mention explain many much long big large "
        "kind sort type part thing way reason please overview exactly actually currently various several different "
        "use used"
    )
)


@dataclass(frozen=True)
class Evidence:
    """The candidates for one question and what was measured of them.

    With `weights` of the sentence features, of the candidates that were read only the `compared` that are best by all
    other features are compared word by word, which takes the most time. Without, all are.
    """

    question: Question
    candidates: Sequence[Candidate]
    encoder: Encoder
    lexical: Words
    weights: Numbers | None = None
    compared: int = COMPARED

    @cached_property
    def is_read(self) -> bool:
        """Whether a reader has judged the sentences."""
        return any(c.read for c in self.candidates)

    @cached_property
    def _read(self) -> Numbers:
        """Log-odds by the reader, one row a candidate, one column a name in READ_SENTENCE_FEATURES."""
        unread = Read(_UNREAD, _UNREAD, _UNREAD)
        return np.array([astuple(c.read or unread) for c in self.candidates])

    @cached_property
    def _compared(self) -> list[int]:
        """The numbers of the candidates that are compared word by word, in their order."""
        if self.weights is None or not self.is_read or len(self.candidates) <= self.compared:
            return list(range(len(self.candidates)))
        likely = np.argsort(-(self._features(self._at_sight) @ self.weights), kind="stable")
        return sorted(likely[: self.compared].tolist())

    @cached_property
    def _closeness(self) -> Closeness:
        return Closeness(self.question, self.candidates, self._compared, self.encoder)

    @cached_property
    def _term_weights(self) -> dict[str, float]:
        asked = dict.fromkeys(terms(self.question.text))
        content = [term for term in asked if term not in _FRAMING] or list(asked)
        return {term: self.lexical.idf(term) for term in content}

    def _bm25(self, texts: Sequence[str]) -> Numbers:
        """BM25 of each text for the question (k1 1.2, b 0.5), divided by the sum of the question's idf weights."""
        weights = self._term_weights
        total = sum(weights.values()) or 1.0
        counted = [terms(text) for text in texts]
        average = max(1.0, float(np.mean([len(c) for c in counted]))) if counted else 1.0
        scores = []
        for found in counted:
            norm = 1.2 * (0.5 + 0.5 * len(found) / average)
            scores.append(sum(w * (f := found.count(t)) * 2.2 / (f + norm) for t, w in weights.items()) / total)
        return np.array(scores)

    @cached_property
    def sentence_features(self) -> Numbers:
        """One row a candidate, one column a name in SENTENCE_FEATURES, then READ_SENTENCE_FEATURES if it was read.

        What was not compared word by word counts as fitting as little as the least of what was.
        """
        compared = np.array(self._closeness.rows).reshape(-1, len(BY_WORDS))
        table = self._at_sight.copy()
        columns = [SENTENCE_FEATURES.index(name) for name in BY_WORDS]
        table[:, columns] = compared.min(axis=0, initial=1.0)
        table[np.ix_(self._compared, columns)] = compared
        return self._features(table)

    def _features(self, table: Numbers) -> Numbers:
        return np.hstack([table, self._read]) if self.is_read else table

    @cached_property
    def _at_sight(self) -> Numbers:
        """SENTENCE_FEATURES of all candidates, 0 for those that take a comparison word by word."""
        q = self.question
        words = self._bm25([c.attributed for c in self.candidates])
        near = self._bm25([c.surroundings for c in self.candidates])
        rows = []
        for i, c in enumerate(self.candidates):
            fits = q.answered_by_type(c.attributed)
            speaker = c.speaker
            match = bool(speaker and any(same_name(speaker.name, name) for name in self._asked_speakers))
            rows.append(
                (
                    0.0,
                    c.dense,
                    0.0,
                    words[i],
                    near[i],
                    fits is True,
                    fits is False,
                    match,
                    bool(self._asked_speakers) and speaker is not None and not match,
                    q.asks_speaker and speaker is not None,
                    not is_sentence(c.text),
                    c.text.rstrip("”’\"' ").endswith("?"),
                    c.rank == 0,
                    0.0,
                    0.0,
                    q.terms_set(c.text),
                    max(0.0, 1 - len(c.text.split()) / _BRIEF_WORDS),
                )
            )
        return np.array(rows, dtype=float).reshape(len(self.candidates), len(SENTENCE_FEATURES))

    def answerable_features(self, order: Sequence[int]) -> Numbers:
        """One number a name in ANSWERABLE_FEATURES, then READ_ANSWERABLE_FEATURES if the candidates were read.

        `order` holds the numbers of the candidates by their score, best first.
        """
        q, best = self.question, self.candidates[order[0]]
        table = self.sentence_features
        top = list(order[:3])
        document = best.article.document
        around = " ".join([document.title, best.article.text(best.number - 2, best.number + 2), best.attributed])
        weights = self._term_weights
        total = sum(weights.values()) or 1.0
        near = set(terms(around))
        close = self._closeness
        late, content, about = np.max([close.late(i) for i in top], axis=0), close.content, close.about
        read = {self.candidates[i].article.document for i in order[:_READ]}
        tellers = {term for article in self._articles for term in terms(told_by(article.document))}
        columns = {name: i for i, name in enumerate(SENTENCE_FEATURES)}
        found = np.array(
            [
                table[top, columns["dense"]].max(),
                table[:, columns["passage"]].max(),
                table[top, columns["late"]].max(),
                float(np.sort(late[content])[:2].mean()) if content.any() else 0.0,
                table[top, columns["words"]].max(),
                sum(w for t, w in weights.items() if t in near) / total,
                sum(w for t, w in weights.items() if not self.lexical.knows(t) and t not in tellers) / total,
                max((strangeness(n, read, self.encoder) for n in q.names), default=0.0),
                float(late[about].mean()) if about.any() else 0.0,
                float(table[order[0], columns["type_miss"]]),
                float(any(never_spoke(n, self._articles) for n in self._asked_speakers)),
                float(table[order[0], columns["dense"]] - np.median(table[self._compared, columns["dense"]])),
                float(q.wants_list),
            ],
            dtype=float,
        )
        return np.concatenate([found, self._read_features(order)]) if self.is_read else found

    def _read_features(self, order: Sequence[int]) -> Numbers:
        sentence, answers, relevance = self._read.T
        first = order[0]
        probable = 1 / (1 + np.exp(-np.sort(np.unique(answers))[-3:]))
        return np.array(
            [
                sentence[first],
                answers[first],
                sentence.max(),
                float(np.log1p(probable.sum())),
                relevance.max(),
                sentence[first] - float(np.median(sentence)),
            ]
        )

    @cached_property
    def _articles(self) -> list[Article]:
        return list({c.article.document.id: c.article for c in self.candidates}.values())

    @cached_property
    def _asked_speakers(self) -> list[str]:
        """The people whose words are asked for, among those that the articles name."""
        return people_among(self.question.said_by, self._articles)
