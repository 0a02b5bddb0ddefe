"""Good sentences: gold spans as they stand, lightly reworded, joined, and the suite's own short answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.candidates import read_article
from bot.names import names_in
from eval.faults.case import Asked, Case, Gold

_FEWEST = 5
_ASIDE = re.compile(r",\s+(?:which|who|where|including|such as)\b[^,.;“”]*,|\s*\([^()]*\)")
_OPENING = re.compile(r"^(?:In|On|At|By|After|During|Since|From)\b[^,“”]{3,60},\s+")
# Words that may stand for each other in any sentence of a report.
_SWAPS = (
    (r"\bsaid that\b", "stated that"), (r"\bhas said\b", "has stated"), (r"\bsaid\b", "stated"), (r"\bbut\b", "yet"),
    (r"\babout\b(?= \d)", "around"), (r"\bper cent\b", "%"), (r" percent\b", "%"),
    (r"\bthree quarters\b", "75 percent"),
    (r"\bmore than\b(?= \d)", "over"), (r"\bbegan\b", "started"), (r"\bhelp\b", "assist"), (r"\balso\b", "as well"),
    (r"\bbig\b", "large"), (r"\bnear\b", "close to"), (r"\bAmerican\b", "US"), (r"\bmeanwhile\b ?", ""),
)  # fmt: skip
_SMALL = dict(enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2))
_QUOTED = re.compile(r"[“”\"«»]")


def good_sentences(one: Asked) -> Iterator[Case]:
    """The good sentences of a question: every one of them is borne out by the passages that it cites."""
    id = one.question.id
    for gold in one.gold:
        yield Case(id, "verbatim", gold.text, gold.numbers[:1], (gold,))
        if (other := reworded(gold)) is not None:
            yield Case(id, "paraphrased", other, gold.numbers[:1], (gold,))
    numbers = tuple(dict.fromkeys(gold.numbers[0] for gold in one.gold))
    for answer in one.question.references[:1]:
        if len(answer.split()) >= _FEWEST:
            yield Case(id, "answer", answer, numbers, one.gold)
    for first, second in zip(one.gold, one.gold[1:], strict=False):
        if first.document.id != second.document.id and not _QUOTED.search(first.text + second.text):
            numbers = (first.numbers[0], second.numbers[0])
            joined = f"{first.text.rstrip('.')}, and {_lower(second.text)}"
            yield Case(id, "merged", joined, numbers, (first, second))


def reworded(gold: Gold) -> str | None:
    """The gold sentence in slightly other words: without asides, with its speaker in front, with like words exchanged;
    None where none of these applies. Words inside quotation marks stay."""
    text = gold.text
    for pattern in (_ASIDE, _OPENING):
        shorter = pattern.sub(" " if pattern is _ASIDE else "", text)
        if len(shorter.split()) >= _FEWEST:
            text = shorter[:1].upper() + shorter[1:]
    parts = re.split(r"(“[^”]*”|\"[^\"]*\")", text)
    for place in range(0, len(parts), 2):
        for word, other in _SWAPS:
            parts[place] = re.sub(word, other, parts[place])
        parts[place] = re.sub(r"(?<![\d.,])([2-9]|1[0-2])(?= [a-z])", lambda m: _SMALL[int(m[1])], parts[place])
    text = " ".join("".join(parts).split())
    text = text[:1].upper() + text[1:]
    speaker = speaker_of(gold)
    if speaker and speaker.split()[-1] not in text and not _QUOTED.search(text):
        text = f"According to {speaker}, {_lower(text)}"
    return text if text != gold.text else None


def speaker_of(gold: Gold) -> str | None:
    """Who says the gold sentence, as far as its article tells."""
    article = read_article(gold.document)
    for number, (start, end) in enumerate(article.sentences):
        if start < gold.span[1] and end > gold.span[0] and (speaker := article.speakers[number]):
            return speaker.name
    return None


def _lower(text: str) -> str:
    """The text as it goes on within a sentence: a small first letter, unless it opens with a name."""
    first = text.split()[0]
    names = [name for name in names_in(text) if text.startswith(name.split()[0])]
    return text if names or first == "I" or (first.isupper() and len(first) > 1) else text[:1].lower() + text[1:]
