"""A sentence turned into a question about it, by rules that keep English grammar whole.

The subject becomes "Who" or "How many", a form of "be" moves before its subject for "When". What cannot be
phrased so is asked as "What did X say about Y?", or what number the article speaks of.
"""

from __future__ import annotations

import re

from bot.attribution import Speaker
from bot.names import is_person_like, names_in
from eval.match import words
from index.access import EVERYTHING
from index.stop_words import STOP_WORDS
from index.terms import stem
from index.view import Index

Phrased = tuple[str, str, tuple[str, ...]]  # kind, question, gold words
_GOLD_WORDS = 2
_SAID_THAT = re.compile(
    r"^(?P<who>.{3,90}?)\s(?P<verb>said|says|argued|warned|claimed|insisted|stressed|noted|added|told \w+(?: \w+)?) "
    r"that (?P<what>[^“”\"]{20,200}?)[.]?$"
)
_QUANTITY = re.compile(
    r"^(?:(?:[Aa]bout|[Nn]early|[Aa]lmost|[Ss]ome|[Oo]ver|[Aa]round|[Mm]ore than|[Aa]t least|[Uu]p to|[Ff]ewer than)"
    r"\s+)?(?P<number>\d[\d,.]*(?:\s(?:million|billion|thousand))?)\s"
    r"(?P<rest>(?!(?:saw|of|per|percent|have|has|had|were|was|are|is|to|in|at)\b)[a-z][^.:;“”\"]{15,140})[.]$"
)
_WHO = re.compile(
    r"^(?P<who>(?:[A-Z][\w’'-]+\s){1,3}[A-Z][\w’'-]+)\s"
    r"(?P<rest>(?:is|was|has|had|will|became|left|won|led|gave|took|met|wrote|built|began|signed|\w{3,}ed)\s"
    r"[^“”\":;]{15,160}?)[.]$"
)
_OPENING = "“\"‘'(«"
CALENDAR = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|"
    r"October|November|December|I)\b"
)
_ADJECTIVE = re.compile(r"(?:ian|ish|ese|can|ean|nch|tch)$")
_EMPTY = frozenset("said says told according asked added also would could should will been were have with".split())
_COUNTED = re.compile(r"(?<![\w.,$€£])(?P<number>\d(?:[\d,]*\d)?)\s(?P<what>(?:[a-z]+\s)?[a-z]{3,}s)(?=[\s,.;])")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
# What keeps or loses its capital inside a question almost for certain: an article's noun, or a name.
_DETERMINERS = ("The", "A", "An", "Its", "Their", "His", "Her", "This")
_SUBJECT = re.compile(rf"(?:{'|'.join(_DETERMINERS)})\s|[A-Z][\w’'-]+(?:\s(?:[A-Z]|\d)|$)")
_UNITS = re.compile(r"(?:^|\s)(?:years|months|weeks|days|hours|minutes|seconds|times)$")
_DATE = (
    r"(?:\d{1,2}\s)?(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?:\s\d{1,2})?(?:,?\s\d{4})?|\d{4}"
)
_WHEN = re.compile(
    rf"^(?P<subject>[^,:;“”\"]{{3,80}}?)\s(?P<be>was|were|will)\s(?P<rest>[^,:;“”\"]{{4,120}}?)\s(?:in|on)\s"
    rf"(?P<date>{_DATE})[.]$"
)


def phrase(sentence: str, title: str, speaker: Speaker | None, index: Index) -> Phrased | None:
    """Kind, question and gold words of a sentence, by the first rule that fits; None if none does."""
    person = speaker.name if speaker and is_person_like(speaker.name) else ""
    if person and (match := _SAID_THAT.match(sentence)) and person.split()[-1] in match["who"]:
        return "attribution", f"Who {match['verb']} that {match['what']}?", (person.split()[-1],)
    if (match := _QUANTITY.match(sentence)) and not _YEAR.fullmatch(match["number"]):
        return "number", f"How many {match['rest']}?", (match["number"],)
    if (match := _WHEN.match(sentence)) and _SUBJECT.match(match["subject"]):
        return "date", f"When {match['be']} {_uncapitalised(match['subject'])} {match['rest']}?", (match["date"],)
    if (match := _WHO.match(sentence)) and is_person_like(match["who"]):
        return "fact", f"Who {match['rest']}?", (match["who"].split()[-1],)
    return _about(sentence, person, index) or _counted(sentence, title)


def _about(sentence: str, person: str, index: Index) -> Phrased | None:
    """ "What did X say about Y?" for a sentence with a known speaker that names something else."""
    topics = [topic for topic in topics_in(sentence) if not set(words(topic)) & set(words(person))]
    if not person or not topics:
        return None
    question = f"What did {person} say about {topics[0]}?"
    gold = _telling_words(sentence, question, index)
    return ("attribution", question, gold) if gold else None


def _counted(sentence: str, title: str) -> Phrased | None:
    """ "How many Ys does the article speak of?" for a sentence that counts something."""
    match = _COUNTED.search(sentence)
    if (
        match is None
        or _YEAR.fullmatch(match["number"])
        or _UNITS.search(match["what"])
        or match["what"].split()[0] in STOP_WORDS
    ):
        return None
    return "number", f"How many {match['what']} does “{title}” speak of?", (match["number"],)


def topics_in(sentence: str) -> list[str]:
    """Names inside a sentence that can be asked about: no dates, no word that is large for opening a sentence."""
    found = []
    for name in names_in(sentence):
        place = sentence.find(name)
        opens = place == 0 or sentence[place - 1] in _OPENING or sentence[:place].rstrip()[-1:] in ".?!:"
        describes = " " not in name and _ADJECTIVE.search(name) and sentence[place + len(name) :][1:2].islower()
        if place > 0 and not opens and not describes and not CALENDAR.search(name):
            found.append(name)
    return found


def _telling_words(sentence: str, question: str, index: Index) -> tuple[str, ...]:
    """The rarest words of a sentence that the question does not hold: those that show that it was quoted."""
    asked = set(words(question))
    fresh = [
        w
        for w in dict.fromkeys(words(sentence))
        if w not in asked and w not in STOP_WORDS and w not in _EMPTY and (len(w) > 3 or w[0].isdigit())
    ]
    weights = index.view(EVERYTHING).words
    return tuple(sorted(fresh, key=lambda w: (-w[0].isdigit(), -weights.idf(stem(w)), -len(w)))[:_GOLD_WORDS])


def _uncapitalised(subject: str) -> str:
    first, _, rest = subject.partition(" ")
    return f"{first.lower()} {rest}" if first in _DETERMINERS else subject
