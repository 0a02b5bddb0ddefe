"""Templates put into pages; what the real MediaWiki makes of such markup is compared in tests/wikis."""

from __future__ import annotations

import time

import pytest

from index.formats import wikitext_templates
from index.formats.mediawiki import read
from index.formats.wikitext import read_wikitext
from index.formats.wikitext_templates import Library
from tests.index.formats.test_mediawiki import entry, export, revision


def library(**templates: str) -> Library:
    found = Library()
    for name, text in templates.items():
        found.add(f"Template:{name}", text)
    return found


def texts(markup: str, **templates: str) -> list[str]:
    variables = {"PAGENAME": "Old mill"}
    return [block.text for block in read_wikitext(markup, variables=variables, library=library(**templates)).blocks]


def test_the_templates_in_an_export_are_put_into_its_pages() -> None:
    late = entry("Template:Crowns", revision("{{{1}}} crowns"), ns=10)
    (found,) = read(export(entry("Mill", revision("It cost {{crowns|400}} in {{PAGENAME}}.")), late), "w.xml")
    assert found.text == "It cost 400 crowns in Mill."


def test_the_page_of_another_namespace_is_named_without_it() -> None:
    pages = read(export(entry("Help:Mill", revision("{{PAGENAME}}, {{FULLPAGENAME}}, {{SITENAME}}."), ns=12)), "w.xml")
    assert [found.text for found in pages] == ["Mill, Help:Mill, Tolm Wiki."]


@pytest.mark.parametrize(
    ("call", "template", "words"),
    [
        ("{{x|a|b}}", "{{{2}}} and {{{1}}}", "b and a"),
        ("{{x|n= a |2=b}}", "{{{n}}}{{{2}}}{{{3|c}}}{{{4|}}}.", "abc."),
        ("{{x|[[Mill|the mill]]|y=[http://a.example a=b]}}", "{{{1}}}, {{{y}}}", "the mill, a=b"),
        ("{{x|{{x|{{x|deep}}}}}}", "<{{{1}}}>", "<<<deep>>>"),
        ("{{x|{{!}}|{{=}}}}", "{{{1}}}{{{2}}}", "|="),
        ("{{x}}", "{{{n|{{PAGENAME}}}}}", "Old mill"),
        ("{{x|n}}", "{{{{{{1}}}|d}}}", "d"),
        ("{{ X }}", "<noinclude>for editors</noinclude>words<includeonly>!</includeonly>", "words!"),
        ("{{x}}", "no<onlyinclude>yes</onlyinclude>no<onlyinclude>!</onlyinclude>", "yes!"),
        ("{{x}}", "a<!-- b --><nowiki>{{y}}</nowiki><ref>c</ref>", "a{{y}}"),
        ("{{x|0}}", "{{#if:{{{1}}}|yes|no}}{{#if: |yes|no}}{{#if:{{{2|}}}|x}}", "yesno"),
        ("{{x|b}}", "{{#switch:{{{1}}}|a=1|b|c=2|#default=3}}{{#switch:q|a=1|4}}{{#switch:q|a=1|#default=5}}", "245"),
        ("{{x|1.0}}", "{{#ifeq:{{{1}}}|1|same|other}} {{#ifeq:a|b|same|other}}", "same other"),
        ("{{x|aB}}", "{{uc:{{{1}}}}} {{lc:{{{1}}}}} {{ucfirst:{{{1}}}}} {{lcfirst:AB}}", "AB ab AB aB"),
        ("{{x}}", "{{formatnum:1200}} {{DISPLAYTITLE:x}}", "1200"),
        ("{{x|a}}", "{{y|{{{1}}}}}", "[a]"),
        ("{{moved|a}}", "({{{1}}})", "(a)"),
        ("{{lang|fr|le}}", "", "le"),
        ("{{convert|5|km}}", "", "five kilometres"),
        ("It stands{{noted}}, 5{{raised|th}} of 10{{raised|6}}.", "", "It stands, 5th of 10⁶."),
    ],
)  # fmt: skip
def test_what_a_template_shows(call: str, template: str, words: str) -> None:
    others = {
        "Y": "[{{{1}}}]", "Moved": "#REDIRECT [[Template:X]]", "Convert": "five kilometres", "Lang": "{{#invoke:l|m}}",
        "Noted": "<sup>[''[[Help:Notes|source needed]]'']</sup>", "Raised": "<sup>{{{1}}}</sup>",
    }  # fmt: skip
    assert texts(call, X=template, **others) == [words]


@pytest.mark.parametrize(
    "template",
    ["{{#invoke:m|f}}", "a {{#expr:1+1}}", "{{{1}}}", "{{unknown}}", "{{x}}", "{{:Page}}", "#REDIRECT [[Template:X]]"],
)
def test_what_cannot_be_told_is_left_out_as_a_whole(template: str) -> None:
    assert texts("Some {{x}} words.", X=template) == ["Some words."]


def test_what_is_not_needed_need_not_be_told() -> None:
    assert texts("{{x|a}}", X="{{#if:{{{1}}}|{{{1}}}|{{#invoke:m|f}}}}{{#switch:a|b={{unknown}}|c}}") == ["ac"]


def test_words_given_to_a_template_stay_though_something_in_them_is_unknown() -> None:
    assert texts("{{x|Bread {{unknown}} and salt}}", X="''{{{1}}}''") == ["Bread and salt"]


def test_tables_and_lists_begin_on_lines_of_their_own() -> None:
    box = '{| class="infobox"\n! {{{name}}}\n{{#if:{{{built|}}}|\n{{!}}-\n{{!}} Built {{!}}{{!}} {{{built}}}\n}}\n|}'
    assert texts("{{box|name=Mill|built=1911}}Text {{list}}\nMore.", Box=box, List="* a\n* b") == [
        "Mill", "Built | 1911", "Text", "- a", "- b", "More.",
    ]  # fmt: skip


def test_headings_from_templates_are_places_and_counted() -> None:
    blocks = read_wikitext("{{x}}\n== Notes ==\nB.", library=library(X="== Notes ==\nA.")).blocks
    assert [(b.text, b.place and b.place.fragment) for b in blocks] == [
        ("Notes", "Notes"), ("A.", "Notes"), ("Notes", "Notes_2"), ("B.", "Notes_2"),
    ]  # fmt: skip


def test_templates_that_multiply_stop_early() -> None:
    laughs = {f"T{i}": f"{{{{T{i - 1}|{{{{{{1}}}}}}{{{{{{1}}}}}}}}}}" * 2 for i in range(1, 8)}
    started = time.process_time()
    assert texts("First.\n\n" + "{{T7|ha}} {{T2|ha}} " * 1000 + "\n\nLast.", T0="{{{1}}}", **laughs)[-1] == "Last."
    assert texts("{{T2|ha}}", T0="{{{1}}}", **laughs) == ["ha" * 16]
    assert time.process_time() - started < 5


def test_what_templates_add_to_an_export_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wikitext_templates, "MAX_SHOWN_CHARS", 10)
    known = library(X="12345")
    shown = [read_wikitext("a {{x}} b", library=known).blocks[0].text for _ in range(3)]
    assert shown == ["a 12345 b", "a 12345 b", "a b"]
    monkeypatch.setattr(wikitext_templates, "MAX_LIBRARY_CHARS", 4)
    assert texts("a {{x}} b", X="12345") == ["a b"]


PIECES = "{ } {{{ }}} {{{{{ {{x|{{{ {{{1| {{#if: {{#switch:a| {{x| {{x|[[ [[{{{[ {{{{x}}".split(" ")


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("closers", [0, 50_000])
def test_braces_without_end_take_no_long_time(piece: str, closers: int) -> None:
    started = time.process_time()
    found = texts("First words.\n\n" + piece * (50_000 // len(piece)) + "}" * closers, X="[[{{{1|}}}]]" * 3)
    assert time.process_time() - started < 5
    assert found[0] == "First words."


@pytest.mark.parametrize("piece", ["<onlyinclude>", "<noinclude>", "</noinclude>", "<includeonly>", "<noinclude "])
def test_a_templates_own_tags_without_end_take_no_long_time(piece: str) -> None:
    started = time.process_time()
    assert texts("Words. {{x}}", X=piece * (100_000 // len(piece)))[0].startswith("Words.")
    assert time.process_time() - started < 5


def test_brackets_brought_in_by_templates_are_not_nested_without_end() -> None:
    call = "{{x|" * 7 + "a" + "}}" * 7
    started = time.process_time()
    assert texts(f"First.\n\n{call}", X="[[b|" * 15 + "{{{1}}}" + "]]" * 15)[0] == "First."
    assert time.process_time() - started < 5
