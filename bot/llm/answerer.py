"""The answerer that writes: a chat model proposes sentences, a checker decides which of them are shown.

The extractive answerer is asked first. Where it is silent nothing is sent to the model; where the model fails or none
of its sentences stands, its answer is given, and says so. Where the sources differ, it shows the sides that the model
left out.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Protocol

from bot.answerer import Answerer, Token, WeighsWords
from bot.llm.budget import room_for_passages
from bot.llm.calls import Chunk, Messages
from bot.llm.errors import ContextTooLongError, LlmError
from bot.llm.prompt import SILENCE, Prompt, instructions, make_prompt
from bot.schema import Draft, DraftSentence
from bot.sides.merge import TellsSides, with_sides
from bot.verify.check import Verdict
from bot.verify.claim import Claim
from bot.verify.claims import ClaimStream
from bot.verify.framing import admits_silence, frames
from index.lexical import Words
from index.schema import Hit

_LEAST_ROOM = 60  # tokens below which no smaller prompt is tried
_ENDS = (".", "!", "?", "…", "”", '"', "’", ")", "。")


class Checks(Protocol):
    """What tells whether a claim stands: `bot.verify.check.Checker`."""

    def check(self, claim: Claim, hits: Sequence[Hit], question: str) -> Verdict: ...


class Writes(Protocol):
    """A chat model: `bot.llm.model.ChatModel`."""

    @property
    def name(self) -> str: ...
    @property
    def window(self) -> int: ...
    @property
    def answer_tokens(self) -> int: ...
    def stream(self, messages: Messages) -> Generator[Chunk, None, None]: ...


class LlmAnswerer:
    """A `StreamingAnswerer`. `quoting` is the extractive answerer; `show_unsupported` keeps the sentences that have a
    source but are not borne out by it, marked as such."""

    name = "llm"

    def __init__(self, model: Writes, checker: Checks, quoting: Answerer, *, show_unsupported: bool = False) -> None:
        self._model = model
        self._checker = checker
        self._quoting = quoting
        self._show_unsupported = show_unsupported

    def knowing(self, words: Words) -> Answerer:
        """See `WeighsWords`."""
        if not isinstance(self._quoting, WeighsWords):
            return self
        quoting = self._quoting.knowing(words)
        return LlmAnswerer(self._model, self._checker, quoting, show_unsupported=self._show_unsupported)

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        """The draft that `stream` ends with."""
        (draft,) = [item for item in self.stream(question, hits) if isinstance(item, Draft)]
        return draft

    def stream(self, question: str, hits: Sequence[Hit]) -> Generator[Token | Verdict | Draft, None, None]:
        """Tokens as they come, a verdict for each sentence once it is complete, the draft.

        Never raises for what the model does: its draft then is the extractive one with a notice.
        """
        quoted = replace(self._quoting.answer(question, hits), answerer=self._quoting.name)
        if not quoted.sentences:
            yield quoted
            return
        verdicts: list[Verdict] = []
        try:
            with closing(self._written(question, hits)) as items:
                for item in items:
                    if isinstance(item, Verdict):
                        verdicts.append(item)
                    yield item
        except LlmError as error:
            yield replace(quoted, notice=f"Quoted from the sources instead, because the model failed: {error}")
            return
        draft = self._draft(verdicts, quoted)
        if draft.answerer is None and isinstance(self._quoting, TellsSides):  # what is quoted has its sides already
            draft = replace(draft, sentences=with_sides(draft.sentences, self._quoting.sides(question, hits)))
        yield draft

    def _written(self, question: str, hits: Sequence[Hit]) -> Generator[Token | Verdict, None, None]:
        """What the model writes, with ever smaller prompts until one fits."""
        model = self._model
        room = room_for_passages(model.window, model.answer_tokens, instructions(question))
        while True:
            prompt = make_prompt(question, hits, room)
            if not prompt.hits:
                raise LlmError(
                    f"the model {model.name} has a window of {model.window} tokens, in which no passage fits beside "
                    "the question; set FOOTNOTE_LLM_CONTEXT if it is larger, or choose another model"
                )
            try:
                yield from self._checked(question, prompt)
                return
            except ContextTooLongError:
                room = min(room, prompt.tokens) // 2
                if room < _LEAST_ROOM:
                    raise

    def _checked(self, question: str, prompt: Prompt) -> Generator[Token | Verdict, None, None]:
        sentences, seen, finish = ClaimStream(), set[str](), None
        with closing(self._model.stream(prompt.messages)) as chunks:
            for chunk in chunks:
                finish = chunk.finish or finish
                yield Token(chunk.text)
                yield from self._verdicts(sentences.feed(chunk.text), seen, question, prompt)
        if finish == "content_filter":
            raise LlmError(f"the provider of {self._model.name} withheld the answer; put the question differently")
        last = sentences.close()
        if finish in ("length", "max_tokens") and last and not last[-1].text.endswith(_ENDS):
            last.pop()  # cut off in the middle of a sentence
        yield from self._verdicts(last, seen, question, prompt)

    def _verdicts(
        self, claims: Sequence[Claim], seen: set[str], question: str, prompt: Prompt
    ) -> Generator[Verdict, None, None]:
        told = " ".join(prompt.messages[0][1].split())
        for claim in claims:
            if claim.text in seen:  # small models go round in circles
                continue
            seen.add(claim.text)
            if claim.text.rstrip(".:") in told and claim.text != SILENCE:
                yield Verdict(claim, None, _INSTRUCTIONS)
            else:
                yield self._checker.check(claim, prompt.hits, question)

    def _draft(self, verdicts: Sequence[Verdict], quoted: Draft) -> Draft:
        """The sentences that may be shown. See docs/decisions/0011-llm.md on its confidence."""
        said = [v for v in verdicts if v.reason != _INSTRUCTIONS and not frames(v.claim.text)]
        counted = [v for v in said if not admits_silence(v.claim.text)]
        sentences = [v.sentence for v in counted if v.sentence]
        sound = [s for s in sentences if s.support != "unsupported"]
        if said and not counted:
            return Draft((), quoted.confidence / 2, self._model.name)
        if not sound:
            return replace(quoted, notice=_NOTHING_LEFT)
        shown: list[DraftSentence] = sentences if self._show_unsupported else sound
        return Draft(tuple(shown), quoted.confidence * len(sound) / len(counted), self._model.name)


_INSTRUCTIONS = "repeats what the model was told"
_NOTHING_LEFT = "Quoted from the sources instead, because nothing that the model wrote is borne out by them."
