"""Whether a passage holds what a question asks for, and the measures over it."""

from __future__ import annotations

import pytest

from benchmarks.peers.gold import Asked, Gold, document_reciprocal_rank, holds, quality, recall, reciprocal_rank
from benchmarks.peers.peer import Passage

GOLD = Gold("bridge.txt", "The bridge was shut on 4 May, and boats took people over.")  # twelve words
WHOLE = Passage("bridge.txt", "Bridge shut\n\nThe bridge was shut on 4 May, and boats took people over. It rained.")
HALF = Passage("bridge.txt", "and boats took people over. It rained. Then came the snow.")
MORE = Passage("bridge.txt", "May, and boats took people over. It rained.")
OTHER = Passage("ferry.txt", WHOLE.text)


def test_a_passage_holds_the_quotation_that_it_overlaps_by_half() -> None:
    assert holds(WHOLE, GOLD)
    assert holds(MORE, GOLD)
    assert not holds(HALF, GOLD), "five words of twelve"


def test_the_same_words_in_another_article_or_another_order_do_not_count() -> None:
    assert not holds(OTHER, GOLD)
    assert not holds(Passage("bridge.txt", "over people took boats and May 4 on shut was bridge the"), GOLD)


def test_layout_case_and_signs_do_not_matter() -> None:
    assert holds(Passage("bridge.txt", "THE BRIDGE –\nwas shut\non 4 May;"), GOLD)


def test_a_quotation_without_words_is_held_by_nothing() -> None:
    assert not holds(WHOLE, Gold("bridge.txt", "..."))


def test_the_first_passage_that_holds_any_quotation_counts() -> None:
    assert reciprocal_rank([OTHER, HALF, WHOLE, MORE], [GOLD]) == 1 / 3
    assert reciprocal_rank([OTHER, HALF], [GOLD]) == 0
    assert reciprocal_rank([], [GOLD]) == 0


def test_recall_is_the_share_of_the_quotations() -> None:
    rain = Gold("bridge.txt", "It snowed in the hills all night.")
    assert recall([WHOLE, MORE], [GOLD, rain]) == 0.5
    assert recall([HALF], [GOLD, rain]) == 0


def test_articles_count_once_however_many_passages_they_give() -> None:
    assert document_reciprocal_rank([OTHER, OTHER, OTHER, HALF], [GOLD]) == 1 / 2
    assert document_reciprocal_rank([OTHER], [GOLD]) == 0


def test_quality_is_the_mean_over_all_questions_and_looks_at_k_passages() -> None:
    asked = [Asked("When?", (GOLD,)), Asked("Who?", (GOLD,))]
    found = quality([[WHOLE], [OTHER, WHOLE]], asked, k=2)
    assert (found.mrr, found.recall, found.document_mrr) == (0.75, 1.0, 0.75)
    assert quality([[WHOLE], [OTHER, WHOLE]], asked, k=1).mrr == 0.5
    assert quality([[WHOLE], []], asked, k=2).recall == 0.5


def test_no_question_goes_unscored() -> None:
    with pytest.raises(ValueError, match="argument 2 is longer"):
        quality([[WHOLE]], [Asked("When?", (GOLD,)), Asked("Who?", (GOLD,))], k=2)
