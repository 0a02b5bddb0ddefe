"""Cards and excerpts: what the page shows of the sources."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.schema import Also, Turn
from bot.ui.view.cards import Location, cards_of
from bot.ui.view.exchange import Exchange, history
from index.schema import Document, Hit, Place, Spot
from tests.ui.samples import CLOCKS, MILL, TREATY, abstention, answer, citation, passage, silent

DOCUMENTS = {TREATY.id: TREATY, CLOCKS.id: CLOCKS, MILL.id: MILL}
HISTORY = "https://wiki.example/wiki/Old_Mill#History"
END = "https://wiki.example/wiki/Old_Mill#The_end"
MONKS, RYE, CLOSED = "The monks built it in 1702.", "They ground rye there.", "It closed in 1950."


def test_one_card_per_document_in_order_of_first_citation() -> None:
    found = answer(
        citation(1, CLOCKS, "The museum has 412 clocks."),
        citation(2, TREATY, "It allows 1,550 warheads."),
        citation(3, CLOCKS, "One of them is wrong."),
    )
    cards = cards_of(found, DOCUMENTS)
    assert [(card.source, card.numbers) for card in cards] == [("clocks.txt", (1, 3)), ("2022/treaty.txt", (2,))]


def test_marked_segments_are_the_quotations_and_the_rest_is_their_surroundings() -> None:
    quote = "It allows 1,550 warheads."
    (card,) = cards_of(answer(citation(1, TREATY, quote)), DOCUMENTS)
    (excerpt,) = card.excerpts
    assert [s.text for s in excerpt.segments if s.numbers] == [quote]
    assert excerpt.text == "The treaty expires in 2026. It allows 1,550 warheads. No talks are under way."
    assert excerpt.cut_before and not excerpt.cut_after


def test_a_quotation_that_fills_its_paragraph_is_shown_with_its_neighbours() -> None:
    document = Document.create(source="a.txt", title="A", text="Before it.\n\nThe whole paragraph.\n\nAfter it.")
    (card,) = cards_of(answer(citation(1, document, "The whole paragraph.")), {document.id: document})
    assert [excerpt.text for excerpt in card.excerpts] == [document.text]


def test_overlapping_quotations_share_segments() -> None:
    first = citation(1, TREATY, "The treaty expires in 2026. It allows 1,550 warheads.")
    second = citation(2, TREATY, "It allows 1,550 warheads. No talks")
    (card,) = cards_of(answer(first, second), DOCUMENTS)
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
    (card,) = cards_of(replace(found, considered=(Hit(where, TREATY, 1, 1, 1),)), DOCUMENTS)
    (excerpt,) = card.excerpts
    assert excerpt.text == "The treaty expires in 2026. It allows 1,550 warheads."
    assert excerpt.cut_before and excerpt.cut_after


def test_distant_quotations_of_a_document_get_excerpts_of_their_own_cut_at_sentences() -> None:
    filler = " ".join(f"Sentence number {n} says nothing." for n in range(100))
    document = Document.create(source="long.txt", title="Long", text=f"Alpha is first. {filler} Omega is last.")
    found = answer(citation(1, document, "Alpha is first."), citation(2, document, "Omega is last."))
    (card,) = cards_of(found, {document.id: document})
    first, last = card.excerpts
    assert first.text.startswith("Alpha") and first.text.endswith("nothing.") and first.cut_after
    assert last.text.startswith("Sentence number") and last.text.endswith("Omega is last.") and last.cut_before
    assert len(first.text) < 350 and len(last.text) < 350


@pytest.mark.parametrize("text", ["x" * 3000 + "QUOTE" + "y" * 3000, "\n\n".join(["QUOTE", *"abcdef" * 300])])
def test_text_without_sentences_is_cut_all_the_same(text: str) -> None:
    document = Document.create(source="odd.txt", title="Odd", text=text)
    (card,) = cards_of(answer(citation(1, document, "QUOTE")), {document.id: document})
    (excerpt,) = card.excerpts
    assert "QUOTE" in excerpt.text and len(excerpt.text) < 700


def test_an_abstention_shows_its_nearest_passages_without_numbers() -> None:
    cards = cards_of(abstention(CLOCKS, TREATY), {})
    assert [card.source for card in cards] == ["clocks.txt", "2022/treaty.txt"]
    assert all(not card.numbers for card in cards)
    assert cards[0].excerpts[0].text == CLOCKS.text


def test_a_card_has_the_outlet_and_the_copies_of_the_story() -> None:
    (card,) = cards_of(answer(citation(1, MILL, MONKS, also=(TREATY, CLOCKS))), DOCUMENTS)
    assert card.outlet == "Fenpedia"
    assert card.also == (Also(TREATY.source, TREATY.title, TREATY.url), Also(CLOCKS.source, CLOCKS.title, None))


@pytest.mark.parametrize(
    ("published", "updated", "shown"),
    [
        ("2024-03-05", "2024-03-06", True),
        ("2024-03-05T08:00:00Z", "2024-03-05T17:30:00Z", False),
        ("2024-03-05", "2024-03-05T17:30:00+01:00", False),
        (None, "2024-03-06", True),
        ("2024-03-05", None, False),
        (None, None, False),
    ],
)
def test_an_update_of_the_day_of_publication_is_left_out(
    published: str | None, updated: str | None, shown: bool
) -> None:
    document = Document.create(source="a.txt", title="A", text="One fact.", published=published, updated=updated)
    cited = cards_of(answer(citation(1, document, "One fact.")), {document.id: document})
    for (card,) in (cited, cards_of(abstention(document), {})):
        assert card.updated == (updated if shown else None)


def test_one_place_for_all_quotations_is_that_of_the_card() -> None:
    (card,) = cards_of(answer(citation(1, MILL, MONKS), citation(2, MILL, RYE)), DOCUMENTS)
    assert card.location == Location("History", HISTORY, (1, 2))
    assert [excerpt.locations for excerpt in card.excerpts] == [()]


def test_each_place_of_several_is_that_of_its_quotations() -> None:
    found = answer(citation(1, MILL, MONKS), citation(2, MILL, CLOSED), citation(3, MILL, RYE))
    (card,) = cards_of(found, DOCUMENTS)
    assert card.location is None
    (excerpt,) = card.excerpts
    assert excerpt.locations == (Location("History", HISTORY, (1, 3)), Location("The end", END, (2,)))


def test_a_quotation_before_the_first_place_has_none() -> None:
    found = answer(citation(1, MILL, "It stands by the weir."), citation(2, MILL, MONKS))
    (card,) = cards_of(found, DOCUMENTS)
    assert card.location is None
    assert [excerpt.locations for excerpt in card.excerpts] == [(Location("History", HISTORY, (2,)),)]
    (alone,) = cards_of(answer(citation(1, MILL, "It stands by the weir.")), DOCUMENTS)
    assert (alone.location, alone.excerpts[0].locations) == (None, ())


def test_distant_quotations_have_places_beside_their_excerpts() -> None:
    filler = " ".join(f"Sentence number {n} says nothing." for n in range(100))
    text = f"Alpha is first. {filler} Omega is last."
    spots = (Spot(0, Place("page 1", "page=1")), Spot(text.index("Omega"), Place("page 9", "page=9")))
    document = Document.create(source="long.pdf", title="Long", text=text, spots=spots)
    found = answer(citation(1, document, "Alpha is first."), citation(2, document, "Omega is last."))
    (card,) = cards_of(found, {document.id: document})
    assert card.location is None
    assert [e.locations for e in card.excerpts] == [
        (Location("page 1", None, (1,)),),
        (Location("page 9", None, (2,)),),
    ]


@pytest.mark.parametrize(
    ("url", "fragment", "link"),
    [
        ("https://example.org/a?b=c", "page=3", "https://example.org/a?b=c#page=3"),
        ("https://example.org/a#top", "page=3", "https://example.org/a#page=3"),
        ("https://example.org/a", "", None),
        (None, "page=3", None),
    ],
)
def test_a_place_has_a_link_only_if_it_opens_there(url: str | None, fragment: str, link: str | None) -> None:
    spots = (Spot(0, Place("page 3", fragment)),)
    document = Document.create(source="a.pdf", title="A", text="One fact.", url=url, spots=spots)
    (cited,) = cards_of(answer(citation(1, document, "One fact.")), {document.id: document})
    assert cited.location == Location("page 3", link, (1,))
    (nearest,) = cards_of(abstention(document), {})
    assert nearest.location == Location("page 3", link)


def test_a_long_heading_is_cut_to_a_name() -> None:
    document = Document.create(source="a", title="A", text="One fact.", spots=(Spot(0, Place("heading " * 5000)),))
    for given in (answer(citation(1, document, "One fact.")), abstention(document)):
        (card,) = cards_of(given, {document.id: document})
        assert card.location and len(card.location.label) <= 80 and card.location.label.endswith("heading…")


def test_an_abstention_shows_the_places_where_its_passages_begin_and_their_copies() -> None:
    end = MILL.text.index(CLOSED)
    first, last = passage(MILL, MILL.text.index(MONKS), end), passage(MILL, end)
    hits = [Hit(where, MILL, 0.1, 0.2, 0.0, also=(CLOCKS,)) for where in (last, first)]
    (card,) = cards_of(silent(*hits), {})
    assert [excerpt.text for excerpt in card.excerpts] == [first.text, last.text]
    assert [e.locations for e in card.excerpts] == [(Location("History", HISTORY),), (Location("The end", END),)]
    assert (card.location, card.outlet, card.also) == (None, "Fenpedia", (Also("clocks.txt", "Clocks", None),))
    (alone,) = cards_of(silent(hits[0]), {})
    assert (alone.location, alone.excerpts[0].locations) == (Location("The end", END), ())


def test_history_holds_what_was_answered_only() -> None:
    given = answer(citation(1, CLOCKS, "One of them is wrong."))
    exchanges = [Exchange("first", given), Exchange("failed", error="too long"), Exchange("waiting")]
    assert history(exchanges) == [Turn("user", "first"), Turn("assistant", given.answer)]
