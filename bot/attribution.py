"""Who says each sentence of an article: named subjects of speech verbs, "he added", quotations that run on.

Rules for English reporting prose. Where the text leaves it open, the answer is None: a wrong name under a
quotation is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.names import ROLE_NOUNS, names_in, people_in, same_name
from index.sentences import Span

_FORMS = (
    "said says told tells added adds stressed stresses noted notes emphasised emphasises emphasized emphasizes warned "
    "warns stated states insisted insists maintained maintains reiterated reiterates announced announces declared "
    "declares replied replies asked asks wrote writes argued argues claimed claims explained explains accused accuses "
    "believed believes thought thinks called calls urged urges suggested suggests acknowledged acknowledges admitted "
    "admits confirmed confirms denied denies promised promises concluded concludes recalled recalls commented comments "
    "remarked remarks countered counters described describes demanded demands reported reports complained complains "
    "continued continues observed observes agreed agrees predicted predicts vowed vows pledged pledges answered "
    "answers responded responds criticised criticises criticized criticizes"
).split()
_VERBS = rf"(?:{'|'.join(_FORMS)}|point(?:ed|s) out|put it)"
# Words without which nobody is said to speak: most sentences hold none, and need not be searched for more.
_TELLING = frozenset(
    [*_FORMS, *"pointed points put saying adding according comment statement statements remark words claim".split(),
     *"warning reply answer view".split()]
)  # fmt: skip
_WORD = re.compile(r"\w+")
_SPEECH = re.compile(rf"\b{_VERBS}\b|\bsaying\b|\baccording to\b", re.I)
_CAPITAL = r"[A-ZÀ-ÞĀ-Ž][\w’'.&-]*"
# Bounded throughout: a text of nothing but capitals or adverbs must not make the matching explode.
_SUBJECT = rf"(?P<subject>(?:{_CAPITAL}\s+(?:of\s+|and\s+)?){{0,8}}{_CAPITAL})"
_ADVERBS = (
    r"(?:however|also|later|earlier|previously|then|has|have|had|who|again|once|recently|further|itself|himself|"
    r"herself|repeatedly)"
)
_BETWEEN = rf"(?:,[^,“”\"]{{3,120}},)?(?:(?:\s+|\s*,\s*){_ADVERBS}\b,?){{0,6}}"
_NAMED = (
    re.compile(rf"{_SUBJECT}{_BETWEEN}\s+{_VERBS}\b"),
    re.compile(rf"\b{_VERBS}\s+(?:the\s+[a-z][\w\s]{{0,60}}?\s)?{_SUBJECT}(?=\s*(?:[.,:;]|$))"),
    re.compile(rf"\b[Aa]ccording to\s+(?:\w+\s+){{0,5}}?{_SUBJECT}(?=\s*[.,:;—–]|$)"),
    re.compile(rf"{_SUBJECT}[’']s\s+(?:comments?|statements?|remarks?|words|claim|warning|reply|answer|view)\b"),
    re.compile(rf"”[\s,—–-]*{_SUBJECT}\W*$"),
)
_PREPOSITION = re.compile(r"\b(?:to|of|in|for|with|at|from|by|against)\s+(?:the\s+)?$")
_ROLES = (
    "spokesman spokeswoman spokesperson diplomat minister ambassador president official leader secretary director "
    "envoy chief senator mayor analyst politician professor expert chairman chairwoman manager farmer owner coach "
    "curator"
).split()
_ROLE_NOUN = rf"(?:{'|'.join(_ROLES)})"
_REFERRING = frozenset(["he", "she", "him", "her", *_ROLES])
_ANAPHOR = re.compile(
    rf"(?:^\W*|[—–,”\"]\s*)(?:he|she)(?:\s+(?:also|then|later|further|again|has|had))*\s+{_VERBS}\b"
    rf"|\b{_VERBS}\s+(?:he|she)\b|\baccording to (?:him|her)\b"
    rf"|\b(?:the|its)\s+(?:\w+\s+){{0,2}}{_ROLE_NOUN}(?:\s+(?:also|then|later))?\s+{_VERBS}\b"
    rf"|\b{_VERBS}\s+the\s+(?:\w+\s+){{0,2}}{_ROLE_NOUN}\b",
    re.I,
)
_OPENING = '“«„"‘'
_MEMORY = 4  # sentences for which another speaker keeps "he" ambiguous
_QUOTES = re.compile(r"[“”«»„\"]")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks in a sentence. `named_at` is the sentence (by number) that names the speaker."""

    name: str
    named_at: int
    inferred: bool


def speakers(text: str, sentences: Sequence[Span], title: str = "") -> list[Speaker | None]:
    """The speaker of each sentence of an article, None where the text does not tell.

    `inferred` is True if the sentence itself does not name the speaker ("He added ...", a quotation that runs on).
    """
    people = people_in(f"{text}\n{title}")
    found: list[Speaker | None] = []
    last: tuple[Speaker, int] | None = None  # the last person who spoke, and where
    pronouns: dict[str, str] = {}  # "he" or "she", once the text has used it of a person
    open_quote: Speaker | None = None  # whose quotation has not been closed yet
    for i, (start, end) in enumerate(sentences):
        sentence = text[start:end]
        outside = _outside_quotes(sentence)
        quoted = sentence[0] in _OPENING
        if not quoted and i and "\n" in text[sentences[i - 1][1] : start]:
            open_quote = None  # a paragraph that does not open with a mark has left the quotation
        current: Speaker | None = None
        words = frozenset(_WORD.findall(outside.lower()))
        telling = "”" in outside or not words.isdisjoint(_TELLING)
        if telling and (named := _named_speaker(outside, people)):
            current = Speaker(named, i, False)
        elif telling and not words.isdisjoint(_REFERRING) and _ANAPHOR.search(outside):
            current = _role_holder(outside, i, text, people) or _antecedent(i, last, text, sentences, people)
            current = _if_same_gender(_infer(current), outside, pronouns)
        elif open_quote is not None:
            current = _infer(open_quote)
        elif quoted and i and found[i - 1] is not None and _runs_on(text, sentences, i):
            current = _infer(found[i - 1])
        if current is not None:
            last = (current, i) if current.name in people else None
        open_quote = current if current is not None and _ends_open(sentence, open_quote is not None) else None
        found.append(current)
    return _look_ahead(found, text, sentences)


def _named_speaker(outside: str, people: Sequence[str]) -> str | None:
    """The subject of a speech verb; a person rather than an agency or a country that stands closer."""
    candidates = []
    for match in sorted((m for pattern in _NAMED for m in pattern.finditer(outside)), key=lambda m: m.start("subject")):
        last_word = match["subject"].split()[-1].strip(".’'").lower()
        names = names_in(match["subject"])
        name = _full_name(names[-1], people) if names else ""
        # "the Ambassador to the US said": the country is not the one who speaks.
        inside = _PREPOSITION.search(outside, 0, match.start("subject")) and name not in people
        if name and last_word not in ROLE_NOUNS and not inside:
            candidates.append(name)
    if not candidates and (saying := re.search(r"\b(?:saying|adding)\b", outside)):
        candidates = [_full_name(name, people) for name in names_in(outside[: saying.start()])]
        candidates = [name for name in candidates if name in people][:1]
    return next((name for name in candidates if name in people), candidates[0] if candidates else None)


def _full_name(name: str, people: Sequence[str]) -> str:
    return next((full for full in people if same_name(name, full)), name)


def _infer(speaker: Speaker | None) -> Speaker | None:
    return Speaker(speaker.name, speaker.named_at, True) if speaker else None


def _if_same_gender(speaker: Speaker | None, outside: str, pronouns: dict[str, str]) -> Speaker | None:
    """None if the text has called this person "he" before and says "she" here, or the other way round."""
    used = re.search(r"\b(he|she|him|her)\b", outside, re.I)
    if speaker is None or used is None:
        return speaker
    gender = "he" if used.group(1).lower() in ("he", "him") else "she"
    return speaker if pronouns.setdefault(speaker.name, gender) == gender else None


def _antecedent(
    i: int, last: tuple[Speaker, int] | None, text: str, sentences: Sequence[Span], people: Sequence[str]
) -> Speaker | None:
    """Whom "he" means in sentence i: who spoke just before, or the only person whom the sentence before names.

    With someone else's speech close by, that person must open the sentence, as its subject.
    """
    if last and last[1] == i - 1:
        return last[0]
    if i == 0:
        return None
    start, end = sentences[i - 1]
    # "Putin's spokesman did not expect it": the owner is not the one who is spoken of
    owners = re.sub(r"\S+[’']s?\s(?=[a-z])", "", text[start:end])
    names = [_full_name(name, people) for name in names_in(owners)]
    named = {name for name in names if name in people}
    if len(named) != 1:
        return None
    person = named.pop()
    rival = last is not None and i - last[1] <= _MEMORY and last[0].name != person
    opens = names[0] == person and text.find(person.split()[-1], start, end) - start < 60
    return None if rival and not opens else Speaker(person, i - 1, True)


def _role_holder(outside: str, i: int, text: str, people: Sequence[str]) -> Speaker | None:
    """The person whom the article introduces by the office that sentence i speaks of ("the ambassador added")."""
    match = _ANAPHOR.search(outside)
    role = re.search(_ROLE_NOUN, match.group(0), re.I) if match else None
    if role is None:
        return None
    word = role.group(0)
    holders = [
        person
        for person in people
        if re.search(rf"\b{word}\s+{re.escape(person)}|{re.escape(person)},[^,.“”]{{0,60}}\b{word}\b", text, re.I)
    ]
    return Speaker(holders[0], i, True) if len(holders) == 1 else None


def _runs_on(text: str, sentences: Sequence[Span], i: int) -> bool:
    """True if sentence i, a quotation without attribution, follows on from the speech of the one before."""
    before = text[slice(*sentences[i - 1])]
    return before[-1] == ":" or bool(_QUOTES.search(before)) or bool(_SPEECH.search(before))


def _ends_open(sentence: str, was_open: bool) -> bool:
    """True if a quotation is still open at the sentence's end. A mark after the last stop can only close."""
    is_open = was_open
    for match in _QUOTES.finditer(sentence.rstrip('“" ')):
        mark = match.group(0)
        is_open = mark in "“«„" or (mark == '"' and not is_open)
    return is_open and sentence.rstrip()[-1] not in '“"'


def _outside_quotes(sentence: str) -> str:
    """The sentence with quoted words blanked out, so that a name inside a quotation is no speaker."""
    return re.sub(r"[“„«\"][^“”„«»\"]*(?:[”»\"]|$)", lambda m: f"“{' ' * (len(m.group(0)) - 2)}”", sentence)


def _look_ahead(found: list[Speaker | None], text: str, sentences: Sequence[Span]) -> list[Speaker | None]:
    """A quotation whose speaker is only named in the next sentence of the same paragraph."""
    for i in range(len(found) - 2, -1, -1):
        following = found[i + 1]
        start, end = sentences[i]
        if found[i] is None and following is not None and text[start] in _OPENING:
            next_start = sentences[i + 1][0]
            if "\n" not in text[end:next_start] and text[next_start] in _OPENING:
                found[i] = _infer(following)
    return found
