"""Exports as Markdown and answers as text: real footnotes, and nothing of the articles' that is more than text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.ui.conversations.export import answer_markdown, answer_text, to_markdown
from bot.ui.conversations.plain import one_line
from bot.ui.view.exchange import Exchange
from bot.ui.words import words_for
from tests.ui import samples
from tests.ui.conversations.talk import TRICK, TRICKS, WHEN, answered, hostile, silent, whole

EN, DE = words_for("en"), words_for("de")
DEFINITION = re.compile(r"^\[\^(\d+)\]: ", re.M)
REFERENCE = re.compile(r"(?<!\\)\[\^(\d+)\](?!: )")
# All that a reader of Markdown may know besides the standard.
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
WRITTEN = {"heading", "paragraph", "bullet_list", "list_item", "blockquote", "inline", "text", "text_special", "link"}
WRITTEN |= {"softbreak", "hardbreak"}


def tokens(markdown: str) -> list[Token]:
    found = []
    for token in READER.parse(markdown):
        found += [token, *(token.children or ())]
    return found


def kinds(markdown: str) -> set[str]:
    return {token.type.removesuffix("_open").removesuffix("_close") for token in tokens(markdown)}


def shown(markdown: str) -> str:
    """What a reader shows, without marks for footnotes; plain."""
    found = tokens(REFERENCE.sub("", markdown))
    return plain("".join(token.content or " " * token.type.endswith("break") for token in found if not token.children))


def plain(text: str) -> str:
    """The text in one line, without isolates."""
    return one_line(re.sub("[\u2066-\u2069]", "", text))


def body_of(definition: str) -> str:
    """A footnote as one who knows footnotes reads it: as a text of its own."""
    return DEFINITION.sub("", definition, count=1).replace("\n    ", "\n")


def definitions(markdown: str) -> dict[int, str]:
    starts = [*DEFINITION.finditer(markdown)]
    found = {}
    for match in starts:
        end = re.compile(r"\n\n").search(markdown, match.end())
        found[int(match[1])] = markdown[match.start() : end.start() if end else len(markdown)].rstrip("\n")
    assert len(found) == len(starts), "no number twice"
    return found


def test_a_conversation() -> None:
    markdown = to_markdown("Arms & <mills>", whole()[:2], EN, WHEN)
    assert markdown.startswith(
        "# Arms &amp; &lt;mills&gt;\n\n"
        "Exported from Footnote on 3 May 2024, 12:30 · 2 questions\n\n"
        "## How many warheads?\n\n"
        "Asked of 14 articles\n\n"
        "- It allows 1,550 warheads.[^1] (❞ verbatim)\n"
        "- The monks built it in 1702.[^2][^1] (⚠ not confirmed by its source)\n\n"
        "Confidence 0.87\n\n"
        "[^1]: [The treaty &amp; its &lt;critics&gt;](https://example.org/treaty?a=1&amp;b=2), Desmond Lyle, "
        "1 December 2022, 2022/treaty.txt: “It allows 1,550 warheads.”\n\n"
        "[^2]: [Old Mill](https://wiki.example/wiki/Old_Mill#History), Fenpedia, 9 March 2021, updated 1 May 2024, "
        "History, wiki.xml\\#Old Mill, also in clocks.txt: “The monks built it in 1702.”\n\n"
        "## And by a model?\n\n"
    )
    assert (
        "Asked of 14 articles · only 2022/\\*, b.txt · from Fenpedia · in the language en · published on or after "
        "3 May 2022 · published on or before 1 January 2023\n\nThe model is slow today.\n\n- It allows"
    ) in markdown
    assert "Confidence 0.87 · written by small-one" in markdown


def test_footnotes_are_numbered_throughout_and_each_is_referred_to() -> None:
    markdown = to_markdown("Arms", [answered(), silent(), answered(), answered()], EN, WHEN)
    assert list(definitions(markdown)) == [1, 2, 3, 4, 5, 6]
    assert {int(n) for n in REFERENCE.findall(markdown)} == {1, 2, 3, 4, 5, 6}


def test_what_was_not_answered() -> None:
    markdown = to_markdown("Arms", whole()[2:], EN, WHEN)
    assert markdown.split("\n\n", 2)[2] == (
        "## Who owns the moon?\n\n"
        "Understood as: Who owns the moon now?\n\n"
        "The sources do not answer this question.\n\n"
        "### Nearest passages, which do not answer it\n\n"
        "> It stands by the weir. The monks built it in 1702. They ground rye there. It closed in 1950. Nobody wept.\n"
        ">\n"
        "> — [Old Mill](https://wiki.example/wiki/Old_Mill), Fenpedia, 9 March 2021, updated 1 May 2024, "
        "wiki.xml\\#Old Mill\n\n"
        "### Questions that the articles do answer\n\n"
        "- Who built the mill?\n\n"
        "## What failed?\n\nCould not be answered: the model is away\n\n"
        "## What was stopped?\n\nStopped before the answer was complete\n\n"
        "## What is to come?\n\nNot answered yet\n"
    )


def test_german() -> None:
    markdown = to_markdown("Waffen", [answered(), silent()], DE, WHEN)
    assert "- It allows 1,550 warheads.[^1] (❞ wörtlich)" in markdown
    assert "1. Dezember 2022, 2022/treaty.txt: „It allows 1,550 warheads.“" in markdown
    assert "Konfidenz 0,87" in markdown
    assert "Die Quellen beantworten diese Frage nicht." in markdown


def test_many_names_are_cut_short() -> None:
    filters = replace(whole()[1].filters, sources=tuple(f"{n}.txt" for n in range(1300)))
    markdown = to_markdown("Arms", [Exchange("Which?", filters=filters)], EN, WHEN)
    assert "Asked of chosen articles · only 0.txt, 1.txt, " in markdown
    assert "9.txt and 1,290 more" in markdown


def test_an_empty_conversation() -> None:
    assert to_markdown(" ", [], EN, WHEN) == (
        "# Conversation\n\nExported from Footnote on 3 May 2024, 12:30 · 0 questions\n"
    )


def test_one_answer() -> None:
    markdown = answer_markdown(answered(), EN)
    assert markdown.startswith("- It allows 1,550 warheads.[^1] (❞ verbatim)\n")
    assert list(definitions(markdown)) == [1, 2]
    assert answer_markdown(whole()[1], EN).startswith("Asked of 14 articles · only 2022/")
    assert answer_text(answered(), EN) == (
        "- It allows 1,550 warheads. [1] (❞ verbatim)\n\n"
        "- The monks built it in 1702. [2] [1] (⚠ not confirmed by its source)\n\n"
        "Confidence 0.87\n\n"
        "[1] The treaty & its <critics>, Desmond Lyle, 1 December 2022, 2022/treaty.txt, "
        "https://example.org/treaty?a=1&b=2: “It allows 1,550 warheads.”\n\n"
        "[2] Old Mill, Fenpedia, 9 March 2021, updated 1 May 2024, History, wiki.xml#Old Mill, also in clocks.txt, "
        "https://wiki.example/wiki/Old_Mill#History: “The monks built it in 1702.”\n"
    )


def test_an_answer_of_one_sentence_is_no_list() -> None:
    exchange = Exchange("q?", samples.answer(samples.citation(1, samples.CLOCKS, "One of them is wrong.")))
    assert answer_markdown(exchange, EN) == (
        "One of them is wrong.[^1] (❞ verbatim)\n\nConfidence 0.87\n\n"
        "[^1]: Clocks, clocks.txt: “One of them is wrong.”\n"
    )


@pytest.mark.parametrize(
    ("number", "said"), [(2, "do not answer"), (3, "the model is away"), (4, "Stopped"), (5, "yet")]
)
def test_what_is_copied_where_there_is_no_answer(number: int, said: str) -> None:
    exchange = whole()[number]
    assert said in answer_text(exchange, EN)
    assert said in answer_markdown(exchange, EN)


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_where_a_block_begins(trick: str) -> None:
    """By itself as well: with its fellows, some would not be tried at a line's start."""
    citation = samples.citation(1, samples.CLOCKS, "One of them is wrong.")
    citation = replace(citation, title=trick, quote=f"{trick}\n{trick}")
    exchange = Exchange(trick, replace(samples.answer(citation), notice=trick), suggestions=(trick, trick))
    nothing = replace(silent(), suggestions=(trick, trick))
    for markdown in (answer_markdown(exchange, EN), answer_markdown(nothing, EN), answer_markdown(Exchange(trick), EN)):
        assert kinds(markdown) <= WRITTEN
        for definition in definitions(markdown).values():
            assert kinds(body_of(definition)) <= {"paragraph", "inline", "text", "text_special", "hardbreak"}
            assert shown(body_of(definition)).count(plain(trick)) == 3


@pytest.fixture(scope="module")
def export() -> str:
    return to_markdown(TRICK, hostile(), EN, WHEN)


def test_a_hostile_conversation_is_text_only(export: str) -> None:
    assert kinds(export) <= WRITTEN
    headings = [token for token in tokens(export) if token.type == "heading_open"]
    exchanges = hostile()
    beside = 2 * sum(1 for e in exchanges if e.suggestions)
    assert len(headings) == 1 + len(exchanges) + beside


def test_its_links_go_nowhere_but_to_the_web(export: str) -> None:
    links = [str(token.attrs["href"]) for token in tokens(export) if token.type == "link_open"]
    assert links
    for link in links:
        assert urlsplit(link).scheme == "http"
        assert urlsplit(link).netloc == "evil.example"
        assert not set(link) & set(' ()<>"\n')


def test_its_footnotes_are_ours_alone(export: str) -> None:
    found = definitions(export)
    assert list(found) == [1, 2, 3, 4, 5, 6]
    assert {int(n) for n in REFERENCE.findall(export)} == set(found)
    for definition in found.values():
        assert kinds(body_of(definition)) <= {"paragraph", "inline", "text", "text_special", "hardbreak", "link"}
    assert "x" * 200_000 in found[2]


def test_its_texts_are_there_letter_for_letter(export: str) -> None:
    said = shown(export)
    for trick in TRICKS:
        assert plain(trick) in said
    quoted = shown(body_of(definitions(export)[1]))
    assert quoted.endswith(f"“{plain(TRICK)}”")


def directed(text: str) -> None:
    """Fails if something in a line turns what stands outside of an isolate, or leaves one open."""
    for line in text.split("\n"):
        depth = 0
        for c in line:
            turning = unicodedata.bidirectional(c)
            if turning in ("LRI", "RLI", "FSI"):
                depth += 1
            elif turning == "PDI":
                depth -= 1
                assert depth >= 0, ascii(line)
            elif turning in ("R", "AL", "AN", "LRE", "RLE", "LRO", "RLO", "PDF"):
                assert depth > 0, ascii(line)
        assert depth == 0, ascii(line)


def test_directions_stay_where_they_are(export: str) -> None:
    directed(export)
    for exchange in hostile():
        directed(answer_text(exchange, EN))
        directed(answer_markdown(exchange, EN))


def test_plain_text_is_no_order_to_a_terminal_and_no_footnote_of_its_own() -> None:
    for exchange in hostile():
        copied = answer_text(exchange, EN)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", copied)
        copied.encode()
        numbered = re.findall(r"^\[\S+", copied, re.M)
        assert numbered in ([], ["[1]", "[2]"])


def test_what_is_not_right_to_left_stays_as_it_is() -> None:
    assert not re.search("[\u2066-\u2069]", answer_text(answered(), EN))
