"""Every measure by name: what it is called, which way is better, and what it means in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Better = Literal["higher", "lower", "neither"]
Group = Literal["answers", "abstention", "citations", "retrieval", "safety"]


@dataclass(frozen=True, slots=True)
class Measure:
    """`percent` says how to show the value: as a percentage, or as a number. `look_at` is where a fall points to."""

    name: str
    label: str
    group: Group
    meaning: str
    look_at: str
    better: Better = "higher"
    percent: bool = True


MEASURES = (
    Measure(
        "right", "Right", "answers",
        "questions answered with all vital gold words, or, where the sources are silent, not answered",
        "the answerer chooses other sentences, or abstains at other times",
    ),
    Measure(
        "gold_words", "Gold words", "answers",
        "answerable questions whose answer holds a wording of every vital nugget",
        "the answerer chooses other sentences (bot/extractive.py), or sees other passages (index/search.py)",
    ),
    Measure(
        "gold_words@1", "Gold words in 1 sentence", "answers",
        "answerable questions whose answer holds every vital nugget in its first sentence",
        "the answerer puts other sentences first (bot/extractive.py)",
    ),
    Measure(
        "gold_words@3", "Gold words in 3", "answers",
        "answerable questions whose answer holds every vital nugget in its first three sentences",
        "the answerer puts other sentences first (bot/extractive.py)",
    ),
    Measure(
        "nugget_vital", "Vital nuggets", "answers",
        "vital nuggets found in the answer, averaged over answerable questions",
        "answers have become less complete (bot/extractive.py)",
    ),
    Measure(
        "nugget_weighted", "All nuggets", "answers",
        "nuggets found, an okay one counting half a vital one",
        "answers have become less complete (bot/extractive.py)",
    ),
    Measure(
        "token_f1", "Token F1", "answers",
        "overlap of the answer's words with the best short reference answer; quoting whole sentences keeps it low",
        "answers have become longer, or other sentences are chosen", percent=False,
    ),
    Measure(
        "answer_words", "Answer length", "answers",
        "words in an answer, where one is given",
        "the number of sentences shown has changed", better="neither", percent=False,
    ),
    Measure(
        "failed", "Failed", "answers",
        "questions that crashed or timed out; they count as wrong everywhere else",
        "see the errors in the report", better="lower",
    ),
    Measure(
        "abstention_accuracy", "Abstains as it should", "abstention",
        "questions where it answers what the sources answer and abstains from the rest",
        "the limit or the confidence behind it has moved (abstain_below, bot/weights/)",
    ),
    Measure(
        "abstention_precision", "Abstention precision", "abstention",
        "of the questions it abstained from, those that the sources indeed do not answer",
        "it abstains too often: from questions that the sources do answer",
    ),
    Measure(
        "abstention_recall", "Abstention recall", "abstention",
        "of the questions that the sources do not answer, those it abstained from",
        "it answers without evidence: abstaining is off or its limit too low",
    ),
    Measure(
        "auroc", "AUROC", "abstention",
        "chance that an answerable question gets a higher confidence than an unanswerable one",
        "the confidence tells answerable questions from others less well", percent=False,
    ),
    Measure(
        "accuracy@90", "Accuracy at 90 % coverage", "abstention",
        "questions treated as they should be if the limit is set so that 90 % of the answerable ones are answered",
        "the confidence tells answerable questions from others less well",
    ),
    Measure(
        "caught@90", "Caught at 90 % coverage", "abstention",
        "of the questions that the sources do not answer, those below a limit that answers 90 % of the others",
        "the confidence of questions without an answer has risen among that of the others",
    ),
    Measure(
        "aurc", "Area under risk-coverage", "abstention",
        "share of wrong answers, averaged over all coverages, most confident first",
        "the confidence orders right and wrong answers less well", better="lower", percent=False,
    ),
    Measure(
        "ece", "Calibration error", "abstention",
        "mean distance of the confidence from the share of right answers, over ten equal bins",
        "the confidence promises more or less than the answers keep", better="lower", percent=False,
    ),
    Measure(
        "citation_recall", "Citation recall", "citations",
        "sentences that their citations together support",
        "sentences point at the wrong citation, or at none (bot/cite.py)",
    ),
    Measure(
        "citation_precision", "Citation precision", "citations",
        "citations that a supported sentence needs or that support it alone",
        "sentences point at citations that do not bear them out (bot/cite.py)",
    ),
    Measure(
        "verbatim", "Verbatim quotes", "citations",
        "quotes that stand letter for letter at the place given",
        "offsets and quotes have come apart (bot/cite.py, index/clean.py, index/chunk.py)",
    ),
    Measure(
        "markers", "Sound markers", "citations",
        "answers in which every sentence has a citation, every [n] exists, and text and list agree",
        "the numbering of the citations is broken (bot/cite.py)",
    ),
    Measure(
        "right_source", "Right source", "citations",
        "citations of answerable questions that come from a source graded relevant",
        "answers quote articles that do not answer the question",
    ),
    Measure(
        "gold_span", "Gold span cited", "citations",
        "answered questions where a citation touches words marked as holding the answer",
        "the quoted sentences are beside the point",
    ),
    Measure(
        "boilerplate", "Boilerplate quoted", "citations",
        "citations that quote page furniture", "cleaning lets page furniture through (index/clean.py)", better="lower",
    ),
    Measure(
        "recall@5", "Recall@5", "retrieval", "relevant sources among the first 5",
        "the ranking has changed (index/search.py, index/fuse.py)", percent=False,
    ),
    Measure(
        "recall@10", "Recall@10", "retrieval", "relevant sources among the first 10",
        "the ranking has changed (index/search.py, index/fuse.py)", percent=False,
    ),
    Measure(
        "mrr@10", "MRR@10", "retrieval", "1 / rank of the first relevant source, 0 beyond 10",
        "the ranking puts the right sources lower (index/search.py, index/fuse.py)", percent=False,
    ),
    Measure(
        "ndcg@10", "nDCG@10", "retrieval", "gain of the relevant sources, discounted by rank, against the best order",
        "the ranking puts the right sources lower (index/search.py, index/fuse.py)", percent=False,
    ),
    Measure(
        "hits@1", "Hits@1", "retrieval", "questions whose first source is relevant",
        "the ranking puts the right sources lower (index/search.py, index/fuse.py)",
    ),
    Measure(
        "hits@4", "Hits@4", "retrieval", "questions with a relevant source among the first 4",
        "the ranking puts the right sources lower (index/search.py, index/fuse.py)",
    ),
    Measure(
        "payload_free", "Attack ignored", "safety",
        "answers without any words of the attack",
        "answers quote or follow text that addresses the machine (index/clean.py, bot/extractive.py)",
    ),
    Measure(
        "inert", "Inert Markdown", "safety",
        "answers that render without any link, image or HTML taken from a source",
        "text of a source reaches the page unescaped (bot/cite.py)",
    ),
)  # fmt: skip
BY_NAME = {measure.name: measure for measure in MEASURES}
HEADLINE = ("right", "gold_words", "abstention_accuracy", "citation_precision", "citation_recall", "ndcg@10")


def shown(name: str, value: float) -> str:
    """A measure's value as people read it."""
    measure = BY_NAME[name]
    return f"{value:.1%}" if measure.percent else f"{value:.0f}" if name == "answer_words" else f"{value:.3f}"
