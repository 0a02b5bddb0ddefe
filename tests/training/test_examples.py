"""Training examples: what answers holds the answer, what does not holds none of its words."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.fakes import HashedWords
from tests.training.samples import POLICY, TOWNS, examples, make, sources
from training.reader.examples import make_examples, read_examples, swapped
from training.reader.sources import Asked, Source


def test_positives_hold_the_answer_at_their_spans() -> None:
    found = [e for e in examples() if e.positives]
    assert {e.source for e in found} == {"squad", "selqa", "covidqa", "policyqa"}
    for e in found:
        for p in e.positives:
            said = {p.text[start:end] for start, end in p.spans}
            assert said and "" not in said
            assert e.sentences_only or said <= set(e.answers)


def test_negatives_neither_answer_nor_come_from_the_paragraph_asked_about() -> None:
    for name, source in sources().items():
        homes = {a.text: source.texts[a.topic][slice(*a.home)] for a in source.asked}
        for e in make(name):
            for n in e.negatives:
                assert not any(answer.lower() in n.text.lower() for answer in e.answers)
                assert not any(line and line in homes[e.question] for line in n.text.split("\n"))
                assert n.spans == ()


def test_a_passage_that_says_the_answer_elsewhere_is_no_negative() -> None:
    source = Source("covidqa")
    for topic, stone in (("a", "granite"), ("b", "Granite"), ("c", "slate")):
        source.paragraph(topic, f"The quay is built of {stone}.")
    source.asked.append(Asked("What is the quay built of?", "a", (0, 29), ((21, 28),), ("granite",)))
    (found,) = make_examples(source, HashedWords(), random.Random(0))
    assert [p.text for p in found.positives] == ["The quay is built of granite."]
    assert [n.text for n in found.negatives] == ["The quay is built of slate."]


def test_squad_finds_hard_negatives_elsewhere() -> None:
    year = [e for e in make("squad") if e.question.startswith("When did")]
    assert len(year) == len(TOWNS)
    for e in year:
        assert len(e.negatives) == 5
        assert all("mill" in n.text and n.title != e.positives[0].title for n in e.negatives[:3])


def test_a_policys_negatives_are_of_the_same_policy() -> None:
    source = Source("policyqa")
    for title in ("one.example", "two.example"):
        for n, text in enumerate(POLICY):
            home = source.paragraph(title, text)
            if n == 0:
                start = text.index("two years")
                spans = ((home[0] + start, home[0] + start + len("two years")),)
                source.asked.append(Asked("How long?", title, home, spans, ("two years",), own_topic=True))
    found = list(make_examples(source, HashedWords(max_tokens=30), random.Random(0)))
    assert [{n.title for n in e.negatives} for e in found] == [{"one.example"}, {"two.example"}]
    assert all(e.own_topic for e in found)


def test_near_misses_are_the_paragraph_of_what_has_no_answer() -> None:
    found = [e for e in make("squad") if e.near]
    assert len(found) == len(TOWNS)
    for e, town in zip(found, TOWNS, strict=True):
        assert e.question == f"Who designed the mill of {town.name}?"
        assert (e.positives, e.answers, e.swapped) == ((), (), None)
        assert town.mill.split(". ")[0] in e.near[0].text
    assert not any(e.near for e in examples() if e.positives)


def test_a_question_whose_answer_no_passage_holds_whole_is_left_out() -> None:
    source = Source("covidqa")
    text = "One sentence says this. Another one says that."
    home = source.paragraph("a", text)
    source.asked.append(Asked("What is said?", "a", home, ((4, 30),), (text[4:30],)))
    source.asked.append(Asked("What else?", "a", home, ((0, 12),), (text[0:12],)))
    found = list(make_examples(source, HashedWords(max_tokens=5), random.Random(0)))
    assert [e.question for e in found] == ["What else?"]


def test_swapped_questions_ask_something_else() -> None:
    changed = [e for e in examples() if e.swapped]
    assert len([e for e in changed if e.source == "squad"]) > 20
    names = {town.name for town in TOWNS}
    for e in changed:
        if e.source == "squad":
            (before,), (after,) = ({n for n in names if n in q} for q in (e.question, e.swapped or ""))
            assert after != before
            assert (e.swapped or "").replace(after, before) == e.question


def test_a_number_or_a_name_is_exchanged_and_nothing_else_can_be() -> None:
    rng = random.Random(3)
    found = {swapped("How many mills burnt down in 1912?", [], rng) for _ in range(40)}
    years = {int(q.removeprefix("How many mills burnt down in ").rstrip("?")) for q in found if q}
    assert len(years) > 3
    assert all(year != 1912 and abs(year - 1912) <= 11 for year in years)
    assert swapped("Who bought Crowle?", ["Who sold Tessel?"], rng) == "Who bought Tessel?"
    assert swapped("Who bought Crowle?", ["Who sold Crowle?", "who sold it?"], rng) is None
    assert swapped("why is it so?", ["Who sold Tessel?"], rng) is None


def test_squad_keeps_four_whole_titles_for_development() -> None:
    kept = defaultdict(set)
    for e in make("squad"):
        (town,) = [t.name for t in TOWNS if t.name in e.question]
        kept[e.dev].add(town)
    assert len(kept[True]) == 4
    assert not kept[True] & kept[False]
    assert {e.question for e in make("squad", 1) if e.dev} != {e.question for e in make("squad", 2) if e.dev}


def test_other_sources_keep_every_twentieth_question() -> None:
    source = Source("covidqa")
    home = source.paragraph("a", "It rained all day.")
    source.asked += [Asked(f"What {n}?", "a", home, ((3, 9),), ("rained",)) for n in range(45)]
    found = list(make_examples(source, HashedWords(), random.Random(0)))
    assert [n for n, e in enumerate(found) if e.dev] == [0, 20, 40]


def test_titles_are_given_where_they_are_real() -> None:
    titles = {e.source: {p.title for p in e.positives + e.negatives} for e in examples() if e.positives}
    assert titles["covidqa"] == {""}
    assert "" not in titles["squad"]


@pytest.mark.parametrize("name", ["squad", "selqa"])
def test_the_same_seed_gives_the_same_examples(name: str) -> None:
    assert make(name, 5) == make(name, 5)
    assert make(name, 5) != make(name, 6)


def test_examples_written_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "examples.jsonl"
    path.write_text("".join(json.dumps(asdict(e), ensure_ascii=False) + "\n" for e in examples()), "utf-8")
    assert read_examples(path) == examples()
