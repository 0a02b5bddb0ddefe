"""The HTML of the page: what it shows, that its ids fit together, and that nothing in it comes alive."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import pairwise

import pytest

from bot.schema import Answer, AnswerSentence
from bot.ui.html.markup import is_web_link
from bot.ui.html.render import header_html, no_index_html, notice_html, script_html, turn_html
from bot.ui.view.cards import cards_of
from bot.ui.view.exchange import Exchange
from bot.ui.words import words_for
from index.schema import Document, Place, Spot
from tests.ui.samples import CLOCKS, MILL, TREATY, abstention, answer, citation

EN = words_for("en")
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1)) <b>bold</b> $x^2$ :red[x] "
    "\"quoted\" 'single' &amp; </section></details> :material/bolt: :smile:"
)


class Page(HTMLParser):
    """A parsed fragment: its elements with attributes, its text, what is in it for copying, and whether its tags are
    balanced."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = self.copies = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "pre" in self.open:
            self.copies += data
        else:
            self.text += data

    def links(self) -> dict[str, dict[str, str]]:
        """The attributes of the links that lead out of the house, by their address."""
        outward = [a for tag, a in self.elements if tag == "a" and not a["href"].startswith(("#", "document/"))]
        return {attributes["href"]: attributes for attributes in outward}

    def having(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.elements if name in attributes]


def rendered(given: Answer, *documents: Document, number: int = 1, question: str = "q?") -> Page:
    cards = cards_of(given, {document.id: document for document in documents})
    return Page(turn_html(number, Exchange(question, given, cards, articles=7), EN))


def test_every_footnote_link_leads_to_its_quotation_and_back() -> None:
    page = rendered(
        answer(citation(1, CLOCKS, "The museum has 412 clocks."), citation(2, TREATY, "No talks are under way.")),
        CLOCKS,
        TREATY,
    )
    ids = page.having("id")
    links = [href for href in page.having("href") if href.startswith("#")]
    assert sorted(links) == ["#t1-n1", "#t1-n2", "#t1-r1", "#t1-r2"]
    assert {href[1:] for href in links} <= set(ids)
    assert len(ids) == len(set(ids))


def test_ids_stay_unique_over_turns_and_with_repeated_and_overlapping_footnotes() -> None:
    one = citation(1, TREATY, "The treaty expires in 2026.")
    two = citation(2, TREATY, "The treaty expires in 2026. It allows 1,550 warheads.")
    given = answer(one, two)
    given = Answer(
        **{
            **{name: getattr(given, name) for name in given.__slots__},
            "sentences": (*given.sentences, AnswerSentence("Again.", (2, 1), "verified")),
        }
    )
    ids = [id for number in (1, 2) for id in rendered(given, TREATY, number=number).having("id")]
    assert len(ids) == len(set(ids))
    assert {"t1-n1", "t1-n2", "t2-n1", "t2-n2"} <= set(ids)


def test_links_have_names_that_make_sense_out_of_context() -> None:
    page = rendered(answer(citation(1, TREATY, "No talks are under way.")), TREATY)
    assert "Footnote 1: The treaty & its <critics>" in page.having("aria-label")


def test_a_card_shows_title_source_author_date_and_links_to_the_web_only() -> None:
    page = rendered(answer(citation(1, TREATY, "No talks are under way.")), TREATY)
    for shown in ("The treaty & its <critics>", "2022/treaty.txt", "Desmond Lyle", "1 December 2022"):
        assert shown in page.text
    assert TREATY.url in page.having("href")


def test_a_card_shows_the_outlet_and_a_later_date() -> None:
    page = rendered(answer(citation(1, MILL, "They ground rye there.")), MILL)
    assert "Fenpedia · 9 March 2021 · updated 1 May 2024 · wiki.xml#Old Mill" in page.text
    assert {"datetime": MILL.updated} in [attributes for tag, attributes in page.elements if tag == "time"]
    assert "updated" not in rendered(answer(citation(1, TREATY, "No talks are under way.")), TREATY).text


def test_an_outlet_that_is_the_author_is_shown_once() -> None:
    document = Document.create(source="a.txt", title="A", text="One fact.", author="The Gazette", outlet="The Gazette")
    assert rendered(answer(citation(1, document, "One fact.")), document).text.count("The Gazette") == 1


def test_one_place_stands_in_the_cards_head_as_a_link_that_opens_there() -> None:
    page = rendered(answer(citation(1, MILL, "They ground rye there."), citation(2, MILL, "The monks")), MILL)
    assert page.text.count("History") == 1 and "wiki.xml#Old Mill · History" in page.text
    link = page.links()["https://wiki.example/wiki/Old_Mill#History"]
    assert (link["target"], link["rel"]) == ("_blank", "noopener noreferrer")
    assert link["aria-label"] == "History: Old Mill"
    assert "figure" not in {tag for tag, _ in page.elements}


def test_several_places_stand_beside_their_quotations() -> None:
    page = rendered(answer(citation(1, MILL, "It closed in 1950."), citation(2, MILL, "They ground rye there.")), MILL)
    assert "[1] The end · [2] History" in page.text
    assert {f"{MILL.url}#The_end", f"{MILL.url}#History"} <= set(page.links())
    assert [tag for tag, _ in page.elements if tag.startswith("fig")] == ["figure", "figcaption"]


def test_a_place_beside_the_only_quotation_needs_no_number() -> None:
    filler = " ".join(f"Sentence number {n} says nothing." for n in range(100))
    text = f"Alpha is first. {filler} Omega is last."
    spots = (Spot(0, Place("page 1")), Spot(text.index("Omega"), Place("page 9")))
    document = Document.create(source="long.pdf", title="Long", text=text, spots=spots)
    page = rendered(answer(citation(1, document, "Alpha is first."), citation(2, document, "Omega is last.")), document)
    assert page.text.count("page 1") == page.text.count("page 9") == 1
    assert "[1] page 1" not in page.text and "[2] page 9" not in page.text


def test_a_place_that_is_only_that_of_some_quotations_says_of_which() -> None:
    page = rendered(answer(citation(1, MILL, "It stands by the weir."), citation(2, MILL, "The monks")), MILL)
    assert "[2] History" in page.text and "[1] History" not in page.text


def test_a_place_without_an_address_is_plain_text() -> None:
    spots = (Spot(0, Place("page 3", "page=3")),)
    document = Document.create(source="a.pdf", title="A", text="One fact.", spots=spots)
    for page in (rendered(answer(citation(1, document, "One fact.")), document), rendered(abstention(document))):
        assert "a.pdf · page 3" in page.text
        assert page.links() == {}


def test_copies_of_the_story_are_named_the_first_few_with_links() -> None:
    copies = [
        Document.create(source=source, title="The same", text="T", url=url)
        for source, url in [
            ("https://www.post.example/a?b=1", "https://www.post.example/a?b=1"),
            ("copy.txt", None),
            ("mail.mbox#7", "javascript:alert(1)"),
            ("d.txt", "https://d.example/"),
            ("e.txt", None),
        ]
    ]
    for some, said in [
        (1, "Also in: post.example/a?b=1"),
        (3, "Also in: post.example/a?b=1, copy.txt, mail.mbox#7"),
        (4, "Also in: post.example/a?b=1, copy.txt, mail.mbox#7 and 1 more"),
        (5, "Also in: post.example/a?b=1, copy.txt, mail.mbox#7 and 2 more"),
    ]:
        also = tuple(copies[:some])
        cited = rendered(answer(citation(1, CLOCKS, "One of them is wrong.", also=also)), CLOCKS)
        for page in (cited, rendered(abstention(CLOCKS, also=also))):
            assert f"{said}Whole article" in page.text
            assert list(page.links()) == ["https://www.post.example/a?b=1"]
    assert "Also in" not in rendered(answer(citation(1, CLOCKS, "One of them is wrong.")), CLOCKS).text


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://example.org/a", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("JaVaScript:alert(1)//http://x", False),
        ("data:text/html,<script>", False),
        ("//example.org", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_web_links_are_followed(url: str, followed: bool) -> None:
    assert is_web_link(url) is followed
    document = Document.create(source="a.txt", title="A", text="One fact.", url=url)
    hrefs = rendered(answer(citation(1, document, "One fact.")), document).having("href")
    assert (url in hrefs) is followed
    placed = Document.create(source="a", title="A", text="One.", url=url, spots=(Spot(0, Place("page 2", "page=2")),))
    for given in (answer(citation(1, placed, "One.", also=(document,))), abstention(placed, also=(document,))):
        hrefs = [href for href in rendered(given, placed).having("href") if not href.startswith(("#t1-", "document/"))]
        assert sorted(hrefs) == ([url, url, f"{url}#page=2"] if followed else [])


def test_hostile_text_anywhere_stays_text() -> None:
    short = HOSTILE[:70]  # places have names of that length
    document = Document.create(
        source=HOSTILE,
        title=HOSTILE,
        text=f"Before. {HOSTILE} After.",
        author=HOSTILE,
        outlet=f"The {HOSTILE}",
        published=HOSTILE,
        updated=f"later {HOSTILE}",
        url=HOSTILE,
        spots=(Spot(0, Place("Before", HOSTILE)), Spot(8, Place(short, HOSTILE))),
    )
    also = (document,)
    given = answer(citation(1, document, "Before.", also=also), citation(2, document, HOSTILE, also=also))
    page = rendered(given, document, question=HOSTILE)
    # question, sentence, title, author, outlet, dates, source, quotation, copy
    assert page.text.count(HOSTILE) == 10
    assert short in page.text.replace(HOSTILE, "")
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "img", "b", "style", "iframe"}
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert all(href.startswith(("#", "document/")) for href in page.having("href"))


def test_hostile_names_and_addresses_of_links_stay_attributes() -> None:
    url, short = "https://example.org/?a='b'&c=\"d\"><script>", HOSTILE[:70]
    spots = (Spot(0, Place(short, '"><img src=x onerror=alert(1)>')),)
    document = Document.create(source="a", title=HOSTILE, text="One fact.", url=url, spots=spots)
    for given in (answer(citation(1, document, "One fact.", also=(document,))), abstention(document, also=(document,))):
        page = rendered(given, document)
        assert page.links().keys() == {url, f'{url}#"><img src=x onerror=alert(1)>'}
        assert f"{short}: {HOSTILE}" in page.having("aria-label")
        assert {name for tag, found in page.elements if tag == "a" for name in found} <= {
            *("href", "target", "rel", "aria-label", "class", "id", "data-n", "data-quote"),
        }
        assert not {tag for tag, _ in page.elements} & {"script", "img", "b"}


def test_hostile_errors_abstentions_and_notices_stay_text() -> None:
    document = Document.create(source=HOSTILE, title=HOSTILE, text=HOSTILE)
    for html in (
        turn_html(1, Exchange(HOSTILE, error=HOSTILE), EN),
        turn_html(1, Exchange(HOSTILE), EN),
        turn_html(1, Exchange(HOSTILE, abstention(document), cards_of(abstention(document), {})), EN),
        notice_html(HOSTILE, HOSTILE),
        no_index_html(HOSTILE, EN, settings=True),
    ):
        page = Page(html)
        assert HOSTILE in page.text + page.copies
        assert not {tag for tag, _ in page.elements} & {"script", "img", "b"}


def test_the_script_element_carries_no_text_as_markup() -> None:
    page = Page(script_html(3, Exchange("q", error=HOSTILE), EN))
    (script,) = page.elements
    assert script[1].pop("data-texts").startswith("{")
    assert script == ("script", {"src": "footnote/page.js", "data-said": HOSTILE})


def test_only_a_new_question_is_scrolled_to() -> None:
    assert 'data-turn="t3"' in script_html(3, Exchange("q"), EN)
    assert "data-turn" not in script_html(3, Exchange("q", answer()), EN)


def test_surrogates_and_nul_do_not_reach_the_browser() -> None:
    turn_html(1, Exchange("a\ud800b\x00c"), EN).encode("utf-8")
    assert "\x00" not in turn_html(1, Exchange("a\x00c"), EN)


def test_confidence_and_support_are_said_in_words() -> None:
    plain = rendered(answer(citation(1, CLOCKS, "One of them is wrong.")), CLOCKS)
    assert "Confidence 0.87" in plain.text
    assert "Quoted word for word" in plain.text
    checked = rendered(answer(citation(1, CLOCKS, "One of them is wrong."), support="verified"), CLOCKS)
    assert "checked against the source" in checked.text and "word for word" not in checked.text
    doubtful = rendered(answer(citation(1, CLOCKS, "One of them is wrong."), support="unsupported"), CLOCKS)
    assert "not confirmed by the source" in doubtful.text


def test_an_abstention_says_what_was_looked_for_and_shows_the_nearest_passages_as_such() -> None:
    page = rendered(abstention(CLOCKS))
    assert "My sources don’t say. None of the 7 articles answers this question." in page.text
    assert "I looked for: “q?”" in page.text
    assert "Nearest passages – they do not answer the question" in page.text and CLOCKS.text in page.text
    assert ("details", {"class": "fn-nearest", "open": ""}) in page.elements
    assert "mark" not in {tag for tag, _ in page.elements}
    assert "details" not in {tag for tag, _ in rendered(abstention()).elements}


def test_no_heading_skips_a_level() -> None:
    for said in (abstention(TREATY, CLOCKS), answer(citation(1, TREATY, "Nobody had come to Cairo."))):
        elements = rendered(said, TREATY, CLOCKS).elements
        levels = [int(tag[1]) for tag, _ in elements if tag in ("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels[0] == 2 and len(levels) > 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_the_header_counts_articles() -> None:
    assert "1 article indexed" in header_html(1, EN)
    assert "1,200 articles indexed" in header_html(1200, EN)
    assert "indexed" not in header_html(None, EN)
