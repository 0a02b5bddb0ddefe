"""Batches: what is known of each kind of item, and labels that point at the answer's own words."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
import torch

from index.reader.tokens import PairTokenizer
from tests.training.samples import TOWNS, example, examples, passage
from training.reader.batches import Item, Labelled, Mix, Sampler, answered, claimed, cut, label, negative, swapped
from training.reader.examples import Example

MILL = passage(TOWNS[0].mill, "1871")
OTHER = passage(TOWNS[1].mill, title="Varnham")
SWAPPED = "When did the mill of Tessel close?"
CROWLE = example(MILL, negatives=(OTHER,), swapped=SWAPPED)


@pytest.fixture(scope="module")
def tokenizer() -> PairTokenizer:
    return PairTokenizer()


def known(item: Item) -> dict[str, float]:
    labels = {"relevant": item.relevant, "answers": item.answers, "supports": item.supports}
    return {name: value for name, value in labels.items() if not math.isnan(value)}


def draw(seed: int, mix: Mix | None = None) -> tuple[list[Item], list[tuple[int, int]]]:
    return Sampler(examples(), random.Random(seed), mix or Mix()).draw()


def alone(**counts: float) -> Mix:
    """A mix of nothing but what is given."""
    nothing = Mix(answered=0, near=0, swapped=0, cut=0, claims=0, policy=0.0, untitled=0.0)
    return replace(nothing, **counts)  # type: ignore[arg-type]  # counts and shares in one


def texts(found: list[Example]) -> set[tuple[str, str]]:
    return {(e.question, p.text) for e in found for p in e.positives}


def test_what_is_known_of_a_passage_that_answers() -> None:
    item = answered(CROWLE, MILL)
    assert (item.question, item.passage) == (CROWLE.question, MILL)
    assert known(item) == {"relevant": 1, "answers": 1}
    assert item.has_span and item.judges_sentences
    assert not answered(replace(CROWLE, sentences_only=True), MILL).has_span


def test_what_is_known_of_a_passage_that_only_looks_alike() -> None:
    item = negative(CROWLE, OTHER)
    assert known(item) == {"relevant": 0, "answers": 0}
    assert item.judges_sentences and not item.has_span
    assert known(negative(replace(CROWLE, own_topic=True), OTHER)) == {"answers": 0}, "its topic may be right"


def test_a_swapped_question_is_not_answered_and_who_knows_whether_the_topic_is_right() -> None:
    item = swapped(CROWLE, MILL)
    assert (item.question, item.passage.text, item.passage.spans) == (SWAPPED, MILL.text, ())
    assert known(item) == {"answers": 0}


def test_a_passage_cut_lost_the_answer_and_keeps_the_rest() -> None:
    item = cut(CROWLE, MILL)
    assert item is not None
    assert item.passage.text == MILL.text.removeprefix("The mill of Crowle closed in 1871. ")
    assert item.passage.spans == ()
    assert known(item) == {"answers": 0}


def test_what_cannot_be_cut_is_none() -> None:
    assert cut(CROWLE, passage("It closed in 1871. It rained.", "1871")) is None, "too little is left"
    again = passage("It closed in 1871. It rained. In 1871 it rained.", "1871")
    assert cut(CROWLE, again) is None, "another sentence says it, too"


def test_a_claim_is_judged_by_its_support_alone() -> None:
    for supported in (True, False):
        items = [i for seed in range(20) if (i := claimed(CROWLE, supported, random.Random(seed)))]
        assert items
        for item in items:
            assert known(item) == {"supports": float(supported)}
            assert not item.has_span and not item.judges_sentences and item.passage.spans == ()


def test_contests_set_a_passage_that_answers_above_one_that_does_not() -> None:
    items, contests = draw(0)
    assert len(contests) == len({loser for _, loser in contests}) >= 5
    for winner, loser in contests:
        assert items[winner].question == items[loser].question
        assert items[winner].answers == 1 and items[winner].passage.spans
        assert items[loser].answers == 0 and not items[loser].passage.spans


def test_a_batch_has_as_many_of_each_kind_as_the_mix_says() -> None:
    for mix in (Mix(), Mix(answered=4, near=1, swapped=2, cut=3, claims=4)):
        items, contests = draw(1, mix)
        assert len(items) == mix.answered + len(contests) + mix.near + mix.swapped + mix.cut + mix.claims
        assert sum(i.answers == 1 for i in items) == mix.answered
        assert sum(known(i) == {"relevant": 1, "answers": 0} for i in items) == mix.near
        assert sum(known(i) == {"supports": 0} for i in items) == (mix.claims + 1) // 2
        assert sum(known(i) == {"supports": 1} for i in items) == mix.claims // 2


def test_the_share_of_policies() -> None:
    policies = texts([e for e in examples() if e.own_topic])
    assert policies
    for share, least, most in ((0.0, 0, 0), (0.5, 60, 140), (1.0, 200, 200)):
        items, _ = draw(0, alone(answered=200, policy=share))
        found = sum((i.question, i.passage.text) in policies for i in items if i.answers == 1)
        assert least <= found <= most


def test_passages_cut_hold_the_answer_no_more() -> None:
    items, _ = draw(2, alone(cut=60))
    assert len(items) == 60
    for item in items:
        answers = {a for e in examples() if e.question == item.question for a in e.answers}
        assert not any(answer.lower() in item.passage.text.lower() for answer in answers)


def test_titles_are_left_out_at_times() -> None:
    titled = alone(near=200)
    assert all(item.passage.title for item in draw(3, titled)[0])
    without = sum(not item.passage.title for item in draw(3, replace(titled, untitled=0.15))[0])
    assert 10 <= without <= 60
    assert not any(item.passage.title for item in draw(3, replace(titled, untitled=1.0))[0])


def test_the_same_chance_gives_the_same_batch() -> None:
    def plain(seed: int) -> tuple[str, list[tuple[int, int]]]:  # UNKNOWN never equals itself
        items, contests = draw(seed)
        return repr(items), contests

    assert plain(4) == plain(4)
    assert plain(4) != plain(5)


def decoded(labelled: Labelled, row: int, text: str) -> set[str]:
    """The words between the tokens marked as first and as last."""
    places = labelled.pairs.offsets[row]
    first, last = (torch.nonzero(t[row]).flatten().tolist() for t in (labelled.starts, labelled.ends))
    return {text[places[a][0] : places[b][1]] for a, b in zip(first, last, strict=True)}


def test_labels_decode_to_the_answers_words(tokenizer: PairTokenizer) -> None:
    items, contests = draw(6)
    labelled = label(tokenizer, items, contests)
    assert labelled.contests == contests
    marked = 0
    for row, item in enumerate(items):
        said = {item.passage.text[s:e] for s, e in item.passage.spans} if item.has_span else set()
        ends = {end for _, end in item.passage.spans} if item.has_span else set()
        assert len(torch.nonzero(labelled.ends[row])) == len(ends)
        if len(said) == 1:
            assert decoded(labelled, row, item.passage.text) == said
            marked += 1
    assert marked > 3


def test_labels_of_a_pair_are_those_of_its_item(tokenizer: PairTokenizer) -> None:
    items, _ = draw(7)
    pair = label(tokenizer, items, []).pair
    expected = torch.tensor([[i.relevant, i.answers, i.supports] for i in items])
    assert torch.equal(torch.isnan(pair), torch.isnan(expected))
    assert torch.equal(pair.nan_to_num(-1), expected.nan_to_num(-1))


def test_sentences_that_answer_are_marked(tokenizer: PairTokenizer) -> None:
    claim = Item("The mill closed.", OTHER, supports=1, judges_sentences=False)
    third = answered(CROWLE, passage("It rained. It snowed a lot. It closed in 1871.", "1871"))
    labelled = label(tokenizer, [answered(CROWLE, MILL), negative(CROWLE, OTHER), claim, third], [])
    assert labelled.sentence.tolist() == [[1, 0, 0, 0], [0, 0, 0, 0], [-1, -1, -1, -1], [0, 0, 1, -1]]


def test_sentences_that_are_not_read_are_not_judged(tokenizer: PairTokenizer) -> None:
    long = passage("It rained. " * 120 + "It closed in 1871.", "1871")
    labelled = label(tokenizer, [answered(CROWLE, long)], [])
    row = labelled.sentence[0].tolist()
    assert row[0] == 0 and row[-1] == -1 and 1 not in row
    assert not labelled.starts.any() and not labelled.ends.any()
