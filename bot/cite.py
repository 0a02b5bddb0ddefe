"""From a draft to numbered citations. Nothing is shown whose quote does not stand in its document."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.schema import Also, AnswerSentence, Citation, Draft, Evidence
from index.schema import Document, Hit

# What Markdown, HTML or a [n] marker could be made of; a backslash keeps it text.
_ACTIVE = re.compile(r"([\\`*_<>\[\]|~$&])")
_LINE_OPENER = re.compile(r"^(\s*)(\d*)([#+-]|(?<=\d)[.)])(?=\s)")


def number_citations(draft: Draft, hits: Sequence[Hit] = ()) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...]]:
    """The draft's sentences with numbered citations, in order of first use.

    Evidence that is not a span of its document is dropped; a sentence left without evidence, or a "verbatim"
    one whose words its evidence does not hold, goes with it. The hits tell which documents say the same.
    """
    also = {hit.document.id: hit.also for hit in hits}
    sentences: list[AnswerSentence] = []
    citations: list[Citation] = []
    numbers: dict[tuple[str, int, int], int] = {}
    for sentence in draft.sentences:
        sound = [e for e in sentence.evidence if _is_span(e)]
        if not sound or (sentence.support == "verbatim" and not any(e.quote in sentence.text for e in sound)):
            continue
        used: list[int] = []
        for evidence in sound:
            key = (evidence.document.id, evidence.start, evidence.end)
            if key not in numbers:
                numbers[key] = len(citations) + 1
                citations.append(_citation(numbers[key], evidence, also.get(evidence.document.id, ())))
            if numbers[key] not in used:
                used.append(numbers[key])
        sentences.append(AnswerSentence(sentence.text, tuple(used), sentence.support))
    return tuple(sentences), tuple(citations)


def to_markdown(sentences: Sequence[AnswerSentence]) -> str:
    """The answer as Markdown: a line for one sentence, a list for several, each with its [n] markers."""
    lines = [f"{escape_markdown(s.text)} {' '.join(f'[{n}]' for n in s.citations)}" for s in sentences]
    return lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)


def escape_markdown(text: str) -> str:
    """`text` so that Markdown shows it letter for letter."""
    return _LINE_OPENER.sub(r"\1\2\\\3", _ACTIVE.sub(r"\\\1", text))


def _is_span(evidence: Evidence) -> bool:
    return 0 <= evidence.start < evidence.end <= len(evidence.document.text) and bool(evidence.quote.strip())


def _citation(n: int, evidence: Evidence, also: Sequence[Document]) -> Citation:
    document = evidence.document
    place = document.place(evidence.start)
    return Citation(
        n=n,
        document_id=document.id,
        source=document.source,
        title=document.title,
        author=document.author,
        published=document.published,
        url=document.url,
        passage_id=evidence.passage_id,
        start=evidence.start,
        end=evidence.end,
        quote=evidence.quote,
        updated=document.updated,
        outlet=document.outlet,
        place=place.label if place else None,
        link=document.link(evidence.start),
        also=tuple(Also(d.source, d.title, d.url) for d in also),
    )
