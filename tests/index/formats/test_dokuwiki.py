"""DokuWiki pages to blocks; the ids were taken from DokuWiki's own functions (release 2022-07-31)."""

from __future__ import annotations

import time

import pytest

from index.errors import SourceError
from index.formats import Page, Place
from index.formats.dokuwiki import MAX_CHARS, read
from index.formats.dokuwiki_signs import looks_like_dokuwiki

PAGE = """====== Tolm Valley ======

The **valley** lies //north// of [[towns:dunmere|Dunmere]].

===== Farming =====

Wheat is grown on ''400'' hectares.
"""


def page(text: str, name: str = "tolm.txt") -> Page:
    (found,) = read(text.encode(), name)
    return found


def texts(text: str) -> list[str]:
    return [block.text for block in page(text).blocks]


def fragments(*headings: str) -> list[str]:
    body = "Text.\n" + "".join(f"==== {heading} ====\nText.\n" for heading in headings)
    return [block.place.fragment for block in page(body).blocks if block.is_heading and block.place]


def test_a_page_is_one_document_with_its_first_heading_as_title() -> None:
    found = page(PAGE)
    assert (found.title, found.part, found.url, found.author) == ("Tolm Valley", "", None, None)
    assert [(b.text, b.place, b.is_heading) for b in found.blocks] == [
        ("The valley lies north of Dunmere.", None, False),
        ("Farming", Place("Farming", "farming"), True),
        ("Wheat is grown on 400 hectares.", Place("Farming", "farming"), False),
    ]


def test_a_first_heading_below_text_is_the_title_and_a_place_too() -> None:
    found = page("Opening.\n\n== Farming ==\nWheat.")
    assert found.title == "Farming"
    assert [b.place for b in found.blocks] == [None, Place("Farming", "farming"), Place("Farming", "farming")]


@pytest.mark.parametrize(
    ("name", "title"),
    [("wiki/old_mill.txt", "old_mill"), ("caf%C3%A9.txt", "café"), ("a.b.txt", "a.b")],
)
def test_a_page_without_headings_is_called_by_its_name(name: str, title: str) -> None:
    assert page("Just text.", name).title == title


@pytest.mark.parametrize(
    ("heading", "fragment"),
    [
        ("The Ferry, in May", "the_ferry_in_may"),
        ("Häuser & Straßen", "haeuser_strassen"),
        ("1.2 Foo", "foo"),
        ("2024", "section2024"),
        ("A/B; c: d", "a_bcd"),
        ("Привет мир", "привет_мир"),
        ("well-known – “fact”", "well-known_fact"),
        ("Łódź naïve Œuvre", "lodz_naive_œuvre"),
        ("v1.2.3-beta", "v123-beta"),
        ("... dots ...", "dots"),
        ("100% *sure*", "sure"),
        ("!?!", "section"),
        ("☂ rain 🌧", "☂_rain_🌧"),
        ("✓ done", "done"),
        ("**bold** title", "bold_title"),
        ("e\u0301te\u0301 U\u0308ber", "ete_ueber"),
    ],
)
def test_fragments_are_the_ids_that_dokuwiki_gives(heading: str, fragment: str) -> None:
    assert fragments(heading) == [fragment]


def test_repeated_headings_are_numbered_as_dokuwiki_does() -> None:
    headings = ["Same", "same!", "Same", "Same1", "Other", "Same"]
    assert fragments(*headings) == ["same", "same1", "same2", "same11", "other", "same3"]


def test_headings_of_all_levels_and_what_is_none() -> None:
    found = page(
        "Text.\n====== A ======\n===== B ====\n == C ==  \nx == y\n  == code ==\n======\n== ==\nend of == D ==\n"
    )
    assert [b.text for b in found.blocks if b.is_heading] == ["A", "B", "C", "D"]
    assert [b.text for b in found.blocks if not b.is_heading] == ["Text.", "x == y", "== code ==", "end of"]


def test_marks_go_and_words_stay() -> None:
    assert texts("**__//''all''//__** H<sub>2</sub>O, 10<sup>6</sup>, 5<sup>th</sup>, <del>gone</del> here.") == [
        "all H2O, 10⁶, 5th, here."
    ]


def test_a_mark_without_a_partner_is_text_and_ends_with_its_paragraph() -> None:
    assert texts("2 ** 3 and a//b\n\n== H ==\n\n**bold** and ** and ((open\n\nEnd)) here.") == [
        "2 ** 3 and a//b",
        "H",
        "bold and ** and ((open",
        "End)) here.",
    ]


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("[[page|the words]]", "the words"),
        ("[[some:name space:page]]", "page"),
        ("[[page#section]]", "section"),
        ("[[name:space:]]", "space"),
        ("[[name:page?do=edit]]", "page"),
        ("[[#below]]", "below"),
        ("[[wp>Tram]]", "Tram"),
        ("[[https://a.example/x//y]]", "https://a.example/x//y"),
        ("[[https://a.example|{{logo.png|Our logo}}]]", "Our logo"),
        ("[[https://a.example|{{logo.png}}]]", ""),
        (r"[[\\server\share]]", r"\\server\share"),
        ("[[me@a.example]]", "me@a.example"),
        ("<me@a.example>", "me@a.example"),
        ("https://a.example/x//y//", "https://a.example/x//y//"),
        ("{{ a:photo.jpg?200 |The **mill**}}", "The **mill**"),
        ("{{photo.jpg}}{{rss>https://a.example 5}}{{tag>a b}}", ""),
        (
            "{{ns:report.pdf}} {{:photo.jpg?linkonly}} {{https://a.example/x.zip?nocache|}}",
            "report.pdf photo.jpg x.zip",
        ),
        ("((A note, with [[page|a link]].))", ""),
        ("[[unclosed", "[[unclosed"),
    ],
)
def test_links_and_media_keep_their_words(link: str, words: str) -> None:
    assert texts(f"Before {link} after.") == [" ".join(f"Before {words} after.".split())]


def test_lines_make_paragraphs_lists_quotations_and_rows() -> None:
    text = """One
line.\\\\ Next.

  * first
  * second **item**
    - deeper
> quoted
> on
>> deeper
----
^ Year ^ Crop ^ Note ^
| 1999 | wheat | [[a|b]] |
| 2000 | ::: | %%a|b%% ||
|      | | x |
After.
"""
    assert texts(text) == [
        "One line. Next.",
        "- first",
        "- second item",
        "- deeper",
        "quoted on",
        "deeper",
        "Year | Crop | Note",
        "1999 | wheat | b",
        "2000 | | a|b",
        "x",
        "After.",
    ]


def test_an_indented_line_right_below_a_list_is_no_code() -> None:
    assert texts("  * item\n  on with **words**\n  //code//\n\n| row |\n  and **words**\n") == [
        "- item", "on with words", "//code//", "row", "and words",
    ]  # fmt: skip


def test_tabs_indent_as_spaces_do() -> None:
    assert texts("A:\n\t* one\n\nB:\n\tcode **x**\nC") == ["A:", "- one", "B:", "code **x**", "C"]


def test_nothing_is_marked_up_in_code() -> None:
    text = """A <code php a.php>
== no heading ==
**x** ((y))
</code> B
<file>z %% z</file>
  [[indented]]
  ==== no heading ====

%%**plain**%% <nowiki>//also//
== nor this ==</nowiki> C <html><b>bold</b></html> <php>echo 1;</php> D
"""
    assert texts(text) == [
        "A",
        "== no heading == **x** ((y))",
        "B",
        "z %% z",
        "[[indented]] ==== no heading ====",
        "**plain** //also// == nor this == C bold D",
    ]


def test_macros_make_no_text() -> None:
    assert texts("~~NOTOC~~\n~~INFO:syntaxplugins~~\nText ~~about it~~.") == ["Text ~~about it~~."]


def test_crlf_bom_and_invisible_characters() -> None:
    found = read(b"\xef\xbb\xbf== A ==\r\nT\xe2\x80\x8bext\x07.\r\n", "a.txt")[0]
    assert (found.title, [b.text for b in found.blocks]) == ("A", ["Text."])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"== A ==\n", "holds no text"),
        (b"a\x00b", "a binary file"),
        (b"a word\n" * (MAX_CHARS // 7 + 1), "too many for a wiki page"),
    ],
)
def test_what_is_no_page_is_refused_with_the_remedy(data: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        read(data, "a.txt")
    assert "\n" not in str(caught.value)


UNCLOSED = "[[ {{ (( ** // '' %%x <code> <nowiki> <del> <file [[a| ~~A <sup>2 a==b https:// ((a {{a|((b))".split()
LINES = ["= ", "== a ==\n", "\n  * ", "\n|", "\n>", "\n  a", "\n ", "\n^ ** ^"]


@pytest.mark.parametrize("piece", [*UNCLOSED, *LINES])
def test_markup_without_end_takes_no_long_time(piece: str) -> None:
    started = time.process_time()
    blocks = page(piece * (100_000 // len(piece)) + "\nlast words").blocks
    assert time.process_time() - started < 5
    assert blocks[-1].text.endswith("last words")


def test_dokuwiki_is_recognised() -> None:
    assert looks_like_dokuwiki(PAGE, "a.txt")
    assert looks_like_dokuwiki("== One ==\nText.\n== Two ==\nText.", "a.txt")
    assert looks_like_dokuwiki("====== Only a title ======\nText.", "a.txt")
    assert looks_like_dokuwiki("=== A ===\nSee [[ns:page|this]].", "a.txt")
    assert looks_like_dokuwiki("See [[ns:page]] ((a note)) and ''code''.\n\n~~NOTOC~~", "a.txt")
    assert looks_like_dokuwiki("====== T ======\n<code bash>\n# a comment\n```\n</code>\n  # another\n", "a.txt")


@pytest.mark.parametrize("text", ["The mill is described in [[mill:old|its own page]].", "Plain words."])
def test_in_dokuwikis_own_folder_no_sign_is_needed(text: str) -> None:
    assert looks_like_dokuwiki(text, "wiki/data/pages/a.txt")
    assert not looks_like_dokuwiki(text, "notes/a.txt")
    assert not looks_like_dokuwiki("# Notes\n\n" + text, "wiki/data/pages/a.txt")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Plain words, and nothing else. It cost 5 ** 2 (see http://a.example//x).",
        "# Title\n\n**Bold** and ''quotes'' and [[wiki|links]] ((and)) this.\n",
        "Title\n=====\n\nText with `code`.\n\nPart\n----\n\nMore == than == that.\n",
        "== A ==\n\n```\n== B ==\n```\n",
        "== A ==\nSee [here](http://a.example).\n== B ==\n",
        "=================== test session starts ===================\nx\n======== 3 passed ========\n",
        "a == b\nif (x == y) { // comment // again\n}\n<<<<<<< a\n=======\n>>>>>>> b\n",
        "  * a list\n  * of ''things''\n\nand ((a note)) in //slashes//.",
        "=== Chapter one ===\n\nIt was a dark night.\n",
        "| a | b |\n| c | d |\n",
        "==  ==\n== ==\n====\n",
    ],
)
def test_prose_markdown_and_code_are_not_taken_for_dokuwiki(text: str) -> None:
    assert not looks_like_dokuwiki(text, "a.txt")


def test_a_file_named_as_markdown_is_no_dokuwiki() -> None:
    assert not looks_like_dokuwiki(PAGE, "a.md")


@pytest.mark.parametrize("piece", ["[[", "== ", "//a", "<code>", "((", "''a", "{{a", "\n^ ", "%%a", "](", "\\\\"])
def test_recognising_takes_no_long_time(piece: str) -> None:
    started = time.process_time()
    looks_like_dokuwiki(piece * (200_000 // len(piece)), "a.txt")
    assert time.process_time() - started < 5
