"""Words that stand for what was said before: "he", "it", "there", "that number", "the second one", "the ambassador"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice

from bot.memory.context import in_context
from bot.memory.exchanges import READ, Exchange, spoken_of
from bot.memory.people import agrees, holder, is_office
from bot.memory.words import (
    AUXILIARY,
    INDEFINITE,
    ORDINAL,
    ORDINALS,
    PERSON,
    PERSONS,
    PLURAL,
    POSSESSIVE,
    SUBJECT,
    SUBORDINATOR,
    THAT,
    THAT_COUNT,
    THE_OTHER,
    THEN,
    THERE,
    THING,
)
from bot.names import names_in, same_name

_READINGS = 3
_OFFICE = re.compile(r"\b(?P<the>the|this|that)\s+(?:[a-z-]+\s+){0,2}?(?P<noun>[a-z]{4,})\b(?!\s+of\b)")
_HERE = re.compile(r"\b(?:in|at|from|to|of|near)\s+(?:the\s+)?$", re.I)
_OWN_SUBJECT = re.compile(rf"\b{AUXILIARY}\s+(?:(?:the|a|an)\s+)?(?P<word>[\w’'-]+)", re.I)
_NOUN = re.compile(r"\b(?:the|a|an|about|of)\s+(?P<word>[\w’'-]+)", re.I)
_FINITE = re.compile(rf"\s+(?:{AUXILIARY}|\w{{2,}}(?:ed|s))\b|\s+\w+\s*\??$", re.I)
Resolver = Callable[[str, Sequence[Exchange]], list[str]]


def resolved(question: str, exchanges: Sequence[Exchange]) -> list[str]:
    """The readings of a question with each reference replaced by what it may mean, likeliest first.

    The last exchange is the most recent one. Empty if the question refers to nothing outside itself.
    """
    readings = [question]
    for rule in _RULES:
        found = [new for reading in readings for new in rule(reading, exchanges)]
        readings = list(islice(dict.fromkeys(found), _READINGS)) or readings
    return [] if readings == [question] else readings


def _ordinals(question: str, exchanges: Sequence[Exchange]) -> list[str]:
    """ "The second one": the person or thing that the last answer tells in that place."""
    at = ORDINAL.search(question)
    previous, items = exchanges[-1], exchanges[-1].items
    if at is None:
        return []
    nth = ORDINALS[(at["nth"] or at["alone"]).lower()]
    people = spoken_of(previous.answer[:READ])
    if previous.asks_who and -len(people) <= nth < len(people) > 1:
        return [_put(question, at, sorted(people, key=previous.answer.find)[nth])]
    if -len(items) <= nth < len(items):
        return [in_context(question, [items[nth]])]
    return [in_context(question, previous.topics())]


def _the_other(question: str, exchanges: Sequence[Exchange]) -> list[str]:
    return [in_context(question, exchanges[-1].topics())] if THE_OTHER.search(question) else []


def _offices(question: str, exchanges: Sequence[Exchange]) -> list[str]:
    """ "The ambassador", if the last answer gives someone that office and the question names nobody."""
    for at in _OFFICE.finditer(question):
        if names_in(question) or not is_office(at["noun"]):
            continue
        for exchange in reversed(exchanges[-2:]):
            if person := holder(at["noun"], exchange):
                return [f"{question[: at.start()]}the {at['noun']} {person}{question[at.end() :]}"]
    return []


def _numbers(question: str, exchanges: Sequence[Exchange]) -> list[str]:
    """ "That number": the number, and what it counts."""
    at, number = THAT_COUNT.search(question), exchanges[-1].number()
    if at is None:
        return []
    return [in_context(_put(question, at, number) if number else question, exchanges[-1].topics())]


def _then(question: str, exchanges: Sequence[Exchange]) -> list[str]:
    at = THEN.search(question)
    return [in_context(question[: at.start()] + question[at.end() :], exchanges[-1].topics())] if at else []


def _there(question: str, exchanges: Sequence[Exchange]) -> list[str]:
    at = THERE.search(question)
    if at is None or _HERE.search(question[: at.start()]):
        return []
    places = [place for exchange in reversed(exchanges[-2:]) for place in exchange.places()]
    return [_put(question, at, f"in {place}") for place in places[:1]] or [in_context(question, exchanges[-1].topics())]


def _people(question: str, exchanges: Sequence[Exchange]) -> list[str]:
    """ "He" or "she": a person of the last exchanges whom the question does not name and the pronoun fits."""
    at = next((m for m in PERSON.finditer(question) if not _bound(question, m)), None)
    if at is None:
        return []
    named = names_in(question)
    people = [person for exchange in reversed(exchanges[-3:]) for person in exchange.people()]
    fit = [p for p in dict.fromkeys(people) if not any(same_name(p, n) for n in named)]
    fit = [p for p in fit if agrees(at["pronoun"], p, exchanges[-3:])]
    return [_put(question, at, p) for p in fit[:_READINGS]] or [in_context(question, exchanges[-1].topics())]


def _things(question: str, exchanges: Sequence[Exchange]) -> list[str]:
    """ "It" and "they": a thing, or several, of the last exchange."""
    at = next((m for m in THING.finditer(question) if not _bound(question, m)), None)
    if at is None or (at["pronoun"].lower() == "it" and _is_empty_it(question, at)):
        return []
    if len(names_in(question)) and at["pronoun"].lower() in ("them", "it") and _filled(question, exchanges):
        return []  # another reference has been replaced, and that tells what is meant
    plural = at["pronoun"].lower() in PLURAL
    things = next((found for e in reversed(exchanges[-2:]) if (found := e.things(plural=plural))), [])
    return [_put(question, at, thing) for thing in things[:_READINGS]] or [in_context(question, exchanges[-1].topics())]


def _that(question: str, exchanges: Sequence[Exchange]) -> list[str]:
    """ "About that", "those measures": told by what the last question was about."""
    return [in_context(question, exchanges[-1].topics())] if THAT.search(question) else []


_RULES: tuple[Resolver, ...] = (_ordinals, _the_other, _numbers, _people, _offices, _there, _then, _things, _that)


def _bound(question: str, at: re.Match[str]) -> bool:
    """True if what the pronoun means may stand before it in the question itself.

    A possessive may mean anything named before it; any other pronoun only what another clause names, for "What did
    Penhale ask him?" cannot mean Penhale.
    """
    before, pronoun = question[: at.start()], at["pronoun"].lower()
    first = _first_noun(before, PERSON.fullmatch(at["pronoun"]) is not None)
    if first is None:
        return False
    if pronoun in POSSESSIVE or (
        pronoun == "her" and re.match(r"\s+(?!(?:about|to|for|in|on|at)\b)[a-z]", question[at.end() :])
    ):
        return True
    between = before[first:]
    if re.search(rf"\b{AUXILIARY}\s+$", before, re.I):
        return "," in between  # "When the museum opened, what did it cost?"
    embedded = pronoun in SUBJECT or (pronoun == "it" and _FINITE.match(question[at.end() :]))
    speech = re.search(r"\b(?:say|said|think|thought|claim|believe|hope|know|announce|insist)\s+$", before, re.I)
    return bool(SUBORDINATOR.search(between)) or bool(embedded and speech)


def _first_noun(before: str, personal: bool) -> int | None:
    """Where the first name, subject or noun with an article ends that a pronoun after `before` may mean.

    "He" and "she" mean no loan: a noun with an article is then one only if it tells what a person does.
    """
    ends = []
    for name in names_in(before):
        at = before.find(name)
        if at >= 0 and not re.search(r"\b(?:in|at|from|near|of)\s+(?:the\s+)?$", before[:at], re.I):
            ends.append(at + len(name))
    for m in (*_OWN_SUBJECT.finditer(before), *_NOUN.finditer(before)):
        word = m["word"]
        with_article = re.search(rf"\b(?:the|an?)\s+{re.escape(word)}$", m.group(0), re.I)
        if word.lower() in INDEFINITE or (personal and with_article and not _is_personal(word)):
            continue
        ends.append(m.end())
    return min(ends) if ends else None


def _is_personal(noun: str) -> bool:
    return noun[:1].isupper() or is_office(noun) or bool(PERSONS.fullmatch(noun))


def _is_empty_it(question: str, at: re.Match[str]) -> bool:
    """ "How long does it take", "is it true that": nothing is meant."""
    if re.match(r"\s+(?:true|possible|clear|likely|important|mean|said)\s+(?:that|to)\b", question[at.end() :], re.I):
        return True
    return bool(
        re.match(r"\s+(?:take|true|possible|rain|snow|clear|likely|important|mean)\b", question[at.end() :], re.I)
        and re.search(r"\b(?:to|that|for|\w{4,}\s+\w{4,})\b", question[at.end() + 1 :], re.I)
        and names_in(question)
    )


def _filled(question: str, exchanges: Sequence[Exchange]) -> bool:
    said = {word.lower() for name in names_in(question) for word in name.split()}
    return any(
        said & {w.lower() for n in names_in(e.question + " " + e.answer) for w in n.split()} for e in exchanges[-1:]
    )


def _put(question: str, at: re.Match[str], meant: str) -> str:
    """`meant` in the place of what was matched, as a possessive where that was one."""
    word = at.group(0).lower()
    after = question[at.end() :]
    owns = word in POSSESSIVE or (word == "her" and re.match(r"\s+(?!(?:about|to|for|in|on|at|of)\b)[a-z]", after))
    if owns:
        meant += "’" if meant.endswith("s") and word == "their" else "'s"
    return f"{question[: at.start()]}{meant}{after}"
