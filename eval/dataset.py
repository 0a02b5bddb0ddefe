"""Suites in the project's own layout: BEIR's `queries.jsonl` with answers beside the question, over article files.

    suite.toml       title, and where the articles are: `articles = "articles"`, relative to this file
    queries.jsonl    {"_id", "text", "kind", "answerable", "nuggets"?, "answers"?, "spans"?, "history"?, "forbidden"?}
                     or {"_id", "text", "kind", "of"}: another wording of question `of` of the suite named by `of`
    qrels/test.tsv   query-id, corpus-id, score; where it is missing, the sources of the spans are the relevant ones
    boilerplate.txt  page furniture, a line each (optional)

`eval export` writes the same suite as plain BEIR (corpus, queries, qrels) for other tools.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.schema import Turn
from eval.errors import SuiteError
from eval.loaders import load
from eval.match import words
from eval.schema import Corpus, GoldSpan, Nugget, Question, Suite
from index.address import IndexPlace, index_place

SHIPPED = Path(__file__).parent / "suites"
_SUITE, _QUERIES = "suite.toml", "queries.jsonl"


class _Line(BaseModel):
    """A line of queries.jsonl."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(alias="_id", min_length=1)
    text: str = Field(min_length=1)
    kind: str = "question"
    answerable: bool = True
    nuggets: tuple[Nugget, ...] = ()
    answers: tuple[str, ...] = ()
    spans: tuple[GoldSpan, ...] = ()
    history: tuple[Turn, ...] = ()
    forbidden: tuple[str, ...] = ()
    of: str | None = None
    note: str = ""


def open_suite(name: str, titles: Path | None = None, index: IndexPlace | None = None) -> Suite:
    """A shipped suite by name, a suite folder by path, or a public data set by path.

    `titles` is a file of titles, one a line, that the questions of a SQuAD file are kept to. `index` is an index to
    ask instead of the suite's own articles.
    Raises SuiteError that names what was given and what there is.
    """
    shipped = sorted(p.parent.name for p in SHIPPED.glob(f"*/{_QUERIES}"))
    path = SHIPPED / name if name in shipped else Path(name)
    if not path.exists():
        known = ", ".join(shipped)
        raise SuiteError(f"there is no suite {name!r}; shipped: {known}; or give the path of a suite or data set")
    if (path / _SUITE).is_file():
        suite = read_suite(path)
        return replace(suite, corpus=Corpus(index=index)) if index else suite
    kept = frozenset(line for line in _read_text(titles).splitlines() if line.strip()) if titles else None
    return load(path, titles=kept, index=index)


def read_suite(folder: Path) -> Suite:
    """The suite in a folder. Raises SuiteError that names the file, the line and the remedy."""
    config = _read_config(folder / _SUITE)
    twins = {q.id: q for q in _clean_suite(folder, config["of"]).questions} if "of" in config else {}
    qrels = read_qrels(folder / "qrels" / "test.tsv")
    questions: list[Question] = []
    seen: set[str] = set()
    for where, line in _read_lines(folder / _QUERIES):
        if line.id in seen:
            raise SuiteError(f"{where}: the _id {line.id!r} is taken; give each question its own")
        seen.add(line.id)
        questions.append(_variant(line, twins, where) if line.of is not None else _question(line, qrels, where))
    if strays := qrels.keys() - seen:
        raise SuiteError(f"{folder / 'qrels'} grades {min(strays)!r}, which is no question's _id; correct or remove it")
    if not questions:
        raise SuiteError(f"{folder / _QUERIES} holds no questions; write one a line")
    return Suite(
        name=folder.resolve().name,
        title=str(config.get("title", folder.resolve().name)),
        corpus=_corpus(folder, config),
        questions=tuple(questions),
        boilerplate=_boilerplate(folder / "boilerplate.txt"),
    )


def _clean_suite(folder: Path, name: object) -> Suite:
    """The suite whose questions are varied: a folder beside this one, with questions of its own."""
    beside = folder.resolve().parent / str(name)
    if not (beside / _SUITE).is_file() or "of" in _read_config(beside / _SUITE):
        raise SuiteError(
            f"{folder / _SUITE}: of = {name!r} is no suite of its own; name a suite folder beside this one"
        )
    return read_suite(beside)


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Grades by question and source from a TSV file in BEIR's form; empty if there is no such file."""
    if not path.is_file():
        return {}
    found: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_read_text(path).splitlines(), start=1):
        cells = line.split("\t")
        if number == 1 and cells[0] == "query-id":
            continue
        try:
            query, source, grade = cells
            found.setdefault(query, {})[source] = int(grade)
        except ValueError:
            raise SuiteError(f"{path}, line {number} is {line[:60]!r}; give query-id, corpus-id, score") from None
    return found


def _question(line: _Line, qrels: Mapping[str, Mapping[str, int]], where: str) -> Question:
    gold = (line.nuggets, line.spans, line.answers)
    if line.answerable and not (line.nuggets and any(n.vital for n in line.nuggets)):
        raise SuiteError(
            f"{where}: {line.id!r} is answerable but has no vital nugget; add the words an answer must hold"
        )
    if not line.answerable and any(gold):
        raise SuiteError(f"{where}: {line.id!r} is unanswerable but has nuggets, answers or spans; remove them")
    if empty := [n for n in line.nuggets if not n.any or not all(words(wording) for wording in n.any)]:
        raise SuiteError(f"{where}: {line.id!r} has a nugget without words ({empty[0]}); fill or remove it")
    return Question(
        id=line.id,
        text=line.text,
        kind=line.kind,
        answerable=line.answerable,
        nuggets=line.nuggets,
        references=line.answers,
        spans=line.spans,
        qrels=qrels.get(line.id) or dict.fromkeys((span.source for span in line.spans), 1),
        history=line.history,
        forbidden=line.forbidden,
    )


def _variant(line: _Line, twins: Mapping[str, Question], where: str) -> Question:
    if line.of is None or line.of not in twins:
        raise SuiteError(f"{where}: there is no question {line.of!r} in the suite named by `of`; correct the id")
    twin = twins[line.of]
    return Question(
        id=line.id,
        text=line.text,
        kind=line.kind,
        answerable=twin.answerable,
        nuggets=twin.nuggets,
        references=twin.references,
        spans=twin.spans,
        qrels=twin.qrels,
        history=twin.history,
        forbidden=twin.forbidden,
        of=twin.id,
    )


def _read_config(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SuiteError(
            f"{path} cannot be read ({error}); a suite folder needs it, with `articles = FOLDER`"
        ) from error


def _corpus(folder: Path, config: Mapping[str, Any]) -> Corpus:
    if "index" in config:
        place = index_place(str(config["index"]))
        return Corpus(index=(folder / place).resolve() if isinstance(place, Path) else place)
    articles = (folder / str(config.get("articles", "articles"))).resolve()
    if not articles.is_dir():
        raise SuiteError(f"{folder / _SUITE}: there is no folder {articles}; set `articles` to that of the articles")
    return Corpus(articles=articles)


def _read_lines(path: Path) -> Iterator[tuple[str, _Line]]:
    for number, text in enumerate(_read_text(path).split("\n"), start=1):
        if not text.strip():
            continue
        where = f"{path}, line {number}"
        try:
            yield where, _Line.model_validate(json.loads(text))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"]))
            raise SuiteError(f"{where}: {field}: {first['msg']}; see eval/dataset.py for the form") from error
        except ValueError as error:
            raise SuiteError(f"{where} is no JSON ({error}); write one question a line") from error


def _boilerplate(path: Path) -> tuple[str, ...]:
    if not path.is_file():
        return ()
    return tuple(line.strip() for line in _read_text(path).splitlines() if line.strip())


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"{path} cannot be read ({error}); give it as UTF-8 text") from error
