"""Web pages to blocks, places and what a page says of itself; and what is refused."""

from __future__ import annotations

import random
import time

import pytest

from index.errors import SourceError
from index.formats import Block, Page, Place, html
from index.formats.html_tree import MAX_BYTES

MET = "The harbour council met on Thursday night to decide whether the old lighthouse should be painted blue."
VOTE = "Nine of the thirteen members voted for it, and four against, after a debate of almost three hours."
COST = "The paint alone will cost the town some four hundred crowns, and the work will take most of the summer."
PELL = "“It has always been white,” said Tobias Pell, who has kept the light for thirty-one years."
STORY = "".join(f"<p>{text}</p>" for text in (MET, VOTE, COST, PELL))
EDIT = "<span class=mw-editsection>[<a href=/e>edit</a>]</span>"
MENU = "<nav><ul><li><a href=/>Home</a></li><li><a href=/sport>Sport</a></li><li><a href=/sea>Sea</a></li></ul></nav>"
FOOT = "<footer><p>© 2024 The Saltmarsh Gazette. All rights reserved.</p></footer>"


def read(page: str | bytes, *, url: str | None = None, encoding: str | None = None) -> Page:
    data = page if isinstance(page, bytes) else page.encode()
    (found,) = html.read(data, "page.html", url=url, encoding=encoding)
    return found


def article(inner: str, head: str = "") -> str:
    """A page of a newspaper with a story and this in it."""
    head = f"<meta charset=utf-8>{head}"
    return f"<!doctype html><html><head>{head}</head><body>{MENU}<article>{STORY}{inner}</article>{FOOT}</body></html>"


def texts(page: Page) -> list[str]:
    return [block.text for block in page.blocks]


def places(page: Page) -> dict[str, Place | None]:
    return {block.text: block.place for block in page.blocks}


def test_the_story_is_kept_and_the_furniture_is_not() -> None:
    page = read(article("<aside><h3>Popular</h3><p>Read what others read, every day and all week long.</p></aside>"))
    assert texts(page) == [MET, VOTE, COST, PELL]


def test_inline_markup_neither_joins_nor_splits_words() -> None:
    inner = (
        "<p>Un<i>believ</i>ably,<b> the <a href=/v>vote</a></b>\n of <time datetime=2024-05-05>5 May</time> was the "
        "10<sup>th</sup>&nbsp;&mdash; <q>at&shy;last</q>, she <span>sa<wbr>id</span>.</p>"
    )
    assert texts(read(article(inner)))[-1] == "Unbelievably, the vote of 5 May was the 10th — atlast, she said."


def test_every_kind_of_block_is_there_once_and_in_order() -> None:
    inner = """<blockquote><p>First quoted.</p><p>Then quoted again.</p></blockquote>
    <figure><img alt="no text"><figcaption>The lighthouse before the works began last spring.</figcaption></figure>
    <ul><li>Paint: 400 crowns<li><p>Labour: <b>nine</b> hundred</p><ol start=3><li>of which wages</ol></ul>
    <dl><dt>Beam</dt><dd>Twenty miles.</dd></dl>
    <p>One line<br>and the same paragraph.<br><br>Another paragraph.</p>Words outside of any paragraph.
    <pre>Rose are the clouds
Grey is the sea</pre>"""
    assert texts(read(article(inner)))[4:] == [
        "First quoted.",
        "Then quoted again.",
        "The lighthouse before the works began last spring.",
        "- Paint: 400 crowns",
        "- Labour: nine hundred",
        "3. of which wages",
        "Beam",
        "Twenty miles.",
        "One line and the same paragraph.",
        "Another paragraph.",
        "Words outside of any paragraph.",
        "Rose are the clouds",
        "Grey is the sea",
    ]


def test_a_table_row_is_one_block() -> None:
    table = """<table><caption>Its colours</caption><thead><tr><th>Year<th>Colour<th>By</tr></thead>
    <tr><td><p>1901</p><td>White<br>and red<td></tr><tr><td>2024<td><td><a href=/c>Council</a></tr>
    <tr><td></tr></table>"""
    assert texts(read(article(table)))[4:] == [
        "Its colours",
        "Year | Colour | By",
        "1901 | White and red",
        "2024 | | Council",
    ]


def test_a_table_that_lays_out_the_page_is_no_table() -> None:
    page = read(f"<table><tr><td><h2 id=now>Now</h2>{STORY}</td><td><table><tr><td>a<td>b</table></td></tr></table>")
    assert texts(page) == [MET, VOTE, COST, PELL, "a | b"]
    assert page.title == "Now"


def test_a_sentence_in_what_looks_like_furniture_inside_the_story_is_kept() -> None:
    inner = f"<div class='bar-embed'><p>The works begin in May.</p></div><p>{COST.replace('paint', 'scaffold')}</p>"
    assert "The works begin in May." in texts(read(article(inner)))


def test_places_are_the_headings_above() -> None:
    inner = "<h2 id=cost>What it <em>costs</em></h2><p>Four hundred crowns.</p><h3>Then</h3><p>We shall see.</p>"
    page = read(article(inner))
    assert places(page)[PELL] is None
    assert page.blocks[4:] == (
        Block("What it costs", Place("What it costs", "cost"), True),
        Block("Four hundred crowns.", Place("What it costs", "cost")),
        Block("Then", Place("Then"), True),
        Block("We shall see.", Place("Then")),
    )


@pytest.mark.parametrize(
    ("heading", "fragment"),
    [
        ("<h2 id=a>Old mill</h2>", "a"),
        (f"<h2><span class=mw-headline id=Old_mill>Old mill</span>{EDIT}</h2>", "Old_mill"),
        (f"<div class='mw-heading'><h2 id=Old_mill>Old mill</h2>{EDIT}</div>", "Old_mill"),
        ("<h2 class=sectionedit2 id=old_mill>Old mill</h2>", "old_mill"),
        ("<h2><a name=mill></a>Old mill</h2>", "mill"),
        ("<a name=mill></a><h2>Old mill</h2>", "mill"),
        ("<section id=mill><div><h2>Old mill<a class=headerlink href=#mill>¶</a></h2></div></section>", "mill"),
        ("<div id=w><h2>Old mill</h2><a id=user-content-mill class=anchor href=#mill></a></div>", "user-content-mill"),
        ("<h2>Old mill<a id=mill href=#mill>#</a></h2>", "mill"),
        ("<section id=far><p>Words.</p><h2>Old mill</h2></section>", ""),
        ("<div id=gone></div><h2>Old mill</h2>", ""),
        ("<h2 id='a \"b%<c'>Old mill</h2>", "a%20%22b%25%3Cc"),
        ("<h2 id=Früh-zeit>Old mill</h2>", "Früh-zeit"),
        (f"<h2 id={'x' * 300}>Old mill</h2>", ""),
    ],
)  # fmt: skip
def test_the_fragment_is_what_opens_at_the_heading(heading: str, fragment: str) -> None:
    page = read(article(f"{heading}<p>It grinds no more.</p>"))
    assert places(page)["It grinds no more."] == Place("Old mill", fragment)


def test_a_sign_that_is_part_of_a_heading_stays() -> None:
    page = read(article("<h2 id=c>Piano in C#</h2><p>Nobody played it for long.</p>"))
    assert page.blocks[-1].place == Place("Piano in C#", "c")


def test_a_heading_of_furniture_is_no_place() -> None:
    page = read(article("<div class=related><h2 id=r>Related</h2></div><p>It went on until midnight, though.</p>"))
    assert places(page)["It went on until midnight, though."] is None


@pytest.mark.parametrize(
    "head", ["<title>Lighthouse to turn blue</title>", "<title>Lighthouse to turn blue | The Gazette</title>", ""]
)
def test_the_title_is_kept_out_of_the_blocks(head: str) -> None:
    page = read(
        f"<head>{head}</head><body><h1 id=top>Lighthouse to <i>turn</i> blue</h1>{STORY}<h2>Next</h2><p>Done.</p>"
    )
    assert page.title == "Lighthouse to turn blue"
    assert texts(page) == [MET, VOTE, COST, PELL, "Next", "Done."]
    assert page.blocks[0].place is None


def test_a_first_heading_that_is_not_the_title_stays() -> None:
    page = read(f"<head><meta property=og:title content='Blue light'></head><h2>The vote</h2>{STORY}")
    assert (page.title, page.blocks[0]) == ("Blue light", Block("The vote", Place("The vote"), True))


def test_a_standfirst_set_as_a_heading_is_kept() -> None:
    standfirst = "Painters cost four hundred crowns. Nobody asked the gulls."
    head = f"<h1>The lighthouse turns blue</h1><h2>{standfirst}</h2>"
    share = (
        "<div>By <a href=/a>Agnes Thule</a></div><div>Oldmouth</div><ul class=share><li>Share</li><li>Post</li></ul>"
    )
    page = read(f"<!doctype html><body>{MENU}<div>{head}{share}<div>{STORY}</div></div>{FOOT}</body>")
    assert standfirst in texts(page)


def test_labels_above_the_headline_are_no_story() -> None:
    head = "<title>The light is blue</title>"
    above = "<p>FOR IMMEDIATE RELEASE</p><p>DE EN FR</p><p>12 March 2024</p>"
    page = read(f"<!doctype html>{head}<body><div>{above}<h1>The light is blue</h1><p>It was white.</p></div></body>")
    assert texts(page) == ["12 March 2024", "It was white."]


def test_a_paragraph_above_the_headline_is_kept() -> None:
    head = "<title>The light is blue</title>"
    page = read(f"<!doctype html>{head}<body><div><p>{MET}</p><h1>The light is blue</h1><p>It was white.</p></div>")
    assert MET in texts(page)


def test_a_wiki_page() -> None:
    page = read(
        f"""<html lang=en><head><title>Old Mill - Fenpedia</title></head><body class=mediawiki><div id=content>
        <h1 id=firstHeading><span>Old Mill</span></h1><div id=bodyContent><div id=siteSub>From Fenpedia</div>
        <div class=mw-parser-output><table class=infobox><tr><th>Built<td>1702</table>
        <p>The <b>Old Mill</b> is a mill.<sup class=reference><a href=#cite_note-1>[1]</a></sup></p>{STORY}
        <div class=toc role=navigation><h2>Contents</h2><ul><li><a href=#History>1 History</a></ul></div>
        <h2 id=History>History</h2><p>It was built by the monks.</p></div>
        <div class=printfooter>Retrieved from here</div></div></div>
        <div id=footer><ul><li id=footer-info-lastmod>This page was last edited on 5 March 2024, at 10:00.</ul></div>"""
    )
    assert (page.title, page.language, page.updated, page.published) == ("Old Mill", "en", "2024-03-05", None)
    assert texts(page)[:3] == ["Built | 1702", "The Old Mill is a mill.", MET]
    assert texts(page)[-2:] == ["History", "It was built by the monks."]
    assert page.blocks[-1].place == Place("History", "History")


def test_a_dokuwiki_page_that_is_all_tables_and_lists() -> None:
    page = read(
        """<html><head><title>install [Our Wiki]</title></head><body><div id=dokuwiki__header><h1><a href=/>Our Wiki</a>
        </h1></div><div id=dokuwiki__content><div id=dw__toc class=dw__toc><h3>Table of Contents</h3></div>
        <h1 class=sectionedit1 id=installation>Installation</h1><div class=level1></div>
        <h2 class=sectionedit2 id=tools>Tools</h2><div class=level2><div class=table><table><tr><th>Tool<th>Size
        <tr><td>Spanner<td>12</table></div><ul><li class=level1><div class=li>Bolt</div></ul></div>
        <div class=docInfo>install.txt · Last modified: 2023/05/01 12:00 by kim</div></div>"""
    )
    assert (page.title, page.outlet, page.updated) == ("Installation", "Our Wiki", "2023-05-01")
    assert texts(page) == ["Tools", "Tool | Size", "Spanner | 12", "- Bolt"]
    assert {block.place for block in page.blocks} == {Place("Tools", "tools")}


@pytest.mark.parametrize("text", ["<p>Hi there.</p>", "Hi there.", "<td>Hi there.", "<div><b>Hi</b> there.</div>"])
def test_a_very_short_page_is_read_without_its_menu(text: str) -> None:
    page = read(f"{MENU}{text}{FOOT}")
    assert texts(page) == ["Hi there."]


def test_what_a_reader_does_not_see_is_not_text() -> None:
    inner = """<p hidden>a1</p><p style="color:red; DISPLAY : none">b1</p><div aria-hidden=true><p>c1</p></div>
    <script>d1</script><style>e1</style><!-- f1 --><noscript>g1</noscript><template>h1</template>
    <svg><text>i1</text></svg>
    <select><option>j1</select><textarea>k1</textarea><span style="visibility:hidden">l1</span><dialog>m1</dialog>
    <span class=sr-only>n1</span><p>Last words.</p>"""
    assert texts(read(article(inner))) == [MET, VOTE, COST, PELL, "Last words."]


def test_a_page_behind_an_open_dialog_is_read() -> None:
    page = read(
        f"<div aria-hidden=true><main><h1>Blue</h1>{STORY}</main></div><div role=dialog><p>We use cookies.</p></div>"
    )
    assert texts(page) == [MET, VOTE, COST, PELL]


def test_what_the_page_says_of_itself() -> None:
    head = """<title>Blue - The Saltmarsh Gazette</title><meta property=og:site_name content="The Saltmarsh Gazette">
    <meta property=article:section content=Coast><link rel=canonical href="https://gazette.example/blue?id=7">
    <script type=application/ld+json>{"@context": "https://schema.org", "@graph": [{"@type": "Person", "@id": "#ada",
    "name": "Ada van der Fenwick"}, {"@type": "NewsArticle", "author": [{"@id": "#ada"}, {"name": "Bo &amp; Co"}],
    "datePublished": "2024-03-05T08:00:00+01:00", "dateModified": "March 6, 2024"}]}</script>"""
    page = read(article("", head).replace("<html>", "<html lang=en-GB>"))
    assert page.author == "Ada van der Fenwick, Bo & Co"
    assert (page.published, page.updated) == ("2024-03-05T08:00:00+01:00", "March 6, 2024")
    assert (page.url, page.outlet) == ("https://gazette.example/blue?id=7", "The Saltmarsh Gazette")
    assert (page.language, page.section) == ("en-GB", "Coast")


def test_what_the_page_does_not_say_is_none() -> None:
    page = read(article(""))
    assert page == Page(page.blocks)


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("/x?y=1", "https://gazette.example/x?y=1"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://", None),
        ("https://user:word@a.example/", None),
        ("https://[bad/", None),
        ("https://a.example/a b", None),
    ],
)
def test_only_an_address_of_the_web_is_canonical(link: str, url: str | None) -> None:
    page = article("", f'<link rel="canonical" href="{link}">')
    assert read(page, url="https://gazette.example/old").url == url
    assert not link.startswith("/") or read(page).url is None


@pytest.mark.parametrize(
    ("head", "inner", "published", "updated"),
    [
        ("<meta property=article:published_time content=2024-03-05T08:00Z>", "", "2024-03-05T08:00Z", None),
        ("<meta itemprop=dateModified content=2024-03-06>", "", None, "2024-03-06"),
        ("", "<p>Posted <time datetime=2024-03-05>Tuesday</time></p>", "2024-03-05", None),
        ("", "<p>Updated: <time datetime=2024-03-06>today</time></p>", None, "2024-03-06"),
        ("", "<p class=date>5. März 2024</p>", "2024-03-05", None),
        ("", "<p class=date>05.03.2024, 10:00</p>", "2024-03-05", None),
        ("<link rel=canonical href=https://a.example/2024/03/05/blue>", "", "2024-03-05", None),
        ("", f"<p>{MET} It was <time datetime=1901-02-03>long ago</time> that {VOTE}</p>", None, None),
        ("", "<p>She sank on <time datetime=1912-04-15>15 April</time>.</p>", None, None),
        ("", "<ul class=timeline><li><time datetime=1912-04-15>1912</time> She sinks</ul>", None, None),
        ("", "<p>Published on <time datetime=2024-03-05>Tuesday</time>.</p>", "2024-03-05", None),
        ("", "<p>It was painted white on 12 March 1998, as the books of the town tell.</p>", None, None),
        ("", "<p class=date>03/04/2024</p>", None, None),
        ("", "<p class=date>© 2024</p><p class=date>March 2024</p><p class=date>2024-03</p>", None, None),
        ("<meta name=date content=2024><meta itemprop=copyrightYear content=2024>", "", None, None),
        ("<meta name=date content=0001-01-01T00:00:00>", "", None, None),
        ('<script type=application/ld+json>{"@type": "Article", "datePublished": "2024"}</script>', "", None, None),
    ],
)
def test_dates_are_those_that_the_page_gives(head: str, inner: str, published: str | None, updated: str | None) -> None:
    page = read(article(inner, head))
    assert (page.published, page.updated) == (published, updated)


ACCENTS = "Señor Peña’s café sells crêpes – the façade is naïve, and the price of it is low."
RUSSIAN = "Министр сказал, что переговоры прошли хорошо и что он доволен итогами встречи."


@pytest.mark.parametrize(
    ("text", "codec", "head", "encoding"),
    [
        (ACCENTS, "utf-8", "", None),
        (ACCENTS, "utf-8-sig", "<meta charset=windows-1251>", "koi8-r"),
        (ACCENTS, "utf-16", "", None),
        (ACCENTS, "utf-16-le", "", None),
        (ACCENTS, "cp1252", "<meta charset=iso-8859-1>", None),
        (ACCENTS, "cp1252", "", "ISO-8859-1"),
        (ACCENTS, "cp1252", "", None),
        (ACCENTS, "cp1252", "<meta charset=utf-8>", None),
        (ACCENTS, "utf-8", "<meta charset=iso-8859-1>", "latin1"),
        (ACCENTS, "utf-8", "<meta charset=utf-7>", "no-such-charset"),
        (RUSSIAN, "cp1251", "<meta http-equiv=Content-Type content='text/html; charset=windows-1251'>", None),
        (RUSSIAN, "koi8-r", "<meta charset=windows-1251>", "koi8-r"),
        (RUSSIAN, "cp1251", "", None),
        ("灯台は青く塗られることになった。", "shift_jis", "<meta charset=Shift_JIS>", None),
        ("灯台は青く塗られることになった。", "iso2022_jp", "<meta charset=iso-2022-jp>", None),
        ("灯塔将被漆成蓝色。", "gb18030", "<meta charset=gb2312>", "gbk"),
    ],
)
def test_encodings(text: str, codec: str, head: str, encoding: str | None) -> None:
    page = f"<html><head>{head}</head><body><p>{text}</p></body></html>"
    assert texts(read(page.encode(codec), encoding=encoding)) == [text]


def test_the_charset_of_an_xml_declaration() -> None:
    assert texts(read(f"<?xml version='1.0' encoding='koi8-r'?><html><p>{RUSSIAN}".encode("koi8-r"))) == [RUSSIAN]


def test_a_page_cut_off_inside_a_letter_is_read() -> None:
    assert texts(read(f"<p>{ACCENTS}</p><p>é".encode()[:-1]))[0] == ACCENTS


@pytest.mark.parametrize(
    "page",
    ["", " ", "<html><head><title>T</title></head><body></body></html>", "<script>x</script>", "<!-- x -->",
     "<img alt=x>", "<frameset><frame src=x></frameset>", "<p hidden>x</p>", "<h1>T</h1>", "<p>&nbsp;&#8203;</p>"],
)  # fmt: skip
def test_a_page_without_text_is_refused(page: str) -> None:
    with pytest.raises(SourceError, match="the page holds no text; save it from a browser"):
        read(page)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (b"a" * (MAX_BYTES + 1), "over the limit of 32 MB; split the file"),
        (b"<b>a</b>" * 300_001, "over 300,000 elements in one page; split it"),
        (b"<div>" * 50_000 + b"x", "elements nested over 1,000 deep"),
        (b"<p " + b" ".join(b"a%d" % i for i in range(100_000)) + b">x", "an element with 100,000 attributes"),
        (b"<p>" + b"word " * 250_000, "a paragraph of 1,249,999 characters"),
        (random.Random(7).randbytes(4096), ""),
        (b"\x01\x02\x03 abc" * 99, "a binary file"),
    ],
)
def test_what_is_too_much_or_no_text_is_refused(page: bytes, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(page)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_deep_nesting_loses_nothing() -> None:
    page = read(f"{'<div>' * 900}{STORY}{'</div>' * 900}<p>{ACCENTS}</p>{'<ul><li>x' * 40}")
    assert texts(page)[:5] == [MET, VOTE, COST, PELL, ACCENTS]


@pytest.mark.parametrize(
    "page",
    [
        b"<!-- -->" * 500 + b"<p>x",
        b"<!DOCTYPE html [" * 100_000 + b"]><p>x",
        b"<noscript>" * 900 + b"</noscript>x",
        b"<p>" + b"<" * 300_000 + b" x",
        b"<p>x" + b"&" * 300_000,
        b"<title>" + b"a - " * 50_000 + b"</title><p>x",
        b"<script type=application/ld+json>" + b"[" * 100_000 + b"</script><p>x",
        b'<script type=application/ld+json>"' + b'\\"' * 50_000 + b"</script><p>x",
        b"<meta property=og:title content='" + b"a | " * 50_000 + b"'><p>x",
        b"<p class='" + b"nav-x " * 100_000 + b"'>x",
        b"<a id=x></a>" * 10_000 + b"<h2></h2>" * 10_000 + b"x",
        b"<h1><div>" * 400 + b"<b>x</b>" * 20_000,
        b"<article><div class=date>" * 70 + b"<time datetime=2024-01-01>x</time>" * 10_000,
        b"<tr><td><div>" * 40 + b"<span>x </span>" * 20_000,
        b"<h1>x</h1>" * 5_000 + f"<p>{MET}</p>".encode() * 5_000,
    ],
)
def test_hostile_pages_take_no_long_time(page: bytes) -> None:
    start = time.process_time()
    text = read(page).text
    assert "x" in text or MET in text
    assert time.process_time() - start < 10


def test_entities_of_a_document_type_are_not_expanded() -> None:
    entities = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 30))
    page = read(
        f'<!DOCTYPE html [<!ENTITY a0 "l"><!ENTITY x SYSTEM "file:///etc/hostname">{entities}]><p>b &a29; &x; &eacute;'
    )
    assert texts(page) == ["b &a29; &x; é"]


def test_control_characters_are_no_obstacle() -> None:
    page = read(article("<p>The \x00end\x1e of\u200b it&#7;, &#x1;she \x0csaid\u202e.</p>"))
    assert texts(page)[-1] == "The end of it, she said."


def test_a_page_that_a_broken_noscript_would_swallow() -> None:
    assert texts(read(f"<body><noscript><div></noscript>{STORY}")) == [MET, VOTE, COST, PELL]


@pytest.mark.parametrize(
    ("data", "is_html"),
    [
        (b"<!DOCTYPE html><p>x", True),
        (b"\xef\xbb\xbf \n<!-- <rss> --><?xml version='1.0'?>\n<HTML lang=en>", True),
        ("\ufeff<html><p>x".encode("utf-16-le"), True),
        ("<html><p>x".encode("utf-16-be"), True),
        (b"<p>A fragment.</p>", True),
        (b"<h1 id=a>x</h1>", True),
        (b"<rss version='2.0'><channel>", False),
        (b"<mediawiki xmlns='x'>", False),
        (b"<pre-release> notes", False),
        (b"In HTML, <html> comes first.", False),
        (b"# Title\n\n<p>x</p>", False),
        (b"%PDF-1.7 <html>", False),
        (b"", False),
        (b"<!-- -->" * 500, False),
    ],
)
def test_html_is_known_by_how_it_begins(data: bytes, is_html: bool) -> None:
    assert html.looks_like_html(data) is is_html
