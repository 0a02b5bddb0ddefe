"""Names in a claim, and who is said to have said it: do the sources name them, and do they say so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from bot.attribution import speakers
from bot.names import names_in, same_name
from index.date_words import MONTHS
from index.stop_words import STOP_WORDS

# Names that mean the same; of a capital and its government either may speak for the other.
_SAME = [
    frozenset(line.split(","))
    for line in (
        "us,usa,u.s,u.s.a,america,american,americans,united states,united states of america,washington,white house",
        "uk,u.k,britain,british,britons,great britain,united kingdom,london",
        "russia,russian,russians,russian federation,moscow,kremlin",
        "ukraine,ukrainian,ukrainians,kyiv,kiev",
        "germany,german,germans,berlin",
        "france,french,paris",
        "china,chinese,beijing",
        "eu,european union,brussels,europe,european,europeans",
        "un,united nations",
        "spain,spanish,spaniards,madrid",
        "netherlands,dutch,the hague",
        "sweden,swedish,swedes,stockholm",
        "denmark,danish,danes,copenhagen",
        "finland,finnish,finns,helsinki",
        "poland,polish,poles,warsaw",
        "turkey,turkish,turks,türkiye,ankara",
        "switzerland,swiss,bern",
        "wales,welsh,cardiff",
        "ireland,irish,dublin",
        "greece,greek,greeks,athens",
        "norway,norwegian,norwegians,oslo",
        "scotland,scottish,scots,edinburgh",
        "england,english",
        "czechia,czech,czechs,czech republic,prague",
    )
]
_ADJECTIVE = re.compile(r"(?:ians?|ans?|ns?|is|ish|ese|ic|ch|s|ns|ers?)?$")
# Endings of words that open a sentence and are no names ("Officials said", "Repairs will cost").
_COMMON = re.compile(r"(?:s|ing|ly|tion|sion|ment|ness|ity|ance|ence|age|ed|ism|ure|ship|hood|th|body|thing|one)$")
_COMMON_WORDS = frozenset(
    "trade traffic work access entry news police staff public media water food fuel oil gas power rain snow wind fire "
    "damage talk progress support demand output part much little less more music bread money time life law order land "
    "research training evidence nobody construction war peace sources source passage article overall additionally "
    "furthermore moreover yes no thus hence given once".split()
)
_LABEL = re.compile(
    r"^(?P<name>[A-ZÀ-ÞĀ-Ž][\w’'.-]*(?:\s+(?:(?:de|van|von|der|al|bin|la)\s+)?[A-ZÀ-ÞĀ-Ž][\w’'.-]*){0,3}):\s"
)
_CLAUSES = re.compile(r"(?:[;]|,?\s+(?:while|whereas)|,\s+(?:and|but|yet))\s+")


def plain(text: str) -> str:
    """Lower case without accents, for comparing names."""
    folded = unicodedata.normalize("NFD", text.replace("’", "'").casefold())
    return "".join(c for c in folded if not unicodedata.combining(c))


@lru_cache(maxsize=4096)
def word_set(text: str) -> frozenset[str]:
    """The words of a text as names are compared: possessives off, "U.S." as "us"."""
    words = re.findall(r"[^\W_]+(?:['.&-][^\W_]+)*", re.sub(r"'s\b", "", plain(text)))
    return frozenset(
        [*words, *(part for word in words for part in re.split(r"[-']", word)), *(w.replace(".", "") for w in words)]
    )


def names_of(claim: str, known: Iterable[str]) -> list[str]:
    """The names in a claim that a source has to bear out; `known` are texts whose small words are no names."""
    found = []
    for name in names_in(claim):
        low = plain(name)
        if low in MONTHS or re.fullmatch(r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?", low) or low == "i":
            continue
        words = [w for w in name.split() if plain(w) not in MONTHS or w == "May"]
        if not words or (len(words) == 1 and (len(words[0]) == 1 or _is_common(words[0], claim, known))):
            continue
        found.append(" ".join(words))
    return found


def _is_common(word: str, claim: str, known: Iterable[str]) -> bool:
    """True for a word that has its capital from opening a sentence or a quotation."""
    at = claim.find(word)
    opens = re.search(r"(?:^|[.!?:;]\s+|[“\"‘«„(]\s*)$", claim[:at]) is not None
    if not opens:
        return False
    low = word.lower()
    if low in STOP_WORDS or low in _COMMON_WORDS:
        return True
    if any(re.search(rf"(?<!\w){re.escape(low)}(?!\w)", text) for text in known):
        return True
    possessive = claim[at + len(word) : at + len(word) + 2] in ("’s", "'s")
    return not possessive and not any(word in text for text in known) and bool(_COMMON.search(low))


def named(name: str, texts: Sequence[str], beyond: str = "") -> bool:
    """True if the texts name it: by the whole name, its last word, initials, or another name of the same. `beyond` is
    the rest of what their sources say: a first name may stand there."""
    text = " ".join(texts)
    there = word_set(text)
    wanted = re.findall(r"[^\W_]+(?:['.&-][^\W_]+)*", re.sub(r"'s\b", "", plain(name)))
    if not wanted or all(word in there or word.replace(".", "") in there for word in wanted):
        return True
    if len(wanted) > 1:
        others = [other for other in names_in(text) if _same_last(name, other)]
        if wanted[-1] in there:
            return not others or any(_same_person(name, other) for other in others)
        if wanted[0] in there and set(wanted) <= word_set(beyond):
            return True
    if _also_called(name, text, there):
        return True
    return any(_derived(wanted[-1], word) for word in there) if len(wanted) == 1 else False


def _same_last(one: str, other: str) -> bool:
    return plain(one).split()[-1] == plain(other).split()[-1]


def _same_person(one: str, other: str) -> bool:
    """True unless their first names differ: "S. Lavrov" and "Sergey Lavrov" may be one, "Igor Lavrov" is another."""
    a, b = plain(one).split(), plain(other).split()
    if len(a) == 1 or len(b) == 1:
        return True
    first, second = a[0].strip("."), b[0].strip(".")
    return (
        first == second
        or (min(len(first), len(second)) == 1 and first[0] == second[0])
        or bool(set(a[:-1]) & set(b[:-1]))
    )


def _also_called(name: str, text: str, there: frozenset[str]) -> bool:
    low = plain(name).replace(".", "")
    spaced = " " + " ".join(re.findall(r"[^\W_]+", plain(text))) + " "
    for group in _SAME:
        if low in {plain(g).replace(".", "") for g in group}:
            return any(f" {plain(g)} " in spaced if " " in g else g in there for g in group)
    if name.isupper() and 2 <= len(name) <= 6:  # an acronym, and the words that it stands for
        return any(_initials(other) == name for other in names_in(text))
    initials = _initials(name)
    return len(initials) > 1 and initials.lower() in there and initials in text


def _initials(name: str) -> str:
    words = [word for word in re.split(r"[\s-]+", name) if word[:1].isupper()]
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def _derived(one: str, other: str) -> bool:
    """True for a place and its people: "Estonia" and "Estonian"."""
    if min(len(one), len(other)) < 4 or one[0] != other[0]:
        return False
    common = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if common < 4 or common < max(len(one), len(other)) - 4:
        return False
    return all(_ADJECTIVE.fullmatch(word[common:]) or word[common:] in ("a", "ia", "y", "e") for word in (one, other))


def attributions(claim: str) -> list[tuple[str, str]]:
    """Who a claim says has said what: (name, the clause), one for each clause that names its speaker."""
    found = []
    if label := _LABEL.match(claim):
        found.append((label["name"], claim[label.end() :]))
        claim = claim[label.end() :]
    for clause in _clauses(claim):
        speaker = speakers(clause, [(0, len(clause))])[0] if clause.strip() else None
        if speaker is not None:
            found.append((speaker.name, clause))
    return found


def _clauses(claim: str) -> list[str]:
    """The claim cut where another clause with a name of its own begins."""
    cuts = [0, *(m.end() for m in _CLAUSES.finditer(claim) if claim[m.end() : m.end() + 1].isupper()), len(claim)]
    return [claim[a:b].strip(" ,;") for a, b in pairwise(cuts)]


def may_be_same(one: str, other: str) -> bool:
    """True if two names of speakers may be one's."""
    return (same_name(plain(one), plain(other)) and _same_person(one, other)) or _also_called(
        one, other, word_set(other)
    )
