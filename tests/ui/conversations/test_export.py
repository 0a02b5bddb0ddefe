"""Exports as a page and as JSON, and the files they are saved in."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.schema import answer_to_json
from bot.ui.conversations.export import FORMATS, export, to_html, to_json, to_markdown
from bot.ui.conversations.plain import one_line
from bot.ui.view.exchange import Exchange
from bot.ui.words import words_for
from tests.ui.conversations.talk import TRICK, TRICKS, WHEN, answered, hostile, silent, whole
from tests.ui.conversations.test_markdown import directed

EN, DE = words_for("en"), words_for("de")
TAGS = set("html head meta title style body main header article h1 h2 h3 p ul ol li blockquote a bdi span cite".split())
ATTRIBUTES = set(
    "lang charset http-equiv content name id class dir href target rel value role aria-label aria-labelledby "
    "aria-hidden".split()
)
ADDRESS = "http://127.0.0.1:9/export.html"  # answered by the browser itself


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.said: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            self.attributes.add(name)
            self.links += [value or ""] if name == "href" else []
            self.ids += [value or ""] if name == "id" else []

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_comment(self, data: str) -> None:
        self.tags["a comment"] += 1

    def handle_pi(self, data: str) -> None:
        self.tags["an instruction"] += 1

    @property
    def text(self) -> str:
        return plain("".join(self.said))


def plain(text: str) -> str:
    return one_line(re.sub("[\u2066-\u2069]", "", text))


def test_a_page() -> None:
    page = Page(html := to_html("Arms & <mills>", whole(), EN, WHEN))
    assert html.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert page.tags["article"] == 6
    for said in (
        "Arms & <mills>",
        "Exported from Footnote on 3 May 2024, 12:30 · 6 questions",
        "Asked of 14 articles · only 2022/*, b.txt · from Fenpedia · in the language en · published on or after",
        "It allows 1,550 warheads.\xa0[1] ❞ verbatim".replace("\xa0", " "),
        "The monks built it in 1702. [2] [1] ⚠ not confirmed by its source",
        "The monks built it in 1702. [4] [3] ⚠",
        "The treaty & its <critics>, Desmond Lyle, 1 December 2022, 2022/treaty.txt ↩",
        "The model is slow today.",
        "Confidence 0.87 · written by small-one",
        "Understood as: Who owns the moon now?",
        "The sources do not answer this question.",
        "Nearest passages, which do not answer it It stands by the weir.",
        "Questions that the articles do answer Who built the mill?",
        "Could not be answered: the model is away",
        "Stopped before the answer was complete",
        "Not answered yet",
    ):
        assert said in re.sub(r"(?<=\S)(?=Nearest|Questions|It stands|Who built)", " ", page.text), said


def test_the_page_speaks_its_language() -> None:
    html = to_html("Waffen", whole(), DE, WHEN)
    assert '<html lang="de">' in html
    assert "wörtlich" in html
    assert 'aria-label="Fußnote 1: zurück zur Antwort"' in html


@pytest.mark.parametrize("hostile_one", [False, True])
def test_the_page_is_made_of_known_parts_and_links_within_itself(hostile_one: bool) -> None:
    page = Page(to_html(TRICK, hostile() if hostile_one else whole(), EN, WHEN))
    assert set(page.tags) <= TAGS
    assert page.attributes <= ATTRIBUTES
    assert max(Counter(page.ids).values()) == 1
    within = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    notes = {id for id in page.ids if id[0] in "nr"}
    assert within == notes
    assert len([id for id in notes if id[0] == "n"]) == (6 if hostile_one else 4)
    abroad = {urlsplit(link).hostname for link in page.links if not link.startswith("#")}
    assert abroad == ({"evil.example"} if hostile_one else {"example.org", "wiki.example"})
    assert {urlsplit(link).scheme for link in page.links if not link.startswith("#")} <= {"http", "https"}


def test_a_hostile_page_says_all_letter_for_letter() -> None:
    page = Page(to_html(TRICK, hostile(), EN, WHEN))
    for trick in TRICKS:
        assert plain(trick) in page.text
    assert page.text.count("x" * 200_000) == 9  # said, cited and near
    to_html(TRICK, hostile(), EN, WHEN).encode()


def contents(tab: Any, html: str) -> None:
    tab.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    tab.goto(ADDRESS)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_in_a_browser(page: Any, scheme: str) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.emulate_media(color_scheme=scheme)
    contents(page, to_html("Arms", whole(), EN, WHEN))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == {"light": "rgb(252, 251, 248)", "dark": "rgb(20, 23, 26)"}[scheme]
    page.get_by_label("Footnote 4", exact=True).click()
    assert page.evaluate("location.hash") == "#n4"
    assert page.locator("#n4").evaluate("e => e.matches(':target')")
    page.get_by_label("Footnote 4: back to the answer", exact=True).click()
    assert page.evaluate("location.hash") == "#r4"


@pytest.mark.browser
def test_a_hostile_page_in_a_browser(page: Any) -> None:
    """The fixture fails the test on errors of the console, so on what the page's own policy had to stop, too."""
    page.set_viewport_size({"width": 360, "height": 640})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    contents(page, to_html(TRICK, hostile(), EN, WHEN))
    assert page.evaluate("window.broken") is None
    assert asked == [ADDRESS]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("script, img, svg, form, iframe, [onerror], [onload], [onclick]").count() == 0
    # What stands after a text that turns the direction is still written from left to right.
    turned = page.evaluate(
        """[...document.querySelectorAll('.support')].filter(label => {
            const text = label.lastChild, range = document.createRange();
            const box = at => {
                range.setStart(text, at);
                range.setEnd(text, at + 1);
                return range.getClientRects()[0];
            };
            const first = box(1), second = box(2);
            return first.top === second.top && first.left >= second.left;
        }).length"""
    )
    assert turned == 0
    assert page.locator(".support").count() == 3 * (2 + len(TRICKS))


def test_json_is_the_contract() -> None:
    exchanges = whole()
    found = json.loads(to_json("Arms", exchanges, WHEN))
    assert (found["title"], found["exported"]) == ("Arms", "2024-05-03T12:30:00+00:00")
    first, by_model, nothing, failed, stopped, pending = found["exchanges"]
    assert exchanges[0].answer
    assert first["answer"] == answer_to_json(exchanges[0].answer)
    assert first["considered"][0]["source"] == "2022/treaty.txt"
    assert (first["error"], first["stopped"], first["articles"]) == (None, False, 14)
    assert by_model["filters"] == {
        "sources": ["2022/*", "b.txt"],
        "outlets": ["Fenpedia"],
        "languages": ["en"],
        "since": "2022-05-03",
        "until": "2023-01-01",
    }
    (near,) = nothing["answer"]["nearest"]
    assert near["text"].startswith("It stands by the weir.")
    assert (near["source"], near["start"], near["end"]) == ("wiki.xml#Old Mill", 0, len(near["text"]))
    assert nothing["suggestions"] == ["Who built the mill?"]
    assert (failed["answer"], failed["error"]) == (None, "the model is away")
    assert stopped["stopped"] is True
    assert (pending["answer"], pending["error"], pending["stopped"]) == (None, None, False)


def test_json_keeps_every_letter() -> None:
    text = to_json(TRICK, hostile(), WHEN)
    found = json.loads(text.encode())
    assert found["title"] == TRICK
    assert [e["question"] for e in found["exchanges"]] == [e.question for e in hostile()]
    assert found["exchanges"][0]["answer"]["citations"][0]["quote"] == TRICK


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("How many?", "How-many"),
        ("../../etc/passwd", "etc-passwd"),
        ("Straße & Öl", "Straße-Öl"),
        ("…", "footnote"),
        ("\u202e\x00\n", "footnote"),
        ("a" * 300, "a" * 60),
    ],
)
def test_files(title: str, name: str) -> None:
    made = {form: export(form, title, [answered(), silent()], EN, WHEN) for form in FORMATS}
    assert [file.name for file in made.values()] == [f"{name}.md", f"{name}.html", f"{name}.json"]
    assert [file.media for file in made.values()] == ["text/markdown", "text/html", "application/json"]
    assert made["md"].text == to_markdown(title, [answered(), silent()], EN, WHEN)
    assert made["html"].text == to_html(title, [answered(), silent()], EN, WHEN)
    assert made["json"].text == to_json(title, [answered(), silent()], WHEN)


def test_no_conversation_is_too_empty() -> None:
    for form in FORMATS:
        assert export(form, "", [], EN, WHEN).text
        assert export(form, "", [Exchange("")], EN, WHEN).text


def test_both_languages_say_the_same_things() -> None:
    assert EN.section("export").keys() == DE.section("export").keys()


def test_the_check_of_directions_can_fail() -> None:
    for text in ("\u202eleft open", "\u2068left open", "\u2069closed too early", "שלום"):
        with pytest.raises(AssertionError):
            directed(text)
