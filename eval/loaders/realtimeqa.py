"""RealTime QA: the weekly news quizzes, with several choices to a question.

Kasai et al., "RealTime QA: What's the Answer Right Now?" (NeurIPS 2023);
https://github.com/realtimeqa/realtimeqa_public. JSON lines; `answer` holds indices of `choices`, counted from 0:

    {"question_id", "question_date", "question_url", "question_sentence", "choices": [...], "answer": ["1"],
     "evidence": "a passage, perhaps with HTML tags, perhaps empty"}
"""

from __future__ import annotations

import html
import re
from pathlib import Path

from pydantic import AliasChoices, Field

from eval.errors import SuiteError
from eval.loaders.records import (
    Filled,
    Pool,
    Row,
    distinct,
    make_suite,
    nugget,
    read_rows,
    spans_in,
    suite_name,
    with_corpus,
)
from eval.schema import Corpus, Question, Suite
from index.address import IndexPlace

_NONE = re.compile(r"none of (?:the above|these|them)\W*", re.IGNORECASE)
_BREAK = re.compile(r"\s*</?(?:p|br|div|li|ul|ol)\b[^<>]*>\s*", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


class _Item(Row):
    id: Filled = Field(validation_alias=AliasChoices("question_id", "id"))
    question: Filled = Field(validation_alias=AliasChoices("question_sentence", "question"))
    answer: str | tuple[str, ...] = Field(validation_alias=AliasChoices("answer", "answers"))
    choices: tuple[str, ...] = ()
    evidence: str | None = None
    date: str | None = Field(None, validation_alias=AliasChoices("question_date", "date"))
    url: str | None = Field(None, validation_alias=AliasChoices("question_url", "url"))


def load(path: Path, index: IndexPlace | None = None) -> Suite:
    """The questions over the pool of their evidence passages, or over an index of the user's own.

    Over the passages, questions without one are left out: nothing could answer them. Where "none of the above" is
    right, the question is unanswerable, and its passage is left out of the pool: it gives the answer that the choices
    withhold. Over `index`, all questions are asked and no source is graded. HTML tags are taken out of the passages.
    Raises SuiteError that names the path, the line and the remedy.
    """
    pool = Pool()
    questions = []
    for where, row in read_rows(path, _Item):
        answers = _answers(row, where)
        passage = _plain(row.evidence or "")
        if any(_NONE.fullmatch(answer.strip()) for answer in answers):
            questions.append(Question(id=row.id, text=row.question, kind="unanswerable", answerable=False))
            continue
        if index is None and not passage:
            continue
        sources = [] if index else [pool.add(passage, name="evidence", published=row.date, url=row.url)]
        questions.append(
            Question(
                id=row.id,
                text=row.question,
                kind="answerable",
                answerable=True,
                nuggets=nugget(answers),
                references=answers,
                spans=tuple(span for source in sources for span in spans_in(passage, source, answers)),
                qrels=dict.fromkeys(sources, 1),
            )
        )
    name, title = suite_name("realtimeqa", path), f"RealTime QA: {path.name}"
    if index is not None:
        return with_corpus(path, name=name, title=title, corpus=Corpus(index=index), questions=questions)
    if not pool.documents:
        raise SuiteError(f"{path} has no passages in `evidence`; give an index of articles to ask, with --index")
    return make_suite(path, name=name, title=title, documents=pool.documents, questions=questions)


def _answers(row: _Item, where: str) -> tuple[str, ...]:
    """The right choices in words; an answer that is no number stands for itself."""
    found = []
    for answer in (row.answer,) if isinstance(row.answer, str) else row.answer:
        if row.choices and answer.strip().isdecimal():
            if int(answer) >= len(row.choices):
                raise SuiteError(f"{where}: answer {answer} is none of {len(row.choices)} choices; correct it")
            found.append(row.choices[int(answer)])
        else:
            found.append(answer)
    if not (words := distinct(found)):
        raise SuiteError(f"{where}: {row.id!r} has no answer; add the index of the right choice or remove it")
    return words


def _plain(evidence: str) -> str:
    """The passage as a reader sees it."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", evidence))).strip()
