"""Claims that a passage supports or does not: what the reader's third score learns from.

A claim is a question with its answer, or a sentence of the passage, shortened. A false one has the answer, a name or
a number exchanged, is negated, or comes from another passage.
"""

from __future__ import annotations

import random
import re

from bot.names import names_in
from index.sentences import split_sentences
from training.reader.examples import Example, Passage

_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_VERB = re.compile(r"\b(is|was|are|were|has|have|had|will|can|could|would|should|did|does|may|must)\b(?! not)")
_NOT = re.compile(r"\b(?:not|never) ")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_ASIDE = re.compile(r",\s+(?:which|who|where|including|such as)\b[^,.;]*(?=[,.;])")
_OPENING = re.compile(r"^(?:In|On|At|By|After|During|Since|From|For)\b[^,]{3,60},\s+")
_FEWEST_WORDS = 6


def claim(example: Example, supported: bool, rng: random.Random) -> tuple[str, Passage] | None:
    """A claim and the passage it is held against; None if this example gives none of that kind."""
    passage = rng.choice(example.positives)
    if example.answers and not example.sentences_only and rng.random() < 0.4:
        answer = rng.choice(example.answers)
        if not supported:
            other = _other(answer, passage.text, example.answers, rng)
            if other is None:
                return None
            answer = other
        return f"{example.question.rstrip(' ?')}? {answer}", passage
    if not supported and example.negatives and rng.random() < 0.25:
        sentence = _sentence(rng.choice(example.negatives), rng, but_not_in=passage.text)
        return (sentence, passage) if sentence else None
    sentence = _sentence(passage, rng)
    if sentence is None:
        return None
    if supported:
        return sentence, passage
    changed = _negated(sentence) if rng.random() < 0.35 else _exchanged(sentence, passage.text, rng)
    return (changed, passage) if changed and changed != sentence else None


def _sentence(passage: Passage, rng: random.Random, but_not_in: str = "") -> str | None:
    """A sentence of the passage that another does not hold, at times without what is beside the point."""
    sentences = [passage.text[start:end] for start, end in split_sentences(passage.text)]
    sentences = [s for s in sentences if len(s.split()) >= _FEWEST_WORDS and s not in but_not_in]
    if not sentences:
        return None
    text = rng.choice(sentences)
    for pattern in (_BRACKETS, _ASIDE, _OPENING):
        if rng.random() < 0.6:
            shorter = pattern.sub("", text)
            if len(shorter.split()) >= _FEWEST_WORDS:
                text = shorter[:1].upper() + shorter[1:]
    return text


def _other(answer: str, text: str, right: tuple[str, ...], rng: random.Random) -> str | None:
    """A wrong answer of the same kind: a number or a name, from the passage if it can be."""
    if _NUMBER.search(answer):
        wrong = _exchanged(answer, text, rng)
        return wrong if wrong and wrong not in right else None
    known = " ".join(right).lower()
    names = [n for n in dict.fromkeys(names_in(text)) if n.lower() not in known and known not in n.lower()]
    return rng.choice(names) if names else None


def _exchanged(sentence: str, text: str, rng: random.Random) -> str | None:
    """The sentence with one of its numbers or names exchanged for another of the passage."""
    numbers, names = _NUMBER.findall(sentence), list(dict.fromkeys(names_in(sentence)))
    if numbers and (not names or rng.random() < 0.5):
        old = rng.choice(numbers)
        others = [n for n in _NUMBER.findall(text) if n not in numbers and len(n) == len(old)]
        return sentence.replace(old, rng.choice(others) if others and rng.random() < 0.7 else _near(old, rng), 1)
    others = [n for n in dict.fromkeys(names_in(text)) if n not in sentence]
    if not names or not others:
        return None
    return sentence.replace(rng.choice(names), rng.choice(others), 1)


def _near(number: str, rng: random.Random) -> str:
    """The number with one digit changed."""
    at = rng.choice([i for i, c in enumerate(number) if c.isdigit()])
    return number[:at] + rng.choice([d for d in "123456789" if d != number[at]]) + number[at + 1 :]


def _negated(sentence: str) -> str | None:
    """The sentence with its first auxiliary negated, or without its negation."""
    if _NOT.search(sentence):
        return _NOT.sub("", sentence, count=1)
    return _VERB.sub(r"\1 not", sentence, count=1) if _VERB.search(sentence) else None
