"""Words as the word index knows them: stems in small letters, without those that say nothing."""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

from index.stop_words import STOP_WORDS

_TOKEN = re.compile(r"\w+(?:[.,]\d+)*")
_ACRONYM = re.compile(r"\b(?:[A-Z]\.){2,}")
_POSSESSIVE = re.compile(r"['’]s\b")
_stemmer = Stemmer.Stemmer("english")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The Snowball stem of a lower-case word."""
    return str(_stemmer.stemWord(word))


def terms(text: str) -> list[str]:
    """The stems that a text is indexed by: lower-case words without stop words; "U.S." counts as "US"."""
    plain = _POSSESSIVE.sub("", _ACRONYM.sub(lambda m: m.group(0).replace(".", ""), text))
    # "us" beside capitals is the pronoun; in a text all in small letters it may as well be the country.
    cased = not plain.islower()
    return [term for token in _TOKEN.findall(plain) if (term := _term(token)) and not (cased and token == "us")]


@lru_cache(maxsize=65536)
def _term(token: str) -> str:
    """What a word is indexed by; empty for a stop word."""
    low = token.lower()
    return "" if low in STOP_WORDS else stem(low)
