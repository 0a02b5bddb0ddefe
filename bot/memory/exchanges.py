"""What was said before: each earlier question as it stood alone, with its answer, and whom and what they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.memory.words import AUXILIARY, MONTH, WH_PHRASE
from bot.names import ROLE_NOUNS, is_person_like, names_in, people_in, same_name
from bot.question import analyse
from index.sentences import split_sentences

_MOST = 12  # people in one answer whom a pronoun may mean
READ = 1000  # characters of an answer that are looked at: what follows has faded
_MARKER = re.compile(r"\s*\[\d+\]")
_BULLET = re.compile(r"(?m)^\s*(?:[-*•]|\d+[.)])\s+")
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Professor|Prof)\.?\s+(?P<name>[A-ZÀ-Þ][\w’'-]+)")
_WHO = re.compile(r"^\W*(?:who|whom|which\s+(?:person|man|woman|official|minister|diplomat|expert)s?)\b", re.I)
_WHO_IS = re.compile(r"^\W*(?:who|what)(?:\s+(?:is|are|was|were)|['’]s)\s+(?P<named>[^?,]+)", re.I)
_PLACE = re.compile(
    r"\b(?:in|at|to|from|near|around|outside)\s+(?P<place>(?:the\s+)?[A-ZÀ-Þ][\w’'-]*(?:\s+[A-ZÀ-Þ][\w’'-]*)*)"
)
_PAIR = re.compile(
    r"\b(?P<pair>[A-ZÀ-Þ][\w’'-]*(?:\s[A-ZÀ-Þ][\w’'-]*){0,3}\s+and\s+[A-ZÀ-Þ][\w’'-]*(?:\s[A-ZÀ-Þ][\w’'-]*){0,3})"
)
_TOPIC = re.compile(r"\b(?:about|on|regarding|of)\s+(?P<topic>[^?.!,]+?)\s*[?.!]*$", re.I)
_COUNTED = re.compile(
    rf"^\W*(?:how many|which|what)\s+(?P<noun>(?!{AUXILIARY}\b)(?:[\w’'-]+\s+){{0,2}}?[\w’'-]+s)\b", re.I
)
_SUBJECT = re.compile(rf"\b(?P<aux>{AUXILIARY})\s+(?P<phrase>(?:the|a|an)\s+(?:[\w’'-]+\s*){{1,4}})", re.I)
_NAMED = re.compile(r"(?:[Tt]he|an?)\s+[A-ZÀ-Þ][\w’'-]*(?:\s+(?:(?:of|for|and)\s+)?[A-ZÀ-Þ][\w’'-]*)+")
# "Will the flood wall at Trellick be": the verb comes after what follows the noun.
_ENDS_IN_VERB = re.compile(r"\s+(?:in|at|on|of|for)\s+(?:the\s+)?[A-ZÀ-Þ][\w’'-]*(?:\s+[A-ZÀ-Þ][\w’'-]*)*\s+[a-z]+\W*$")
_LEADING = re.compile(
    r"^\W*(?P<phrase>(?!(?:He|She|It|They|We|I|You|There|This|That|His|Her|Its|Their|In|On|At|By)\b)[A-Z][\w’'-]*(?:\s+(?:\d[\d,.]*\d|[\w’'-]+)){0,4}?)"
    rf"(?=,(?!\d)|\s+(?:{AUXILIARY}|that|who|which|now|also|once|\w{{3,}}ed)\b)"
)
# "Did the council reject the bridge?": what was done something to is what is asked about next.
_DONE_TO = re.compile(
    r"\b(?:do|does|did|will|would|can)\s+(?:the\s+)?\w+\s+\w+\s+(?P<phrase>(?:the|an?)\s+(?:\w+\s+)?\w+)[?.!]*$", re.I
)
_OBJECT = re.compile(
    r"\b(?P<phrase>(?:the|a|an)\s+(?:(?!(?:of|in|on|at|to|for|from|by|with|and|about|than|as)\b)[\w’'-]+\s*){1,4})"
    r"(?:[?.!]*$|(?=\b(?:in|on|at|to|for|from|by|with)\b))",
    re.I,
)
_SPEECH = (
    r"(?:said|says|told|added|who|whose|called|announced|thinks|thought|asked|replied|wrote|explained|argued|warned)"
)
_NUMBER = re.compile(r"(?<![\w.])\d[\d,.]*\d(?:\s+(?:million|billion|thousand|per cent))?|(?<![\w.])\d\b")


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question, standing alone, the answer to it, and what it was told to be about ("" if there is none)."""

    question: str
    answer: str
    about: str = ""

    @property
    def items(self) -> tuple[str, ...]:
        """What the answer tells one after the other: the lines of a list, else its sentences; without markers."""
        plain = _MARKER.sub("", self.answer[:READ]).strip()
        if len(_BULLET.findall(plain)) > 1:
            return tuple(part.strip() for part in _BULLET.split(plain) if part.strip())
        return tuple(plain[start:end].strip() for start, end in split_sentences(plain))

    @property
    def asks_who(self) -> bool:
        """True for a question whose answer is a person; not for "Who is NAME?", which names one."""
        named = _WHO_IS.match(self.question)
        return bool(_WHO.match(self.question)) and not (named and _opens_with_name(named["named"]))

    def people(self) -> list[str]:
        """Whom "he" or "she" may mean, likeliest first, each by the fullest name that was said."""
        answered = spoken_of(self.answer[:READ])
        asked = asked_about(self.question, answered)
        return _fullest([*answered, *asked] if self.asks_who else [*asked, *answered])

    def places(self) -> list[str]:
        """Where "there" may be, likeliest first."""
        asked = [m["place"] for m in _PLACE.finditer(self.question)]
        told = [m["place"] for m in _PLACE.finditer(_MARKER.sub("", self.answer[:READ]))]
        both = [*told, *asked] if re.match(r"\W*where\b", self.question, re.I) else [*asked, *told]
        return [place for place in both if not re.match(MONTH, place)]

    def things(self, *, plural: bool) -> list[str]:
        """What "it", or if `plural` "they", may mean, likeliest first; nothing rather than a guess."""
        named = _WHO_IS.match(self.question)
        pairs = [m["pair"] for m in _PAIR.finditer(self.question)] if plural else []
        told = []
        if re.match(r"\W*(?:who|what|which)\b", self.question, re.I) and (led := _LEADING.match(self.answer[:READ])):
            told = [_unled(led["phrase"])]
        counted = [m["noun"] for m in [_COUNTED.match(self.question)] if m and plural]
        people = self.people()
        names = [n for n in names_in(self.question) if not any(same_name(n, person) for person in people)]
        # What happened in Marl in July is neither Marl nor July.
        names = [n for n in names if not re.match(MONTH, n) and not _placed(n, self.question)]
        told = [thing for thing in told if not any(same_name(thing, person) for person in people)]
        topic = _TOPIC.search(self.question)
        found = [
            *([named["named"].strip()] if named else []),
            *pairs,
            *(counted if plural else []),
            *(told if plural else []),
            *([m["phrase"] for m in [_DONE_TO.search(self.question)] if m and not plural]),
            *([_subject(self.question)] if _subject(self.question) else []),
            *([] if plural else [_with_article(n, self.question) for n in names]),
            *([topic["topic"]] if topic else []),
            *([] if plural else [m["phrase"].strip() for m in [_OBJECT.search(self.question)] if m]),
            *([] if plural else told),
        ]
        return [thing for thing in dict.fromkeys(found) if 0 < len(thing.split()) <= 8]

    def number(self) -> str | None:
        """The first number of the answer that is no marker."""
        found = _NUMBER.search(_MARKER.sub("", self.answer[:READ]))
        return found.group(0) if found else None

    def body(self) -> str:
        """What the question is about: the question without what it asks by ("the clock museum reopen")."""
        plain = self.question.strip(" ?.!")
        bare = re.sub(rf"^\W*{WH_PHRASE}\s+(?:{AUXILIARY}\s+)?|^\W*{AUXILIARY}\s+", "", plain, count=1, flags=re.I)
        return re.sub(r"(?<!\bto )\b(?:do|does|did)\s+", "", bare, count=1) or plain

    def topics(self) -> tuple[str, ...]:
        """What the question is about, and what it was told to be about by the questions before it."""
        return tuple(text for text in (self.body(), self.about) if text)


@lru_cache(maxsize=256)
def spoken_of(text: str) -> tuple[str, ...]:
    """The people that a text speaks of: first those that it shows to be people, by a title, speech or apposition."""
    found = [*people_in(text), *(m["name"] for m in _TITLED.finditer(text))][:_MOST]
    return tuple(sorted(_fullest(sorted(found, key=text.find)), key=lambda name: not _is_shown(name, text)))


def asked_about(question: str, known: Iterable[str]) -> list[str]:
    """The people that a question names, those whose words it asks for first."""
    known = list(known)
    asked = analyse(question)
    people = [n for n in asked.names if is_person_like(n) or any(same_name(n, other) for other in known)]
    people.sort(key=lambda name: _placed(name, question))
    return list(dict.fromkeys([*(n for n in asked.names if n in asked.said_by), *people, *_after_who(question)]))


def _fullest(names: Iterable[str]) -> list[str]:
    """One name for each person, in order of first mention, the longest that was used."""
    found: list[str] = []
    for name in names:
        at = next((i for i, other in enumerate(found) if same_name(name, other)), None)
        if at is None:
            found.append(name)
        elif len(name.split()) > len(found[at].split()):
            found[at] = name
    return found


def _is_shown(name: str, text: str) -> bool:
    full, last = re.escape(name), re.escape(name.split()[-1])
    return bool(
        re.search(rf"\b{last},\s+(?:the|a|an|who)\b|\b{last}\s+{_SPEECH}\b|\b(?:said|to|For)\s+{full}\b", text)
        or re.search(rf"\b(?:{'|'.join(ROLE_NOUNS)}|owner|mr|ms|mrs),?\s+(?:\w+\s+)?{last}\b", text, re.I)
    )


def _placed(name: str, question: str) -> bool:
    """True for a name that the question uses as that of a place."""
    return bool(re.search(rf"\b(?:in|at|near|from)\s+(?:the\s+)?{re.escape(name)}", question))


def _after_who(question: str) -> list[str]:
    named = _WHO_IS.match(question)
    asks = named and question.lower().lstrip(" \"'").startswith("who") and _opens_with_name(named["named"])
    return list(names_in(named["named"])[:1]) if named and asks else []


def _opens_with_name(phrase: str) -> bool:
    """True for "Ilse Brandt" and "the ambassador John Sullivan", not for "the keeper of Garron Head"."""
    name = next(iter(names_in(phrase)), None)
    if name is None:
        return False
    before, _, after = phrase.partition(name)
    return not re.search(r"\b(?:of|in|at|for|from|near|to)\b", before) and not re.match(r"['’]s?\s", after)


def _subject(question: str) -> str:
    """The noun phrase with an article that follows the auxiliary; after "do" its last word is taken for the verb."""
    found = _SUBJECT.search(question)
    if not found:
        return ""
    if named := _NAMED.match(question, found.start("phrase")):
        return named.group(0)
    words = re.split(r"\s+(?:in|at|on|of|for|to|from|have|by|with|and|about|the|an?)\b", found["phrase"].strip())[
        0
    ].split()
    does = not re.match(r"is|are|was|were", found["aux"], re.I)
    tail = question[found.start("phrase") + len(" ".join(words)) :]
    does = does and not _ENDS_IN_VERB.match(tail)
    verbs = (does or re.search(r"(?:ed|found|built|made|sold|held|kept|born|shut)$", words[-1])) and len(words) > 2
    return " ".join(words[:-1] if verbs else words)


def _unled(phrase: str) -> str:
    """A phrase from the beginning of a sentence as it stands inside one."""
    article = re.match(r"(?:The|A|An|Two|Three|Four|Five|Some|Several|Many)\b", phrase)
    return phrase[0].lower() + phrase[1:] if article else phrase


def _with_article(name: str, text: str) -> str:
    found = re.search(rf"\b[Tt]he\s+{re.escape(name)}\b", text)
    return f"the {name}" if found else name
