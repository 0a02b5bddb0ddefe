"""What a question's wording wants of the value that answers it: which unit, which fate, done or only planned."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.verify.quantities import Quantity, quantities
from index.stop_words import STOP_WORDS
from index.terms import stem

_MONEY = frozenset("euro dollar pound yen rouble crown franc rupee hryvnia zloty".split())
_COSTS = re.compile(
    r"\b(?:cost\w*|pric\w+|pay\w*|paid|spen[dt]\w*|budget|worth|fined?|bill|expensive|donat\w+|rais(?:e|ed|ing)|money)\b"
)
# What has become of those that are counted: the dead are no injured.
_FATES = tuple(
    frozenset(map(stem, line.split()))
    for line in (
        "dead die died dies dying death deaths killed kill killing fatal fatalities drowned perished lives victims",
        "injured injury injuries hurt wounded hospital treated casualties",
        "missing unaccounted vanished disappeared",
        "arrested detained custody charged held",
        "evacuated displaced homeless moved",
        "rescued saved survived survivors",
    )
)
_DONE = re.compile(r"\b(?:so far|to date|already|up to now|until now|has been spent|have been spent|was spent)\b", re.I)
_PLANNED = re.compile(
    r"\b(?:budget\w*|planned|plans|expected|forecast|estimate\w*|will|would|is to|are to|eventual\w*|projected)\b", re.I
)
_WORD = re.compile(r"[^\W\d_]+")


def unit_wanted(question: str) -> Callable[[Quantity], bool]:
    """Whether a number can answer the question, by its unit."""
    low = question.lower()
    if match := re.search(r"\bhow many ([\w-]+(?: [\w-]+)?)", low):
        noun = next((w for w in match.group(1).split() if w not in STOP_WORDS), "")
        unit = quantities(f"5 {noun}")[0].unit if noun else ""
        return lambda q: q.unit == unit
    if re.search(r"\b(?:percent|per cent|percentage|share|proportion)\b", low):
        return lambda q: q.unit in ("percent", "points")
    if re.search(r"\bhow (?:far|tall|high|wide|deep|broad)\b", low):
        return lambda q: q.unit == "length"
    if re.search(r"\bhow old\b", low):
        return lambda q: q.unit in ("months", "")
    if re.search(r"\bhow much\b|\bwhat\b", low) and _COSTS.search(low):
        return lambda q: q.unit in _MONEY
    return lambda q: True


def fits_sense(question: str, text: str, start: int, end: int) -> bool:
    """False if what stands at `text[start:end]` counts another fate than the question asks for, or tells what is
    planned where it asks for what has been done."""
    asked = [fate for fate in _FATES if fate & {stem(w.lower()) for w in _WORD.findall(question)}]
    if asked:
        told = _fate(text, start, end)
        if told is not None and told not in asked:
            return False
    clause = re.split(r"[;.]\s|,\s(?:and|but)\s", text[:start])[-1] + text[start:end]
    return not (_DONE.search(question) and _PLANNED.search(clause) and not _DONE.search(text))


def _fate(text: str, start: int, end: int) -> frozenset[str] | None:
    """The fate that is told nearest to a number, what follows before what precedes."""
    after = [stem(m.group(0).lower()) for m in _WORD.finditer(text, end)]
    before = [stem(m.group(0).lower()) for m in _WORD.finditer(text[:start])][::-1]
    found = [
        (off + late, n)
        for words, late in ((after, 0), (before, 2))
        for off, word in enumerate(words)
        for n, fate in enumerate(_FATES)
        if word in fate
    ]
    return _FATES[min(found)[1]] if found else None
