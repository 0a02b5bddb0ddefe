"""Yes or no: whether a sentence says that what a question asks about is so, or that it has been called off."""

from __future__ import annotations

import re

from index.terms import terms

_ASKS = re.compile(r"^\W*(?:is|are|was|were|will|would|has|have|did|does|do|can|could|should)\b", re.I)
_OFF = re.compile(
    r"\b(?:scrapped|cancelled|canceled|called off|abandoned|dropped|shelved|axed|rejected|withdrawn|struck out|"
    r"ruled out|thrown out|overturned|vetoed|blocked)\b",
    re.I,
)
_NOT = re.compile(r"\b(?:not|never|no longer|cannot|won['’]t|will no|neither|nor|denied|without)\b|n['’]t\b", re.I)
_DOUBTFUL = re.compile(
    r"\b(?:if|whether|unless|could|might|may|hop(?:e[sd]?|ing)|fear\w*|call(?:ed|s)? for|want\w*)\b", re.I
)
_HALF, _MOST = 0.5, 0.66  # shares of a question's words
# Words that ask without being what is asked about.
_FRAMING = frozenset(terms("is are was were will would has have did does do can could should be going go get still"))


def asks_whether(question: str) -> bool:
    """True for a question that yes or no would answer."""
    return _ASKS.match(question) is not None and " or " not in question


def stance(question: str, sentence: str, names: frozenset[str]) -> tuple[bool, re.Match[str] | None] | None:
    """Whether a sentence says yes, and the words that say no; None if it says neither plainly.

    `names` are the words of the names asked about, which the article knows: they need not stand in the sentence.
    """
    wanted = set(terms(question)) - names - _FRAMING
    clauses = re.split(r"[;:]\s|,\s", sentence)
    no = next(((c, m) for c in clauses if (m := _OFF.search(c)) and not _NOT.search(c)), None)
    if no is not None and _share(wanted, no[0]) >= _HALF and not _DOUBTFUL.search(no[0]):
        return False, _OFF.search(sentence)
    if _NOT.search(sentence):
        denied = next((c for c in clauses if _NOT.search(c) and _share(wanted, c) >= _MOST), None)
        return (False, _NOT.search(sentence)) if denied and not _DOUBTFUL.search(denied) else None
    if _OFF.search(sentence) or _DOUBTFUL.search(sentence) or _share(wanted, sentence) < _HALF:
        return None
    return True, None


def _share(wanted: set[str], text: str) -> float:
    return len(wanted & set(terms(text))) / len(wanted) if wanted else 0.0
