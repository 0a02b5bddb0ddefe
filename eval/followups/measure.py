"""What each way of making a follow-up stand alone finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.chat import Bot
from bot.memory import standalone_question
from bot.schema import Turn
from eval.followups.conversations import Conversation
from eval.interval import Difference, mean_intervals, paired_difference
from eval.results import Figure
from index.schema import Hit

DEPTH = 5
# (question, history, how well a wording finds) -> the question as it is searched for
Way = Callable[[str, Sequence[Turn], Callable[[str], float]], str]


def unchanged(question: str, history: Sequence[Turn], score: Callable[[str], float]) -> str:
    """No rewriting."""
    return question


def questions_joined(question: str, history: Sequence[Turn], score: Callable[[str], float]) -> str:
    """Always the questions before, then this one."""
    return " ".join([turn.content for turn in history if turn.role == "user"] + [question])


def all_joined(question: str, history: Sequence[Turn], score: Callable[[str], float]) -> str:
    """Always the whole conversation, then this question."""
    return " ".join([turn.content for turn in history] + [question])


def by_rules(question: str, history: Sequence[Turn], score: Callable[[str], float]) -> str:
    """The product's rules alone."""
    return standalone_question(question, history)


def by_rules_and_score(question: str, history: Sequence[Turn], score: Callable[[str], float]) -> str:
    """The product's rules, and what the passages found say where several readings are possible."""
    return standalone_question(question, history, score)


WAYS: Mapping[str, Way] = {
    "no rewriting": unchanged,
    "questions joined": questions_joined,
    "all joined": all_joined,
    "rules": by_rules,
    "rules and score": by_rules_and_score,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one way made of one question; `found`: a passage with a gold quote is among the first DEPTH."""

    conversation: Conversation
    standalone: str
    found: bool

    @property
    def untouched(self) -> bool:
        return self.standalone == self.conversation.text


def measure(bot: Bot, way: Way, conversations: Sequence[Conversation]) -> list[Outcome]:
    """Each question made to stand alone, and searched for if it has a gold quote."""
    found = []
    for conversation in conversations:
        standalone = way(conversation.text, conversation.history, lambda text: best_score(bot.search(text, (), 1)))
        hits = [] if conversation.self_contained else bot.search(standalone, (), DEPTH)
        answered = any(conversation.answered_in(hit.document.source, hit.passage) for hit in hits)
        found.append(Outcome(conversation, standalone, answered))
    return found


def best_score(hits: Sequence[Hit]) -> float:
    """How well the first hit answers, comparable between questions: log-odds if it was read, else its cosine."""
    if not hits:
        return float("-inf")
    reading = hits[0].reading
    if reading is None:
        return hits[0].dense
    return reading.relevance if reading.answers is None else reading.answers


def share_found(outcomes: Sequence[Outcome]) -> Figure:
    """The share of follow-ups that found a gold quote, with its interval."""
    return _share([o.found for o in outcomes if not o.conversation.self_contained])


def share_untouched(outcomes: Sequence[Outcome]) -> Figure:
    """The share of self-contained questions left letter for letter, with its interval."""
    return _share([o.untouched for o in outcomes if o.conversation.self_contained])


def gain(before: Sequence[Outcome], after: Sequence[Outcome]) -> Difference:
    """What one way finds more than another, over the same follow-ups."""
    a, b = ([float(o.found) for o in side if not o.conversation.self_contained] for side in (before, after))
    return paired_difference(np.array(a), np.array(b))


def _share(values: Sequence[bool]) -> Figure:
    if not values:
        return Figure(float("nan"), float("nan"), float("nan"), 0)
    means, low, high = mean_intervals(np.array(values, np.float64)[:, None])
    return Figure(float(means[0]), float(low[0]), float(high[0]), len(values))
