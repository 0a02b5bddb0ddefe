"""Single blocks: what works the page, what points elsewhere, and what is story for all that it sounds alike."""

from __future__ import annotations

import time

import pytest

from index import boilerplate as rules
from index import teasers

FURNITURE = [
    "Leave a Reply",
    "Leave a comment",
    "3 Comments",
    "12 min read",
    "5-Minute Listen",
    "Story continues below this advertisement",
    "1,204 views",
    "Share this article",
    "Share on Facebook",
    "Tweet",
    "Print this page",
    "Log in to post comments",
    "Sign up for our newsletter",
    "Subscribe to our newsletter and get the latest news in your inbox every morning.",
    "Your email address will not be published. Required fields are marked *",
    "This site uses cookies so that pages load faster. Accept or manage your settings.",
    "We use cookies on our website to give you the best experience.",
    "Follow us on Twitter and Facebook.",
    "Save my name, email, and website in this browser for the next time I comment.",
    "© 2022 The Harbour Sentinel. All rights reserved.",
    "Copyright 2021 Merrow Media",
    "Photo: Ines Tarrow / Calder Pictures",
    "Image credit: harbour board",
    "Download our app | Report a mistake | Licence this story",
    "Sign in is required to post comments.",
    "* * *",
    "—",
]
STORY = [
    "Share prices fell sharply after the report on the app was published in Calder.",
    "Share prices fell 3 per cent on Friday.",
    "Support for the plan fell after the video was posted.",
    "Read more broadly, the ruling means that every newspaper must print a reply on its page.",
    "Post offices will shut on Monday, and letters will be held at the station.",
    "The court said that related companies share the fine.",
    "Search teams went home when the light failed.",
    "Follow the money was his advice, and the newspaper did.",
    "The ministry updated its privacy policy on Tuesday.",
    "He posted a video of the flood on the site.",
    "“You must read the story twice,” she said. “Then share it with your friends.”",
    "“Subscribe to nothing,” he told the readers of the newsletter.",
    "The US and the US Navy share a post on the island.",
    "A roof with forty holes",
    "Hours and prices",
    "2. Enter a name. Your readers will see it when they unsubscribe.",
    "3) Click Send again to post the newsletter to your list.",
    "The story continues below ground, where the miners left their cookies.",
    "The search",
    "- the post",
    "He left.",
    "No comment.",
    "Nobody came.",
]


@pytest.mark.parametrize("text", FURNITURE)
def test_furniture_operates_the_page(text: str) -> None:
    assert rules.operates_page(text)


@pytest.mark.parametrize("text", STORY)
def test_story_does_not(text: str) -> None:
    assert not rules.operates_page(text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Read more: Harbour board buys an engine", ""),
        ("SEE ALSO ▸ Five winter soups from the coast", ""),
        ("Related: Why do tomatoes split?", ""),
        ("You may also like: Is this the oldest parking meter?", ""),
        ("The queue was long. Read more: Baker opens second shop", "The queue was long."),
        (
            "Nobody was admitted.Don’t miss: Our map of every pipelineEarlier this week he left.",
            "Nobody was admitted. Earlier this week he left.",
        ),
        ("It is paid.You may also like: Is this the oldest meter?“A tram,” he said.", "It is paid. “A tram,” he said."),
        ("Also on calder.example The tram that nobody wanted", ""),
    ],
)
def test_teasers_go(text: str, rest: str) -> None:
    assert teasers.without_teasers(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "Read more broadly, the ruling means that the fine stands.",
        "See also what the board said about the engine in 1988.",
        "Related companies must file together.",
        "The law knows two kinds: related companies and strangers.",
        "There is more: the city will pay.",
        "Next: the bridge must be tested, the engineer said.",
        "More on that, she said, would follow in May.",
        "Watch: it was made in 1768, the curator said, and never ran.",
        "He asked for three things: more time, more money and a map.",
        "“Read this: it is the whole story,” he said.",
    ],
)
def test_running_sentences_are_no_teasers(text: str) -> None:
    assert teasers.without_teasers(text) == text


@pytest.mark.parametrize("text", ["News", "World | Diplomacy", "WORLD NEWS", "Politics > Europe", "Arts & Books"])
def test_section_labels(text: str) -> None:
    assert rules.is_section_label(text)


@pytest.mark.parametrize(
    "text", ["News of the flood reached Calder late", "The world waits.", "Trams", "Food is short."]
)
def test_headlines_are_no_section_labels(text: str) -> None:
    assert not rules.is_section_label(text)


@pytest.mark.parametrize(
    "text",
    [
        "Join the conversation",
        "Enjoying the Lantern? Local news needs local friends. Become a member for the price of a bun a week.",
        "What do you think?",
        "You must be signed in to write a reply. House rules apply.",
        "You have read 1 of your 3 free stories.",
        "Tell us in the comments what you would save.",
    ],
)
def test_appeals_address_the_reader(text: str) -> None:
    assert rules.addresses_reader(text)


@pytest.mark.parametrize(
    "text",
    [
        "Share prices fell.",
        "Support was thin.",
        "“Your move.”",
        "“See you there.”",
        "“You never know,” he said.",
        "If you drive through the valley in August, you will smell it before it comes in sight.",
        "It is not yet over.",
        "Open since 1831, the house was sold.",
    ],
)
def test_short_story_lines_do_not(text: str) -> None:
    assert not rules.addresses_reader(text)


def test_a_run_of_headlines() -> None:
    assert rules.is_headline_run(
        "Tortoise found in returns box The hospital that went paperless Why tomatoes split How to peel an egg"
    )
    assert not rules.is_headline_run(
        "The tortoise was found in the returns box, and The Lantern wrote about how it came to be there."
    )
    assert not rules.is_headline_run(
        "What the harbour board said about the engine of the old ferry in the spring of 1988"
    )


def test_person_lines() -> None:
    assert rules.person_line("Agnes Thule") == "Agnes Thule"
    assert rules.person_line("by Agnes Maria Thule") == "Agnes Maria Thule"
    assert rules.person_line("Agnes Thule left the harbour") is None
    assert rules.person_line("Harbour") is None


def test_biographies() -> None:
    about = "Agnes Thule is a journalist based in Oldmouth. She covers ferries and has won an award."
    assert rules.is_biography(about, None, "A story about a ferry.")
    assert rules.is_biography("Agnes covers ferries.", "Agnes Thule", "")
    assert not rules.is_biography(about, None, "In 1988 Agnes Thule is said to have mended the engine."), (
        "she is in the story"
    )
    assert not rules.is_biography("Jory Penhale is the harbour master.", None, "")


@pytest.mark.parametrize(
    "text",
    [
        "1" * 5000 + "x",
        "By " + "a" * 5000,
        "!" * 100_000,
        "a " * 100_000,
        "A." * 50_000,
        "Ada Bo" + "." * 60_000 + "~x",
        "“a.” " * 30_000,
        "(photo: " * 5000,
        "© " * 5000,
    ],
    ids=["digits", "byline", "marks", "words", "dots", "a name of dots", "quotes", "credits", "copyright"],
)
def test_rules_take_no_more_than_a_moment_on_hostile_lines(text: str) -> None:
    begun = time.process_time()
    rules.operates_page(text)
    teasers.without_teasers(text)
    rules.is_headline_run(text)
    rules.addresses_reader(text)
    rules.is_biography(text, None, "")
    rules.person_line(text)
    assert time.process_time() - begun < 5
