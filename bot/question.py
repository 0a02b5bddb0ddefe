"""What a question asks for: the kind of answer, one or several, whose words. Rules of English, no names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from bot.names import names_in


class Kind(Enum):
    """The kind of thing that would answer the question."""

    TIME = "time"
    NUMBER = "number"
    PLACE = "place"
    PERSON = "person"
    REASON = "reason"
    TERMS = "terms"
    OPEN = "open"


_SPEECH_WORD = (
    r"(?:say|said|says|tell|told|think|thinks|thought|comment|commented|claim|claimed|argue|argued|accuse|accused|"
    r"call|called|describe|described|mention|mentioned|respond|responded|react|reacted|reply|replied|answer|answered|"
    r"announce|announced|warn|warned|state|stated|stress|stressed|suggest|suggested|propose|proposed|believe|believes|"
    r"complain|complained|insist|insisted|demand|demanded|criticis?z?e[ds]?|express|expressed|view|opinion|position|"
    r"statement|words|urge|urged|want|wants|promise|promised|deny|denied|compare|compared|judge|judged|spoke|speak)"
)
_WHICH = r"(?:what|which)"
_TERMS = r"(?:(?:pre)?conditions?|terms|demands?|requirements?|prerequisites?)"
_KINDS = (
    (
        Kind.NUMBER,
        r"\bhow (?:many|much|big|large|long|old|far|high|often|tall|wide|expensive|costly)\b"
        r"|\bwhat (?:number|share|percentage|percent|amount|sum|price|cost|figure)\b",
    ),
    (
        Kind.TIME,
        r"\bwhen (?:did|do|does|was|were|is|are|will|would|has|had|have|can|could|should)\b|^\W*when\W*$"
        rf"|\b(?:{_WHICH}|whose) (?:\w+['’]s )?(?:year|month|day|date|week|time|century|decade|season)\b"
        r"|\bsince when\b|\bhow long ago\b|\bhow soon\b",
    ),
    (
        Kind.PLACE,
        rf"\bwhere\b|\b{_WHICH} (?:city|cities|country|countries|places?|towns?|venue|region|location|capital|state|"
        r"street|building)\b",
    ),
    (
        Kind.PERSON,
        rf"\bwho(?:m|se)?\b|\b{_WHICH} (?:[\w-]+ )?(?:person|people|man|woman|ministers?|presidents?|officials?|"
        r"politicians?|diplomats?|leaders?|spokes\w+|ambassadors?|analysts?|experts?|speakers?|reporters?)\b",
    ),
    (
        Kind.REASON,
        rf"\bwhy\b|\b{_WHICH} (?:\w+ )?(?:reasons?|causes?|motives?|purpose|grounds|justification)\b"
        r"|\bwhat (?:prompted|caused|led)\b|\bhow come\b",
    ),
    (
        Kind.TERMS,
        rf"\b{_WHICH}(?:\s\S+){{0,3}} {_TERMS}\b|^(?!.*\b{_WHICH}\b).*\b{_TERMS}\b"
        r"|\bwhat (?:must|should|needs?|has to|have to|does it take)\b|\bbefore .* can\b",
    ),
)
_ANSWERS = {
    Kind.TIME: re.compile(
        r"\b(?:1[0-9]|20)\d\d\b|\b(?:january|february|march|april|june|july|august|september|october|november|december)\b"
        r"|\bMay\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:yesterday|today|tomorrow|tonight|noon|midnight)\b"
        r"|\b(?:last|next|this|previous|past|following)\s+(?:week|month|year|night|spring|summer|autumn|fall|"
        r"winter|decade|century|weekend|\w+day)\b|\b(?:since|until|after|before)\b|\b\d{1,2}(?::\d\d|\s*(?:am|pm|a\.m\.|p\.m\.))",
        re.I,
    ),
    Kind.NUMBER: re.compile(
        r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|"
        r"billions?|half|third|quarter|twice|double|zero|next week|next month|next year)\b",
        re.I,
    ),
    Kind.PLACE: re.compile(r"\b(?:in|at|from|to|near|into|outside|across)\s+(?:the\s+)?[A-ZÀ-Þ][\w’'-]+"),
    Kind.REASON: re.compile(
        r"\b(?:because|since|due to|in order to|so that|in response to|as a result|owing to|thanks to|"
        r"to (?:protect|prevent|achieve|avoid|stop|ensure|save|make|keep|help)"
        r"|aim(?:ed|s)? (?:to|at)|reason|after|for fear|lest|why)\b",
        re.I,
    ),
    Kind.TERMS: re.compile(
        r"\b(?:only|unless|must|should|provided that|as long as|without this|in exchange|on equal)\b"
        r"|\bif\b|\bdemand(?:s|ed)?\b|\brequire[sd]?\b|\bneed(?:s|ed)? to\b|\b(?:has|have|had) to\b|\burgently needed\b"
        r"|\babandon|\bgiv(?:e|ing) up\b|\bguarantees?\b|\brecogni[sz]e|\brespect\b|\buntil\b",
        re.I,
    ),
}
_SINGULAR_S = frozenset(
    "is was does has this his its us news series species politics economics status crisis basis".split()
)
_LIST = re.compile(
    r"\b(?:list|name (?:the|all|some|three|two|four|five)|which ones|who are|who were|what are|what were|overview|"
    r"all of them|each|several|various|different|give me (?:all|the)|across|both|everyone|examples?|summar\w+)\b",
    re.I,
)
_PLURAL = re.compile(r"\b(?:what|which)\s+(?:(?:kinds?|sorts?|types?)\s+of\s+)?(?:[\w’'-]+\s+){0,2}?([a-z]+s)\b", re.I)
_WHO_ALL = re.compile(r"^\W*who\b.*\band\b.*\b(?:what|how|why)\b", re.I)


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what its wording tells. `said_by` are names whose words are asked for."""

    text: str
    kind: Kind
    wants_list: bool
    names: tuple[str, ...]
    said_by: tuple[str, ...]
    asks_speaker: bool

    def answered_by_type(self, sentence: str) -> bool | None:
        """Whether a sentence holds the kind of thing asked for; None if the kind sets no such mark."""
        if self.kind is Kind.PERSON:
            known = {word.lower() for name in self.names for word in name.split()}
            return any(not set(name.lower().split()) & known for name in names_in(sentence))
        pattern = _ANSWERS.get(self.kind)
        return bool(pattern.search(sentence)) if pattern else None

    def terms_set(self, sentence: str) -> float:
        """For a question about terms, how plainly a sentence sets some: -0.5 (not at all) to 1; else 0."""
        if self.kind is not Kind.TERMS:
            return 0.0
        cues = len({m.group(0).lower() for m in _ANSWERS[Kind.TERMS].finditer(sentence)})
        return min(3, cues) / 3 if cues else -0.5


def analyse(text: str) -> Question:
    """The question as its wording shows it."""
    names = names_in(text)
    kind = _kind(text)
    speech = re.search(rf"\b{_SPEECH_WORD}\b|\baccording to\b", text, re.I)
    asks_speaker = kind is Kind.PERSON and bool(speech)
    said_by = tuple(n for n in names if kind is Kind.TERMS or (speech and not asks_speaker and _speaks(n, text)))
    return Question(text, kind, _wants_list(text), names, said_by, asks_speaker)


def _kind(text: str) -> Kind:
    """The kind that the first question word asks for; terms may be named anywhere."""
    first = re.search(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b", text, re.I)
    for kind, pattern in _KINDS:
        match = re.search(pattern, text, re.I)
        # "What does he think about who wins": the second question word asks nothing
        if match and (kind is Kind.TERMS or first is None or match.start() <= first.start()):
            return kind
    return Kind.OPEN


def _speaks(name: str, text: str) -> bool:
    """True if the question asks for this name's words: it stands right before or after a word of speech."""
    last = re.escape(name.split()[-1])
    after = rf"\b{last}(?:['’]s)?\s+(?:\w+\s+){{0,2}}?{_SPEECH_WORD}\b"
    before = rf"\baccording to\s+(?:[\w’'-]+\s+){{0,5}}{last}\b|\bfor {last}\b"
    return bool(re.search(after, text, re.I) or re.search(before, text, re.I))


def _wants_list(text: str) -> bool:
    if _LIST.search(text) or _WHO_ALL.search(text):
        return True
    match = _PLURAL.search(text)
    return bool(match and match.group(1).lower() not in _SINGULAR_S and not match.group(1).lower().endswith("ss"))
