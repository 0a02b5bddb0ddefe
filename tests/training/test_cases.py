"""Groups of articles with questions: what they answer, and what they do not."""

from __future__ import annotations

import random

import pytest

from tests.training.samples import TOWNS, make, sources
from training.cases import ARTICLES, PARAGRAPHS, Group, groups
from training.reader.sources import Asked, Source

SQUAD = sources()["squad"]
EACH = (3, 2, 2)


def drawn(source: Source, *, dev_only: bool = False, seed: int = 0, chance: int = 0) -> list[Group]:
    return list(groups(source, random.Random(chance), seed, dev_only=dev_only, each=EACH))


def questions(found: list[Group], *kinds: str) -> list[str]:
    return [case.question for group in found for case in group.cases if case.kind in kinds]


def paragraph(question: str) -> str:
    """The paragraph that the question was asked about."""
    (one,) = [a for a in SQUAD.asked if a.text == question]
    return SQUAD.texts[one.topic][slice(*one.home)]


def long_topic() -> Source:
    """One topic of twice as many paragraphs as an article has, each with a question."""
    source = Source("selqa", titled=False)
    for n in range(2 * PARAGRAPHS):
        home = source.paragraph("a", f"Day {n} brought {n + 3} boats.")
        source.asked.append(Asked(f"What did day {n} bring?", "a", home, (home,)))
    return source


def test_every_article_is_in_one_group_of_no_more_than_twelve() -> None:
    found = drawn(SQUAD)
    assert [len(group.articles) for group in found] == [ARTICLES, len(TOWNS) - ARTICLES]
    articles = dict(article for group in found for article in group.articles)
    assert articles == {t.name: f"{t.mill}\n\n{t.quay}" for t in TOWNS}


def test_articles_hold_the_answers_of_their_answerable_questions() -> None:
    for dev_only in (True, False):
        for group in drawn(SQUAD, dev_only=dev_only):
            cases = [case for case in group.cases if case.kind == "answerable"]
            assert len(cases) == EACH[0] * len(group.articles)
            for case in cases:
                (text,) = [text for title, text in group.articles if title in case.question]
                assert case.words
                assert all(words in text for words in case.words)


def test_near_misses_are_about_an_article_that_does_not_answer() -> None:
    found = drawn(SQUAD)
    near = questions(found, "near")
    assert sorted(near) == sorted(f"Who designed the mill of {t.name}?" for t in TOWNS)
    for group in found:
        for case in group.cases:
            if case.kind == "near":
                assert case.words == ()
                assert any(paragraph(case.question) in text for _, text in group.articles)


def test_the_articles_of_off_questions_are_not_in_the_group() -> None:
    found = drawn(SQUAD)
    assert [sum(case.kind == "off" for case in group.cases) for group in found] == [6, 1]
    for group in found:
        for case in group.cases:
            if case.kind == "off":
                assert case.words == ()
                assert not any(paragraph(case.question) in text for _, text in group.articles)


def test_swapped_questions_name_another_town() -> None:
    asked = {a.text for a in SQUAD.asked}
    for group in drawn(SQUAD):
        swapped = [case for case in group.cases if case.kind == "swapped"]
        assert 0 < len(swapped) <= EACH[2] * len(group.articles)
        for case in swapped:
            assert case.words == ()
            assert case.question in asked, "of a question and a name of this small world comes another of its questions"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_dev_only_keeps_to_what_the_reader_is_not_trained_on(seed: int) -> None:
    trained = {e.question for e in make("squad", seed) if not e.dev}
    kept = {e.question for e in make("squad", seed) if e.dev}
    found = drawn(SQUAD, dev_only=True, seed=seed)
    asked = set(questions(found, "answerable", "near", "off"))
    assert asked and not asked & trained
    assert asked <= kept
    assert {title for group in found for title, _ in group.articles} == {
        t.name for t in TOWNS if any(t.name in question for question in kept)
    }
    assert set(questions(drawn(SQUAD, seed=seed), "answerable")) & trained, "unless it is told to, it does not"


def test_dev_only_takes_every_twentieth_of_other_sources() -> None:
    source = long_topic()
    found = drawn(source, dev_only=True)
    assert questions(found, "answerable") == ["What did day 0 bring?"]


def test_a_long_topic_is_cut_into_articles_that_answer_their_own_questions() -> None:
    (group,) = drawn(long_topic())
    assert sorted(len(text.split("\n\n")) for _, text in group.articles) == [PARAGRAPHS, PARAGRAPHS]
    assert {title for title, _ in group.articles} == {""}, "its title is none"
    for case in group.cases:
        if case.kind == "answerable":
            assert sum(case.words[0] in text for _, text in group.articles) == 1


def test_the_same_chance_gives_the_same_groups() -> None:
    assert drawn(SQUAD, chance=1) == drawn(SQUAD, chance=1)
    assert drawn(SQUAD, chance=1) != drawn(SQUAD, chance=2)
