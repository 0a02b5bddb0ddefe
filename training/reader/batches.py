"""What one training step sees: pairs of question and passage with what is known of each."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

import torch
from torch import Tensor

from index.network.torch import Batch
from index.reader import Text
from index.reader.tokens import Pairs, PairTokenizer
from index.sentences import split_sentences
from training.reader.claims import claim
from training.reader.examples import Example, Passage

UNKNOWN = float("nan")
_TRIES = 500  # questions looked at for one item


@dataclass(frozen=True, slots=True)
class Item:
    """A question (or a claim) with a passage. Labels are 1, 0 or UNKNOWN; `has_span`: the passage's spans are words
    of an answer; `judges_sentences`: which of its sentences answer is known. `wins_over` is the number of an item of
    the batch that must rank lower."""

    question: str
    passage: Passage
    relevant: float = UNKNOWN
    answers: float = UNKNOWN
    supports: float = UNKNOWN
    has_span: bool = False
    judges_sentences: bool = True


@dataclass(frozen=True, slots=True)
class Labelled:
    """Pairs, the same as tensors (`batch`), and their labels: `pair` (pairs, 3), UNKNOWN where not known; `sentence`
    (pairs, most), -1 where not known; `starts` and `ends` (pairs, tokens), 1 at the tokens where an answer starts and
    ends; `contests`, numbers of (winner, loser)."""

    pairs: Pairs
    batch: Batch
    pair: Tensor
    sentence: Tensor
    starts: Tensor
    ends: Tensor
    contests: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Mix:
    """How many items of each kind make a batch."""

    answered: int = 10  # each with a hard negative
    near: int = 7
    swapped: int = 2
    cut: int = 2  # passages that lost the sentences that answer
    claims: int = 5
    policy: float = 0.12  # share of questions on policies among those answered
    stories: float = 0.35  # share of the project's own stories among those answered
    near_stories: float = 0.45  # and among near misses
    untitled: float = 0.15


class Sampler:
    """Draws batches; its state is that of `rng`."""

    def __init__(self, examples: Sequence[Example], rng: random.Random, mix: Mix) -> None:
        self._rng, self._mix = rng, mix
        answered = [e for e in examples if e.positives]
        self._policy = [e for e in answered if e.own_topic]
        self._stories = [e for e in answered if e.source == "stories"]
        self._others = [e for e in answered if not e.own_topic and e.source != "stories"]
        self._near_stories = [e for e in examples if e.near and e.source == "stories"]
        self._near = [e for e in examples if e.near and e.source != "stories"]

    def draw(self) -> tuple[list[Item], list[tuple[int, int]]]:
        """The items of a batch, and which must rank above which."""
        rng, mix = self._rng, self._mix
        items: list[Item] = []
        contests = []
        for _ in range(mix.answered):
            example = rng.choice(self._policy) if rng.random() < mix.policy else self._answered()
            items.append(answered(example, rng.choice(example.positives)))
            if example.negatives:
                hardest = example.negatives[:3] if rng.random() < 0.7 else example.negatives
                contests.append((len(items) - 1, len(items)))
                items.append(negative(example, rng.choice(hardest)))
        for _ in range(mix.near):
            example = self._either(mix.near_stories, self._near_stories, self._near)
            items.append(Item(example.question, rng.choice(example.near), relevant=1, answers=0))
        items += self._some(mix.swapped, lambda e: swapped(e, rng.choice(e.positives)) if e.swapped else None)
        items += self._some(mix.cut, lambda e: cut(e, rng.choice(e.positives)))
        for n in range(mix.claims):
            items += self._some(1, lambda e, supported=bool(n % 2): claimed(e, supported, rng))
        return [self._untitled(item) for item in items], contests

    def _some(self, count: int, make) -> list[Item]:  # type: ignore[no-untyped-def]
        """`count` items made of answered questions; those that nothing can be made of are passed over."""
        made = (make(self._answered()) for _ in range(_TRIES * count))
        found = list(islice((item for item in made if item is not None), count))
        if len(found) < count:
            raise ValueError(f"{_TRIES * count} questions made only {len(found)} of {count} items; give more data")
        return found

    def _answered(self) -> Example:
        return self._either(self._mix.stories, self._stories, self._others)

    def _either(self, share: float, some: list[Example], others: list[Example]) -> Example:
        """One of `some` with the probability `share`, else of `others`; of those that there are."""
        return self._rng.choice(some if some and (self._rng.random() < share or not others) else others)

    def _untitled(self, item: Item) -> Item:
        if self._rng.random() >= self._mix.untitled:
            return item
        return replace(item, passage=replace(item.passage, title=""))


def answered(example: Example, passage: Passage) -> Item:
    return Item(example.question, passage, relevant=1, answers=1, has_span=not example.sentences_only)


def negative(example: Example, passage: Passage) -> Item:
    return Item(example.question, passage, relevant=UNKNOWN if example.own_topic else 0, answers=0)


def swapped(example: Example, passage: Passage) -> Item:
    assert example.swapped is not None
    return Item(example.swapped, replace(passage, spans=()), answers=0)


def cut(example: Example, passage: Passage) -> Item | None:
    """The passage without the sentences that answer; None if little is left or it still holds the answer's words."""
    kept = [
        passage.text[start:end]
        for start, end in split_sentences(passage.text)
        if not any(s < end and e > start for s, e in passage.spans)
    ]
    text = " ".join(kept)
    if len(kept) < 2 or any(a.lower() in text.lower() for a in example.answers):
        return None
    return Item(example.question, Passage(passage.title, text), answers=0)


def claimed(example: Example, supported: bool, rng: random.Random) -> Item | None:
    found = claim(example, supported, rng)
    if found is None:
        return None
    return Item(found[0], replace(found[1], spans=()), supports=float(supported), judges_sentences=False)


def label(tokenizer: PairTokenizer, items: Sequence[Item], contests: list[tuple[int, int]]) -> Labelled:
    """The items as tensors."""
    pairs = tokenizer.pairs([(i.question, Text(i.passage.title, i.passage.text)) for i in items])
    batch = pairs.batch
    sentence = torch.full((len(items), batch.most), -1.0)
    starts, ends = torch.zeros(batch.ids.shape), torch.zeros(batch.ids.shape)
    for row, item in enumerate(items):
        if item.judges_sentences:
            for n, (start, end) in enumerate(pairs.sentences[row]):
                if bool((batch.sentences[row] == n).any()):
                    sentence[row, n] = float(any(s < end and e > start for s, e in item.passage.spans))
        if item.has_span:
            offsets = torch.from_numpy(pairs.offsets[row])
            for start, end in item.passage.spans:
                starts[row, : len(offsets)] += (offsets[:, 0] <= start) & (start < offsets[:, 1])
                ends[row, : len(offsets)] += (offsets[:, 0] < end) & (end <= offsets[:, 1])
    known = [[i.relevant, i.answers, i.supports] for i in items]
    return Labelled(pairs, batch, torch.tensor(known), sentence, starts, ends, contests)
