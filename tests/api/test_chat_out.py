"""Where footnotes point, whatever the articles are called and hold."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from bot.api.chat_in import Asked, ChatIn, MessageIn, asked
from bot.api.chat_out import Completion
from bot.cite import to_markdown
from bot.schema import Answer
from index.schema import Document
from tests.ui.samples import MILL, TREATY, answer, citation

ASKED = Asked("Why?", (), None, 2)


def completion(given: Answer) -> Completion:
    return Completion.of(
        replace(given, answer=to_markdown(given.sentences)), ASKED, "footnote", "https://wiki.test/qa/"
    )


def test_a_footnote_points_into_the_source_where_that_has_an_address() -> None:
    found = completion(
        answer(citation(1, TREATY, "It allows 1,550 warheads."), citation(2, MILL, "It closed in 1950."))
    )
    urls = [a["url_citation"]["url"] for a in found.annotations]
    assert urls[0].startswith("https://example.org/treaty?a=1&b=2")
    assert urls[1].startswith("https://wiki.example/wiki/Old_Mill#The_end")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "", None])
def test_an_address_that_is_none_of_the_web_is_not_linked(url: str | None) -> None:
    bad = Document.create(source="a b.txt", title="T", text="It is so.", url=url)
    found = completion(answer(citation(1, bad, "It is so.")))
    assert found.annotations[0]["url_citation"]["url"] == f"https://wiki.test/qa/document/{bad.id}?cite=1:0-9"


@pytest.mark.parametrize(
    ("title", "url"),
    [
        ('A "title" \\ with\nlines', "https://a.test/x y>\n<script>"),
        ("[2]: <javascript:x>", "https://a.test/(a)[1]"),
        ("<img src=x onerror=y>", "https://a.test/ü?q=1"),
    ],
)
def test_markdown_makes_links_of_footnotes_and_nothing_of_titles(title: str, url: str) -> None:
    odd = Document.create(source="x.txt", title=title, text="See [1] and [2]. It is so.", url=url)
    found = completion(answer(citation(1, odd, "See [1] and [2].")))
    html = MarkdownIt().render(found.content)
    assert len(re.findall("<a ", html)) == 1 and "<img" not in html and "<script" not in html
    assert len(found.annotations) == 1
    where = found.annotations[0]["url_citation"]
    assert found.content[where["start_index"] : where["end_index"]] == "[1]"
    assert where["start_index"] == found.content.index(". [1]\n") + 2  # the footnote, not the text's own


def test_a_notice_is_part_of_the_text() -> None:
    given = replace(answer(citation(1, MILL, "It closed in 1950.")), notice="Quoted, because the model failed.")
    assert "\n\nQuoted, because the model failed.\n\n[1]: <" in completion(given).content


def test_an_answer_that_comes_back_comes_without_its_references() -> None:
    given = completion(answer(citation(1, MILL, "It closed in 1950.")))
    messages = [
        MessageIn(role="user", content="When?"),
        MessageIn(role="assistant", content=given.content),
        MessageIn(role="user", content="[1]: what is this?"),
    ]
    found = asked(ChatIn(model="footnote", messages=messages))
    assert [turn.content for turn in found.history] == ["When?", given.answer.answer]
    assert found.question == "[1]: what is this?"  # what a person says is left as it is
