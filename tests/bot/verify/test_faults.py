"""Known faults: made the same each time, true to their kind, and judged by what is shown."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.schema import DraftSentence, Evidence
from bot.verify.check import Checker
from eval.errors import EvalError
from eval.faults.case import FAULTS, GOOD, Asked, Case, asked
from eval.faults.good import good_sentences
from eval.faults.make import faults, sample
from eval.faults.measure import measure, right, table
from eval.schema import Corpus, GoldSpan, Question, Suite
from index.build import ingest
from index.opened import open_index
from index.search import Searcher
from tests.fakes import HashedWords, write_articles

GOLD = {
    "cost": ("ferry.txt", "Repairs will cost 240,000 crowns."),
    "winter": ("owls.md", "“It was a warm winter and a fat one,” she said."),
    "price": ("bakery.txt", "A minute costs 2 crowns and the loaf is free."),
    "owls": (
        "owls.md",
        "Seventeen pairs of owls nested in the Varn forest this spring, more than in any year since 1988.",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> list[Asked]:
    folder = tmp_path_factory.mktemp("faults")
    articles = write_articles(folder / "articles")
    ingest([str(articles)], folder / "index", HashedWords())
    index = open_index(folder / "index")
    spans: dict[str, tuple[GoldSpan, ...]] = {id: (GoldSpan(*gold),) for id, gold in GOLD.items()}
    spans["both"] = (*spans["cost"], *spans["price"])
    made = tuple(Question(id, f"What of the {id}?", "fact", True, spans=gold) for id, gold in spans.items())
    suite = Suite("made", "Made", Corpus(articles=articles), made)
    return asked(suite, Searcher(index, HashedWords()), index, 2)


def made(questions: list[Asked], seed: int = 0) -> list[Case]:
    rng = random.Random(seed)
    return [case for one in questions for case in faults(one, rng)]


def test_the_passages_hold_the_gold_spans(questions: list[Asked]) -> None:
    for one in questions:
        for gold in one.gold:
            assert gold.numbers
            for n in gold.numbers:
                assert gold.text in one.hits[n - 1].passage.text


def test_good_sentences_cite_what_holds_them(questions: list[Asked]) -> None:
    good = [case for one in questions for case in good_sentences(one)]
    assert {case.kind for case in good} >= {"verbatim", "paraphrased", "merged"}
    assert all(set(case.cited) <= {n for gold in case.gold for n in gold.numbers} for case in good)
    (merged,) = [case for case in good if case.kind == "merged"]
    assert merged.text == "Repairs will cost 240,000 crowns, and a minute costs 2 crowns and the loaf is free."


def test_faults_are_the_same_each_time_and_of_every_kind(questions: list[Asked]) -> None:
    assert made(questions) == made(questions)
    assert made(questions) != made(questions, seed=1)
    assert {case.kind for case in made(questions)} == set(FAULTS)


def test_faults_are_faults(questions: list[Asked]) -> None:
    for case in made(questions):
        (gold,) = case.gold
        if case.kind == "citation":
            assert not set(case.cited) & set(gold.numbers)
        else:
            assert case.text != gold.text
            assert case.wrong in case.text
            assert not case.wrong or case.wrong not in gold.text


def test_a_sample_is_even_over_the_kinds(questions: list[Asked]) -> None:
    chosen = sample(made(questions), 6, random.Random(0))
    assert sorted(case.kind for case in chosen) == sorted(FAULTS)
    assert len(sample(made(questions), 10_000, random.Random(0))) == len(made(questions))


def test_what_counts_as_right(questions: list[Asked]) -> None:
    gold = questions[0].gold[0]
    evidence = (Evidence(gold.document, "p", *gold.span),)
    other = (Evidence(gold.document, "p", 0, 10),)
    number = Case("q", "number", "Repairs will cost 340,000 crowns.", (1,), (gold,), "340,000")
    assert right(number, None)
    assert right(number, DraftSentence(number.text, evidence, "unsupported"))
    assert not right(number, DraftSentence(number.text, evidence, "verified"))
    assert right(number, DraftSentence(gold.text, evidence, "verified"))
    citation = Case("q", "citation", gold.text, (2,), (gold,))
    assert right(citation, DraftSentence(gold.text, evidence, "verbatim"))
    assert not right(citation, DraftSentence(gold.text, other, "verified"))
    good = Case("q", "verbatim", gold.text, (1,), (gold,))
    assert right(good, DraftSentence(gold.text, evidence, "verbatim"))
    assert not right(good, DraftSentence(gold.text, evidence, "unsupported"))
    assert not right(good, None)


def test_measured(questions: list[Asked]) -> None:
    found = measure(questions, Checker(HashedWords(), None))
    assert found.figure(("verbatim",)).value == 1.0
    assert found.figure(("number",)).value == 1.0
    assert found.figure(("citation",)).value == 1.0
    everything = found.figure((*GOOD, *FAULTS))
    assert everything.n == len(found.judged)
    assert 0.8 <= everything.low <= everything.value <= everything.high <= 1.0
    lines = table(found).splitlines()
    assert len(lines) == 4 + len(GOOD) + len(FAULTS)
    assert lines[3] == "| good: verbatim | 6 | 100.0 [100.0, 100.0] |"


def test_a_suite_without_gold_spans_is_refused(questions: list[Asked], tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "articles")
    ingest([str(articles)], tmp_path / "index", HashedWords())
    index = open_index(tmp_path / "index")
    suite = Suite("bare", "Bare", Corpus(articles=articles), (Question("q", "What?", "fact", True),))
    with pytest.raises(EvalError, match="no gold spans"):
        asked(suite, Searcher(index, HashedWords()), index, 2)
