"""The form in which a language model is asked to rewrite a follow-up, and the guard over what it returns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from bot.memory.standalone import standalone_question, stands_alone
from bot.memory.words import LABEL
from bot.names import names_in
from bot.schema import Turn
from index.terms import terms

_PROMPT = Path(__file__).with_name("rewrite.txt")
_TURNS, _CHARS = 6, 1200  # of the history, and of each turn of it, that the model is shown
_LONGEST = 400
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NEW_SHARE = 0.34  # of a rewrite's words that may be new: verbs and nouns that make a fragment a sentence
_KEPT_SHARE = 0.5  # of the question's words that a rewrite must hold


def rewrite_prompt(question: str, history: Sequence[Turn]) -> list[tuple[str, str]]:
    """The messages that ask a chat model for the standalone question: (role, content), role "system" or "user"."""
    shown = [f"{turn.role}: {_one_line(turn.content)[:_CHARS]}" for turn in history[-_TURNS:]]
    asked = "\n".join(["<conversation>", *shown, "</conversation>", "", "Question to rewrite:", _one_line(question)])
    return [("system", _instructions()), ("user", asked)]


def accept(rewrite: str, question: str, history: Sequence[Turn]) -> str:
    """The model's rewrite if it can be trusted, else what the rules make of the question.

    Refused are: a rewrite of a question that stands alone, an empty or overlong one, one that drops a name or number of
    the question or brings one that nobody has said, and one that has little of the question's words or much that is
    new (an answer, a refusal, another question). For a question that stands alone the question itself is returned.
    """
    if stands_alone(question, history):
        return question
    plain = _cleaned(rewrite)
    return plain if plain and _is_faithful(plain, question, history) else standalone_question(question, history)


def _is_faithful(rewrite: str, question: str, history: Sequence[Turn]) -> bool:
    said = " ".join([*(turn.content for turn in history), question])
    asked, told, known = set(terms(question)), set(terms(rewrite)), set(terms(said))
    if len(rewrite) > max(_LONGEST, 2 * len(question)) or not told:
        return False
    if not _numbers(question) <= _numbers(rewrite) <= _numbers(said):
        return False
    if not _name_words(question) <= _words(rewrite) or not _name_words(rewrite) <= _words(said):
        return False
    return len(told - known) <= _NEW_SHARE * len(told) and len(asked & told) >= _KEPT_SHARE * len(asked - _REFERRING)


# Stems of what a rewrite is there to replace.
_REFERRING = frozenset(
    terms("mean meant sorry number figure one first second former latter place time thing person abt")
)


def _cleaned(rewrite: str) -> str:
    """The first line that says anything, without label, quotation marks and outer space."""
    first = next((line for line in rewrite.splitlines() if any(c.isalnum() for c in line)), "")
    return " ".join(LABEL.sub("", first).split()).strip("\"“”'`*_ ")


def _numbers(text: str) -> set[str]:
    return {number.replace(",", "") for number in _NUMBER.findall(re.sub(r"\[\d+\]", "", text))}


def _name_words(text: str) -> set[str]:
    return {word.casefold() for name in names_in(text) for word in _words(name)}


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", re.sub(r"['’]s\b", "", text.casefold())))


def _one_line(text: str) -> str:
    """A turn on one line, so that none can pretend to be another, and none can close the conversation."""
    return " ".join(text.split()).replace("<", "‹").replace(">", "›")


@cache
def _instructions() -> str:
    return _PROMPT.read_text("utf-8").strip()
