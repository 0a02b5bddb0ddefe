"""MediaWiki exports to pages: which pages, what of them, and their markup to blocks."""

from __future__ import annotations

import time
from collections.abc import Iterable
from xml.sax.saxutils import escape

import pytest

from index.errors import SourceError
from index.formats import Page, Place, mediawiki
from index.formats.mediawiki import read

NAMESPACES = {-1: "Special", 0: "", 1: "Talk", 2: "User", 6: "Bild", 10: "Template", 14: "Kategorie", 100: "HR"}


def revision(
    text: str,
    time: str = "2024-05-01T10:00:00Z",
    number: int = 7,
    model: str = "wikitext",
) -> str:
    by = "<username>Ada Marsh</username><id>3</id>"
    return (
        f"<revision><id>{number}</id><parentid>1</parentid><timestamp>{time}</timestamp><contributor>{by}</contributor>"
        f"<comment>tidied</comment><model>{model}</model><format>text/x-wiki</format>"
        f'<text bytes="{len(text)}" xml:space="preserve">{escape(text)}</text><sha1>x</sha1></revision>'
    )


def entry(title: str, *revisions: str, ns: int = 0, extra: str = "") -> str:
    return f"<page><title>{escape(title)}</title><ns>{ns}</ns><id>12</id>{extra}{''.join(revisions)}</page>"


def export(*pages: str, version: str = "0.11", base: str = "https://wiki.example/wiki/Main_Page") -> bytes:
    spaces = "".join(
        f'<namespace key="{key}" case="first-letter">{name}</namespace>' for key, name in NAMESPACES.items()
    )
    return (
        f'<mediawiki xmlns="http://www.mediawiki.org/xml/export-{version}/" version="{version}" xml:lang="en">'
        f"<siteinfo><sitename>Tolm Wiki</sitename><dbname>w</dbname><base>{escape(base)}</base>"
        f"<generator>MediaWiki 1.39.17</generator><case>first-letter</case><namespaces>{spaces}</namespaces></siteinfo>"
        f"{''.join(pages)}</mediawiki>"
    ).encode()


def page(markup: str) -> Page:
    (found,) = read(export(entry("Tolm", revision(markup))), "wiki.xml")
    return found


def texts(markup: str) -> list[str]:
    return [block.text for block in page(markup).blocks]


def fragments(*headings: str) -> list[str]:
    body = "".join(f"== {heading} ==\nText.\n" for heading in headings)
    return [block.place.fragment for block in page(body).blocks if block.is_heading and block.place]


def titles(pages: Iterable[Page]) -> list[str | None]:
    return [found.title for found in pages]


@pytest.mark.parametrize("version", ["0.10", "0.11"])
def test_a_page_comes_with_what_the_export_says_of_it(version: str) -> None:
    (found,) = read(export(entry("Old mill", revision("It stands.\n[[Category:Mills|m]]")), version=version), "w.xml")
    assert [block.text for block in found.blocks] == ["It stands."]
    assert (found.title, found.part, found.section) == ("Old mill", "Old mill", "Mills")
    assert (found.outlet, found.language, found.url) == ("Tolm Wiki", "en", "https://wiki.example/wiki/Old_mill")
    assert (found.updated, found.published) == ("2024-05-01T10:00:00Z", None)


def test_who_changed_a_page_last_is_not_its_author() -> None:
    assert page("Words.").author is None


def test_the_newest_revision_counts_whatever_the_order() -> None:
    old = revision("Old.", "2023-01-01T00:00:00Z", number=5)
    new = revision("New.", "2024-01-01T00:00:00Z", number=9)
    same = revision("Newer in the same second.", "2024-01-01T00:00:00Z", number=10)
    for order in ([old, new], [new, old]):
        (found,) = read(export(entry("A", *order)), "w.xml")
        assert (found.text, found.updated) == ("New.", "2024-01-01T00:00:00Z")
    (found,) = read(export(entry("A", same, new, old)), "w.xml")
    assert found.text == "Newer in the same second."


def test_a_page_exported_twice_is_one_page() -> None:
    new, old = revision("New.", "2024-01-01T00:00:00Z"), revision("Old.", "2023-01-01T00:00:00Z")
    for order in ([new, old], [old, new]):
        assert [found.text for found in read(export(*(entry("A", each) for each in order)), "w.xml")] == ["New."]


def test_only_pages_of_content_are_read() -> None:
    text = revision("Words.")
    pages = [entry(f"Page {ns}", text, ns=ns) for ns in (-1, 0, 1, 2, 3, 4, 6, 8, 10, 12, 14, 15, 100, 101, 828, 829)]
    assert titles(read(export(*pages), "w.xml")) == ["Page 0", "Page 4", "Page 12", "Page 14", "Page 100"]


def test_redirects_code_deleted_and_empty_pages_are_left_out() -> None:
    pages = [
        entry("Moved", revision("#WEITERLEITUNG [[A]]"), extra='<redirect title="A" />'),
        entry("Moved too", revision("#REDIRECT [[Nowhere]]")),
        entry("Script", revision("x = 1", model="javascript")),
        entry("Gone", revision("").replace("<text ", '<text deleted="deleted" ')),
        entry("Empty", revision("{{Infobox|a=b}}\n[[Category:C]]")),
        entry("No revision"),
        entry("Kept", revision("Words.")),
    ]
    assert titles(read(export(*pages), "w.xml")) == ["Kept"]


def test_other_slots_of_a_revision_are_no_text() -> None:
    slot = "<content><role>data</role><model>json</model><text>{}</text></content>"
    (found,) = read(export(entry("A", revision("Words.").replace("<sha1>", slot + "<sha1>"))), "w.xml")
    assert found.text == "Words."


@pytest.mark.parametrize(
    ("base", "title", "url"),
    [
        ("https://a.example/wiki/Main_Page", "C++ & co/Old: (x), 100%?", "https://a.example/wiki/C%2B%2B_%26_co/Old:_(x),_100%25%3F"),
        ("https://a.example/wiki/Wiki:Hauptseite", "Straße", "https://a.example/wiki/Stra%C3%9Fe"),
        ("http://a.example/index.php/Main_Page", "A b", "http://a.example/index.php/A_b"),
        ("http://a.example/w/index.php?title=Main_Page", "A b", "http://a.example/w/index.php?title=A_b"),
        ("https://a.example/Main_Page", "A", "https://a.example/A"),
        ("https://a.example/", "A", None),
        ("https://a.example", "A", None),
        ("https://a.example/index.php", "A", None),
        ("https://a.example/w/?p=Main", "A", None),
        ("javascript:alert(1)/Main", "A", None),
        ("http://[bad/Main", "A", None),
        ("", "A", None),
    ],
)  # fmt: skip
def test_addresses_are_the_main_pages_with_the_title_in_its_place(base: str, title: str, url: str | None) -> None:
    (found,) = read(export(entry(title, revision("Words.")), base=base), "w.xml")
    assert found.url == url


def test_headings_are_places() -> None:
    found = page(
        "Opening.\n== The ''Ferry'' ==\nIt sank.\n=== More <!-- x --> === <!-- y -->\nA.\n== [[More|more]] ==\nB."
    )
    assert [(b.text, b.place, b.is_heading) for b in found.blocks] == [
        ("Opening.", None, False),
        ("The Ferry", Place("The Ferry", "The_Ferry"), True),
        ("It sank.", Place("The Ferry", "The_Ferry"), False),
        ("More", Place("More", "More"), True),
        ("A.", Place("More", "More"), False),
        ("more", Place("more", "more_2"), True),
        ("B.", Place("more", "more_2"), False),
    ]


@pytest.mark.parametrize(
    ("heading", "fragment"),
    [
        ("Two  words_and__three", "Two_words_and_three"),
        ("Straße & Großes “Tor”?", "Straße_&_Großes_“Tor”?"),
        ("50%ab off, 5% more", "50%25ab_off,_5%_more"),
        ("A&nbsp;b &lt;c&gt; &amp;amp;", "A_b_<c>_&amp;"),
        ("<span style='x'>'''Bold'''</span> m<sup>2</sup>", "Bold_m2"),
        ("[[Target#x|words]]s and [http://a.example site]", "wordss_and_site"),
        ("<nowiki>''raw''</nowiki>", "''raw''"),
        ("{{lang|fr|Le Tolme}} {{nbsp}}x", "Le_Tolme_x"),
        ("\u200eLeft\u2003wide", "Left_wide"),
        ("= Level =", "=_Level_="),
        ("#1 &amp; [[b]]", "#1_&_b"),
        ("One<br>two<br /> three", "Onetwo_three"),
        ("&nbsp;A b&nbsp;", "_A_b"),
        ("A {{unknown}}", ""),
        ("A<ref>b</ref>", ""),
        ("<math>a^2</math> b", ""),
    ],
)
def test_fragments_are_the_ids_that_mediawiki_gives(heading: str, fragment: str) -> None:
    assert fragments(heading) == [fragment]


def test_a_heading_with_an_id_of_its_own_has_no_certain_fragment() -> None:
    assert page("<h3 id='x'>A</h3>\nB.").blocks[1].place == Place("A")


def test_repeated_headings_are_numbered_as_mediawiki_does() -> None:
    assert fragments("Foo", "foo", "Foo 2", "Foo", "Ä", "ä") == ["Foo", "foo_2", "Foo_2_2", "Foo_3", "Ä", "ä"]


def test_headings_of_all_levels_and_what_is_none() -> None:
    found = page("= A =\n====== B ======\n== C ===\n<h3 id='x'>D</h3>\n===\nx\n== E\n == F ==\na == G ==\n")
    assert [b.text for b in found.blocks if b.is_heading] == ["A", "B", "C =", "D", "="]
    assert [b.text for b in found.blocks if not b.is_heading] == ["x == E", "== F ==", "a == G =="]


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("''it'' '''bold''' '''''both''''' ''''four''''", "it bold both 'four'"),
        ("l'''an'' et ''là'', vu", "l'an et là, vu"),
        ("un d'''or'' et la '''d'''", "un d'or et la d"),
        ("[[Town]]s, [[Town|the town]], [[:Category:Mills]], [[a#b]]", "Towns, the town, Category:Mills, a#b"),
        ("[http://a.example the site] [http://a.example] http://b.example/x.", "the site http://b.example/x."),
        ("One.<ref>A {{cite|[[x]]}}</ref> Two.<ref name='a' /> Three.<REF>b</REF>", "One. Two. Three."),
        ("a<!-- b -->c &ndash; 5&nbsp;km &lt;b&gt; &#233; &unknown; &#7;!", "ac – 5 km <b> é &unknown; !"),
        ("x<sub>1</sub> 10<sup>−6</sup> 5<sup>th</sup> <s>no</s> <del>no</del>yes<br />next", "x1 10⁻⁶ 5th yes next"),
        ("if a < b and <foo> <b>c</b> <nowiki>[[x]] ''y'' &lt;</nowiki>", "if a < b and <foo> c [[x]] ''y'' <"),
        ("<math>a^2 < b</math> and <code>x[1]</code>", "a^2 < b and x[1]"),
        ("{{lang|fr|''Le'' [[Tolm|Tolme]]}}, {{lang-de|Tolm}}; {{nowrap|5 kg}}", "Le Tolme, Tolm; 5 kg"),
        ("{{convert|5|km|mi|abbr=on}}, {{cvt|3|to|4.5|m}}, {{convert|x}}", "5 km, 3 to 4.5 m,"),
        ("5{{nbsp}}kg{{ndash}}6", "5 kg–6"),
        ("A ({{x|{{y}}}}) b ({{x}}; c) (d; {{x}}) {{a|b\n|c=[[d]]}} e{{fact}}.", "A b (c) (d) e."),
        ("__NOTOC__A __init__ [[Category:A]] b [[Bild:x.png|thumb|A [[b]] c]][[image:y.png]].", "A __init__ b ."),
        ("a {{one\ntwo}} {{<x>}} [[b\nc]] [[d|e\nf]]", "a {{one two}} {{<x>}} [[b c]] e f"),
        ("{{!}} {{=}} [[unclosed {{too]]\n\n", "| = [[unclosed {{too]]"),
        ("[[Media:a.pdf|The paper]], [[A&nbsp;b &amp; c]], it&apos;s", "The paper, A b & c, it's"),
        ("a <!--b--> <!--c-->d<!--e--><!--f-->g", "a dg"),
        ("<pre><nowiki>[[x]]</nowiki> &lt;</pre>", "[[x]] <"),
        ("<ref>open and <!-- never closed", "open and"),
        ("[[ja:x]] 2 {{{1|}}} '' {{{1|d}}} ok", "ja:x 2 d ok"),
    ],
)  # fmt: skip
def test_markup_goes_and_words_stay(markup: str, words: str) -> None:
    assert texts(markup) == [words]


def test_lines_make_paragraphs_lists_and_code() -> None:
    markup = """{{Infobox
| a = b
}}
One
paragraph with [[File:a.jpg|a
caption]].

Two.
* first
** second ''item''
# third
: indented
; Term : meaning
----
 spaced  line
 of code
Three. <div>Four.</div> Five.
<ul><li>six</li>
<li>seven</li></ul>
<pre>
 [[raw]]
 == code ==
</pre>
<syntaxhighlight lang="py">x = "''"</syntaxhighlight>
* eight
 <!-- alone --> <!-- and another -->
* nine
__KEIN_INHALTSVERZEICHNIS__
Last.
[[de:Tolm]]
"""
    assert texts(markup) == [
        "One paragraph with .",
        "Two.",
        "- first",
        "- second item",
        "- third",
        "indented",
        "Term : meaning",
        "spaced line of code",
        "Three.",
        "Four.",
        "Five.",
        "- six",
        "- seven",
        "[[raw]] == code ==",
        "x = \"''\"",
        "- eight",
        "- nine",
        "Last.",
    ]


def test_links_to_other_languages_go_but_those_to_a_namespace_of_the_wiki_stay() -> None:
    assert texts("Text.\n\n[[hr:Onboarding]]\n[[fr:Tolme]]\n[[zh-yue:Tolm]]\n") == ["Text.", "hr:Onboarding"]


def test_a_paragraph_of_many_lines_is_read_to_its_end() -> None:
    (text,) = texts("[[a|b]] c\n" * 10_000)
    assert text == " ".join(["b c"] * 10_000)


def test_tables_are_rows() -> None:
    markup = """Before.
{| class="wikitable"
|+ style="a" | The ''caption''
! scope="col" | Year !! Crop
|-
| 1999 || [[Wheat|wheat]] {{!}}{{!}} x
|- style="b"
| 2000
| {{lang|fr|orge}}
and oats<ref>x</ref>

* too
|
{|
| inner
|}
|-
| || ||
|}
:{|
|indented
|} After.
<table><tr><th>A</th><th>B</th></tr>
<tr><td>1</td>
<td>2</td></tr></table>
"""
    assert texts(markup) == [
        "Before.",
        "The caption",
        "Year | Crop",
        "1999 | wheat | x",
        "2000 | orge and oats too",
        "inner",
        "indented",
        "After.",
        "A | B",
        "1 | 2",
    ]


def test_a_heading_ends_a_table_that_was_never_closed() -> None:
    found = page("{|\n| a\n| b\n== H ==\nText.\n\nMore.")
    assert [b.text for b in found.blocks] == ["a | b", "H", "Text.", "More."]
    assert found.blocks[-1].place == Place("H", "H")


def test_the_wiki_own_names_of_files_and_categories_count() -> None:
    found = page("A [[Bild:x.png|thumb|b]] c. [[Kategorie:Erste Mühlen]] [[Category:Second]]")
    assert (found.text, found.section) == ("A c.", "Erste Mühlen")


BOMB = b"""<!DOCTYPE mediawiki [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>"""
GOOD = export(entry("A", revision("Words.")), entry("B", revision("More words.")))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (BOMB + GOOD.replace(b"Words.", b"&d;" * 1000), "declares a document type"),
        (BOMB + GOOD.replace(b'version="0.11"', b'version="' + b"&d;" * 3000 + b'"'), "export"),
        (b'<!DOCTYPE mediawiki SYSTEM "file:///etc/passwd">' + GOOD, "declares a document type"),
        (b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + GOOD.replace(b"Words.", b"&x;"), "document type"),
        (GOOD[:-40], "breaks off at line 1"),
        (GOOD[: GOOD.index(b"More")], "breaks off"),
        (GOOD.replace(b"Words.", b"&nbsp;"), "damaged"),
        (GOOD.replace(b"Words.", b"\xff"), "damaged"),
        (GOOD.replace(b"Words.", b"a\x00b"), "damaged"),
        (b"", "damaged"),
        (b"\x00" * 100, "damaged"),
        (b"<feed><page/></feed>", "not a MediaWiki export: it begins with"),
        (b"<mediawiki><page/></mediawiki>", "not a MediaWiki export: it begins with"),
        (b'<a xmlns="http://www.mediawiki.org/xml/export-0.11/"/>', "not a MediaWiki export"),
        (export(), "no page of content"),
        (export(entry("T", revision("Hello."), ns=1)), "no page of content"),
        (export("<a>" * 2000 + "</a>" * 2000), "damaged"),
    ],
)
def test_what_is_no_sound_export_is_refused_with_the_remedy(data: bytes, words: str) -> None:
    started = time.process_time()
    with pytest.raises(SourceError, match=words) as caught:
        read(data, "w.xml")
    assert time.process_time() - started < 5
    message = str(caught.value)
    assert "\n" not in message and len(message) < 400
    assert "export" in message


def test_damage_far_into_a_large_export_is_damage_all_the_same() -> None:
    many = [entry(f"Page {i}", revision(f"Words of page {i}. " * 20)) for i in range(300)]
    good = export(*many)
    assert len(read(good, "w.xml")) == 300
    for damaged in (good[:-15], good.replace(b"page 200", b"&nbsp;"), good.replace(b"page 280", b"\xff\xfe")):
        with pytest.raises(SourceError, match="damaged or breaks off"):
            read(damaged, "w.xml")


def test_a_page_far_too_long_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mediawiki, "MAX_PAGE_CHARS", 100)
    with pytest.raises(SourceError, match=r"Long: 101 characters \(limit 100\); split the page"):
        read(export(entry("Long", revision("a" * 101))), "w.xml")
    good, long = read(export(entry("Long", revision("a" * 101)), entry("A", revision("Words."))), "w.xml")
    assert (good.title, good.text, good.problem) == ("A", "Words.", "")
    assert (long.part, long.blocks) == ("Long", ()) and long.problem.startswith("101 characters (limit 100); ")
    monkeypatch.setattr(mediawiki, "MAX_PAGES", 1)
    with pytest.raises(SourceError, match="more than 1 pages in one export"):
        read(GOOD, "w.xml")


@pytest.mark.parametrize(
    ("title", "why"), [("", "no title; export"), ("a" * 1_001, "a title of 1,001 characters (limit 1,000); export")]
)
def test_a_page_without_a_title_of_its_own_is_told_and_the_others_are_read(title: str, why: str) -> None:
    lines = GOOD.replace(b"<page>", b"\n<page>").replace(b"<title>A<", b"<title>%s<" % title.encode())
    good, bad = read(lines, "w.xml")
    assert (good.title, good.text) == ("B", "More words.")
    assert (bad.part, bad.blocks) == ("page at line 2", ()) and bad.problem.startswith(why)
    talk = entry(title, revision("Hello."), ns=1), entry(title, revision("Hello {{b}}."), ns=10)
    assert titles(read(export(*talk, entry("A", revision("Words."))), "w.xml")) == ["A"]


def test_odd_numbers_are_no_error() -> None:
    odd = entry("A", revision("Words.").replace("<id>7</id>", "<id>x9</id>"))
    assert titles(read(export(odd.replace("<ns>0</ns>", "<ns>no</ns>")), "w.xml")) == ["A"]


BRACKETS = "{{ [[ {{a| [[a| {{{a| [//a {{a|b=[[c [[File:a| {{lang|fr| [[{{ }} ]] {|\n|a {|\n|\n".split(" ")
TAGS = "<b> <ref> <div>a <nowiki> <!--a <!----> <sup>2 <td> <pre> <ref>{{ < <h2> <li>".split()
OTHERS = "[http://a.example @<b a='@''@'''a @== @\n==a==@&@&amp;@\n*@\n|@<!-- --> @(,@_@__NO@ \n@|}".split("@")


@pytest.mark.parametrize("piece", [*BRACKETS, *TAGS, *OTHERS])
def test_markup_without_end_takes_no_long_time(piece: str) -> None:
    started = time.process_time()
    blocks = page("First words.\n\n" + piece * (100_000 // len(piece)) + "\n\n").blocks
    assert time.process_time() - started < 5
    assert blocks[0].text == "First words."


@pytest.mark.parametrize(
    ("opened", "closed", "times"),
    [
        ("{{a|", "}}", 100_000),
        ("[[a|", "]]", 100_000),
        ("{{lang|fr|", "}}", 100_000),
        ("{|\n|\n", "\n|}\n", 10_000),
        ("<div>", "</div>", 20_000),
    ],
)
def test_deep_nesting_takes_no_long_time(opened: str, closed: str, times: int) -> None:
    started = time.process_time()
    blocks = page(f"First.\n\n{opened * times} deep {closed * times}\n\nLast words.").blocks
    assert time.process_time() - started < 15
    assert (blocks[0].text, blocks[-1].text) == ("First.", "Last words.")


def test_a_long_line_of_links_is_read_to_its_end() -> None:
    (text,) = texts("[[a|b]] " * 6000)
    assert text == " ".join("b" * 6000)
