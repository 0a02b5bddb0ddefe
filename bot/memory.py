"""A follow-up and its history to a question that stands alone. A question that already does is left as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.names import is_person_like, names_in
from bot.schema import Turn
from index.lexical import terms

_ELLIPSIS = re.compile(r"^\W*(?:and|but|or|what about|how about|and what about|and how about|same for)\b\W*", re.I)
_PERSON_PRONOUN = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.I)
_THING_PRONOUN = re.compile(r"\b(?:it|its|they|them|their|theirs|this|that|these|those)\b", re.I)
_TOPIC = re.compile(r"\b(?:about|on|of|regarding)\s+(?P<topic>[^?]+?)\s*\??\s*$", re.I)
_TOPIC_PRONOUN = re.compile(r"\b(about|on|of|regarding)\s+(?:it|that|this|them)\b", re.I)
_FEW_TERMS = 1
_REMEMBERED = 12  # turns; what was said longer ago does not decide what "he" means


def standalone_question(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leaves to the conversation filled in from the turns before."""
    history = history[-_REMEMBERED:]
    asked = [turn.content for turn in history if turn.role == "user"]
    if not asked:
        return question
    previous = standalone_question(asked[-1], _before_last_question(history))
    opening = _ELLIPSIS.match(question)
    rest = question[opening.end() :].strip(" ?.!") if opening else ""
    if opening and rest and len(rest.split()) <= 5:
        return _replace_name(previous, rest)
    if _PERSON_PRONOUN.search(question):
        person = _last_person(previous, history)
        if person and not any(is_person_like(n) or n in person for n in names_in(question)):
            return _PERSON_PRONOUN.sub(lambda m: _inflected(person, m.group(0)), question, count=1)
    topic = _TOPIC.search(previous)
    if topic and _TOPIC_PRONOUN.search(question):
        return _TOPIC_PRONOUN.sub(lambda m: f"{m.group(1)} {topic['topic']}", question, count=1)
    own = [term for term in terms(question) if term not in ("els", "mean", "explain")]
    if (_THING_PRONOUN.search(question) and len(own) <= 3 and not names_in(question)) or len(own) <= _FEW_TERMS:
        return f"{previous.rstrip(' ?.!')}: {question}"
    return question


def _before_last_question(history: Sequence[Turn]) -> Sequence[Turn]:
    last = max(i for i, turn in enumerate(history) if turn.role == "user")
    return history[:last]


def _replace_name(previous: str, rest: str) -> str:
    """The previous question asked of someone or something else ("And Peskov?")."""
    names = names_in(previous)
    new = names_in(rest)
    people = [name for name in names if is_person_like(name)] or list(names)
    about = re.match(r"(?:about|on|of|regarding)\s+", rest, re.I)
    if new and people and not about and new[0] not in previous:
        return previous.replace(people[0], new[0], 1)
    topic = _TOPIC.search(previous)
    if topic:
        return f"{previous[: topic.start('topic')]}{rest[about.end() if about else 0 :]}?"
    return f"{previous.rstrip(' ?.!')}: {rest}?"


def _last_person(previous: str, history: Sequence[Turn]) -> str | None:
    """The last name the user gave, else the first full name of the last answer."""
    names = names_in(previous)
    if names:
        return next((name for name in reversed(names) if is_person_like(name)), names[0])
    answers = [turn.content for turn in history if turn.role == "assistant"]
    return next((name for name in names_in(answers[-1]) if is_person_like(name)), None) if answers else None


def _inflected(person: str, pronoun: str) -> str:
    return f"{person}'s" if pronoun.lower() in ("his", "hers") else person
