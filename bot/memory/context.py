"""What a question says of its own, and what the turns before were about: told in brackets behind it where it leans."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.memory.exchanges import READ, Exchange
from bot.memory.words import ANAPHORIC, AUXILIARY, COMMON, COURTESY, INDEFINITE, OPENED, TELLS_WHAT
from bot.names import names_in
from bot.question import analyse
from index.terms import terms

_ENOUGH = 4  # words of its own with which a question whose reference is filled in says what it is about
_FEW = 2  # words, common ones counted, that leave the matter open if they name none: "when was the tower built"
_MOST = 32  # words of one earlier question that are told
_COMMON = frozenset(terms(COMMON))
_BRACKETS = re.compile(r"^(?P<core>.+?) \((?P<about>[^()]+)\)\?$", re.S)
# "What do otters eat", "how old is biden", "who lives in oldmouth": a word without an article, perhaps a name.
_BARE = re.compile(
    rf"\b(?:{AUXILIARY}|about|in|at|of|near|from|by|for|with)\s+(?!(?:{'|'.join(INDEFINITE)})\b)(?P<word>[a-z][\w’'-]*)(?<!ed)\b",
    re.I,
)
_QUANTITY = re.compile(r"\bhow\s+(?:much|many|long|often|far)\b", re.I)
_OF_WHAT = re.compile(
    r"^\W*(?:(?:what|how\s+\w+)\s*(?:['’]s|is|are|was|were|will|does|do|did|would)"
    r"|who(?:\s+(?:is|are|was|were)|['’]s)|(?:is|are|was|were) there|can (?:i|we))\b",
    re.I,
)


def own(text: str) -> list[str]:
    """The stems of a text that tell what it is about: neither grammar nor what any question may ask for."""
    return [term for term in terms(text) if term not in _COMMON]


def in_context(question: str, said: Sequence[str]) -> str:
    """The question with what was `said` in brackets behind it, without what it already says itself."""
    question, about = split_context(question)
    known = set(terms(f"{question} {about}"))
    parts = [about] if about else []
    for text in said:
        if part := _new(text, known):
            parts.append(part)
            known.update(terms(part))
    return f"{question.rstrip(' ?.!')} ({', '.join(parts)})?" if parts else question


def filled(question: str, reading: str, before: Sequence[Exchange]) -> str:
    """A reading of a question, with what the words that it fills in were said about if it has few of its own.

    A name in the place of "she" finds all that she ever did; what she was asked about is gone with the question.
    """
    if _BRACKETS.match(reading) or len(own(question)) > _ENOUGH:
        return reading
    new = set(terms(reading)) - set(terms(question))
    of = next((e for e in reversed(before) if new <= set(terms(f"{e.question} {e.answer}"))), before[-1])
    return in_context(reading, of.topics())


def leans(question: str, previous: Exchange) -> bool:
    """True if a question without a reference still depends on what was said: "And who paid?", "what was the reason"."""
    if COURTESY.match(question):
        return False
    words = own(question)
    opening = question.lstrip().split(" ")[0]  # its capital says nothing
    names = [name for name in names_in(question) if own(name) or name != opening.rstrip(",?")]
    if names:
        asks_of_none_else = set(own(" ".join(names))) >= set(words)
        return asks_of_none_else and bool(OPENED.match(question)) and bool(analyse(question).said_by)
    if not words or (len(words) < _ENOUGH and OPENED.match(question)):
        return True
    if len(words) <= _FEW and ANAPHORIC.search(question):
        return True
    if len(words) > 1 or TELLS_WHAT.search(question) or len(terms(_QUANTITY.sub(" ", question))) > _FEW:
        return False
    if any(own(m["word"]) for m in _BARE.finditer(question)):
        return False
    # "What is the prize?" is the prize of something; "who found the comet" may well be of another story.
    return bool(_OF_WHAT.match(question)) or words[0] in terms(f"{previous.question} {previous.answer}")


def inherited(last: Exchange, before: Sequence[Exchange]) -> str:
    """What an earlier question that names nothing is still about, if its words or its answer's were said before it."""
    if not before or names_in(last.question) or len(own(last.question)) > _ENOUGH:
        return ""
    said = set(own(f"{before[-1].question} {before[-1].answer[:READ]}"))
    continues = said & set(own(f"{last.question} {last.answer[:READ]}"))
    return ", ".join(before[-1].topics()) if any(not term.isdigit() for term in continues) else ""


def split_context(question: str) -> tuple[str, str]:
    """What `in_context` made, taken apart: the question, and what it is told to be about ("" if nothing)."""
    found = _BRACKETS.match(question)
    return (f"{found['core']}?", found["about"]) if found else (question, "")


def _new(text: str, known: set[str]) -> str:
    """The text from the first to the last of its words that says something new; "" if none does."""
    words = re.sub(r"[()]", " ", text).strip(" ?.!").split()[:_MOST]
    says = [i for i, word in enumerate(words) if set(own(word)) - known]
    if not says:
        return ""
    first, last = says[0], says[-1]
    while first and words[first][:1].isupper() and words[first - 1][:1].isupper():
        first -= 1  # no name is cut in two
    while words[last][:1].isupper() and words[last + 1 : last + 2] and words[last + 1][:1].isupper():
        last += 1
    article = next((i for i in (first - 1, first - 2) if i >= 0 and words[i].lower() in ("the", "a", "an")), None)
    if article is not None:
        first = article
    elif first == last and words[first].islower() and known & set(own(text)):
        return ""  # the verb of a question whose nouns are there
    return " ".join(words[first : last + 1]).strip(',;:(“”"')
