"""What the indexed documents can be told apart by, for choosing what is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from index.dates import day_of
from index.schema import Document


@dataclass(frozen=True, slots=True)
class Choices:
    """What the indexed documents can be told apart by, the commonest first."""

    outlets: tuple[str, ...]
    languages: tuple[str, ...]
    first: date | None
    last: date | None


def choices_of(documents: Iterable[Document]) -> Choices:
    """The outlets, languages and days that occur; of an outlet in several spellings that are the same to a filter, the
    commonest."""
    documents = list(documents)
    spelled = Counter(d.outlet for d in documents if d.outlet)
    outlets: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for name, number in spelled.most_common():
        outlets[spelling.setdefault(name.casefold(), name)] += number
    languages = Counter(d.language.replace("_", "-").split("-")[0].lower() for d in documents if d.language)
    days = [day for d in documents if (day := day_of(d.published or d.updated))]
    return Choices(
        tuple(name for name, _ in outlets.most_common()),
        tuple(name for name, _ in languages.most_common()),
        min(days, default=None),
        max(days, default=None),
    )
