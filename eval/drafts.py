"""Drafts a question set from the articles in an index, without any language model, for a person to edit.

Near misses pair a speaker with a name that stands only in other articles.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.attribution import speakers
from bot.names import people_in
from eval.errors import EvalError
from eval.match import holds
from eval.phrase import CALENDAR, phrase, topics_in
from index.access import EVERYTHING
from index.address import IndexPlace, MilvusAddress
from index.boilerplate import is_sentence
from index.opened import open_index
from index.schema import Document
from index.sentences import split_sentences
from index.view import Index

_SHORTEST, _LONGEST = 40, 320
_UNANSWERABLE_SHARE = 0.2
_LEANING = re.compile(r"^[“\"‘']?(?:he|she|it|they|this|that|these|those|but|and|so|however|such|there)\b", re.I)


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted question with the gold words found in `quote`; no gold: the articles should not answer it."""

    kind: str
    text: str
    gold: tuple[str, ...]
    source: str
    quote: str


def write_draft_suite(place: IndexPlace, folder: Path, most: int, seed: int) -> str:
    """Writes a suite folder that asks the index, and says what to do next.

    Raises EvalError if the folder holds questions already (they may have been edited), or the articles give none.
    """
    found = draft(open_index(place), most, seed)
    if not found:
        raise EvalError(
            f"the articles in {place} give no questions (no full sentences?); write your own, see the guide"
        )
    lines = [_line(number, item) for number, item in enumerate(found, start=1)]
    name = place.name if isinstance(place, MilvusAddress) else place.resolve().name
    write_suite(folder, place, f"Questions on {name}", lines)
    silent = sum(not item.gold for item in found)
    return (
        f"{folder / 'queries.jsonl'}: {len(found)} draft questions, {silent} of them meant to have no answer.\n"
        "Edit them: reword, correct the gold words in nuggets, delete what is no good, add your own. Then:\n"
        f"  python -m eval run {folder} --report {folder / 'report'}"
    )


def write_suite(folder: Path, place: IndexPlace, title: str, lines: Sequence[dict[str, Any]]) -> None:
    """A suite folder over an index. Raises EvalError rather than overwrite one, or if it cannot be written."""
    queries = folder / "queries.jsonl"
    if queries.exists():
        raise EvalError(f"{queries} exists, perhaps edited; give another folder with --out, or remove it")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        index = str(place)
        if isinstance(place, Path):
            index = os.path.relpath(place.resolve(), folder.resolve())
        config = f"title = {_toml(title)}\nindex = {_toml(index)}\n"
        (folder / "suite.toml").write_text(config, "utf-8")
        queries.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    except OSError as error:
        raise EvalError(f"{folder} cannot be written ({error}); give another folder with --out") from error


def draft(index: Index, most: int, seed: int) -> list[Draft]:
    """At most `most` drafts: kinds and articles in turn, a fifth of them near misses that no article answers."""
    generator = random.Random(seed)
    documents = sorted(index.view(EVERYTHING).documents.values(), key=lambda d: d.source)
    answerable = most - int(most * _UNANSWERABLE_SHARE)
    pools = [_mixed(list(_drafts_of(document, index)), generator) for document in documents]
    chosen: list[Draft] = []
    while any(pools) and len(chosen) < answerable:
        for pool in pools:
            if pool and len(chosen) < answerable:
                chosen.append(pool.pop(0))
    misses = list(_near_misses(documents, generator))
    return (
        chosen + misses[: min(most - len(chosen), round(len(chosen) * _UNANSWERABLE_SHARE / (1 - _UNANSWERABLE_SHARE)))]
    )


def _mixed(drafts: list[Draft], generator: random.Random) -> list[Draft]:
    """In chance order, but kinds in turn: one article is not asked ten times who said something."""
    by_kind: dict[str, list[Draft]] = {}
    for item in generator.sample(drafts, len(drafts)):
        by_kind.setdefault(item.kind, []).append(item)
    mixed: list[Draft] = []
    while any(by_kind.values()):
        mixed.extend(group.pop(0) for group in by_kind.values() if group)
    return mixed


def _drafts_of(document: Document, index: Index) -> Iterator[Draft]:
    spans = split_sentences(document.text)
    for (start, end), speaker in zip(spans, speakers(document.text, spans), strict=True):
        sentence = document.text[start:end]
        usable = _SHORTEST <= end - start <= _LONGEST and "\n" not in sentence and is_sentence(sentence)
        if usable and not _LEANING.match(sentence):
            made = phrase(sentence, document.title, speaker, index)
            if made and not any(holds(made[1], gold) for gold in made[2]):
                yield Draft(*made, document.source, sentence)


def _near_misses(documents: Sequence[Document], generator: random.Random) -> Iterator[Draft]:
    """Speakers asked about names that occur in the index, but in no article together with them."""
    names = {
        d.source: {t for start, end in split_sentences(d.text) for t in topics_in(d.text[start:end])} for d in documents
    }
    who = {
        speaker.name
        for d in documents
        for speaker in speakers(d.text, split_sentences(d.text))
        if speaker and speaker.name in people_in(d.text)
    }
    topics = sorted(
        {name for found in names.values() for name in found if len(name.split()) > 1 and not CALENDAR.search(name)}
    )
    for speaker_name in generator.sample(sorted(who), len(who)):
        last = speaker_name.split()[-1]
        near = [d for d in documents if holds(d.text, last)]
        far = [t for t in topics if not any(holds(f"{d.title} {d.text}", t) for d in near) and not holds(t, last)]
        if far:
            yield Draft("unanswerable", f"What did {speaker_name} say about {generator.choice(far)}?", (), "", "")


def _toml(text: str) -> str:
    """A TOML string: JSON's, but for escapes of surrogate pairs, which TOML does not know."""
    return json.dumps(text, ensure_ascii=False)


def _line(number: int, item: Draft) -> dict[str, Any]:
    line: dict[str, Any] = {"_id": f"q{number:03}", "text": item.text, "kind": item.kind, "answerable": bool(item.gold)}
    if item.gold:
        line["nuggets"] = [{"any": [gold], "vital": True} for gold in item.gold]
        line["answers"] = [" ".join(item.gold)]
        line["spans"] = [{"source": item.source, "quote": item.quote}]
        line["note"] = "draft"
    else:
        line["note"] = "draft: check that no article answers it"
    return line
