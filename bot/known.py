"""Whom and what the articles know of what a question names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from bot.candidates import Article
from bot.names import is_person_like, names_in, people_in, same_name
from index.encode import Encoder
from index.schema import Document

# Cosine similarity of two names from which they are taken to mean the same ("Kyiv", "Ukraine"), and below which not.
_SAME_THING, _OTHER_THING = 0.8, 0.5


def strangeness(name: str, documents: Iterable[Document], encoder: Encoder) -> float:
    """0 if the articles know a name, by its word or by one that means much the same; 1 if by none."""
    texts = [f"{d.title}\n{d.text}\n{told_by(d)}" for d in documents]
    word = re.compile(rf"\b{re.escape(name.split()[-1])}", re.I)
    if any(map(word.search, texts)):
        return 0.0
    if is_person_like(name):
        return 1.0
    known = list(dict.fromkeys(known for text in texts for known in names_in(text)))
    if not known:
        return 1.0
    vectors = np.array([t.sentence for t in encoder.encode_tokens([name, *known])])
    closest = float((vectors[1:] @ vectors[0]).max())
    return min(1.0, max(0.0, (_SAME_THING - closest) / (_SAME_THING - _OTHER_THING)))


def told_by(document: Document) -> str:
    """The author and the outlet of a document, as far as they are known: a question may name them."""
    return "\n".join(name for name in (document.author, document.outlet) if name)


def people_among(names: Sequence[str], articles: Iterable[Article]) -> list[str]:
    """Those of the names that are people the articles name."""
    people = {p for a in articles for p in people_in(f"{a.document.text}\n{a.document.title}")}
    return [name for name in names if any(same_name(name, person) for person in people)]


def never_spoke(name: str, articles: Iterable[Article]) -> bool:
    """True if nothing that a person says stands in the articles."""
    return not any(s and same_name(name, s.name) for a in articles for s in a.speakers)
