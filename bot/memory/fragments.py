"""Questions that only say what is different: "And Brandt?", "in 2021?", "why?", "no, I meant the price"."""

from __future__ import annotations

import re

from bot.memory.context import in_context
from bot.memory.exchanges import Exchange, asked_about
from bot.memory.people import is_office
from bot.memory.words import (
    AUXILIARY,
    BARE_WH,
    COMMON,
    CORRECTION,
    ENGLISH,
    FOREIGN_AND,
    OPENING,
    PERSON,
    REFUSAL,
    THING,
    TIME,
    WH,
    WH_PHRASE,
)
from bot.names import is_person_like, names_in, same_name
from bot.question import analyse
from index.terms import terms

_LONGEST = 8  # words: what is longer says more than a difference
_TOPIC = re.compile(r"\b(?P<by>about|on|of|regarding|concerning)\s+(?P<topic>[^?]+?)\s*[?.!]*$", re.I)
_PREPOSITION = re.compile(r"^(?P<by>in|at|on|for|from|to|with|against|by|under|near|during)\s+(?P<what>.+)$", re.I)
_ONLY_TIME = re.compile(rf"^{TIME}$")
_ANY_TIME = re.compile(rf"\b{TIME}(?!\w)")
_COMMON = frozenset(COMMON.split())
_NOT = re.compile(r"^\W*(?P<right>[^,?]{2,40}?),?\s+not\s+(?P<wrong>[\w’'. -]{2,40}?)\W*$", re.I)
_DEMONYM = re.compile(r"^[Tt]he\s+[A-ZÀ-Þ][\w-]+$")


def fragment(question: str, previous: Exchange) -> list[str]:
    """The readings of a question that leaves out what is the same as before, likeliest first; none if it is whole."""
    corrected = CORRECTION.match(question)
    if corrected and (rest := _plain(question[corrected.end() :])):
        return _corrected(previous.question, corrected["wrong"], rest)
    if (instead := _NOT.match(question)) and _is_phrase(instead["right"]):
        return _corrected(previous.question, instead["wrong"], instead["right"])  # "Brandt, not Penhale"
    refused = REFUSAL.match(question)
    question = question[refused.end() :] if refused else question
    opening = OPENING.match(question)
    rest = _plain(question[opening.end() :]) if opening else _plain(question)
    if not rest:
        return []
    if BARE_WH.match(rest) and not re.search(r"\w{3}ed$", rest):
        return [_asked_otherwise(previous.question, rest)]
    opened = bool(refused or (opening and opening.end() > 0))
    if opened and _is_phrase(rest):
        return _replacing(previous.question, rest, about=bool(opening and opening["what"]))
    alone = _is_name(rest) or _ONLY_TIME.match(rest) or _PREPOSITION.match(rest)
    if alone and len(terms(rest)) <= 2 and _is_phrase(rest):
        return _replacing(previous.question, rest, about=False)  # "Brandt?", "in 2021?", "for children?"
    return []


def _plain(text: str) -> str:
    return text.strip(" ?.!,;:–—-")


def _is_phrase(text: str) -> bool:
    """True for a few words without a question word, an auxiliary or a subject pronoun."""
    words = text.split()
    asks = re.match(rf"{WH}\b", text, re.I) or re.search(rf"\b{AUXILIARY}\b", text, re.I)
    pronoun = PERSON.search(text) or THING.search(text)
    return len(words) <= _LONGEST and not asks and not pronoun


def _is_name(text: str) -> bool:
    return bool(names_in(text)) and all(word[0].isupper() or not word[0].isalpha() for word in text.split())


def _corrected(asked: str, wrong: str | None, right: str) -> list[str]:
    """The earlier question with what was misunderstood replaced."""
    if wrong and (at := re.search(rf"\b{re.escape(wrong.strip())}\b", asked, re.I)):
        return [f"{asked[: at.start()]}{right}{asked[at.end() :]}"]
    if re.match(rf"{WH}\b|{AUXILIARY}\b", right, re.I) and len(terms(right)) > 1:
        return []  # "No, I meant: how many owls are there?" is a question of its own
    return _replacing(asked, right, about=False)


def _asked_otherwise(asked: str, wh: str) -> str:
    """The earlier question asked by another question word: "Did it sink?", "why?" to "Why did it sink?"."""
    no = bool(re.search(r"\bnot\b", wh, re.I))
    word = re.sub(r"\s+(?:not|so|else|exactly|again|then)\b", "", wh, flags=re.I)
    word = word[0].upper() + word[1:]
    subject = re.match(rf"^\W*{WH_PHRASE}(?:\s+else)?(?=\s)", asked, re.I)
    if subject and re.search(r"\belse\b", wh, re.I):
        return f"{word} else{asked[subject.end() :]}"
    inner = re.match(rf"^\W*(?:{WH_PHRASE}\s+)?(?P<rest>{AUXILIARY}\s+.+)$", asked, re.I)
    if not inner:
        return in_context(f"{word}{' not' * no}?", [Exchange(asked, "").body()])
    rest = inner["rest"]
    verb, _, more = rest.partition(" ")
    return f"{word} {_negated(verb.lower()) if no else verb.lower()} {more}"


def _negated(auxiliary: str) -> str:
    """ "did" to "didn't"."""
    odd = {"will": "won't", "can": "can't", "shall": "shan't", "may": "may not", "am": "am not"}
    return odd.get(auxiliary, auxiliary if auxiliary.endswith(("n't", "n’t")) else f"{auxiliary}n't")


def _replacing(asked: str, new: str, *, about: bool) -> list[str]:
    """The earlier question asked of someone or something else."""
    if _ONLY_TIME.match(new):
        return [_at_time(asked, new)]
    topic, by = _TOPIC.search(asked), _PREPOSITION.match(new)
    if topical := re.match(r"(?:about|on|of|regarding)\s+(?P<topic>.+)", new, re.I):
        if topic:
            return [f"{asked[: topic.start('topic')]}{topical['topic']}?"]
        return [f"{_plain(asked)} about {topical['topic']}?"]
    if by:
        return [_by_preposition(asked, by)]
    others = [_put(asked, old, new) for old in _places_for(asked, new)]
    topics = [f"{asked[: topic.start('topic')]}{new}?"] if topic else []
    if _is_name(new) or _DEMONYM.match(new) or _is_people(new):
        found = others + topics
    elif len(new.split()) > 2 or new.lower().startswith(("the ", "a ", "an ")):
        found = topics  # "the price of admission" takes no name's place
    else:
        found = topics + others if about else others + topics  # "and brandt": perhaps a name in small letters
    return list(dict.fromkeys(found)) or [in_context(f"{new[0].upper()}{new[1:]}?", [Exchange(asked, "").body()])]


def _is_people(phrase: str) -> bool:
    """True for "the owner" and "the anglers"."""
    noun = re.fullmatch(r"the\s+(?:[a-z-]+\s+)?(?P<noun>[a-z]{4,})", phrase, re.I)
    return bool(noun) and is_office(noun["noun"].lower().removesuffix("s")) if noun else False


def _at_time(asked: str, new: str) -> str:
    """The earlier question asked of another time; without a preposition, that of the earlier time is kept."""
    old = _ANY_TIME.search(asked)
    if not old:
        return f"{_plain(asked)} {new}?"
    preposition = re.match(r"(?:in|on|at|by|since|until|before|after|during|from)\s+", old.group(0), re.I)
    bare = re.match(r"\d|(?:early|late|mid)\b|[A-Z]", new)
    return f"{asked[: old.start()]}{preposition.group(0) if preposition and bare else ''}{new}{asked[old.end() :]}"


def _by_preposition(asked: str, by: re.Match[str]) -> str:
    """ "And in Kent?": what followed the same preposition is replaced, or else the phrase is added."""
    same = re.search(rf"\b{by['by']}\s+(?P<old>(?:the\s+)?[A-ZÀ-Þ][\w’'-]*(?:\s+[A-ZÀ-Þ][\w’'-]*)*)", asked)
    if same and (names_in(by["what"]) or by["what"].islower()):
        return f"{asked[: same.start('old')]}{by['what']}{asked[same.end('old') :]}"
    return f"{_plain(asked)} {by.group(0)}?"


def _places_for(asked: str, new: str) -> list[str]:
    """The names in the earlier question that the new one may take the place of, likeliest first."""
    names = [n for n in names_in(asked) if not _ANY_TIME.fullmatch(n) and not _is_modifier(n, asked)]
    names = [n for n in names if not any(same_name(n, other) for other in names_in(new))]
    said_by = analyse(asked).said_by
    according = [n for n in names if re.search(rf"\baccording to\s+(?:the\s+)?{re.escape(n)}", asked, re.I)]
    people = asked_about(asked, ())
    person = is_person_like(new.removesuffix("'s").removesuffix("’s"))
    if _is_people(new):
        names = [
            n for n in names if n in (*according, *said_by, *people) and not re.search(rf"\bat {re.escape(n)}", asked)
        ]
    order = [*according, *(n for n in names if n in said_by), *(people if person else ()), *names, *people]
    return [n for n in dict.fromkeys(order) if n in names]


def _is_modifier(name: str, asked: str) -> bool:
    """True for "Russian" in "Russian troops": a name in one word, no possessive, with a plain noun after it."""
    after = re.search(rf"\b{re.escape(name)}\s+(?P<noun>[a-z]\w+s)\b", asked)
    return " " not in name and bool(after) and not is_office(after["noun"]) if after else False


def _put(asked: str, old: str, new: str) -> str:
    """`new` in the place of `old`, with one article and one possessive ending."""
    at = re.search(rf"(?P<article>\b[Tt]he\s+)?{re.escape(old)}(?P<ending>['’]s?)?", asked)
    if not at:
        return asked
    bare = re.sub(r"['’]s?$", "", new)
    ending = (at["ending"] or "") if bare == new or at["ending"] else new[len(bare) :]
    if ending and not at["ending"] and not re.match(r"\s+[a-z]", asked[at.end() :]):
        ending = ""  # "And Brandt's?" after "What is the condition of Penhale?"
    return f"{asked[: at.start()]}{bare}{ending}{asked[at.end() :]}"


def foreign(question: str) -> bool:
    """True for a few words of another language with a question mark, as far as short lists of words tell."""
    words = re.findall(r"[^\W\d_]+(?:['’]\w+)?", question)
    if not 0 < len(words) <= 3 or re.search(r"\d", question) or not question.rstrip().endswith(("?", "？", "؟")):
        return False
    plain = [word for word in words if not word[0].isupper()]
    return bool(FOREIGN_AND.match(question)) or (
        bool(plain) and not ENGLISH & {word.lower() for word in words} and not all(w.lower() in _COMMON for w in plain)
    )
