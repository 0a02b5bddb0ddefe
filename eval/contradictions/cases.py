"""The cases as stored in cases.json: short articles that differ on what is asked, or only seem to.

`sides` are what the sources give for what is asked, with the words of which any one shows it. In a case of the kind
"agree" they say the same in other words, in "different" they are about different things: there nothing is to be
claimed. `later` is the outlet whose report supersedes the other; None where no report is later. The half "develop" was
before the eyes when the rules were written, the half "held out" was not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from eval.errors import SuiteError
from index.schema import Document

CASES = Path(__file__).with_name("cases.json")
HALVES = ("develop", "held out")
NO_DISAGREEMENT = ("agree", "different")
Kind = Literal["number", "date", "speaker", "superseded", "agree", "different"]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CaseArticle(_Record):
    """One article; `published` is an ISO date."""

    title: str = Field(min_length=1)
    outlet: str | None
    author: str | None
    published: str | None
    text: str = Field(min_length=1)


class CaseSide(_Record):
    """What the outlet's report gives: any of the words shows it."""

    outlet: str | None
    published: str | None
    words: tuple[str, ...] = Field(min_length=1)


class Case(_Record):
    """A question over a few articles."""

    id: str = Field(min_length=1)
    half: Literal["develop", "held out"]
    kind: Kind
    question: str = Field(min_length=1)
    articles: tuple[CaseArticle, ...] = Field(min_length=2)
    sides: tuple[CaseSide, ...]
    later: str | None

    @property
    def differs(self) -> bool:
        """Whether the sources disagree on what is asked."""
        return self.kind not in NO_DISAGREEMENT

    def documents(self) -> tuple[Document, ...]:
        """The articles, each as a source of its own."""
        return tuple(
            Document.create(
                source=f"{self.id}-{n}.txt",
                title=article.title,
                text=article.text,
                author=article.author,
                published=article.published,
                outlet=article.outlet,
            )
            for n, article in enumerate(self.articles, 1)
        )


def read_cases(path: Path = CASES) -> tuple[Case, ...]:
    """The cases in a file. Raises SuiteError that says what is wrong with it."""
    try:
        found = TypeAdapter(tuple[Case, ...]).validate_json(path.read_bytes())
    except OSError as error:
        raise SuiteError(f"{path} cannot be read ({error}); give a file of cases") from error
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(map(str, first["loc"])) or "the file"
        raise SuiteError(f"{path}: {at}: {first['msg']}; see eval/contradictions/cases.py for the form") from error
    for case in found:
        if case.differs and len(case.sides) < 2:
            raise SuiteError(f"{path}: {case.id!r} differs with {len(case.sides)} sides; give at least two")
    if len({case.id for case in found}) < len(found):
        raise SuiteError(f"{path}: an id stands twice; give each case its own")
    return found
