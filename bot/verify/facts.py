"""The hard facts of a claim against sentences of the sources: numbers, dates, names, who said it, yes or no."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.names import is_person_like, names_in, people_in
from bot.verify.moments import Moment, borne_out, moments, on_date
from bot.verify.pieces import Piece
from bot.verify.polarity import disagreement
from bot.verify.quantities import Quantity, agrees, quantities
from bot.verify.who import attributions, may_be_same, named, names_of
from index.stop_words import STOP_WORDS
from index.terms import stem, terms

_PRONOUN = re.compile(
    r"\b(?:he|she|his|her|him|they|their|them|it|its|who|which|that|this|these|those|mr|mrs|ms|the)\b", re.I
)
_WORD = re.compile(r"[^\W\d_]+")
_NUMBERED = re.compile(r"\b([A-Z][a-z]+) $")
_TELLS = re.compile(r"\b(?:according to|says?|said|tells?|told|reports?|reported|writes?|wrote)\b", re.I)
_NEIGHBOURS = 5


@dataclass(frozen=True, slots=True)
class Objection:
    """Why sentences do not bear a claim out. `missing` is what another sentence might add, empty where none could."""

    reason: str
    missing: str = ""


def objection(claim: str, pieces: Sequence[Piece], known: Sequence[str]) -> Objection | None:
    """The first thing that the pieces do not bear out; None if all hard facts stand. `known` are the texts of all
    passages: a word that they write small is no name."""
    for found in _objections(claim, pieces, known):
        return found
    return None


def _objections(claim: str, pieces: Sequence[Piece], known: Sequence[str]) -> Iterator[Objection]:
    evidence = " ".join(piece.text for piece in pieces)
    for moment in moments(claim):
        if not any(_dated(moment, piece) for piece in pieces):
            words = claim[moment.start : moment.end]
            yield Objection(f"“{words}” is not in the passage cited", words)
    for quantity in quantities(claim):
        if not quantity.loose and not _in_moment(quantity, claim) and not _in_name(quantity, claim, pieces):
            yield from _number(claim, quantity, pieces)
    yield from _speakers(claim, pieces)
    yield from _names(claim, pieces, known)
    if turned := disagreement(claim, evidence):
        yield Objection(turned)
    if swapped := _exchanged(claim, pieces):
        yield Objection(swapped)


def _dated(moment: Moment, piece: Piece) -> bool:
    document = piece.article.document
    return borne_out(moment, piece.text, document.published) or on_date(moment, document.published)


def _in_moment(quantity: Quantity, text: str) -> bool:
    return any(quantity.start < moment.end and moment.start < quantity.end for moment in moments(text))


def _in_name(quantity: Quantity, claim: str, pieces: Sequence[Piece]) -> bool:
    """True for the number of a name that the article gives ("Line 6"), if the sentences name no other of that kind."""
    before = _NUMBERED.search(claim[: quantity.start])
    if not before:
        return False
    word, number = before.group(1), re.escape(claim[quantity.start : quantity.end])
    if any(re.search(rf"\b{word} (?!{number}\b)\d", piece.text) for piece in pieces):
        return False
    name = rf"{word} {number}\b"
    documents = [piece.article.document for piece in pieces]
    return any(re.search(rf"\b{name}", d.title) or re.search(rf"[a-z,] {name}", d.text) for d in documents)


def _number(claim: str, claimed: Quantity, pieces: Sequence[Piece]) -> Iterator[Objection]:
    """The objection to a number that no piece gives for the same thing."""
    words = claim[claimed.start : claimed.end]
    noun, around = _counted(claim, claimed), _around(claim, claimed)
    unlike, unbound = "", False
    for piece in pieces:
        text = piece.text
        there = [given for given in quantities(text) if not _in_moment(given, text)]
        fitting = [given for given in there if agrees(claimed, given)]
        rivals = [g for g in there if not g.loose and g not in fitting and g.unit == claimed.unit]
        rival = next((given for given in rivals if noun and noun == _counted(text, given)), None)
        if fitting and (rival is None or any(noun == _counted(text, given) for given in fitting)):
            if len(pieces) == 1 or not around or around & set(terms(text)):
                return
            continue
        unbound = unbound or any(set(claimed.values) & set(given.values) for given in rivals)
        other = rival or next((given for given in rivals if given.unit not in ("", "rank")), None)
        if other and not unlike:
            unlike = text[other.start : other.end]
    if unbound:
        yield Objection(f"the passage does not say “{_with_bound(claim, claimed)}”", words)
    elif unlike and unlike != words:
        yield Objection(f"the passage says {unlike}, not {words}", words)
    else:
        yield Objection(f"the number {words} is not in the passage cited", words)


def _with_bound(text: str, quantity: Quantity) -> str:
    before = text[: quantity.start].split()[-2:]
    after = text[quantity.end :].split()[:1]
    return " ".join([*before, text[quantity.start : quantity.end], *after]).strip(" ,.;:")


@lru_cache(maxsize=8192)
def _counted(text: str, quantity: Quantity) -> str:
    """The stem of what a number counts: the noun after it, as far as a word or two can tell."""
    for match in list(_WORD.finditer(text, quantity.end))[:3]:
        word = match.group(0).lower()
        if re.search(r"[.,;:()]", text[quantity.end : match.start()]):
            return ""
        if word not in STOP_WORDS and not quantities(f"5 {word}")[0].unit and not quantities(word):
            return stem(word)
    return ""


def _around(text: str, quantity: Quantity) -> set[str]:
    """The stems of the content words next to a number, names left out."""
    before = [m.group(0) for m in _WORD.finditer(text[: quantity.start])][-2 * _NEIGHBOURS :]
    after = [m.group(0) for m in _WORD.finditer(text[quantity.end :])][: 2 * _NEIGHBOURS]
    plain = [[w for w in words if w.lower() not in STOP_WORDS and w.islower()] for words in (before, after)]
    return {stem(word) for word in [*plain[0][-_NEIGHBOURS:], *plain[1][:_NEIGHBOURS]]}


def _names(claim: str, pieces: Sequence[Piece], known: Sequence[str]) -> Iterator[Objection]:
    texts = [piece.text for piece in pieces]
    said = [speaker.name for piece in pieces if (speaker := piece.speaker)]
    documents = {piece.article.document.id: piece.article.document for piece in pieces}.values()
    beyond = " ".join(f"{d.title}. {d.text}" for d in documents)
    about = [part for d in documents for part in (d.title, d.author or "", d.outlet or "")]
    people = {name for text in texts for name in people_in(text)}
    tellers = [part for d in documents for part in (d.outlet, d.author) if part] if _TELLS.search(claim) else []
    for name in names_of(claim, known):
        if named(name, [*texts, *said, *tellers], beyond):
            continue
        # What an article is about, it need not repeat in each sentence; whose deed it tells, it must.
        person = is_person_like(name) or any(_last(name) == _last(other) for other in people_in(beyond))
        around = [piece.before for piece in pieces if _PRONOUN.search(piece.text)]
        if named(name, [*around, *([] if person else about)], beyond) and not (person and people):
            continue
        yield Objection(f"the name “{name}” is not in the passage cited", name)


def _last(name: str) -> str:
    return name.split()[-1].lower()


def _speakers(claim: str, pieces: Sequence[Piece]) -> Iterator[Objection]:
    for speaker, clause in attributions(claim):
        wanted = set(terms(clause)) - set(terms(speaker))
        ranked = sorted(pieces, key=lambda piece: -len(wanted & set(terms(piece.text))))
        best = [p for p in ranked if len(wanted & set(terms(p.text))) == len(wanted & set(terms(ranked[0].text)))]
        if best and not any(_says(speaker, piece) for piece in best):
            other = next((piece.speaker.name for piece in best if piece.speaker), "")
            yield Objection(
                f"the passage says that it was {other}, not {speaker}"
                if other
                else f"the passage does not say that it was {speaker}"
            )


def _says(name: str, piece: Piece) -> bool:
    """True if the piece is, as far as its article tells, in the words of this speaker."""
    document = piece.article.document
    if any(part and may_be_same(name, part) for part in (document.outlet, document.author)):
        return True
    speaker = piece.speaker
    if speaker is None:
        return named(name, [piece.text], document.text) or (
            bool(_PRONOUN.search(piece.text)) and named(name, [piece.before], document.text)
        )
    if may_be_same(name, speaker.name):
        return True
    # An office or a country may speak through a person; a person does not speak through another.
    if name in people_in(f"{document.text}\n{document.title}") or is_person_like(name):
        return False
    by = piece.article.text(speaker.named_at, speaker.named_at)
    return named(name, [by, piece.text, _introduction(speaker.name, piece)], document.text)


def _introduction(name: str, piece: Piece) -> str:
    """The first sentence of the article that names a speaker: there his office stands."""
    last = name.split()[-1]
    numbers = range(len(piece.article.sentences))
    return next((text for n in numbers if last in (text := piece.article.text(n, n))), "")


def _exchanged(claim: str, pieces: Sequence[Piece]) -> str | None:
    """Two names whose numbers, or whose parts in the same deed, the claim has the other way round."""
    for piece in pieces:
        names = [name for name in names_in(claim) if name.split()[-1] in piece.text]
        for one, other in pairwise(names):
            here, there = _order(one, other, claim), _order(one, other, piece.text)
            if here is None or there is None:
                continue
            pair = _pair(claim, here), _pair(piece.text, there)
            if all(pair) and pair[0] == pair[1][::-1] and pair[0] != pair[1] and here[2] == there[2]:
                return f"the passage gives the numbers of {one} and {other} the other way round"
            if all(pair) and pair[0] == pair[1] and pair[0][0] != pair[0][1] and here[2] != there[2]:
                return f"the passage gives the numbers of {one} and {other} the other way round"
            if here[2] != there[2] and not any(pair) and _deed(claim, here) & _deed(piece.text, there):
                passive = [
                    re.search(r"\bby\b", text[at[0] : at[1]]) is not None
                    for text, at in ((claim, here), (piece.text, there))
                ]
                if passive[0] == passive[1]:
                    return f"{one} and {other} are the other way round in the passage"
    return None


def _order(one: str, other: str, text: str) -> tuple[int, int, bool] | None:
    """From the end of the name that stands first to the beginning of the second, and whether `one` is first."""
    a, b = text.find(one.split()[-1]), text.find(other.split()[-1])
    if a < 0 or b < 0 or a == b:
        return None
    return (a + len(one.split()[-1]), b, True) if a < b else (b + len(other.split()[-1]), a, False)


def _pair(text: str, at: tuple[int, int, bool]) -> tuple[tuple[object, ...], ...]:
    """The number that stands between two names and the one that follows the second, if each has just one."""
    found = [q for q in quantities(text) if not q.loose and not _in_moment(q, text)]
    between = [q for q in found if at[0] <= q.start < at[1]]
    after = [q for q in found if q.start >= at[1]]
    if len(between) != 1 or len(after) != 1 or between[0].unit != after[0].unit:
        return ()
    return between[0].values, after[0].values


def _deed(text: str, at: tuple[int, int, bool]) -> set[str]:
    """The stems of the few words between two names: what one does to the other."""
    words = [m.group(0) for m in _WORD.finditer(text[at[0] : at[1]])]
    if len(words) > 6 or re.search(r"[.;:,]|\band\b|\bor\b", text[at[0] : at[1]]):
        return set()
    return {stem(w.lower()) for w in words if w.islower() and w not in STOP_WORDS}
