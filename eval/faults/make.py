"""Bad sentences: one known fault put into a good one."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence

from bot.names import names_in, people_in
from eval.faults.case import Asked, Case, FaultKind, Gold
from eval.faults.good import reworded, speaker_of

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
_WORDS = "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty".split()
_SPELLED = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b")
_AUXILIARY = re.compile(r"\b(is|was|are|were|has|have|had|will|can|could|would|should|did|does|may|must)\b(?! not)")
_NEGATION = re.compile(r"\b(?:not|never) |\bno (?=[a-z])")
_TURNED = (
    ("rose", "fell"), ("risen", "fallen"), ("increase", "decrease"), ("more", "less"), ("before", "after"),
    ("higher", "lower"), ("opened", "closed"), ("won", "lost"), ("began", "ended"), ("first", "last"),
    ("accepted", "rejected"), ("allowed", "forbade"), ("without", "with"), ("agreed", "refused"),
)  # fmt: skip
_INVENTED = (
    "We have waited long enough for an apology", "Nobody in this office has ever believed those figures",
    "This is the proudest day of my working life", "The money was gone before the summer had begun",
    "I told them so in a letter that they never opened", "We shall see each other again in court",
)  # fmt: skip
_OUTSIDE = (
    "{name} was founded in Lisbon by two brothers who had made their fortune in shipping.",
    "{name} had already been the subject of a parliamentary inquiry that ended without result.",
    "Critics have long compared {name} with a theatre whose actors forgot the play.",
    "{name} is married to a concert pianist and keeps bees at a house by the sea.",
    "The affair around {name} later inspired a novel that was translated widely.",
)
_OUTSIDE_TAILS = (
    ", a step that economists at Harvard had recommended",
    ", which the Supreme Court in Oslo later confirmed",
    ", and the insurers paid for it in full",
    ", because the old owners had gone bankrupt",
)


def faults(one: Asked, rng: random.Random) -> Iterator[Case]:
    """The bad sentences of a question: each kind of fault once for each gold sentence that it can be put into, by turns
    as it stands and reworded."""
    for number, gold in enumerate(one.gold):
        bases = [gold.text, reworded(gold) or gold.text]
        for turn, (kind, make) in enumerate(_MAKERS.items()):
            made = make(bases[(turn + number) % 2], gold, one, rng)
            if made is not None:
                text, cited, wrong = made
                yield Case(one.question.id, kind, text, cited, (gold,), wrong)


Made = tuple[str, tuple[int, ...], str] | None
Maker = Callable[[str, Gold, Asked, random.Random], Made]


def _wrong_number(text: str, gold: Gold, one: Asked, rng: random.Random) -> Made:
    """One number changed by a digit, or a spelled one for another."""
    found = [*_NUMBER.finditer(text), *_SPELLED.finditer(text)]
    if not found:
        return None
    match = rng.choice(found)
    old = match.group(0)
    if old in _WORDS:
        new = rng.choice([word for word in _WORDS if word != old])
    else:
        at = rng.choice([i for i, c in enumerate(old) if c.isdigit()])
        new = old[:at] + rng.choice([d for d in "123456789" if d != old[at]]) + old[at + 1 :]
    return text[: match.start()] + new + text[match.end() :], gold.numbers[:1], new


def _swapped_speaker(text: str, gold: Gold, one: Asked, rng: random.Random) -> Made:
    """What one person says, put into the mouth of another whom the passages name."""
    speaker = speaker_of(gold)
    people = [p for hit in one.hits for p in people_in(hit.document.text)]
    others = [
        p for p in dict.fromkeys(people) if speaker and p.split()[-1] != speaker.split()[-1] and p not in gold.text
    ]
    if not speaker or not others:
        return None
    other = rng.choice(others)
    last = speaker.split()[-1]
    if speaker in text:
        return text.replace(speaker, other, 1), gold.numbers[:1], other
    if re.search(rf"\b{re.escape(last)}\b", text):
        return re.sub(rf"\b{re.escape(last)}\b", other.split()[-1], text, count=1), gold.numbers[:1], other.split()[-1]
    return f"{other}: {text}", gold.numbers[:1], other


def _invented_quote(text: str, gold: Gold, one: Asked, rng: random.Random) -> Made:
    """A quotation that stands nowhere, added to a sentence or put in the place of the one there is."""
    quote = rng.choice(_INVENTED)
    there = re.search(r"“[^”]{12,}”", text)
    if there:
        return (
            f"{text[: there.start()]}“{quote}{'' if text[there.end() - 2].isalnum() else ','}”{text[there.end() :]}",
            gold.numbers[:1],
            quote,
        )
    who = speaker_of(gold) or next(iter(people_in(gold.document.text)), None) or "one of them"
    return f"{text.rstrip('.')}, and {who} added: “{quote}.”", gold.numbers[:1], quote


def _wrong_citation(text: str, gold: Gold, one: Asked, rng: random.Random) -> Made:
    """The number of a passage of another article."""
    others = [n for n, hit in enumerate(one.hits, 1) if hit.document.id != gold.document.id]
    return (text, (rng.choice(others),), "") if others else None


def _outside(text: str, gold: Gold, one: Asked, rng: random.Random) -> Made:
    """What no source says: a sentence of its own about a name of the gold one, or a tail to it."""
    names = names_in(gold.text) or names_in(gold.document.title)
    if rng.random() < 0.5 and names:
        said = rng.choice(_OUTSIDE).format(name=rng.choice(names))
        return said, gold.numbers[:1], said
    tail = rng.choice(_OUTSIDE_TAILS)
    return text.rstrip(".") + tail + ".", gold.numbers[:1], tail


def _negated(text: str, gold: Gold, one: Asked, rng: random.Random) -> Made:
    """The first auxiliary negated, a negation taken away, or a word turned into its opposite; quotations are left."""
    outside = re.sub(r"“[^”]*”", lambda m: " " * len(m.group(0)), text)
    for word, opposite in _TURNED:
        if (match := re.search(rf"\b{word}\b", outside)) and rng.random() < 0.5:
            return text[: match.start()] + opposite + text[match.end() :], gold.numbers[:1], ""
    if match := _NEGATION.search(outside):
        return text[: match.start()] + text[match.end() :], gold.numbers[:1], ""
    if match := _AUXILIARY.search(outside):
        return f"{text[: match.end()]} not{text[match.end() :]}", gold.numbers[:1], ""
    return None


_MAKERS: dict[FaultKind, Maker] = {
    "number": _wrong_number,
    "speaker": _swapped_speaker,
    "quote": _invented_quote,
    "citation": _wrong_citation,
    "outside": _outside,
    "negated": _negated,
}


def sample(cases: Sequence[Case], most: int, rng: random.Random) -> list[Case]:
    """At most so many of the cases, as even as can be over the kinds, in their order."""
    by_kind: dict[str, list[Case]] = {}
    for case in cases:
        by_kind.setdefault(case.kind, []).append(case)
    for group in by_kind.values():
        rng.shuffle(group)
    chosen: list[Case] = []
    while len(chosen) < most and any(by_kind.values()):
        for group in by_kind.values():
            if group and len(chosen) < most:
                chosen.append(group.pop())
    order = {id(case): n for n, case in enumerate(cases)}
    return sorted(chosen, key=lambda case: order[id(case)])
