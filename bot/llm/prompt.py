"""The prompt: the passages as data, numbered, with who, when and where, as many as fit."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.candidates import read_article
from bot.llm.budget import count_tokens
from bot.llm.calls import Messages
from bot.machine import addresses_machine
from index.schema import Document, Hit

SILENCE = "The sources do not say."
_PROMPTS = Path(__file__).parents[1] / "prompts"
_LONGEST_FIELD = 200
# A local server may read these as the end of a message, wherever they stand.
_CONTROL = re.compile(r"<\|[^<>|]{0,40}\|>|</?s>|<</?SYS>>|\[/?INST\]|<(?:start|end)_of_turn>|</?think>", re.I)
_FOOTNOTE = re.compile(r"\[\^?\d{1,3}\]")


@dataclass(frozen=True, slots=True)
class Prompt:
    """`hits[n - 1]` is passage n of the messages; `tokens` is what the passages take."""

    messages: Messages
    hits: tuple[Hit, ...]
    tokens: int


def instructions(question: str) -> str:
    """All of the prompt but the passages, to be measured."""
    return "\n".join(text for _, text in _messages(question, "", "passages-000000"))


def make_prompt(question: str, hits: Sequence[Hit], room: int) -> Prompt:
    """The prompt with the first passages that fit into `room` tokens, the last of them cut after a sentence.

    What speaks to the machine is left out, as where answers are quoted; a passage of which nothing is left is not
    counted. Without hits if not even one sentence fits.
    """
    tag = _tag(question, hits)
    blocks: list[str] = []
    used: list[Hit] = []
    tokens = 0
    for hit in hits:
        sentences = _sentences(hit)
        if not sentences:
            continue
        number = len(used) + 1
        whole = _block(tag, number, hit.document, sentences)
        block = whole if tokens + count_tokens(whole) <= room else None
        if block is None:
            block = _cut(tag, number, hit.document, sentences, room - tokens)
        if block is not None:
            blocks.append(block)
            used.append(hit)
            tokens += count_tokens(block)
        if block is not whole:
            break
    return Prompt(_messages(question, "\n\n".join(blocks), tag), tuple(used), tokens)


def _messages(question: str, passages: str, tag: str) -> Messages:
    return (
        ("system", _template("answer").format(tag=tag, silence=SILENCE)),
        ("human", _template("question").format(passages=passages, question=_plain(question), silence=SILENCE)),
    )


@lru_cache(maxsize=4)
def _template(name: str) -> str:
    return (_PROMPTS / f"{name}.md").read_text("utf-8").strip()


def _tag(question: str, hits: Sequence[Hit]) -> str:
    """A name for the tags that no passage can close: it depends on every letter of them all."""
    digest = hashlib.sha256(question.encode("utf-8", "surrogatepass"))
    for hit in hits:
        digest.update(f"\x00{hit.document.id}\x00{hit.passage.text}".encode("utf-8", "surrogatepass"))
    return f"passage-{digest.hexdigest()[:8]}"


def _block(tag: str, number: int, document: Document, sentences: Sequence[str]) -> str:
    return f'<{tag} number="{number}">\n{_about(document)}\n\n{"".join(sentences).strip()}\n</{tag}>'


def _cut(tag: str, number: int, document: Document, sentences: Sequence[str], room: int) -> str | None:
    """The passage with as many of its sentences as fit, None if not even one does."""
    for end in range(len(sentences) - 1, 0, -1):
        block = _block(tag, number, document, sentences[:end])
        if count_tokens(block) <= room:
            return block
    return None


def _about(document: Document) -> str:
    """Who, when and where, a line each; what speaks to the machine is left out here too."""
    fields = (
        ("Title", document.title),
        ("Outlet", document.outlet),
        ("Author", document.author),
        ("Published", document.published or document.dated),
        ("Updated", document.updated if document.updated != document.published else None),
    )
    shown = [(name, _plain(" ".join(value.split()))[:_LONGEST_FIELD]) for name, value in fields if value]
    return "\n".join(f"{name}: {value}" for name, value in shown if not addresses_machine(value))


def _sentences(hit: Hit) -> list[str]:
    """The passage's sentences, each with the space or the line break before it, without what speaks to the machine."""
    article, passage, text = read_article(hit.document), hit.passage, hit.document.text
    found: list[str] = []
    before = passage.start
    for number, (start, end) in enumerate(article.sentences):
        start, end = max(start, passage.start), min(end, passage.end)
        if start >= end or number in article.hostile:
            continue
        gap = "\n" if "\n" in text[before:start] else " "
        found.append(gap + _plain(text[start:end]))
        before = end
    return found


def _plain(text: str) -> str:
    """The text without control tokens of chat models and without footnotes of its own, which would pass for ours."""
    return _FOOTNOTE.sub("", _CONTROL.sub(" ", text))
