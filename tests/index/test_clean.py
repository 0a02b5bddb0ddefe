"""Whole pages, made up for these tests: dirt goes, story stays, and head lines become metadata."""

from __future__ import annotations

import time

import pytest

from index.clean import clean, clean_page
from index.formats import Block, Page

FIRST = "The harbour board met on Monday and talked about the ferry for three hours without a break."
SECOND = "Nobody on the island had asked for a new engine, but everybody had an opinion about the old one."
THIRD = "The board will meet again in March, when the ice has gone and the engine has been weighed."


def page(*blocks: str) -> str:
    return "\n\n".join(blocks)


def body(*blocks: str) -> list[str]:
    """The paragraphs left of a page with a title above and these blocks below."""
    return clean(page("The ferry question", *blocks)).text.split("\n\n")


def test_a_plain_article() -> None:
    found = clean(page("The ferry question", "By Agnes Thule", "14 November 2022", FIRST, SECOND))
    assert found.title == "The ferry question"
    assert found.author == "Agnes Thule"
    assert found.published == "2022-11-14"
    assert found.text == page(FIRST, SECOND)


def test_labels_above_the_title_go() -> None:
    assert clean(page("News", "The ferry question", FIRST)).title == "The ferry question"
    assert clean(page("HOME > WORLD", "Share", "The ferry question", FIRST)).title == "The ferry question"


def test_a_text_without_a_headline_has_no_title() -> None:
    found = clean(page(FIRST, SECOND))
    assert found.title is None
    assert found.text == page(FIRST, SECOND)


def test_a_title_repeated_is_not_part_of_the_text() -> None:
    assert clean(page("The ferry question", "The Ferry Question!", FIRST)).text in (
        FIRST,
        page("The Ferry Question!", FIRST),
    )
    assert (
        clean(page("The long ferry question of Oldmouth", "The long ferry question of Oldmouth", FIRST)).text == FIRST
    )


@pytest.mark.parametrize(
    ("line", "author", "published"),
    [
        ("By Agnes Thule", "Agnes Thule", None),
        ("BY AGNES THULE", "AGNES THULE", None),
        ("Words by Agnes Thule and Tobias Lunt", "Agnes Thule and Tobias Lunt", None),
        ("By Ludwig van der Meer", "Ludwig van der Meer", None),
        ("By J.R. O’Neill-Strand, harbour editor", "J.R. O’Neill-Strand", None),
        ("By Agnes Thule | 3 May 2021", "Agnes Thule", "2021-05-03"),
        ("Reported by Agnes Thule in Oldmouth", "Agnes Thule", None),
        ("By our staff reporter", None, None),
        ("By agencies, 3 May 2021", None, "2021-05-03"),
        ("Published 3rd May 2021, updated 18:42", None, "2021-05-03"),
        ("May 3, 2021", None, "2021-05-03"),
        ("2021-05-03", None, "2021-05-03"),
        ("Sept. 9, 2021", None, "2021-09-09"),
        ("The Harbour Sentinel, 3 May 2021", None, "2021-05-03"),
        ("31 February 2021", None, None),
    ],
)
def test_head_lines(line: str, author: str | None, published: str | None) -> None:
    found = clean(page("The ferry question", line, FIRST, SECOND))
    assert (found.title, found.author, found.published) == ("The ferry question", author, published)
    assert found.text == page(FIRST, SECOND)


@pytest.mark.parametrize(
    "line",
    [
        "By the numbers",
        "By midnight",
        "In May 2021 the board met at last, and the ferry sailed.",
        "By noon the queue was long.",
    ],
)
def test_lines_that_only_look_like_head_lines(line: str) -> None:
    found = clean(page("The ferry question", line, FIRST, SECOND))
    assert found.author is None
    assert line in found.text


@pytest.mark.parametrize(
    "dirt",
    [
        "Leave a Reply",
        "This site stores cookies on your device. Accept or manage your settings.",
        "Subscribe to our newsletter and get the latest news in your inbox.",
        "Read more: The tram that nobody wanted",
        "RELATED ▸ Seven soups for a cold harbour",
        "Photo: Ines Tarrow / Calder Pictures",
        "Tortoise found in returns box The hospital that went paperless Why tomatoes split How to peel an egg",
        "Share on Facebook",
        "14 comments",
    ],
)
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_dirt_goes_wherever_it_stands(dirt: str, place: str) -> None:
    blocks = [FIRST, SECOND, THIRD]
    blocks.insert({"first": 0, "middle": 2, "last": 3}[place], dirt)
    assert body(*blocks) == [FIRST, SECOND, THIRD]


def test_what_trails_after_the_story_goes() -> None:
    trail = [
        "JUST IN",
        "Missing tortoise found",
        "Hospital to trial paperless menus",
        "Text size: A A+ A++",
        "What do you think?",
    ]
    assert body(FIRST, SECOND, *trail) == [FIRST, SECOND]


def test_a_biography_and_the_name_above_it_go_and_give_the_author() -> None:
    found = clean(
        page("The ferry question", FIRST, SECOND, THIRD, "Agnes Thule", "Agnes is a journalist who covers ferries.")
    )
    assert found.text == page(FIRST, SECOND, THIRD)
    assert found.author == "Agnes Thule"


def test_a_person_in_the_story_is_no_biography() -> None:
    about = "Jory Penhale is an editor of charts and has lived on the island since he graduated in 1971."
    assert about in body(FIRST, "Jory Penhale spoke first.", SECOND, about, THIRD)


def test_credits_inside_a_paragraph_go() -> None:
    assert body("The ferry (Photo: Ines Tarrow) was built in 1961 and has been mended ever since.") == [
        "The ferry was built in 1961 and has been mended ever since."
    ]


def test_backticks_become_quotation_marks() -> None:
    assert body("He called it `an order` and ``a joke'', and nobody knew which of the two he had meant.") == [
        "He called it “an order” and “a joke”, and nobody knew which of the two he had meant."
    ]


KEPT = [
    "Share prices fell by a tenth when the report on the ferry was published.",
    "Read more broadly, the ruling means that the board must answer for the engine.",
    "Related companies, the court said, count as one: the fine is shared.",
    "“You have to laugh,” she said.",
    "“If you follow the coast you will see it,” he told his readers.",
    "“Your move.”",
    "The US and the UK signed. The US left.",
    "He has not been seen since.",
    "Nobody came.",
    "“No.”",
    "She added: “Subscribe to nothing.”",
    "It cost 3.5 million crowns.",
    "Support for the ferry was thin.",
    "No comment was to be had.",
    "Tell that to the fish.",
    "The engine (1961) stays.",
]


@pytest.mark.parametrize("sentence", KEPT)
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_story_stays_wherever_it_stands(sentence: str, place: str) -> None:
    blocks = [FIRST, SECOND, THIRD]
    blocks.insert({"first": 0, "middle": 2, "last": 3}[place], sentence)
    assert body(*blocks) == blocks


def test_subheads_and_lists_stay() -> None:
    blocks = [
        FIRST,
        "A roof with forty holes",
        SECOND,
        "What the ferry carries:",
        "- 84 people",
        "- the post",
        "- one cow",
    ]
    assert body(*blocks) == blocks


def test_a_list_at_the_end_of_a_markdown_story_stays() -> None:
    found = clean(
        f"# The ferry question\n\n{FIRST}\n\nIt carries:\n\n- 84 people\n- the post\n- one cow\n", markdown=True
    )
    assert found.text.split("\n\n") == [FIRST, "It carries:", "- 84 people", "- the post", "- one cow"]


def test_verses_and_short_lines_alone_are_not_taken_for_a_trail() -> None:
    assert body("The sea is grey", "The ferry waits", "The engine sleeps") == [
        "The sea is grey",
        "The ferry waits",
        "The engine sleeps",
    ]


def test_hard_wrapped_lines_are_joined_again() -> None:
    wrapped = (
        "The harbour board met on Monday and talked about the ferry for\n"
        "three hours without a break, and nobody on the island thought that\nit had been worth it."
    )
    assert body(wrapped) == [wrapped.replace("\n", " ")]


def test_one_paragraph_a_line_is_not_joined() -> None:
    assert clean(f"The ferry question\n{FIRST}\n{SECOND}\n").text == page(FIRST, SECOND)


def test_a_paragraph_printed_twice_is_kept_once() -> None:
    assert body(FIRST, SECOND, FIRST) == [FIRST, SECOND]
    assert body(FIRST, "No.", SECOND, "No.") == [FIRST, "No.", SECOND, "No."]


def test_front_matter_wins_over_head_lines() -> None:
    front = "title: A title of its own\nauthor: Tobias Lunt\ndate: 2020-01-02\nurl: https://a.example/x"
    raw = f"---\n{front}\n---\n\n# Other\n\nBy Agnes Thule\n\n{FIRST}"
    found = clean(raw, markdown=True)
    assert (found.title, found.author, found.published, found.url) == (
        "A title of its own",
        "Tobias Lunt",
        "2020-01-02",
        "https://a.example/x",
    )


def test_letters_are_composed() -> None:
    assert clean(page("The cafe\u0301", FIRST)).title == "The café"


@pytest.mark.parametrize("raw", ["", "\n\n", "News", "Share\n\nLeave a Reply", "***", "---\ntitle: T\n---\n"])
def test_nothing_but_furniture_is_an_empty_text(raw: str) -> None:
    assert clean(raw).text.strip() in ("", "title: T", "---\n\n---")


@pytest.mark.parametrize(
    "line",
    [
        "foo" + " " * 200_000 + "bar.",
        "By " + "Aa" * 4000,
        "By " + "Aa, " * 3000,
        "1" * 4000 + "x",
        "x " * 200_000,
        "“" * 200_000,
    ],
    ids=["spaces", "byline", "bylines", "digits", "words", "quotes"],
)
def test_hostile_lines_take_no_more_than_a_moment(line: str) -> None:
    begun = time.process_time()
    clean(page("The ferry question", line, FIRST))
    assert time.process_time() - begun < 5


def test_many_short_lines_take_no_more_than_a_moment() -> None:
    begun = time.process_time()
    clean(page("The ferry question", *(f"Bell {number} rang at noon." for number in range(40_000))))
    assert time.process_time() - begun < 15


def test_reports_on_one_form_keep_their_figures() -> None:
    lines = ("In March it carried 1,200 people on 84 days.", "In April it carried 1,400 people on 90 days.")
    assert clean(page("The ferry question", FIRST, *lines, SECOND)).text == page(FIRST, *lines, SECOND)


@pytest.mark.parametrize("row", ["Oldmouth | 84 | 12", "Fares | $3.50", "Change | -4 %"])
def test_a_table_of_figures_at_the_end_is_story(row: str) -> None:
    assert clean(page("The ferry question", FIRST, SECOND, row)).text == page(FIRST, SECOND, row)


def test_a_row_of_links_at_the_end_is_not() -> None:
    assert clean(page("The ferry question", FIRST, SECOND, "Home | World | Sport")).text == page(FIRST, SECOND)


def test_a_wiki_page_keeps_its_headings_and_short_lines() -> None:
    blocks = (Block("See also", is_heading=True), Block("Follow the towpath."), Block("See also", is_heading=True))
    assert clean_page(Page(blocks, title="The lock", is_bare=True)).text == page(*(b.text for b in blocks))
