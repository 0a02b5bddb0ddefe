"""Example questions made from the indexed articles by rules, no language model: few, but each natural and answered.

Two kinds. From a headline that holds a clause with its own question in it ("what Washington wants before it talks",
"Line 6 to open in September"). From reported speech: "What did NAME say about TOPIC?", where the article has NAME
speak and TOPIC is named in what NAME says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.attribution import speakers
from bot.names import ROLE_NOUNS, names_in, people_in
from bot.schema import Answer
from index.schema import Document
from index.sentences import split_sentences

# A question becomes a button's label, which Streamlit reads as Markdown: only what cannot be markup may be in it.
_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[ ’'“”,.\-])*\?")
_MAX_CHARS = 80
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_CALENDAR = re.compile(rf"(?:{_MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?\b")
_READ_AT_MOST = 100  # articles: spread over the index, so that a large one takes no longer
_ASIDE = re.compile(r",\s+(?:who|which|whose|where|a|an|the)\b[^,“”]*,")
_WHERE = r"(?:in|from|at|near|outside|inside|through|via|across|around)"
_SMALL_WORDS = frozenset(
    "a an the to of in on at for from with by as and or but it its his her their that this between".split()
)
_TITLE_PHRASE = re.compile(
    r"(?:[‘“'\"]|\b(?:a|an|the|its|their|for|about|on|of|over|against|to|in) )"
    r"(?P<phrase>[^\W\d_]{3,}(?: [^\W\d_]{4,}){1,2})(?=[’”'\",;:]|$| (?:for|about|on|of|over|in|to|with|from)\b)"
)
_BASE = {"wants": "want", "needs": "need", "says": "say", "thinks": "think", "offers": "offer", "means": "mean"}
_AUXILIARY = r"(?:is|are|was|were|has|have|had|can|could|will|would|should)"
_TO_VERB = re.compile(rf"^(?P<subject>.+?) to (?P<verb>[a-z]+) (?:in|on) (?:\d{{1,2}} )?(?:{_MONTH}|(?:19|20)\d\d)\b")
_WHAT = re.compile(rf"\bwhat (?P<subject>(?:the )?[^\W_]+) (?P<verb>{'|'.join(_BASE)})\b(?P<rest>[^,;:?!]*)$")
_HOW = re.compile(rf"\b[Hh]ow (?P<subject>(?:[^\W_]+ ){{1,3}}?)(?P<verb>{_AUXILIARY}) (?P<rest>[^,;:?!]+)$")
_ASKED = re.compile(r"^(?:Who|What|When|Where|Why|How)\b(?!.*\b(?:this|these|you|your|we|our|I)\b)[^?:]{12,}\?$")
_DEMONYM = re.compile(r"(?:ian|ean|ish|ese|ican|wiss|ench|reek|utch|erman)s?$")
# What may follow a name that stands as a noun; before anything else ("Federation rules") it is likely a modifier.
_AFTER_NOUN = re.compile(
    r"(?:\W*$|\s*[.,;:!?”\"’—–)]|\s+(?:and|or|but|of|in|on|at|to|for|from|by|with|that|which|who|as|than|if|when|while|"
    r"is|are|was|were|be|has|have|had|do|does|did|can|could|will|would|shall|should|may|might|must|not|after|before|"
    r"since|until|once|about|over|under|into|again|still|now|also)\b|\s+[^\W\d_]+(?:ed|s)\b)"
)


@dataclass(frozen=True, slots=True)
class Example:
    """A question, and the document that it was made from."""

    question: str
    document_id: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    example: Example
    score: float
    speaker: str = ""
    topic: str = ""


def example_questions(documents: Sequence[Document], limit: int = 4) -> list[str]:
    """Up to `limit` natural questions, each from a different article; fewer rather than a bad one.

    Each is plain text without any character that Markdown could act upon.
    """
    return [example.question for example in examples_of(documents, limit)]


def examples_of(documents: Sequence[Document], limit: int = 4) -> list[Example]:
    """Like `example_questions`, with the document of each."""
    headlines, speeches = [], []
    documents = documents[:: len(documents) // _READ_AT_MOST + 1]
    commonness = _commonness(documents)
    for document in documents:
        headlines += list(_from_headline(document))[:1]
        speeches += _from_speech(document, commonness)
    speeches.sort(key=lambda c: -c.score)  # stable: documents of equal merit keep their order
    # Headline questions are the more varied kind, but there is no telling how many there are: half at most.
    chosen: list[_Candidate] = headlines[: (limit + 1) // 2]
    for candidate in speeches:
        if len(chosen) >= limit:
            break
        if not any(_alike(candidate, other) for other in chosen):
            chosen.append(candidate)
    return [candidate.example for candidate in chosen]


def answerable(ask: Callable[[str], Answer], examples: Sequence[Example], limit: int = 4) -> list[str]:
    """The first `limit` of the questions that `ask` answers from the article they were made from."""
    found: list[str] = []
    for example in examples:
        if len(found) == limit:
            break
        answer = ask(example.question)
        if not answer.abstained and any(c.document_id == example.document_id for c in answer.citations):
            found.append(example.question)
    return found


def _alike(one: _Candidate, other: _Candidate) -> bool:
    same_document = one.example.document_id == other.example.document_id
    same_topic = bool(one.topic) and one.topic == other.topic
    return same_document or (bool(one.speaker) and one.speaker == other.speaker) or same_topic


def _candidate(document: Document, question: str, score: float, speaker: str = "", topic: str = "") -> list[_Candidate]:
    question = " ".join(question.split())
    if len(question) > _MAX_CHARS or not _PLAIN.fullmatch(question) or re.search(r"--|www\.|\.\.", question):
        return []
    return [_Candidate(Example(question, document.id), score, speaker, topic)]


def _from_headline(document: Document) -> Iterator[_Candidate]:
    title = document.title.strip()
    if _ASKED.match(title):
        yield from _candidate(document, title, 0)
    for part in re.split(r": | [–—|] |; ", title):
        if (found := _TO_VERB.match(part)) and _stands_alone(found["subject"], document):
            yield from _candidate(document, f"When will {found['subject']} {found['verb']}?", 0)
        if found := _WHAT.search(part):
            subject, verb = found["subject"], _BASE[found["verb"]]
            if subject.startswith("the ") or _stands_alone(subject, document):
                yield from _candidate(document, f"What does {subject} {verb}{found['rest']}?", 0)
        if found := _HOW.search(part):
            yield from _candidate(document, f"How {found['verb']} {found['subject']}{found['rest']}?", 0)


def _stands_alone(subject: str, document: Document) -> bool:
    """True if the phrase needs no article: it opens with a possessive, or is a name never seen with one."""
    if len(subject.split()) > 5 or not subject[:1].isupper():
        return False
    if re.match(r"[^\W_]+(?:’s|'s|s’) ", subject):
        return True
    return subject in names_in(document.text) and not re.search(rf"\b[Tt]he {re.escape(subject)}\b", document.text)


def _from_speech(document: Document, commonness: Mapping[str, float]) -> list[_Candidate]:
    """Every "What did NAME say about TOPIC?" that an article gives."""
    text = document.text
    people = people_in(text)
    sentences = split_sentences(text)
    said: dict[str, list[str]] = {}
    for (start, end), speaker in zip(sentences, speakers(text, sentences, document.title), strict=True):
        if speaker is not None and speaker.name in people and _is_person(speaker.name, text):
            said.setdefault(speaker.name, []).append(_ASIDE.sub(",", text[start:end]))
    candidates: list[_Candidate] = []
    for name, spoken in said.items():
        if len(spoken) < 2:  # one sentence is an aside, not a position that one would ask about
            continue
        for topic, score in _topics(spoken, people, document, commonness):
            candidates += _candidate(document, f"What did {name} say about {topic}?", score, name, topic)
    return candidates


def _topics(
    spoken: Sequence[str], people: Sequence[str], document: Document, commonness: Mapping[str, float]
) -> Iterator[tuple[str, float]]:
    """What someone's sentences are about, ready to follow "about", with a score."""
    length = min(len(spoken), 4)
    parts_of_people = {word for person in people for word in person.split()}
    counts = Counter(name for sentence in spoken for name in names_in(sentence))
    for name, count in counts.items():
        if _ordinary([name], f"{document.title}\n{document.text}") or parts_of_people.intersection(name.split()):
            continue
        if _CALENDAR.search(name) or len(name.split()) > 4:
            continue
        if (name.isupper() and len(name) > 5) or len(name) < 2 or not _is_noun(name, document.text):
            continue
        if all(re.search(rf"\b{_WHERE} (?:the )?{re.escape(name)}\b", s) for s in spoken if name in s):
            continue  # where something happened, not what was spoken of
        if count < 2 and name not in document.title and document.text.count(name) < 2:
            continue
        # A name in every article is the least telling topic.
        rarity = 4 * (1 - commonness.get(name, 0))
        yield _with_article(name, document.text), 2 * count + 3 * (name in document.title) + rarity + length
    for phrase in _title_phrases(document.title):
        if any(re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", sentence, re.I) for sentence in spoken):
            yield _with_article(phrase, document.text), 9 + length


def _title_phrases(title: str) -> Iterator[str]:
    """Phrases of two or three words that a headline closes off on both sides ("‘peaceful coexistence’")."""
    for match in _TITLE_PHRASE.finditer(title):
        words = match["phrase"].split()
        if not any(word.lower() in _SMALL_WORDS or word.endswith(("ing", "ed", "ly")) for word in words):
            yield match["phrase"]


def _ordinary(words: Sequence[str], text: str) -> bool:
    """True if one of the words also stands in the text without its capital: no name, but the start of a sentence."""
    return any(re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", text) for word in words if not word.isupper())


def _is_noun(name: str, text: str) -> bool:
    if _DEMONYM.search(name) or re.search(rf"\btold (?:the )?{re.escape(name)}\b", text):
        return False  # a people's adjective; the agency that was told is not what it was told about
    uses = _uses(name, text)
    return bool(uses) and sum(noun for _, noun in uses) * 2 > len(uses)


def _with_article(name: str, text: str) -> str:
    """The name as the text uses it where it stands as a noun: "the West", "Europe"."""
    articles = [article for article, noun in _uses(name, text) if noun]
    return f"the {name}" if sum(articles) * 4 > len(articles) else name


def _is_person(name: str, text: str) -> bool:
    """True if the text treats the name as a person's: introduces it, or goes on with the surname alone.

    "Foreign Affairs said" and "the Minister of Foreign Affairs" have the shape of a name, but neither sign.
    """
    last = re.escape(name.split()[-1])
    introduced = re.search(rf"\b(?P<role>\w+) {re.escape(name)}\b", text)
    shown = (
        (introduced and introduced["role"].lower() in ROLE_NOUNS)
        or re.search(rf"\b{re.escape(name)}, (?:an?|the|who|whose|[a-z]+) ", text)
        or re.search(rf"\b{last}\b", text.replace(name, ""))
    )
    return (
        bool(shown) and not re.search(rf"\bof (?:the )?{re.escape(name)}\b", text) and not _ordinary(name.split(), text)
    )


def _uses(name: str, text: str) -> list[tuple[bool, bool]]:
    """For each use of the name: has it the definite article, and does it stand as a noun?"""
    return [
        (bool(match[1]), bool(_AFTER_NOUN.match(text[match.end() : match.end() + 24])))
        for match in re.finditer(rf"(?<!\w)([Tt]he )?{re.escape(name)}(?!\w)", text)
    ]


def _commonness(documents: Sequence[Document]) -> dict[str, float]:
    """The share of the documents that hold each name."""
    counts = Counter(name for document in documents for name in names_in(document.text))
    return {name: count / len(documents) for name, count in counts.items()}
