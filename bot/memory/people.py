"""Whom a pronoun or an office may mean, as far as the conversation tells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.memory.exchanges import READ, Exchange, spoken_of
from bot.memory.words import FEMALE, MALE
from bot.names import ROLE_NOUNS

_FOLLOWED = r"\b[^A-ZÀ-Þ.!?]{0,80}?\b(he|his|him|she|her|hers)\b"


def gender(name: str, exchanges: Sequence[Exchange]) -> str | None:
    """The set of pronouns that the conversation has used for a person: "he", "she", or None if it has not told."""
    last = re.escape(name.split()[-1])
    for exchange in reversed(exchanges):
        for text in (exchange.answer[:READ], exchange.question):
            title = re.search(rf"\b(Mr|Ms|Mrs|Miss)\.?\s+(?:[\w’'-]+\s+)?{last}\b", text)
            office = re.search(
                rf"\b\w+?(woman|man),?\s+(?:[\w’'-]+\s+)?{last}\b|\b{last},[^.]{{0,40}}?\w+?(woman|man)\b", text
            )
            word = re.search(rf"\b{last}{_FOLLOWED}", text)
            sign = title.group(1) if title else next(filter(None, office.groups()), "") if office else ""
            sign = sign or (word.group(1) if word else "")
            if sign:
                return "she" if sign.lower() in FEMALE or sign == "woman" else "he"
    return None


def agrees(pronoun: str, name: str, exchanges: Sequence[Exchange]) -> bool:
    """False if the conversation shows that the pronoun cannot mean the person."""
    known = gender(name, exchanges)
    return known is None or pronoun.lower() in (FEMALE if known == "she" else MALE)


def holder(noun: str, exchange: Exchange) -> str | None:
    """The person whom the answer gives this office or trade ("the ambassador"); None if it names none beside it."""
    for item in exchange.items:
        at = re.search(rf"\b{re.escape(noun)}\b", item)
        people = spoken_of(item)
        if at and people:
            return min(people, key=lambda person: abs(item.find(person) - at.start()))
    return None


def is_office(noun: str) -> bool:
    """True for a noun that means a person by what they do."""
    return noun in ROLE_NOUNS or bool(re.fullmatch(r"[a-z]{3,}(?:er|or|ist|man|woman|ian|ant)", noun))
