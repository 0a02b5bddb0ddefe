"""A follow-up and its history to a question that stands alone. A question that already does is left as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.memory.context import filled, in_context, inherited, leans, split_context
from bot.memory.exchanges import READ, Exchange
from bot.memory.fragments import foreign, fragment
from bot.memory.people import agrees
from bot.memory.references import resolved
from bot.names import names_in, same_name
from bot.schema import Turn
from index.stop_words import STOP_WORDS

Score = Callable[[str], float]
_REMEMBERED = 12  # turns; what was said longer ago does not decide what "he" means
_LONGEST = 500  # characters: a longer question says itself what it is about
_ONLY_PERSON = re.compile(r"^\W*(?P<opening>(?:and|but|what about|how about)\s+)(?P<pronoun>him|her)\W*$", re.I)
_INSIDE = re.compile(r"(?<=[\w,] )[A-ZÀ-Þ][\w’'-]*")


def standalone_question(question: str, history: Sequence[Turn], score: Score | None = None) -> str:
    """The question with what it leaves to the conversation filled in from the turns before.

    Where several readings are possible, the likeliest is taken; if `score` is given (higher is better, such as how well
    the best passage answers), the one that it puts highest. A question that needs nothing filled in is returned letter
    for letter, and `score` is not called.
    """
    found = readings(question, exchanges(history))
    if len(found) < 2 or score is None:
        return found[0]
    return max(found, key=score)


def readings(question: str, before: Sequence[Exchange]) -> list[str]:
    """What the question may mean, likeliest first; only the question itself if it needs nothing filled in."""
    if not before or len(question) > _LONGEST:
        return [question]
    previous = before[-1]
    cased = _recased(question, before)
    if foreign(question):
        return [f"{previous.question} {question}"]
    if found := fragment(_spelt_out(cased, before), previous):
        return [in_context(reading, [previous.about]) for reading in found]
    if found := resolved(cased, before):
        return [filled(cased, reading, before) for reading in found]
    return [in_context(question, previous.topics())] if leans(cased, previous) else [question]


def stands_alone(question: str, history: Sequence[Turn]) -> bool:
    """True if nothing has to be filled in, nor might be: a question of two plain words may be either."""
    before = exchanges(history)
    return not before or readings(question, before) == [question]


def exchanges(history: Sequence[Turn]) -> list[Exchange]:
    """The earlier questions, each standing alone, with their answers, oldest first."""
    found: list[Exchange] = []
    for turn in history[-_REMEMBERED:]:
        if turn.role == "user":
            asked = turn.content[:_LONGEST].strip()
            if any(c.isalnum() for c in asked):
                meant = readings(asked, found)[0]
                core, about = (meant, "") if meant == asked else split_context(meant)
                found.append(Exchange(_recased(core, found), "", about))
        elif found:
            last = found.pop()
            answer = f"{last.answer}\n{turn.content}".strip()
            # The answer may show how the question's names are spelt.
            spelt = Exchange(_recased(last.question, [Exchange(last.question, answer)]), answer, last.about)
            found.append(spelt if spelt.about else replace(spelt, about=inherited(spelt, found)))
    return found


def _spelt_out(question: str, before: Sequence[Exchange]) -> str:
    """ "And him?" with the name of whom the last exchange tells beside the one it was asked about."""
    only = _ONLY_PERSON.match(question)
    if not only:
        return question
    asked = names_in(before[-1].question)
    others = [p for p in before[-1].people() if not any(same_name(p, name) for name in asked)]
    fit = [p for p in others if agrees(only["pronoun"], p, before[-3:])]
    return f"{only['opening']}{fit[0]}?" if fit else question


def _recased(text: str, before: Sequence[Exchange]) -> str:
    """A text typed all in small letters, with the names of the conversation in their capitals."""
    if text[1:] != text[1:].lower():
        return text
    words: dict[str, str] = {}
    for exchange in before:
        said = f"{exchange.question}\n{exchange.answer[:READ]}"
        inside = set(_INSIDE.findall(said))  # the capital of a sentence's first word says nothing
        for name in names_in(said):
            last = name.split()[-1]
            words |= {name.lower(): name} if " " in name else {}
            words |= {last.lower(): last} if last in inside else {}
    known = sorted((w for w in words if len(w) > 3 and w not in STOP_WORDS), key=len, reverse=True)
    if not known:
        return text
    return re.sub(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)", lambda m: words[m.group(0).lower()], text, flags=re.I
    )
