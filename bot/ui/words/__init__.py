"""The interface's own words: one TOML file a language, `en.toml` first; dates and numbers by Babel's rules.

A language is added by a file with the same keys. A key with `one` and `other` below it has a form for each kind of
number that the language knows (CLDR's plural categories).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

_FOLDER = Path(__file__).parent
ENGLISH = "en"
LANGUAGES = tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


class Words:
    """The words of one language, by key: `words("answer.copy")`, `words.count("articles", 3)`."""

    def __init__(self, language: str, entries: Mapping[str, str]) -> None:
        self.language = language
        self.entries = entries
        self._locale = Locale.parse(language)

    def __call__(self, key: str, /, **values: object) -> str:
        """The text at `key` with the values put in. Raises KeyError for a key that is not in the file."""
        return self.entries[key].format(**values) if values else self.entries[key]

    def count(self, key: str, number: int, /, **values: object) -> str:
        """The text at `key` in the form for `number`, which stands for {number} in it."""
        form = self._locale.plural_form(number)
        found = self.entries.get(f"{key}.{form}") or self.entries[f"{key}.other"]
        return found.format(number=self.number(number), **values)

    def number(self, value: float) -> str:
        return format_decimal(value, locale=self._locale)

    def day(self, day: date) -> str:
        """A day written out: "3 May 2022"."""
        # Babel's English is American; the day comes first in most of the world, and in the sample articles.
        pattern = "d MMMM y" if self.language == ENGLISH else "long"
        return format_date(day, pattern, locale=self._locale)

    def moment(self, moment: datetime) -> str:
        """A time with its day: "3 May 2022, 14:07"."""
        return f"{self.day(moment)}, {format_time(moment, 'HH:mm', locale=self._locale)}"

    def section(self, name: str) -> dict[str, str]:
        """All texts whose key begins with `name`, by the rest of their keys."""
        return {key.removeprefix(f"{name}."): text for key, text in self.entries.items() if key.startswith(f"{name}.")}


@lru_cache(maxsize=8)
def words_for(language: str) -> Words:
    """The words of one of LANGUAGES. Raises KeyError for another."""
    if language not in LANGUAGES:
        raise KeyError(f"there are no words for {language!r}; known: {', '.join(LANGUAGES)}")
    raw = tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8"))
    return Words(language, dict(_flat(raw)))


def language_of(*wanted: str | None) -> str:
    """The first of the wanted languages that there are words for ("de-AT" is served by "de"), else English."""
    for tag in wanted:
        base = (tag or "").replace("_", "-").split("-")[0].lower()
        if base in LANGUAGES:
            return base
    return ENGLISH


def _flat(raw: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in raw.items():
        if isinstance(value, dict):
            found += _flat(cast("dict[str, Any]", value), f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", str(value)))
    return found
