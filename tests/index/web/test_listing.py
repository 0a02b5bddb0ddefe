"""Lists of pages: sitemaps, feeds and plain lists, as people's tools write them, and as no one should."""

from __future__ import annotations

import gzip
import time

import pytest

from index.errors import SourceError
from index.web.listing import MAX_BYTES, MAX_ENTRIES, Listed, links
from index.web.xml_elements import elements, root_of
from tests.index.web.helpers import fetcher, page, site

HERE = "https://news.example/feeds/all.xml"
SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"'
)


def listed(text: str | bytes, media_type: str = "application/xml", most: int = MAX_ENTRIES) -> list[Listed]:
    found = links(text.encode() if isinstance(text, str) else text, media_type, HERE, most=most)
    assert found is not None
    return found


def refusal(data: str | bytes, media_type: str = "application/xml") -> str:
    with pytest.raises(SourceError) as caught:
        listed(data, media_type)
    message = str(caught.value)
    assert message.startswith(HERE) and "\n" not in message and ";" in message
    return message


def rss(*items: str, spaces: str = SPACES) -> str:
    inner = "".join(f"<item>{item}</item>" for item in items)
    title = "<title>All the news</title><link>https://news.example/</link><image><title>x</title></image>"
    return f'<?xml version="1.0"?>\n<rss version="2.0" {spaces}><channel>{title}{inner}</channel></rss>\n'


def atom(*entries: str, head: str = "") -> str:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>All</title><link href="/"/>{head}{inner}</feed>'


def link(n: int | str) -> str:
    return f"<link>https://news.example/{n}</link>"


def only(text: str) -> Listed:
    (item,) = listed(text)
    return item


# Sitemaps.


def test_a_sitemap() -> None:
    text = f"""<?xml version="1.0" encoding="UTF-8"?><!-- made by hand -->
    <urlset {SITEMAP} xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:i="http://images.example/">
      <url><loc> https://news.example/a?b=1&amp;c=2 </loc><lastmod>2025-03-01</lastmod><priority>0.5</priority>
        <i:image><i:loc>https://news.example/a.png</i:loc></i:image></url>
      <url><loc>https://news.example/b</loc><n:news><n:publication><n:name>The News</n:name></n:publication>
        <n:publication_date>2025-03-02T08:00Z</n:publication_date><n:title>Fish &amp; chips</n:title></n:news></url>
      <url><lastmod>2025-03-03</lastmod></url>
      <url><loc>https://news.example/b</loc><lastmod>2025-03-04</lastmod></url>
    </urlset>"""
    assert listed(text) == [
        Listed("https://news.example/a?b=1&c=2", updated="2025-03-01"),
        Listed("https://news.example/b", title="Fish & chips", published="2025-03-02T08:00Z"),
    ]


def test_an_index_of_sitemaps_is_told_from_its_pages() -> None:
    text = f"<sitemapindex {SITEMAP}><sitemap><loc>https://news.example/1.xml.gz</loc><lastmod>2025</lastmod></sitemap></sitemapindex>"
    assert listed(text) == [Listed("https://news.example/1.xml.gz", updated="2025", is_list=True)]


def test_a_sitemap_is_known_by_what_it_holds() -> None:
    inner = "<url><loc>https://news.example/a</loc></url>"
    prefixed = "<s:url><s:loc>https://news.example/a</s:loc></s:url>"
    for text in (
        f"<urlset>{inner}</urlset>",
        f"<s:urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'>{prefixed}</s:urlset>",
        f'<urlset xmlns="https://www.sitemaps.org/schemas/sitemap/0.9">{inner}</urlset>',
        f"\ufeff\n <urlset>{inner}</urlset>\n<!-- 0.1 s -->",
        f"<?xml version='1.0'?><?xml-stylesheet href='a'?><urlset>{inner}</urlset>",
    ):
        for media_type in ("application/xml", "text/xml", "text/html", "text/plain", "", "image/png"):
            assert listed(text, media_type) == [Listed("https://news.example/a")]


def test_a_packed_sitemap() -> None:
    text = f"<urlset {SITEMAP}><url><loc>https://news.example/a</loc></url></urlset>".encode()
    assert listed(gzip.compress(text), "application/x-gzip") == [Listed("https://news.example/a")]
    assert "unfolds to over 100 times its size" in refusal(gzip.compress(text + bytes(8_000_000)))
    assert "ends in the middle" in refusal(gzip.compress(text)[:-10])
    for data in (gzip.compress(b"https://news.example/a"), gzip.compress(bytes(8_000_000)), b"\x1f\x8bnot packed"):
        assert links(data, "application/gzip", HERE) is None


def test_as_it_comes_from_a_server() -> None:
    data = gzip.compress(f"<urlset {SITEMAP}><url><loc>/a</loc></url></urlset>".encode())
    with site({"/sitemap.xml.gz": page(data, kind="application/gzip")}) as running:
        found = fetcher().get(running.url("/sitemap.xml.gz"))
        assert links(found.data, found.media_type, found.url) == [Listed(running.url("/a"))]


# Feeds.


def test_an_rss_feed() -> None:
    text = rss(
        """<title>Fish &amp; chips</title><link>https://news.example/a</link><dc:creator>Jane Doe</dc:creator>
        <pubDate>Sat, 01 Mar 2025 08:00:00 +0000</pubDate><description>Short &lt;b&gt;words&lt;/b&gt;</description>
        <media:title>A picture</media:title><media:content url="https://news.example/a.png" type="image/png"/>
        <content:encoded><![CDATA[<p>All of it &amp; more &nbsp; ]] > </p>]]></content:encoded>
        <category>News</category><guid isPermaLink="false">77</guid>""",
        """<guid>https://news.example/b</guid><author>jo@news.example (Jo Bloggs)</author><dc:date>2025-03-02</dc:date>
        <description>Only a summary.</description>""",
        "<title>Not a page</title><guid isPermaLink='false'>https://news.example/c</guid>",
        "<link>mailto:jo@news.example</link>",
        '<atom:link rel="self" href="https://news.example/self"/><link>/d</link><title></title>',
    )
    assert listed(text, "application/rss+xml") == [
        Listed(
            "https://news.example/a",
            title="Fish & chips",
            author="Jane Doe",
            published="Sat, 01 Mar 2025 08:00:00 +0000",
            content_html="<p>All of it &amp; more &nbsp; ]] > </p>",
        ),
        Listed("https://news.example/b", author="Jo Bloggs", published="2025-03-02"),
        Listed("https://news.example/d"),
    ]


def test_an_atom_feed() -> None:
    text = atom(
        """<title type="html">Fish &amp;amp; &lt;b&gt;chips&lt;/b&gt;</title><id>urn:1</id>
        <link rel="edit" href="/edit"/><link type="application/pdf" href="/a.pdf"/><link href="a"/>
        <author><name>Jane Doe</name><email>jane@news.example</email></author><author><name>Jo Bloggs</name></author>
        <published>2025-03-01T08:00:00Z</published><updated>2025-03-02T08:00:00Z</updated>
        <content type="html">&lt;p&gt;All &amp;amp; more&lt;/p&gt;</content>
        <source><title>Elsewhere</title><link href="https://other.example/"/>
        <author><name>No One</name></author></source>""",
        """<title>A &lt;b&gt; in a title</title><link rel="alternate" href="//news.example/b"/><updated>2025</updated>
        <summary>Only a summary.</summary><content>5 &lt; 6 &amp; 7</content>""",
        """<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">One <i>two</i></div></title><link href="c"/>
        <content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:p>Line<h:br/>two &amp; on</h:p></h:div>
        </content>""",
        '<link href="d"/><content type="image/png">aGVsbG8=</content>',
        '<link href="e"/><content src="https://news.example/e.mp4" type="text/html">x</content>',
        "<content type='html'>No page</content>",
        head="<author><name>The Staff</name></author>",
    )
    assert listed(text, "application/atom+xml") == [
        Listed(
            "https://news.example/feeds/a",
            title="Fish & chips",
            author="Jane Doe, Jo Bloggs",
            published="2025-03-01T08:00:00Z",
            updated="2025-03-02T08:00:00Z",
            content_html="<p>All &amp; more</p>",
        ),
        Listed(
            "https://news.example/b",
            title="A <b> in a title",
            author="The Staff",
            updated="2025",
            content_html="5 &lt; 6 &amp; 7",
        ),
        Listed(
            "https://news.example/feeds/c",
            title="One two",
            author="The Staff",
            content_html="<div><p>Line<br>two &amp; on</p></div>\n        ",
        ),
        Listed("https://news.example/feeds/d", author="The Staff"),
        Listed("https://news.example/feeds/e", author="The Staff"),
    ]


def test_an_rdf_feed() -> None:
    text = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>All</title><link>https://news.example/</link>
      <items><rdf:Seq><rdf:li resource="https://news.example/a"/></rdf:Seq></items></channel>
      <item rdf:about="https://news.example/a"><title>One</title><dc:creator>Jo</dc:creator><dc:date>2025-03-01</dc:date></item>
      <item rdf:about="x"><link>https://news.example/b</link></item></rdf:RDF>"""
    assert listed(text) == [
        Listed("https://news.example/a", title="One", author="Jo", published="2025-03-01"),
        Listed("https://news.example/b"),
    ]


def test_links_are_relative_to_the_base_that_the_feed_names() -> None:
    text = atom('<link href="a"/>', '<link xml:base="c/" href="b"/>', '<link href="http://["/>').replace(
        "<feed", '<feed xml:base="https://other.example/x/"'
    )
    assert [item.url for item in listed(text)] == ["https://other.example/x/a", "https://other.example/x/c/b"]


def test_an_old_feed_with_the_public_document_type() -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:1/rss-0.91.dtd">'
    assert listed(rss(link(1)).replace("<rss", doctype + "<rss")) == [Listed("https://news.example/1")]


def test_what_many_feeds_get_wrong_is_mended_without_losing_a_letter() -> None:
    item = only(
        rss(
            "<title>AT&T &amp; R&D &copy; 2025 &mdash; caf&eacute; &#8217;&#146; \x0b&nosuch; &#0;</title>"
            "<link>https://a.example/?a=1&b=2</link><dc:creator>Jo</dc:creator>"
            "<content:encoded>One &lt;p&gt;<media:x xlink:href='y'>two</media:x></content:encoded>",
            spaces="",
        )
    )
    assert item.title == "AT&T & R&D © 2025 — café ’’ &nosuch; \ufffd"
    assert item.url == "https://a.example/?a=1&b=2"
    assert item.author == "Jo"
    assert item.content_html is not None
    assert item.content_html.startswith("One &lt;p&gt;<x ") and item.content_html.endswith(">two</x>")


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Fish &amp;amp; chips", "Fish & chips"),
        ("<![CDATA[Fish & <em>chips</em>]]>", "Fish & chips"),
        ("5 &lt; 6 and 7 &gt; 6", "5 < 6 and 7 > 6"),
        (" Two\n lines ", "Two lines"),
        ("<b>Unescaped</b> words", "Unescaped words"),
        ("x" * 1001, None),
        ("<![CDATA[<img src='a.png'/>]]>", None),
    ],
)
def test_titles_of_rss_are_plain_text(title: str, wanted: str | None) -> None:
    assert only(rss(f"<title>{title}</title>{link(1)}")).title == wanted


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "koi8-r"]
)
def test_encodings(encoding: str) -> None:
    title = "Новости" if encoding == "koi8-r" else "Café"
    text = rss(f"<title>{title}</title>{link(1)}").replace(
        '"1.0"', f'"1.0" encoding="{encoding.removesuffix("-sig")}"', 1
    )
    (item,) = listed(text.encode(encoding))
    assert item.title == title


@pytest.mark.parametrize(
    "declared", ["utf-8", "us-ascii", "nonsense", "zlib_codec", "punycode", "idna", "unicode_escape"]
)
def test_an_encoding_that_is_not_the_one_declared(declared: str) -> None:
    text = rss(f"<title>Café \\u0041</title>{link(1)}").replace('"1.0"', f'"1.0" encoding="{declared}"', 1)
    for actual in ("utf-8", "cp1252"):
        (item,) = listed(text.encode(actual))
        assert item.title == "Café \\u0041"


# Plain lists.


def test_a_list_of_addresses() -> None:
    text = "# The archive\r\nhttps://news.example/a\r\n\r\n  HTTP://news.example/b#c  \n#https://news.example/d\nhttps://news.example/a\n"
    wanted = [Listed("https://news.example/a"), Listed("HTTP://news.example/b#c")]
    assert listed(text, "text/plain") == wanted
    assert listed(text, "Text/URI-list") == wanted
    assert listed("\ufeff" + text, "") == wanted
    assert links(text.encode(), "text/html", HERE) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing but a comment",
        "A story.\nhttps://news.example/a",
        "https://news.example/a and more",
        "ftp://news.example/a",
        "news.example/a",
        "See https://news.example/a",
        "https://",
    ],
)
def test_other_text_is_no_list(text: str) -> None:
    assert links(text.encode(), "text/plain", HERE) is None


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html><html><body><a href='/a'>A</a></body></html>",
        b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "a" "b"><html xmlns="http://www.w3.org/1999/xhtml"><p/></html>',
        b"<html><body>&lt;rss&gt; and <code>&lt;urlset&gt;</code></body></html>",
        b"<!DOCTYPE html [<!ENTITY a 'b'>]><html></html>",
        b'{"version": "https://jsonfeed.org/version/1"}',
        b"%PDF-1.7 https://news.example/",
        b"<",
        b"<!--",
        b"<rss",
        b"\x00" * 100,
        b"\xff\xfe\x00\xd8",
        b"<?xml version='1.0'?><opml><outline xmlUrl='https://news.example/'/></opml>",
    ],
)
def test_what_is_no_list(data: bytes) -> None:
    for media_type in ("text/html", "application/xml", "text/plain"):
        assert links(data, media_type, HERE) is None


# Limits and hostile files.


@pytest.mark.parametrize(
    "address",
    ["http://[x", "http://a\u2100b/", "https://news.example/\u202eb", "https://", f"https://news.example/{'a' * 4096}"],
)
def test_entries_of_a_feed_without_an_address_that_can_be_used_are_left_out(address: str) -> None:
    found = links(rss(f"<link>{address}</link>", link(1)).encode(), "application/xml", "")
    assert found is not None
    assert [one.url for one in found] == ["https://news.example/1"]


def test_a_line_of_a_list_that_is_no_address_that_can_be_used_stays_to_be_reported() -> None:
    assert [one.url for one in listed("http://[x\nhttps://news.example/1", "text/plain")] == [
        "http://[x",
        "https://news.example/1",
    ]


def test_the_first_entries_up_to_the_most() -> None:
    sitemap = "<urlset>" + "".join(f"<url><loc>/{n}</loc></url>" for n in range(MAX_ENTRIES + 50)) + "</urlset>"
    feed = rss(*(link(n) for n in range(30)))
    plain = "\n".join(f"https://news.example/{n}" for n in range(30))
    assert len(listed(sitemap)) == MAX_ENTRIES
    for text, media_type in ((sitemap, "text/xml"), (feed, "text/xml"), (plain, "text/plain")):
        found = listed(text, media_type, most=7)
        assert [item.url for item in found] == [f"https://news.example/{n}" for n in range(7)]


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE rss [<!ENTITY a0 "ha">{LAUGHS}]>',
        '<!DOCTYPE rss [<!ENTITY a9 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]>',
        '<!doctype rss SYSTEM "a" [ ]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_of_their_own_are_refused(doctype: str, encoding: str) -> None:
    text = rss(f"<title>&a9;</title>{link(1)}").split("\n", 1)[1]
    assert "declares entities of its own" in refusal((doctype + text).encode(encoding))


def test_a_document_type_in_the_wrong_place_declares_nothing() -> None:
    hidden = "<!DOCTYPE rss [<!ENTITY x 'y'>]>"
    assert "is damaged or cut off" in refusal(rss(link(1)).replace("<channel>", f"{hidden}<channel>"))
    assert only(rss(f"<title><![CDATA[{hidden}]]>&x;</title>{link(1)}")).url == "https://news.example/1"


@pytest.mark.parametrize(
    "text",
    [
        rss(link(1), link(2))[:-30],
        rss(link(1))[:-1].removesuffix("</rss>"),
        rss(link(1), "<a>" * 300 + "</a>" * 300, link(2)),
        rss(link(1), "<title>One <b>two</title>" + link(2)),
        rss(link(1), "<a b='1' b='2'/>"),
        rss(link(1), "<a b=1/>"),
        rss(link(1), "<description>" + "x" * 11_000_000 + "</description>"),
        rss(link(1), "<![CDATA[" * 1000),
        rss(link(1)) + rss(link(2)),
        "<rss></urlset>",
    ],
    ids=["cut", "cut in its end", "deep", "crossed", "twice", "unquoted", "huge text", "open", "two", "other end"],
)
def test_damaged_lists_are_refused_and_not_half_read(text: str) -> None:
    message = refusal(text)
    assert "is damaged or cut off (" in message and len(message) < 400


def test_lists_that_are_too_large_are_refused() -> None:
    assert "is over the limit of 32 MB" in refusal(b"<rss>" + b" " * MAX_BYTES + b"</rss>")
    assert "holds over 1,000,000 tags" in refusal(rss("<a/>" * 1_000_001))
    assert "references; split it" in refusal(rss("&" * 4_000_001))
    assert links(b"<mediawiki>" + b" " * MAX_BYTES + b"</mediawiki>", "application/xml", HERE) is None
    assert links(b"https://news.example/a\n" * 2_000_000, "text/plain", HERE) is None


def test_a_file_without_a_url_of_its_own() -> None:
    assert links(f"{link('a')}".join(("<rss><item>", "</item></rss>")).encode(), "application/xml", "") == [
        Listed("https://news.example/a")
    ]
    with pytest.raises(SourceError, match=r"^is damaged or cut off"):
        links(b"<rss><item>", "application/xml", "")


@pytest.mark.parametrize(
    "item",
    [
        "<author>" + "a" * 3_000_000 + "</author>",
        "<author>" + "a@" * 1_500_000 + "</author>",
        "<pubDate>" + "1 " * 1_500_000 + "</pubDate>",
        "<title>" + "&lt;" * 700_000 + "</title>",
        f"<a xml:base='https://news.example/{'a' * 1_000_000}'>" + "<b/>" * 100_000 + "</a>",
        "".join(f"<p{n}:a/>" for n in range(99)) + "<x/>" * 300_000,
        "<a " + " ".join(f"a{n}='1'" for n in range(50_000)) + "/>",
        "&" * 2_000_000,
        "&nbsp;" * 500_000,
        "<description><![CDATA[" + "<![CDATA[" * 300_000 + "]]></description>",
        "<content:encoded>" + "<i>" * 200 + "x" + "</i>" * 200 + "</content:encoded>",
    ],
    ids=["author", "mail", "date", "title", "base", "prefixes", "attributes", "stray", "names", "cdata", "nested"],
)
def test_time_and_memory_stay_in_proportion(item: str) -> None:
    data = rss(item + link(1), link(2)).encode()
    start = time.process_time()
    assert [found.url for found in listed(data)] == ["https://news.example/1", "https://news.example/2"]
    assert time.process_time() - start < 8


def test_a_long_list_is_not_held_in_memory_as_a_tree() -> None:
    pages = "".join(f"<url><loc>https://news.example/{n}</loc></url><other/>" for n in range(20_000))
    text = f"<urlset>{pages}</urlset>"
    root = root_of(text)
    assert root is not None
    held = [len(element.getparent()) for element in elements(text, root, frozenset({"url"}))]
    assert len(held) == 20_000
    assert max(held) < 2_000  # what is read ahead, and no more
