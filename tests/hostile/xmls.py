"""XML: exports of MediaWiki, feeds and sitemaps, with entities, loops and nesting; and XML that is none of these."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from xml.sax.saxutils import escape

from tests.hostile.case import HERE, STORY, TEXT, Case, listing, packed, usable, useless

_LAUGHS = b'<!ENTITY a0 "ha">' + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
_FILE = b'<!ENTITY a SYSTEM "outside/secret.txt">'
_MANY, _SOME = 10_000, 3_000
# What stands in a page of a wiki again and again, and after it.
_MARKUP = {
    "templates nested 10,000 deep": (b"{{a|" * _MANY, b"}}" * _MANY),
    "links nested 3,000 deep": (b"[[a|" * _SOME, b"]]" * _SOME),
    "brackets that never close": (b"[[{{{[" * _SOME, b""),
    "templates that never close": (b"{{lang|" * _SOME, b""),
    "tables in tables": (b"\n{|\n|-\n|a\n" * 3_000, b"\n|}" * 3_000),
    "rows that never end": (b"\n{|\n|a" + b"||a" * _SOME, b""),
    "apostrophes": (b"'''''a''" * _SOME, b""),
    "notes that never close": (b"<ref>" * _SOME, b""),
    "comments that never close": (b"<!--" * _SOME, b""),
    "tags that never close": (b"<nowiki><pre><math>" * _SOME, b""),
    "headings": (b"\n== a ==\n" * _SOME, b""),
    "signs of equality": (b"=" * _SOME, b""),
    "list items in list items": (b"*" * _SOME + b"a", b""),
    "entities that are none": (b"&#xD800;&#99999999;&a;" * 3_000, b""),
    "pages included": (b"{{:Bell}}" * _SOME, b""),
    "orders to MediaWiki": (b"{{#invoke:a|b}}__NOTOC__{{#if:{{{1}}}|a}}" * 3_000, b""),
}  # fmt: skip


def xmls(chance: Random) -> Iterator[Case]:
    for number, (kind, (before, after)) in enumerate(_MARKUP.items()):
        markup = TEXT + b"\n\n" + before + after + b"\n\n" + TEXT
        yield usable(f"wikitext with {kind}", f"markup-{number}.xml", _export(_wiki_page(markup)))
    yield from _exports()
    yield from _templates()
    yield from _lists()
    yield from _others()


def _wiki_page(
    markup: bytes, title: bytes = b"Bell", number: bytes = b"0", time: bytes = b"2023-03-03T10:00:00Z"
) -> bytes:
    text = escape(markup.decode()).encode()
    return (
        b"<page><title>%s</title><ns>%s</ns><id>1</id><revision><id>1</id><timestamp>%s</timestamp>"
        b"<text>%s</text></revision></page>" % (title, number, time, text)
    )


def _export(inside: bytes, before: bytes = b"", base: bytes = b"https://wiki.example/wiki/Main") -> bytes:
    site = b"<siteinfo><sitename>Bells</sitename><base>%s</base></siteinfo>" % base
    start = b'<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">'
    return b'<?xml version="1.0"?>' + before + start + site + inside + b"</mediawiki>"


def _exports() -> Iterator[Case]:
    page = _wiki_page(TEXT)
    yield useless(
        "billion laughs in a MediaWiki export",
        "laughs.xml",
        _export(page + b"&a11;", b"<!DOCTYPE a [" + _LAUGHS + b"]>"),
    )
    yield useless(
        "a file of this computer in a MediaWiki export",
        "file.xml",
        _export(page + b"&a;", b"<!DOCTYPE a [" + _FILE + b"]>"),
    )
    quadratic = b'<!DOCTYPE a [<!ENTITY a "' + b"a" * 100_000 + b'">]>'
    yield useless(
        "one long entity 10,000 times in a MediaWiki export", "long.xml", _export(page + b"&a;" * _MANY, quadratic)
    )
    yield useless("a MediaWiki export that breaks off", "half.xml", _export(page * 9)[:-400])
    yield useless(
        "a MediaWiki export with 120,000 tags beside its pages", "tags.xml", _export(b"<a/>" * 120_000 + page)
    )
    yield useless(
        "a MediaWiki export with 120,000 tags in a page",
        "inside.xml",
        _export(b"<page>" + b"<a/>" * 120_000 + page[6:]),
    )
    yield useless("a MediaWiki export nested 100,000 deep", "deep.xml", _export(b"<a>" * 100_000 + page))
    yield useless("a MediaWiki export with a page of 4.4 MB", "page.xml", _export(_wiki_page(b"a " * 2_200_000)))
    yield useless(
        "a MediaWiki export of talk and templates",
        "talk.xml",
        _export(_wiki_page(TEXT, number=b"1") + _wiki_page(TEXT, number=b"10")),
    )
    yield useless("a MediaWiki export with a page without a title", "untitled.xml", _export(_wiki_page(TEXT, b"")))
    yield useless(
        "a MediaWiki export that declares another encoding than it has",
        "lie.xml",
        _export(page).replace(b'"1.0"', b'"1.0" encoding="utf-16"'),
    )
    yield useless("a MediaWiki export with NULs", "nuls.xml", _export(page).replace(b"rope", b"ro\x00pe"))
    yield useless("a MediaWiki export of nothing", "nothing.xml", _export(b""))
    yield usable(
        "a MediaWiki export with numbers that are none",
        "numbers.xml",
        _export(_wiki_page(TEXT, number=b"9" * _MANY, time=b"99999-99-99T99")),
    )
    yield usable("a MediaWiki export whose address is none", "base.xml", _export(page, base=b"http://[x/wiki/Main"))
    yield usable(
        "a MediaWiki export with a title of 500,000 letters", "title.xml", _export(_wiki_page(TEXT, b"a " * 250_000))
    )
    yield usable(
        "a MediaWiki export with a title that leads out",
        "out.xml",
        _export(_wiki_page(TEXT, "../../\u202ea&#10;b&#x2028;c".encode())),
    )
    yield usable("a MediaWiki export with one page 2,000 times", "same.xml", _export(page * 2_000))
    yield usable(
        "a MediaWiki export with half letters",
        "half-letters.xml",
        _export(page.replace(b"rope", b"ro&#x301;&#x327;" * 9_000)),
    )


def _templates() -> Iterator[Case]:
    def export(kind: str, name: str, *templates: bytes) -> Case:
        """A page that calls the first of the templates T0, T1 ..."""
        text = [_wiki_page(body, b"Template:T%d" % n, b"10") for n, body in enumerate(templates)]
        return usable(f"a MediaWiki export with {kind}", name, _export(b"".join(text) + _wiki_page(TEXT + b"{{T0|a}}")))

    yield export("a template of itself", "loop.xml", b"{{T0|{{T0}}}}" * 99)
    double = [b"{{T%d|{{{1}}}{{{1}}}}}" % (n + 1) * 2 for n in range(40)]
    yield export("templates that double 40 times", "double.xml", *double, b"{{{1}}}" * 99)
    deep = b"{{{1|" * 3_000 + b"a" + b"}}}" * 3_000
    yield export("a template of defaults in defaults", "defaults.xml", deep)
    yield export(
        "a template of 20,000 choices", "switch.xml", b"{{#switch:{{{1}}}|" + b"|".join([b"b=c"] * 20_000) + b"}}"
    )
    yield export("a template that lets others begin", "begin.xml", b"{{#if:{{{1}}}|{{{{{1}}}|" * 2_000)


def _lists() -> Iterator[Case]:
    where = HERE.encode()
    sitemap = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">%s</urlset>'
    url = b"<url><loc>%s</loc></url>"
    itself = HERE + "itself.xml"
    loop = b"<sitemapindex><sitemap><loc>%s</loc></sitemap></sitemapindex>" % itself.encode()
    yield listing("a sitemap that lists itself", "itself.xml", loop, itself)
    many = sitemap % b"".join(url % (where + b"%d" % n) for n in range(500))
    yield listing("a sitemap of 500 addresses of this computer", "many.xml", many, HERE + "0")
    yield listing("a compressed sitemap", "packed.xml", packed(many[:-400] + b"</loc></url></urlset>"), HERE + "0")
    yield useless(
        "a compressed sitemap that unpacks to far too much",
        "bomb.xml",
        packed(sitemap % (url % where + b" " * 40_000_000)),
    )
    yield useless(
        "a sitemap with billion laughs",
        "laughs-map.xml",
        b"<!DOCTYPE urlset [" + _LAUGHS + b"]>" + sitemap % (url % b"&a11;"),
    )
    yield useless("a sitemap that breaks off", "half-map.xml", many[:5_000])
    yield useless("a sitemap of 1.1 million tags", "tags-map.xml", sitemap % (b"<a/>" * 1_100_000))
    yield useless("a sitemap nested 100,000 deep", "deep-map.xml", sitemap % (b"<url>" * 100_000))
    rss = b'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>%s</channel></rss>'
    item = b"<item><title>Bell</title><link>%s</link><content:encoded>%s</content:encoded></item>"
    story = escape("".join(f"<p>{line}</p>" for line in STORY)).encode()
    yield useless(
        "a feed with external entities", "file.rss", b"<!DOCTYPE rss [" + _FILE + b"]>" + rss % (item % (where, b"&a;"))
    )
    yield useless(
        "a feed with billion laughs",
        "laughs.rss",
        b"<!DOCTYPE rss [" + _LAUGHS + b"]>" + rss % (item % (where, b"&a11;")),
    )
    for number, (kind, address) in enumerate(
        (
            ("an address that is none", "http://[x"),
            ("an address that is none when it is normalised", "http://a\u2100b/"),
            ("an address with orders of direction", f"{HERE}\u202eb"),
        )
    ):
        yield listing(f"a feed with {kind}", f"address-{number}.rss", rss % (item % (address.encode(), story)), address)
    deep = f"{HERE}deep"
    yield listing(
        "a feed with HTML nested 100,000 deep",
        "deep.rss",
        rss % (item % (deep.encode(), b"&lt;div&gt;" * 100_000)),
        deep,
    )
    atom = b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="file:///etc/">%s</feed>'
    yield usable(
        "a feed of files of this computer",
        "file.atom",
        atom % b'<entry><title>a</title><link href="hostname"/></entry>',
    )


def _others() -> Iterator[Case]:
    yield useless("XML of another kind", "other.xml", b"<?xml version='1.0'?><bells><bell>" + TEXT + b"</bell></bells>")
    yield useless(
        "XML that copies itself (XSLT)",
        "style.xml",
        b'<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>',
    )
    yield useless("XML of nothing but a declaration", "declaration.xml", b'<?xml version="1.0"?>')
    yield useless("XML of nothing but a document type", "type.xml", b"<!DOCTYPE a [" + _LAUGHS + b"]>")
    yield useless("XML of nothing but comments", "comments.xml", b"<!-- a -->" * _MANY)
    yield useless("XML of instructions that never end", "instructions.xml", b"<?a" * _MANY)
    yield useless(
        "a drawing (SVG) named as XML",
        "drawing.xml",
        b"<svg xmlns='http://www.w3.org/2000/svg'><text>" + TEXT + b"</text></svg>",
    )
    yield useless("gzip named as XML", "gzip.xml", packed(TEXT))
    yield useless("text named as XML", "text.xml", TEXT)
    yield useless("a picture named as a feed", "picture.rss", b"\x89PNG\r\n\x1a\n" + bytes(999))
    yield useless("XML in UTF-7", "utf7.xml", b'<?xml version="1.0" encoding="utf-7"?>+ADw-rss+AD4-')
    yield useless("XML of angle brackets", "brackets.xml", b"<" * 500_000)
