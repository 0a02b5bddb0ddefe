"""Which documents a question is asked of: by source, outlet, language, date."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from index.schema import Document


@dataclass(frozen=True, slots=True)
class Filters:
    """Documents pass that meet every condition given. A condition that a document does not tell of is not met.

    `sources` are names or patterns with * and ?; `outlets` and `languages` are compared without regard to case, a
    language by its first part ("en" admits "en-GB"); `since` and `until` are ISO dates of publication (of the last
    change where only that is known), both included.
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
        if self.sources and not any(document.source == s or fnmatchcase(document.source, s) for s in self.sources):
            return False
        if self.outlets and (document.outlet or "").casefold() not in {o.casefold() for o in self.outlets}:
            return False
        if self.languages and not any(_speaks(document.language, wanted) for wanted in self.languages):
            return False
        if not (self.since or self.until):
            return True
        day = (document.published or document.updated or "")[:10]
        return bool(day) and (self.since or day) <= day <= (self.until or day)


def _speaks(language: str | None, wanted: str) -> bool:
    told, wanted = (language or "").casefold().replace("_", "-"), wanted.casefold().replace("_", "-")
    return told == wanted or told.startswith(f"{wanted}-")
