"""What the loaders share: rows checked against a model, texts kept once, and errors that say where and what to do."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, BinaryIO, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from eval.errors import SuiteError
from eval.schema import Corpus, GoldSpan, Nugget, Question, Suite
from index.schema import Document

Filled = Annotated[str, StringConstraints(pattern=r"\S")]

# Answers that judge the sources instead of repeating them: an answer in the sources' own words never holds them.
_VERDICTS = frozenset(
    "yes no true false consistent inconsistent agree disagree similar different change before after".split()
)


class Row(BaseModel):
    """One object of a public file. Fields that a model does not name are ignored; a number may stand for a string."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Look:
    """What a path holds at first sight: its shape, and the keys of its first object or the names in the folder."""

    shape: str
    keys: frozenset[str]

    def __str__(self) -> str:
        shown = sorted(self.keys)[:12]
        return (
            f"{self.shape} of {', '.join(shown)}{' ...' if len(self.keys) > len(shown) else ''}"
            if shown
            else self.shape
        )


def look(path: Path) -> Look:
    """The look of a folder, of a JSON file or of JSON lines. Raises SuiteError if it is none of them."""
    if path.is_dir():
        try:
            return Look("a folder", frozenset(child.name for child in path.iterdir()))
        except OSError as error:
            raise SuiteError(f"{path} cannot be read ({error.strerror}); check the folder") from error
    with _opened(path) as lines:
        first = next((line for line in lines if line.strip()), b"")
    try:
        found, shape = json.loads(first), "JSON lines"
    except (ValueError, RecursionError):
        found, shape = parse(read_bytes(path), str(path)), "a JSON object"  # it is laid out over several lines
    if isinstance(found, list):
        found, shape = found[0] if found else {}, "a JSON list"
    keys = frozenset(found) if isinstance(found, dict) else frozenset()
    return Look(shape if keys else f"{shape} of {found!r:.20}", keys)


def read_bytes(path: Path) -> bytes:
    """The file's bytes. Raises SuiteError."""
    with _opened(path) as file:
        return b"".join(file)


def parse(raw: bytes, where: str) -> Any:
    """The JSON value in `raw`. Raises SuiteError that says where it went wrong."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        shown = raw.strip()[:40].decode("utf-8", "replace")
        raise SuiteError(f"{where} is no JSON ({error}): {shown!r}; mend or remove it") from error


def checked(model: type[R], value: object, where: str) -> R:
    """`value` as a row. Raises SuiteError that names the field, what was found there and the remedy."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"])) or "the value"
        raise SuiteError(
            f"{where}: {field}: {first['msg']}, found {first['input']!r:.60}; mend or remove it"
        ) from error


def read_rows(path: Path, model: type[R]) -> Iterator[tuple[str, R]]:
    """(where, row) for each item of a JSON list, or for each line of JSON lines; blank lines are passed over.

    `where` is "PATH, line 3" or "PATH, item 3", for errors. Raises SuiteError at the first row that does not fit.
    """
    raw = read_bytes(path)
    if raw.lstrip()[:1] == b"[":
        for number, item in enumerate(parse(raw, str(path)), start=1):
            where = f"{path}, item {number}"
            yield where, checked(model, item, where)
        return
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if line.strip():
            where = f"{path}, line {number}"
            yield where, checked(model, parse(line, where), where)


class Pool:
    """Texts gathered from rows, each kept once, however many rows bring it."""

    def __init__(self) -> None:
        self._sources: dict[str, str] = {}
        self._documents: list[Document] = []

    def add(
        self,
        text: str,
        *,
        name: str,
        title: str = "",
        author: str | None = None,
        published: str | None = None,
        url: str | None = None,
        outlet: str | None = None,
    ) -> str:
        """The source of the document that holds `text`: `name` with a number."""
        if text not in self._sources:
            source = self._sources[text] = f"{name}-{len(self._sources) + 1}"
            document = Document.create(
                source=source, title=title, text=text, author=author, published=published, url=url, outlet=outlet
            )
            self._documents.append(document)
        return self._sources[text]

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents in the order in which they were first added."""
        return tuple(self._documents)


def spans_in(text: str, source: str, quotes: Iterable[str]) -> tuple[GoldSpan, ...]:
    """A span for each distinct quote that stands letter for letter in the source's text; the others are dropped."""
    return tuple(GoldSpan(source, quote) for quote in dict.fromkeys(quotes) if quote.strip() and quote in text)


def distinct(answers: Iterable[str]) -> tuple[str, ...]:
    """The answers that are not blank, each once."""
    return tuple(dict.fromkeys(answer for answer in answers if answer.strip()))


def nugget(answers: Iterable[str]) -> tuple[Nugget, ...]:
    """One vital nugget that any of the answers satisfies; none if an answer is a verdict ("yes", "consistent")."""
    words = distinct(answers)
    is_verdict = any(word.strip(" .!").casefold() in _VERDICTS for word in words)
    return (Nugget(words),) if words and not is_verdict else ()


def suite_name(family: str, path: Path) -> str:
    """A short name from the file's, that begins with its family: "squad-v2.0" for v2.0.json."""
    stem = path.stem
    return safe_name(family, stem[len(family) :] if stem.casefold().startswith(family.casefold()) else stem)


def safe_name(*parts: str) -> str:
    """The parts joined by hyphens, without what a file name should not hold."""
    tidy = (re.sub(r"[^\w.]+", "-", part).strip("-_") for part in parts)
    return "-".join(part for part in tidy if part)


def make_suite(
    path: Path, *, name: str, title: str, documents: Sequence[Document], questions: Sequence[Question]
) -> Suite:
    """A suite over the documents that have words. Raises SuiteError if an id is taken or either side is empty."""
    kept = tuple(document for document in dict.fromkeys(documents) if document.text.strip())
    refuse_twins(path, "document", (document.source for document in kept))
    if not kept:
        raise SuiteError(f"{path} holds no document with any text; use a file that has the texts")
    return with_corpus(path, name=name, title=title, corpus=Corpus(documents=kept), questions=questions)


def with_corpus(path: Path, *, name: str, title: str, corpus: Corpus, questions: Sequence[Question]) -> Suite:
    """A suite over a sound corpus. Raises SuiteError if there are no questions or an id is taken."""
    refuse_twins(path, "question", (question.id for question in questions))
    if not questions:
        raise SuiteError(f"{path} holds no question that can be asked; use a file that has some")
    return Suite(name=name, title=title, corpus=corpus, questions=tuple(questions))


def refuse_twins(path: Path, what: str, ids: Iterable[str]) -> None:
    """Raises SuiteError if two of the ids are the same."""
    counts: Mapping[str, int] = Counter(ids)
    if twins := [taken for taken, count in counts.items() if count > 1]:
        raise SuiteError(
            f"{path}: the {what} id {twins[0]!r} is used {counts[twins[0]]} times; give each {what} its own"
        )


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise SuiteError(f"{path} cannot be read ({error.strerror}); check the path") from error
