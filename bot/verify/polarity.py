"""Whether two sentences about the same thing say the opposite: negations, and words of opposite meaning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from index.stop_words import STOP_WORDS
from index.terms import stem

_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?|[.;:!?,—()“”\"]")
_NEGATIONS = frozenset(
    "no not never none nobody nothing neither nor nowhere without cannot hardly scarcely barely unlikely impossible "
    "unable unwilling".split()
)
# Verbs that turn round what follows; with "not" before them they are turned round themselves.
_DENIALS = frozenset(
    stem(word)
    for word in "deny refuse reject decline fail lack dispute dismiss forbid ban prevent stop cease avoid abandon "
    "oppose refute renounce prohibit rebut cancel block exclude".split()
)
_OPPOSITES = """
rise,rose,risen,rising,increase,grow,grew,grown,climb,gain,jump,surge,soar|fall,fell,fallen,decrease,decline,drop,shrink,shrank,shrunk,dip,plunge,slump
more,higher,larger,bigger,greater,most,highest,largest,biggest|less,fewer,lower,smaller,least,fewest,lowest,smallest
before,prior,earlier|after,following,later
above,over|below,under,beneath
win,won,victory|lose,lost,defeat
open,reopen|close,shut
start,begin,began,begun,launch|end,finish,stop,cease
support,back,favour,favor,welcome,endorse|oppose,criticise,criticize,condemn,reject
accept,agree,approve,allow,permit|reject,refuse,deny,forbid,forbade,forbidden,ban,prohibit,disagree
buy,bought,purchase,acquire|sell,sold
import|export
guilty|innocent
alive|dead
possible|impossible
likely|unlikely
cheap,cheaper|dear,dearer,expensive
old,older,oldest|new,newer,newest,young,younger,youngest
early|late
first|last
best,better|worst,worse
north,northern|south,southern
east,eastern|west,western
left|right
hot,warm,warmer|cold,cool,colder,cooler
long,longer|short,shorter
faster,quicker|slower
success,succeed|failure,fail
strong,stronger|weak,weaker
safe|dangerous,unsafe
include|exclude
arrive|depart,leave
enter|leave,exit
hire|dismiss,fire,sack
success,successful|unsuccessful
legal,lawful|illegal,unlawful
public|private
optimistic,hopeful|pessimistic
always|never
all,every|none,few
both|neither
friend,ally|enemy
attack|defend
strengthen|weaken
improve|worsen,deteriorate
"""


def _sides() -> dict[str, set[tuple[int, int]]]:
    found: dict[str, set[tuple[int, int]]] = {}
    for number, line in enumerate(_OPPOSITES.strip().splitlines()):
        for side, words in enumerate(line.split("|")):
            for word in words.split(","):
                found.setdefault(stem(word), set()).add((number, side))
    return found


_SIDES = _sides()
# They order two things; "A before B" and "B after A" agree, so what follows them is compared.
_ORDERING = frozenset(
    stem(word) for word in "before prior earlier after following later above over below under".split()
)
_REACH = 7  # words that a negation reaches forward
_BACK = 1


@dataclass(frozen=True, slots=True)
class Negation:
    """A word that negates, and the stems of what it reaches."""

    word: str
    reach: frozenset[str]
    near: str  # the first stem that it reaches


@lru_cache(maxsize=8192)
def negations(text: str) -> tuple[Negation, ...]:
    """The negations of a text, denials among them; two that meet ("did not refuse") cancel out."""
    words = _WORD.findall(text.replace("n’t", "n't"))
    found: list[tuple[int, Negation]] = []
    for at, word in enumerate(words):
        low = word.lower().replace("’", "'")
        plain = stem(low)
        if (
            low == "no"
            and at + 1 < len(words)
            and (words[at + 1].lower() in ("longer", "later") or words[at + 1] == ".")
        ):
            if words[at + 1].lower() != "longer":
                continue
        elif low == "not" and at + 1 < len(words) and words[at + 1].lower() in ("only", "just", "merely"):
            continue
        elif low in ("no", "not") and " ".join(words[at + 1 : at + 3]).lower() in (
            "more than",
            "less than",
            "fewer than",
        ):
            continue  # a bound, told with its number
        if low in _NEGATIONS or low.endswith("n't") or plain in _DENIALS:
            reach = _reach(words, at)
            found.append((at, Negation(low, frozenset(reach), reach[0] if reach else "")))
    cancelled: set[int] = set()
    for (a, one), (b, other) in pairwise(found):
        denial = stem(other.word) in _DENIALS or other.word in (
            "without",
            "unlikely",
            "impossible",
            "unable",
            "unwilling",
        )
        if b - a <= 3 and denial and stem(one.word) not in _DENIALS and a not in cancelled:
            cancelled |= {a, b}
    return tuple(negation for at, negation in found if at not in cancelled)


def _reach(words: Sequence[str], at: int) -> list[str]:
    """The stems of the content words after a negation, up to the clause's end; "he would not" reaches back instead."""
    found: list[str] = []
    for word in words[at + 1 : at + 1 + 2 * _REACH]:
        if not word[0].isalnum() or word.lower() in ("but", "although", "though", "because", "while", "whereas"):
            if found or word != ",":
                break
            continue
        if word.lower() not in STOP_WORDS:
            found.append(stem(word.lower()))
        if len(found) == _REACH:
            break
    if not found:
        back = [stem(w.lower()) for w in words[max(0, at - 6) : at] if w[0].isalnum() and w.lower() not in STOP_WORDS]
        found = back[-_BACK:]
    return found


@lru_cache(maxsize=8192)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem(word.lower()) for word in _WORD.findall(text) if word[0].isalnum())


def disagreement(claim: str, evidence: str) -> str | None:
    """What in the evidence says the opposite of the claim, as a phrase for people; None if nothing does."""
    return _negated(claim, evidence) or _opposite(claim, evidence)


def _negated(claim: str, evidence: str) -> str | None:
    ours, theirs = list(negations(claim)), list(negations(evidence))
    said = {s for s in _stems(claim) if s not in STOP_WORDS}
    held = {s for s in _stems(evidence) if s not in STOP_WORDS}
    free = list(theirs)
    for negation in ours:
        match = max(free, key=lambda other: len(negation.reach & other.reach), default=None)
        if match is not None and (negation.reach & match.reach or not (match.near in said and negation.near in held)):
            free.remove(match)
            continue
        if match is None and theirs and any(negation.reach & other.reach for other in theirs):
            continue  # "neither ... nor" in one, "no" in the other
        if negation.near in held or (negation.reach & held) or not theirs:
            if _turned(negation, evidence):
                continue
            return f"“{negation.word}” is not in the passage"
    for negation in free:
        if negation.near not in said or _turned(negation, claim):
            continue
        if any(negation.reach & other.reach for other in ours):
            continue
        # "can promise this, but cannot promise that": which of the two is meant, more words must tell
        also_plain = _stems(evidence).count(negation.near) > sum(negation.near in n.reach for n in theirs)
        if not also_plain or 2 * len(negation.reach & said) > len(negation.reach):
            return f"the passage says “{negation.word}”, the sentence does not"
    return None


def _turned(negation: Negation, other: str) -> bool:
    """True if the other text says with a word of opposite meaning what this one negates ("did not rise", "fell")."""
    there = {place for s in _stems(other) for place in _SIDES.get(s, ())}
    return any((number, 1 - side) in there for s in negation.reach for number, side in _SIDES.get(s, ()))


def _opposite(claim: str, evidence: str) -> str | None:
    ours, theirs = _stems(claim), _stems(evidence)
    for at, word in enumerate(ours):
        for number, side in _SIDES.get(word, ()):
            same = [s for s in theirs if (number, side) in _SIDES.get(s, ())]
            turned = [n for n, s in enumerate(theirs) if (number, 1 - side) in _SIDES.get(s, ())]
            if same or not turned or any((number, 1 - side) in _SIDES.get(s, ()) for s in ours):
                continue
            if _reached_by_negation(word, claim) != any(_reached_by_negation(theirs[n], evidence) for n in turned):
                continue
            wide = word in _ORDERING or any(theirs[n] in _ORDERING for n in turned)
            if any(_same_setting(ours, at, theirs, n, forward=wide) for n in turned):
                said, given = _spelled(word, claim), _spelled(theirs[turned[0]], evidence)
                return f"the sentence says “{said}”, the passage “{given}”"
    return None


def _reached_by_negation(word: str, text: str) -> bool:
    return any(word in negation.reach for negation in negations(text))


def _same_setting(ours: Sequence[str], at: int, theirs: Sequence[str], there: int, *, forward: bool) -> bool:
    """True if both words have a word in common beside them: it is the same that is spoken of."""

    def around(stems: Sequence[str], n: int) -> set[str]:
        before = [] if forward else list(stems[max(0, n - 5) : n])
        return {s for s in [*before, *stems[n + 1 : n + 5]] if s not in STOP_WORDS}

    return bool(around(ours, at) & around(theirs, there))


def _spelled(word: str, text: str) -> str:
    return next((w for w in _WORD.findall(text) if stem(w.lower()) == word), word)
