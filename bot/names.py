"""Names in running text, by their capitals: no dictionary, no list of known people or places."""

from __future__ import annotations

import re
from functools import lru_cache

_NAME = re.compile(
    r"(?<![\w’'])[A-ZÀ-ÞĀ-Ž][\w’'&-]*(?:\.[A-Z][\w.]*|\.(?=[A-Z]\.))*"
    r"(?:\s+(?:(?:of|de|da|al|bin|van|von|der|la|le)\s+)?[A-ZÀ-ÞĀ-Ž][\w’'&-]*)*"
)
# Nouns for a person's office. In "Foreign Minister Sergey Lavrov" the name is what follows the last of them.
ROLE_NOUNS = frozenset(
    "mr mrs ms miss dr prof professor sir lord lady dame president minister ministers secretary "
    "ambassador spokesman spokeswoman spokesperson senator governor chancellor general colonel captain "
    "admiral chairman chairwoman chair director chief deputy leader king queen prince princess pope mayor "
    "judge justice councillor commissioner representative diplomat envoy official analyst editor manager "
    "coach".split()
)
_SHORT = 600  # characters of a text whose names are remembered: sentences, which are asked about again and again
# Words that a sentence may open with; alone, their capital says nothing.
_OPENERS = frozenset(
    "a an the this that these those it its he she they we i you his her their our my your there here what "
    "which who whom whose when where why how in on at by for from with without within after before since "
    "until during under over between among against about as if but and or so yet nor not no all some any "
    "each every both many much most few several other another such only also even still just then now "
    "later earlier previously recently meanwhile however although though while because according despite "
    "instead perhaps maybe today yesterday tomorrow last next is are was were be been has have had do "
    "does did can could will would shall should may might must let either neither one two three four five "
    "six seven eight nine ten first second third name list tell give please explain describe summarize "
    "summarise compare to of into upon whether than out up down former veteran senior acting interim mr "
    "mrs ms".split()
)


def words_of_name(name: str) -> list[str]:
    """The words of a name without possessive endings, small connecting words and what leads up to it.

    Empty if the phrase ends in an office ("the Russian Ambassador"): that names no one.
    """
    plain = [re.sub(r"['’]s?$", "", w).strip(".'’") for w in name.split()]
    for i in range(len(plain) - 1, -1, -1):
        if plain[i].lower() in ROLE_NOUNS:
            plain = plain[i + 1 :]
            if plain[:2] == ["of", "State"]:
                plain = plain[2:]
            break
    return [w for w in plain if w and w[0].isupper()]


def names_in(text: str) -> tuple[str, ...]:
    """The names in a text, in order, offices and sentence openers left out ("Sergey Lavrov", "RIA Novosti", "US")."""
    return _remembered(text) if len(text) <= _SHORT else _found(text)


@lru_cache(maxsize=4096)
def _remembered(text: str) -> tuple[str, ...]:
    return _found(text)


def _found(text: str) -> tuple[str, ...]:
    found = []
    for match in _NAME.finditer(text):
        words = words_of_name(match.group(0))
        while words and re.split(r"['’]", words[0].lower())[0] in _OPENERS:
            words = words[1:]
        if words:
            found.append(" ".join(words))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=256)
def people_in(text: str) -> tuple[str, ...]:
    """The full names in a text that look like people's: two to four words, never with an article before them."""
    names = names_in(text)
    alone = {name for name in names if " " not in name}
    people = []
    for name in names:
        words = name.split()
        # "Ambassador to Russia John Sullivan": a word that also stands alone leads up to the name.
        while len(words) > 2 and words[0] in alone:
            words = words[1:]
        full = " ".join(words)
        if is_person_like(full) and not _after_article(full, text):
            people.append(full)
    return tuple(dict.fromkeys(people))


def _after_article(name: str, text: str) -> bool:
    """Whether "the" stands before a name somewhere in a text."""
    return f"he {name}" in text and bool(re.search(rf"\b[Tt]he {re.escape(name)}\b", text))


def is_person_like(name: str) -> bool:
    """True for two to four capitalised words none of which is all capitals: the shape of a full name."""
    words = name.split()
    return 2 <= len(words) <= 4 and all(w[0].isupper() and not (w.isupper() and len(w) > 1) for w in words)


def same_name(one: str, other: str) -> bool:
    """True if one name may be the short form of the other: equal last words, or one is the other's last word."""
    a, b = one.lower().split(), other.lower().split()
    if not a or not b:
        return False
    shorter, longer = sorted((a, b), key=len)
    return shorter == longer[-len(shorter) :] or (len(shorter) > 1 and shorter[-1] == longer[-1])
