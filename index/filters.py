"""Which documents a question is asked of: by source, outlet, language, date."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from index.schema import Document


@dataclass(frozen=True)  # without slots, so that what is worked out once can be remembered
class Filters:
    """Documents pass that meet every condition given. A condition that a document does not tell of is not met.

    `sources` are names or patterns with * and ?, in which [ stands for itself; `outlets` and `languages` are compared
    without regard to case, a language by its first part ("en" admits "en-GB"); `since` and `until` are ISO dates of
    publication (of the last change where only that is known), both included.
    """

    sources: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None

    def __bool__(self) -> bool:
        return any((self.sources, self.outlets, self.languages, self.since, self.until))

    def admit(self, document: Document) -> bool:
        """True if the document meets every condition."""
        if self.sources and not self._named(document.source):
            return False
        if self.outlets and (document.outlet or "").casefold() not in {o.casefold() for o in self.outlets}:
            return False
        if self.languages and not any(_speaks(document.language, wanted) for wanted in self.languages):
            return False
        if not (self.since or self.until):
            return True
        day = (document.published or document.updated or "")[:10]
        return bool(day) and (self.since or day) <= day <= (self.until or day)

    def _named(self, source: str) -> bool:
        return source in self._names or any(fnmatchcase(source, pattern) for pattern in self._patterns)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.sources)

    @cached_property
    def _patterns(self) -> tuple[str, ...]:
        return tuple(source.replace("[", "[[]") for source in self.sources if "*" in source or "?" in source)


def _speaks(language: str | None, wanted: str) -> bool:
    told, wanted = (language or "").casefold().replace("_", "-"), wanted.casefold().replace("_", "-")
    return told == wanted or told.startswith(f"{wanted}-")
