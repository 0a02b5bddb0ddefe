"""Whether quotes bear out a sentence: the check inside citation precision and recall, and it is named in reports."""

from __future__ import annotations

import re
from typing import Protocol

from eval.errors import EvalError
from index.reader import Text
from index.reader.minilm import MiniLMReader
from index.terms import terms

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NLI_PREFIX = "nli:"


class Support(Protocol):
    """Says whether `premise` (quotes, joined) supports `sentence`."""

    @property
    def name(self) -> str: ...

    def supports(self, premise: str, sentence: str) -> bool: ...


class WordSupport:
    """Support by words: nearly all content words of the sentence, and all its numbers, stand in the quotes.

    Strict and explainable for quoting; it cannot follow a paraphrase nor see a reversed meaning. For fluent
    answers, name an entailment model instead.
    """

    def __init__(self, share: float = 0.8) -> None:
        self._share = share

    @property
    def name(self) -> str:
        return f"words ({self._share:.0%} of the content words and every number)"

    def supports(self, premise: str, sentence: str) -> bool:
        wanted = set(terms(sentence))
        if not wanted or not set(_NUMBER.findall(sentence)) <= set(_NUMBER.findall(premise)):
            return False
        return len(wanted & set(terms(premise))) >= self._share * len(wanted)


class NliSupport:
    """Support by entailment, as in ALCE: any cross-encoder with an entailment label, by hub id or local path."""

    def __init__(self, model: str) -> None:
        from sentence_transformers import CrossEncoder  # heavy, and only this check needs it

        self._name = model
        try:
            self._model = CrossEncoder(model)
        except Exception as error:
            raise EvalError(
                f"the support model {model!r} cannot be loaded ({error}); give a hub id or a path"
            ) from error
        labels = {str(label).lower(): number for number, label in self._model.config.id2label.items()}
        if "entailment" not in labels:
            raise EvalError(f"the support model {model!r} has no label 'entailment', only {sorted(labels)}")
        self._entails = int(labels["entailment"])

    @property
    def name(self) -> str:
        return f"entailment by {self._name}"

    def supports(self, premise: str, sentence: str) -> bool:
        return bool(self._model.predict([(premise, sentence)])[0].argmax() == self._entails)


class ReaderSupport:
    """Support by the reader that ships with the project, which was trained to tell claims that a passage bears out
    from such with a name or a number exchanged, or negated."""

    def __init__(self) -> None:
        self._reader = MiniLMReader()

    @property
    def name(self) -> str:
        return "the reader's score of claims"

    def supports(self, premise: str, sentence: str) -> bool:
        return self._reader.supports(sentence, [Text("", premise)])[0] > 0


def make_support(name: str) -> Support:
    """The check by name: "words", "reader", or "nli:MODEL". Raises EvalError on another name."""
    if name == "words":
        return WordSupport()
    if name == "reader":
        return ReaderSupport()
    if name.startswith(_NLI_PREFIX) and name != _NLI_PREFIX:
        return NliSupport(name.removeprefix(_NLI_PREFIX))
    raise EvalError(f"there is no support check {name!r}; give words, reader or nli:MODEL")
