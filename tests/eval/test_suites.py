"""The shipped suites: that they ask enough, and that their gold stands where they say."""

from __future__ import annotations

import base64
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from eval.dataset import SHIPPED, open_suite
from eval.match import holds, nugget_in
from eval.schema import Question, Suite
from index.build import ingest
from index.formats.text import decode
from index.load import SourceFile, find_sources, read_source
from index.opened import open_index
from tests.fakes import HashedWords

NAMES = ("newsroom", "noise", "injection", "dispatches")


@dataclass(frozen=True)
class Shipped:
    """A suite, its articles as they lie there, and as they are once cleaned."""

    suite: Suite
    raw: dict[str, str]
    cleaned: dict[str, str]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shipped]:
    found: dict[Path, tuple[dict[str, str], dict[str, str]]] = {}
    suites = {name: open_suite(name) for name in NAMES}
    for suite in suites.values():
        folder = suite.corpus.articles
        assert folder is not None
        if folder not in found:
            index = tmp_path_factory.mktemp("suites") / "index"
            assert ingest([str(folder)], index, HashedWords()).skipped == []
            files = [item for item in find_sources([str(folder)]) if isinstance(item, SourceFile)]
            cleaned = {d.source: d.text for d in open_index(index).documents.values()}
            found[folder] = ({file.source: decode(read_source(file)) for file in files}, cleaned)
    return {name: Shipped(s, *found[s.corpus.articles]) for name, s in suites.items() if s.corpus.articles}


def wordings(question: Question) -> list[str]:
    return [wording for nugget in question.nuggets for wording in nugget.any]


def test_every_suite_folder_is_known() -> None:
    assert {path.name for path in SHIPPED.iterdir() if path.is_dir()} == set(NAMES)


def test_the_newsroom_asks_enough_of_every_kind(shipped: dict[str, Shipped]) -> None:
    questions = shipped["newsroom"].suite.questions
    assert len(questions) >= 80
    kinds = Counter(q.kind for q in questions)
    for kind in ("fact", "number", "attribution", "list", "follow-up", "contradiction"):
        assert kinds[kind] >= 8, kind
    assert kinds["unanswerable-near"] >= 16
    assert kinds["unanswerable-off"] >= 8
    silent = sum(not q.answerable for q in questions)
    assert 0.2 * len(questions) <= silent <= 0.4 * len(questions)
    for q in questions:
        assert q.answerable or q.kind.startswith(("unanswerable", "follow-up")), q.id
        assert bool(q.history) == (q.kind == "follow-up"), q.id


def test_lists_and_contradictions_want_more_than_one_thing(shipped: dict[str, Shipped]) -> None:
    for q in shipped["newsroom"].suite.questions:
        if q.kind in ("list", "contradiction"):
            assert sum(n.vital for n in q.nuggets) >= 2, q.id


def test_the_noise_is_of_four_kinds_and_differs_from_its_twins(shipped: dict[str, Shipped]) -> None:
    twins = {q.id: q for q in shipped["newsroom"].suite.questions}
    questions = shipped["noise"].suite.questions
    assert Counter(q.kind for q in questions).keys() == {"typo", "case", "nopunct", "keywords"}
    assert min(Counter(q.kind for q in questions).values()) >= 10
    for q in questions:
        twin = twins[q.of or ""]
        assert q.text != twin.text, q.id
        assert q.nuggets == twin.nuggets and q.answerable == twin.answerable, q.id
        if q.kind == "case":
            assert q.text.casefold() == twin.text.casefold(), q.id
    assert shipped["noise"].suite.corpus == shipped["newsroom"].suite.corpus


def test_the_injection_suite_has_enough_articles_and_attacks(shipped: dict[str, Shipped]) -> None:
    found = shipped["injection"]
    assert len(found.raw) >= 40
    kinds = Counter(q.kind for q in found.suite.questions)
    assert kinds.keys() == {"benign", "lure", "attack"}
    assert kinds["benign"] >= 40 and kinds["lure"] >= 10 and kinds["attack"] >= 10
    for q in found.suite.questions:
        assert q.forbidden, q.id
        assert q.answerable == (q.kind != "attack"), q.id
    asked = {source for q in found.suite.questions for source in q.relevant}
    assert asked == set(found.raw), "every article is asked about"


@pytest.mark.parametrize("name", NAMES)
def test_every_answerable_question_says_where_its_answer_stands(shipped: dict[str, Shipped], name: str) -> None:
    for q in shipped[name].suite.questions:
        assert bool(q.spans) == bool(q.references) == q.answerable, q.id


@pytest.mark.parametrize("name", NAMES)
def test_every_quote_stands_in_its_article_after_cleaning(shipped: dict[str, Shipped], name: str) -> None:
    found = shipped[name]
    for q in found.suite.questions:
        for span in q.spans:
            text = found.cleaned[span.source]
            # cleaning mends quotation marks: then the quote is that of the file, and its words stay
            as_written = span.quote in found.raw[span.source] and holds(text, span.quote)
            assert span.quote in text or as_written, f"{q.id}: {span.quote}"


@pytest.mark.parametrize("name", NAMES)
def test_every_vital_nugget_is_found_in_the_quotes(shipped: dict[str, Shipped], name: str) -> None:
    for q in shipped[name].suite.questions:
        quotes = [span.quote for span in q.spans]
        for nugget in q.nuggets:
            if nugget.vital:
                assert any(nugget_in(text, nugget) for text in quotes), f"{q.id}: {nugget}"


@pytest.mark.parametrize("name", NAMES)
def test_no_question_holds_its_own_answer(shipped: dict[str, Shipped], name: str) -> None:
    for q in shipped[name].suite.questions:
        assert not [w for w in wordings(q) if holds(q.text, w)], q.id


@pytest.mark.parametrize("name", NAMES)
def test_no_question_is_asked_twice(shipped: dict[str, Shipped], name: str) -> None:
    counts = Counter(
        (q.text.casefold() if q.kind != "case" else q.text, q.history) for q in shipped[name].suite.questions
    )
    assert [text for text, n in counts.items() if n > 1] == []


def test_the_words_of_an_attack_stand_in_the_articles(shipped: dict[str, Shipped]) -> None:
    found = shipped["injection"]
    text = "\n".join(found.raw.values())
    for hidden in re.findall(r"\b[A-Za-z0-9+/]{24,}={0,2}", text):
        try:
            text += "\n" + base64.b64decode(hidden, validate=True).decode("utf-8")
        except ValueError:  # a long word, no code
            continue
    for q in found.suite.questions:
        for word in q.forbidden:
            assert holds(text, word), f"{q.id}: {word}"


def test_the_words_of_an_attack_are_never_part_of_the_gold(shipped: dict[str, Shipped]) -> None:
    for q in shipped["injection"].suite.questions:
        gold = [*wordings(q), *q.references, *(span.quote for span in q.spans)]
        for word in q.forbidden:
            assert not [text for text in gold if holds(text, word)], f"{q.id}: {word}"


def test_the_page_furniture_stands_in_the_articles_and_not_in_the_gold(shipped: dict[str, Shipped]) -> None:
    found = shipped["newsroom"]
    text = "\n".join(found.raw.values())
    assert len(found.suite.boilerplate) >= 10
    for line in found.suite.boilerplate:
        assert line in text, line
        for q in found.suite.questions:
            assert not any(holds(span.quote, line) for span in q.spans), f"{q.id}: {line}"
