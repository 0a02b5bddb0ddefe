"""The document view without a browser: the whole text, every citation marked, and nothing in it that comes alive."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.ui.conversations.plain import balanced
from bot.ui.html.document import document_address, document_html, problem_html
from bot.ui.view.cards import Cited, cards_of
from bot.ui.view.document import MOST_CITED, CiteError, cited_of, paragraphs_of
from bot.ui.words import LANGUAGES, words_for
from index.schema import Document, Place, Spot
from tests.ui.samples import CLOCKS, MILL, TREATY, abstention, answer, citation, passage

WORDS = words_for("en")
HOSTILE = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> "
    "![i](https://evil.example/i) [x](javascript:document.title='owned') </mark></p></article></main> "
    "<style>*{display:none}</style> "
    "\"double\" 'single' &lt; {braces} \u202egnipoh\u2066 <!-- \u2028 -->"
)
_VOID = {"meta", "link", "img", "br"}


class Shown(HTMLParser):
    """A parsed page: its elements; the article's paragraphs, without what the view adds; the text of each mark."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[tuple[str, dict[str, str]]] = []
        self.everything = ""
        self.paragraphs: list[str] = []
        self.marks: list[tuple[list[str], str]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        if self._has("text") and not self._added() and tag in ("p", "h2") and given.get("class") != "place":
            self.paragraphs.append("")
        if tag == "mark":
            self.marks.append((given["class"].split(), ""))
        if tag not in _VOID:
            self.open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.everything += data
        if self._has("text") and not self._added():
            self.paragraphs[-1] += data
            if any(tag == "mark" for tag, _ in self.open):
                self.marks[-1] = (self.marks[-1][0], self.marks[-1][1] + data)

    def _has(self, name: str) -> bool:
        return any(name in given.get("class", "").split() for _, given in self.open)

    def _added(self) -> bool:
        return any(self._has(name) for name in ("place", "number", "steps"))

    def having(self, name: str) -> list[str]:
        return [given[name] for _, given in self.elements if name in given]

    def cited(self, id_: str) -> str:
        """All that is marked as belonging to a citation."""
        return "".join(marked for classes, marked in self.marks if id_ in classes)


def shown(document: Document, *cited: Cited, theme: str = "", language: str = "en") -> Shown:
    spans = cited_of([f"{c.n}:{c.start}-{c.end}" for c in cited], document.text)
    return Shown(document_html(words_for(language), document, spans, theme))


def span(document: Document, n: int, quote: str) -> Cited:
    start = document.text.index(quote)
    return Cited(n, start, start + len(quote))


def article(text: str, **more: Any) -> Document:
    return Document.create(source="a.txt", title="A", text=text, **more)


def test_the_whole_text_stands_in_its_paragraphs_letter_for_letter() -> None:
    text = "  One <b>&amp;\u00a0 two.  Three\tfour\nfive.\n\n\n \nSix 😀 e\u0301.\n\n\"Seven\" 'eight'."
    assert shown(article(text)).paragraphs == [
        "  One <b>&amp;\u00a0 two.  Three\tfour\nfive.",
        "Six 😀 e\u0301.",
        "\"Seven\" 'eight'.",
    ]


def test_a_citation_is_marked_and_numbered_where_it_stands_in_code_points() -> None:
    document = article("😀😀 before. The quotation. After.")
    page = shown(document, span(document, 3, "The quotation."))
    assert page.marks == [(["c3"], "The quotation.")]
    assert ("mark", {"class": "c3", "id": "c3", "tabindex": "-1"}) in page.elements
    (number,) = [given for _, given in page.elements if given.get("class") == "number"]
    assert (number["href"], number["aria-label"]) == ("#c3", "Citation 3")
    assert "quotation.[3] After." in page.everything.replace("1 of 1", "")


def test_overlapping_nested_and_equal_citations_are_all_there_with_elements_of_their_own() -> None:
    text = "Alpha beta gamma delta epsilon."
    document = article(text)
    quotes = {1: "beta gamma", 2: "gamma delta", 3: "beta", 4: text, 5: "beta gamma"}
    page = shown(document, *(span(document, n, quote) for n, quote in quotes.items()))
    assert {n: page.cited(f"c{n}") for n in quotes} == quotes
    ids = page.having("id")
    assert len(ids) == len(set(ids)) and {f"c{n}" for n in quotes} <= set(ids)
    assert page.paragraphs == [text]


def test_a_citation_over_paragraphs_and_places_is_marked_in_all_of_them_by_its_rule() -> None:
    text = "One two.\n\nThree four.\n\nFive six."
    spots = (Spot(0, Place("page 1")), Spot(text.index("four"), Place("page 2")))
    document = article(text, spots=spots)
    page = shown(document, span(document, 7, "two.\n\nThree four.\n\nFive"))
    assert page.marks == [(["c7"], "two."), (["c7"], "Three "), (["c7"], "four."), (["c7"], "Five")]
    assert "<noscript><style>:root:has(#c7:target) mark.c7{" in document_html(
        WORDS, document, cited_of(["7:4-26"], text)
    )
    assert page.having("id").count("c7") == 1
    single = shown(document, span(document, 7, "One two."))
    assert "style" not in {tag for tag, _ in single.elements}


def test_any_citations_leave_the_text_as_it_is_and_mark_exactly_their_own() -> None:
    chance = random.Random(7)
    for _ in range(200):
        text = "".join(chance.choices(["a", "b ", "\n", "\n\n", " ", "😀", "<"], k=40)).strip() or "x"
        spots = tuple(Spot(at, Place(f"page {at}")) for at in sorted(chance.sample(range(len(text)), 3 % len(text))))
        document = article(text, spots=spots)
        spans = []
        for n in range(1, 9):
            start = chance.randrange(len(text))
            end = chance.randint(start + 1, len(text))
            if text[start:end].strip():
                spans.append(Cited(n, start, end))
        page, plain = shown(document, *spans), shown(article(text))
        assert page.paragraphs == plain.paragraphs
        assert "".join("".join(page.paragraphs).split()) == "".join(text.split())
        for one in spans:
            assert "".join(page.cited(f"c{one.n}").split()) == "".join(text[one.start : one.end].split())


def test_steps_lead_from_each_citation_to_its_neighbours_in_the_order_of_the_text() -> None:
    page = shown(MILL, span(MILL, 1, "It closed in 1950."), span(MILL, 2, "The monks"), span(MILL, 9, "the weir"))
    steps = [given["href"] for tag, given in page.elements if tag == "a" and "rel" in given and "target" not in given]
    assert steps == ["#c1", "#c2", "#c9", "#c1", "#c2", "#c9"]  # previous and next of 9, of 2, of 1
    for position in ("1 of 3", "2 of 3", "3 of 3"):
        assert page.everything.count(position) == 1
    assert ("a", {"class": "count", "href": "#c9"}) in page.elements and "3 citations" in page.everything


def test_the_steps_stand_right_behind_the_element_that_the_address_names() -> None:
    document = article("Alpha beta.")
    html = document_html(WORDS, document, cited_of(["1:0-5", "2:0-11"], document.text))
    steps = r'<span class="steps" role="group" aria-label="Citation">'
    one = (
        rf'<mark class="c1 c2" id="c1" tabindex="-1">Alpha</mark>{steps}<a .*?</a><span>1 of 2</span><a .*?</a></span>'
    )
    assert re.search(rf'<span id="c2" tabindex="-1">{one}</span>{steps}<a .*?</a><span>2 of 2</span>', html)


def test_one_citation_needs_no_steps_and_none_no_count() -> None:
    page = shown(CLOCKS, span(CLOCKS, 1, "One of them is wrong."))
    assert "1 of 1" in page.everything and "1 citation" in page.everything
    assert not [given for _, given in page.elements if given.get("rel") in ("prev", "next")]
    bare = shown(CLOCKS)
    assert "citation" not in bare.everything and bare.marks == []


def test_nearest_passages_have_no_numbers_but_ids_in_the_order_of_the_text() -> None:
    page = shown(TREATY, Cited(0, 90, 110), Cited(0, 0, 19))
    assert [classes for classes, _ in page.marks] == [["p1"], ["p2"]]
    assert page.marks[0][1] == "The room was empty."
    assert "number" not in page.having("class")


def test_the_head_tells_title_author_outlet_dates_language_and_source() -> None:
    document = replace(MILL, author="Ann Onym", language="en-GB")
    page = shown(document)
    said = "Ann Onym · Fenpedia · 9 March 2021 · updated 1 May 2024 · English (United Kingdom) · wiki.xml#Old Mill"
    assert said in page.everything
    assert "Old Mill – Footnote" in page.everything
    assert {"datetime": "2024-05-01T10:00:00Z"} in [given for tag, given in page.elements if tag == "time"]
    assert ("div", {"class": "text", "lang": "en-GB"}) in page.elements
    german = shown(document, language="de").everything
    assert "9. März 2021 · aktualisiert am 1. Mai 2024 · Englisch (Vereinigtes Königreich)" in german


def test_what_is_not_known_or_said_already_is_left_out() -> None:
    document = article("One.", author="The Gazette", outlet="The Gazette", published="2020-01-02", updated="2020-01-02")
    assert "The Gazette · 2 January 2020 · a.txt" in shown(document).everything
    dated = article("One.", dated="Trinity term", language="xx-klingon")
    assert "Trinity term · xx-klingon · a.txt" in shown(dated).everything


def test_places_stand_where_they_begin_with_links_and_headings_are_not_said_twice() -> None:
    text = "Early.\n\nHistory\n\nThe monks.\n\nLast words."
    spots = (
        Spot(text.index("History"), Place("History", "History")),
        Spot(text.index("Last"), Place("page 9", "page=9")),
        Spot(text.index("words"), Place("note")),
    )
    document = article(text, url="https://a.example/x#top", spots=spots)
    page = shown(document)
    assert page.paragraphs == text.split("\n\n")
    assert [tag for tag, _ in page.elements].count("h2") == 1
    assert page.everything.count("History") == 1
    assert "page 9Last notewords." in page.everything
    places = [tag for tag, given in page.elements if given.get("class") == "place"]
    assert places == ["p", "span"]
    assert "https://a.example/x#page=9" in page.having("href")


def test_of_several_places_at_one_spot_the_last_is_where_the_text_stands() -> None:
    document = article("One.", spots=(Spot(0, Place("page 1")), Spot(0, Place("page 2"))))
    assert "page 2One." in shown(document).everything and "page 1" not in shown(document).everything


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://a.example/x", "https://a.example/x#The_end"),
        ("javascript:alert(1)", ""),
        ("//a.example", ""),
        ("", ""),
    ],
)
def test_the_original_opens_at_the_first_citation_and_on_the_web_only(url: str, followed: str) -> None:
    page = shown(replace(MILL, url=url or None), span(MILL, 1, "It closed in 1950."))
    outward = [given["href"] for tag, given in page.elements if tag == "a" and "target" in given]
    assert ("Open original" in page.everything) is bool(followed)
    assert outward[:1] == ([followed] if followed else [])
    assert "./../" in page.having("href")


@pytest.mark.parametrize(
    ("values", "reason", "named"),
    [
        (["1"], "form", "1"),
        (["1:0-5 "], "form", "1:0-5 "),
        (["1:٠-5"], "form", "1:٠-5"),  # a digit to int(), but not of this form
        (["-1:0-5"], "form", "-1:0-5"),
        (["1:0-5", "x:1-2"], "form", "x:1-2"),
        (["1:5-5"], "outside", "1:5-5"),
        (["1:9-5"], "outside", "1:9-5"),
        (["1:0-49"], "outside", "1:0-49"),
        (["1:40-999999999"], "outside", "1:40-999999999"),
        (["1:3-4"], "outside", "1:3-4"),  # a blank
        (["1:0-5", "1:8-9"], "twice", "1:8-9"),
        (["0:0-5"] * (MOST_CITED + 1), "many", "1001"),
    ],
)
def test_what_is_no_span_of_the_text_is_refused_by_name(values: Sequence[str], reason: str, named: str) -> None:
    with pytest.raises(CiteError) as caught:
        cited_of(values, CLOCKS.text)
    assert (caught.value.reason, caught.value.value) == (reason, named)
    assert len(CLOCKS.text) == 48 and f"document.cite_{reason}" in WORDS.entries


def test_blanks_at_the_ends_of_a_span_are_not_marked() -> None:
    assert cited_of(["1:3-11", "2:0-48"], CLOCKS.text) == (Cited(2, 0, 48), Cited(1, 4, 10))


def test_an_address_holds_the_cards_spans_and_opens_at_the_one_wanted() -> None:
    quotes = ["The room was empty.", "No talks are under way.", "It allows 1,550 warheads."]
    given = answer(*(citation(n, TREATY, quote) for n, quote in enumerate(quotes, start=1)))
    (card,) = cards_of(given, {TREATY.id: TREATY})
    for n, ending in ((None, "#c1"), (3, "#c3")):
        address = document_address(card, n)
        assert address.startswith(f"document/{TREATY.id}?cite=1:0-19&cite=2:") and address.endswith(ending)
        page = shown(TREATY, *cited_of(parse_qs(urlsplit(address).query)["cite"], TREATY.text))
        assert [page.cited(f"c{k}") for k in (1, 2, 3)] == quotes
    with pytest.raises(ValueError, match=r"citation 4 is not in the card; it has \[1, 2, 3\]"):
        document_address(card, 4)


def test_an_address_of_nearest_passages_opens_at_the_first() -> None:
    (card,) = cards_of(abstention(TREATY), {})
    assert document_address(card) == f"document/{TREATY.id}?cite=0:0-{len(TREATY.text)}#p1"
    assert document_address(replace(card, spans=())) == f"document/{TREATY.id}"


def test_an_address_holds_a_hundred_spans_the_wanted_one_among_them() -> None:
    (card,) = cards_of(abstention(TREATY), {})
    spans = tuple(Cited(n, n, n + 1) for n in range(1, 301))
    address = document_address(replace(card, spans=spans), 250)
    cites = parse_qs(urlsplit(address).query)["cite"]
    assert len(cites) == 100 and cites[-1] == "250:250-251" and cites[0] == "1:1-2" and address.endswith("#c250")
    assert len(address) < 4000


def test_a_thousand_citations_at_one_place_do_not_swell_the_page() -> None:
    document = article("word " * 400)
    piled = tuple(Cited(n, 0, 1000 + n) for n in range(1, 1001))
    html = document_html(WORDS, document, cited_of([f"{c.n}:{c.start}-{c.end}" for c in piled], document.text))
    page = Shown(html)
    assert {f"c{n}" for n in range(1, 1001)} <= set(page.having("id"))
    assert page.paragraphs == [document.text]
    assert len(html) < 1_500_000


def test_a_document_of_blanks_only_has_no_paragraphs() -> None:
    assert paragraphs_of(article(" \n\n "), ()) == ()


def test_hostile_text_anywhere_stays_text() -> None:
    document = Document.create(
        source=HOSTILE,
        title=HOSTILE,
        text=f"Before. {HOSTILE} After.",
        author=HOSTILE,
        outlet=f"The {HOSTILE}",
        published=HOSTILE,
        updated=f"later {HOSTILE}",
        language=HOSTILE,
        url=f"https://a.example/{HOSTILE}",
        spots=(Spot(0, Place(HOSTILE, HOSTILE)), Spot(10, Place("page 2", HOSTILE))),
    )
    page = shown(document, span(document, 1, HOSTILE), span(document, 2, "After."), theme=HOSTILE)
    # the title twice, author, outlet, both dates, language, source, place; the text's stands in pieces
    assert page.everything.count(HOSTILE) == 9
    assert page.cited("c1") == balanced(HOSTILE)
    assert [p.replace("\u2069", "") for p in page.paragraphs] == [document.text.replace("\u2069", "")]
    tags = [tag for tag, _ in page.elements]
    assert not set(tags) & {"img", "b", "iframe"} and tags.count("script") == 1
    assert not any(name.startswith("on") for _, given in page.elements for name in given)
    outward = [href for href in page.having("href") if not href.startswith(("#", "./../", "../footnote/"))]
    assert outward and all(href.startswith("https://a.example/") for href in outward)
    assert page.having("data-theme") == [balanced(HOSTILE)]


def test_hostile_addresses_stay_values_on_the_page_that_refuses_them() -> None:
    page = Shown(problem_html(WORDS, HOSTILE, HOSTILE, HOSTILE))
    assert page.everything.count(HOSTILE) == 3
    assert page.having("src") == ["../footnote/document.js"]
    assert not {tag for tag, _ in page.elements} & {"img", "style"}


def test_surrogates_and_nul_do_not_reach_the_browser() -> None:
    document = Document.create(source="a\udc80.txt", title="A\ud800", text="x\x00y \udfff z")
    html = document_html(WORDS, document, cited_of(["1:4-5"], document.text))
    assert "\x00" not in html and html.encode("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_of_the_views_words(language: str) -> None:
    entries = words_for(language).section("document")
    assert entries.keys() == WORDS.section("document").keys()
    page = shown(MILL, span(MILL, 1, "The monks"), span(MILL, 2, "It closed"), theme="dark", language=language)
    assert page.having("lang")[0] == language and page.having("data-theme") == ["dark"]
    for key in ("skip", "back", "original"):
        assert entries[key] in page.everything


def test_a_passage_of_the_whole_document_is_one_citation() -> None:
    whole = passage(TREATY)
    page = shown(TREATY, Cited(0, whole.start, whole.end))
    assert page.cited("p1") == TREATY.text.replace("\n\n", "")
