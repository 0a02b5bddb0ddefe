"""Numbered citations: nothing is shown whose quote does not stand in its document."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from bot.cite import escape_markdown, number_citations, to_markdown
from bot.schema import AnswerSentence, Draft, DraftSentence, Evidence, Support
from index.schema import Document
from tests.fakes import document

FERRY = document("The ferry stops. It is old.", "Ferry", "f.txt")
OWLS = Document.create(
    source="o.txt", title="Owls", text="Owls nest.", author="Petra Holm", published="2023-06-09", url="u"
)


def said(of: Document, quote: str) -> Evidence:
    start = of.text.index(quote)
    return Evidence(of, f"p-{of.source}", start, start + len(quote))


def draft(*sentences: tuple[str, tuple[Evidence, ...], Support]) -> Draft:
    return Draft(tuple(DraftSentence(*s) for s in sentences), 0.5)


def test_numbers_follow_first_use_and_the_same_span_keeps_its_own() -> None:
    sentences, citations = number_citations(
        draft(
            ("It is old.", (said(FERRY, "It is old."),), "verbatim"),
            ("Owls nest.", (said(OWLS, "Owls nest."), said(FERRY, "It is old.")), "verbatim"),
            ("It is old. Really.", (said(FERRY, "It is old."), said(FERRY, "It is old.")), "verbatim"),
        )
    )
    assert [s.citations for s in sentences] == [(1,), (2, 1), (1,)]
    assert [(c.n, c.source, c.quote) for c in citations] == [(1, "f.txt", "It is old."), (2, "o.txt", "Owls nest.")]
    assert (citations[1].author, citations[1].published, citations[1].url) == ("Petra Holm", "2023-06-09", "u")
    assert all(c.quote == {"f.txt": FERRY, "o.txt": OWLS}[c.source].text[c.start : c.end] for c in citations)


@pytest.mark.parametrize(("start", "end"), [(-1, 4), (0, 0), (5, 2), (0, 999), (16, 17)])
def test_evidence_that_is_no_span_goes_and_its_sentence_with_it(start: int, end: int) -> None:
    wrong = Evidence(FERRY, "p", start, end)
    assert number_citations(draft(("The ferry stops.", (wrong,), "verbatim"))) == ((), ())
    sentences, citations = number_citations(draft(("It is old.", (wrong, said(FERRY, "It is old.")), "verbatim")))
    assert [s.citations for s in sentences] == [(1,)]
    assert [c.quote for c in citations] == ["It is old."]


def test_a_verbatim_sentence_must_hold_its_quote() -> None:
    evidence = (said(FERRY, "It is old."),)
    assert number_citations(draft(("It is young.", evidence, "verbatim"))) == ((), ())
    assert len(number_citations(draft(("It is aged.", evidence, "verified")))[0]) == 1


def test_a_sentence_without_evidence_is_not_shown() -> None:
    assert number_citations(draft(("Trust me.", (), "verbatim"), ("And me.", (), "unsupported"))) == ((), ())


def test_markdown_of_one_and_of_several_sentences() -> None:
    one = AnswerSentence("It is old.", (1, 2), "verbatim")
    assert to_markdown([one]) == "It is old. [1] [2]"
    assert to_markdown([one, one]) == "- It is old. [1] [2]\n- It is old. [1] [2]"


@pytest.mark.parametrize(
    "text",
    [
        "*bold* _it_ `code` ~~gone~~",
        "<b>tag</b> <script>alert(1)</script>",
        "[link](http://evil.example) ![img](x) [1]",
        "# no heading",
        "- no item",
        "+ no item",
        "1. no item",
        "1) no item",
        "$x$ a|b \\ & &amp; &lt;",
        "> no quotation",
        "\\*twice\\*",
    ],
)
def test_text_of_an_article_never_becomes_markup(text: str) -> None:
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(escape_markdown(text))
    assert (
        re.sub(r"&quot;", '"', html).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        == f"<p>{text}</p>\n"
    )
