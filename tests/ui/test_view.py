"""Cards and excerpts: what the page shows of the sources."""

from __future__ import annotations

import pytest

from bot.schema import Turn
from bot.ui.view import Exchange, cards_of, history
from index.schema import Document
from tests.ui.samples import CLOCKS, TREATY, abstention, answer, citation, passage

DOCUMENTS = {TREATY.id: TREATY, CLOCKS.id: CLOCKS}


def test_one_card_per_document_in_order_of_first_citation() -> None:
    found = answer(
        citation(1, CLOCKS, "The museum has 412 clocks."),
        citation(2, TREATY, "It allows 1,550 warheads."),
        citation(3, CLOCKS, "One of them is wrong."),
    )
    cards = cards_of(found, DOCUMENTS, {})
    assert [(card.source, card.numbers) for card in cards] == [("clocks.txt", (1, 3)), ("2022/treaty.txt", (2,))]


def test_marked_segments_are_the_quotations_and_the_rest_is_their_surroundings() -> None:
    quote = "It allows 1,550 warheads."
    (card,) = cards_of(answer(citation(1, TREATY, quote)), DOCUMENTS, {})
    (excerpt,) = card.excerpts
    assert [s.text for s in excerpt.segments if s.numbers] == [quote]
    assert excerpt.text == "The treaty expires in 2026. It allows 1,550 warheads. No talks are under way."
    assert excerpt.cut_before and not excerpt.cut_after


def test_a_quotation_that_fills_its_paragraph_is_shown_with_its_neighbours() -> None:
    document = Document.create(source="a.txt", title="A", text="Before it.\n\nThe whole paragraph.\n\nAfter it.")
    (card,) = cards_of(answer(citation(1, document, "The whole paragraph.")), {document.id: document}, {})
    assert [excerpt.text for excerpt in card.excerpts] == [document.text]


def test_overlapping_quotations_share_segments() -> None:
    first = citation(1, TREATY, "The treaty expires in 2026. It allows 1,550 warheads.")
    second = citation(2, TREATY, "It allows 1,550 warheads. No talks")
    (card,) = cards_of(answer(first, second), DOCUMENTS, {})
    (excerpt,) = card.excerpts
    marked = [(s.text, s.numbers, s.ends) for s in excerpt.segments if s.numbers]
    assert marked == [
        ("The treaty expires in 2026. ", (1,), ()),
        ("It allows 1,550 warheads.", (1, 2), (1,)),
        (" No talks", (2,), (2,)),
    ]


def test_an_excerpt_stays_within_its_passage_and_says_that_it_was_cut() -> None:
    start = TREATY.text.index("The treaty")
    end = TREATY.text.index(" No talks")
    where = passage(TREATY, start, end)
    found = answer(citation(1, TREATY, "It allows 1,550 warheads.", where))
    (card,) = cards_of(found, DOCUMENTS, {where.id: where})
    (excerpt,) = card.excerpts
    assert excerpt.text == "The treaty expires in 2026. It allows 1,550 warheads."
    assert excerpt.cut_before and excerpt.cut_after


def test_distant_quotations_of_a_document_get_excerpts_of_their_own_cut_at_sentences() -> None:
    filler = " ".join(f"Sentence number {n} says nothing." for n in range(100))
    document = Document.create(source="long.txt", title="Long", text=f"Alpha is first. {filler} Omega is last.")
    found = answer(citation(1, document, "Alpha is first."), citation(2, document, "Omega is last."))
    (card,) = cards_of(found, {document.id: document}, {})
    first, last = card.excerpts
    assert first.text.startswith("Alpha") and first.text.endswith("nothing.") and first.cut_after
    assert last.text.startswith("Sentence number") and last.text.endswith("Omega is last.") and last.cut_before
    assert len(first.text) < 350 and len(last.text) < 350


@pytest.mark.parametrize("text", ["x" * 3000 + "QUOTE" + "y" * 3000, "\n\n".join(["QUOTE", *"abcdef" * 300])])
def test_text_without_sentences_is_cut_all_the_same(text: str) -> None:
    document = Document.create(source="odd.txt", title="Odd", text=text)
    (card,) = cards_of(answer(citation(1, document, "QUOTE")), {document.id: document}, {})
    (excerpt,) = card.excerpts
    assert "QUOTE" in excerpt.text and len(excerpt.text) < 700


def test_an_abstention_shows_its_nearest_passages_without_numbers() -> None:
    cards = cards_of(abstention(CLOCKS, TREATY), {}, {})
    assert [card.source for card in cards] == ["clocks.txt", "2022/treaty.txt"]
    assert all(not card.numbers for card in cards)
    assert cards[0].excerpts[0].text == CLOCKS.text


def test_history_holds_what_was_answered_only() -> None:
    given = answer(citation(1, CLOCKS, "One of them is wrong."))
    exchanges = [Exchange("first", given), Exchange("failed", error="too long"), Exchange("waiting")]
    assert history(exchanges) == [Turn("user", "first"), Turn("assistant", given.answer)]
