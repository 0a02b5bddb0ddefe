"""Files as people have them, one of each format, made with the libraries that write them."""

from __future__ import annotations

import io
import json
import mailbox
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from xml.sax.saxutils import escape

from docx import Document as WordDocument
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

MENU = "<nav><ul><li><a href=/>Home</a><li><a href=/coast>Coast</a><li><a href=/sport>Sport</a></ul></nav>"
BANNER = (
    "<div class='cookie-banner' role=dialog><p>We use cookies to improve your visit.</p><button>Accept</button></div>"
)


def pdf(pages: Sequence[Sequence[str]], title: str, author: str, created: str) -> bytes:
    """A PDF with these paragraphs on each page, set by a layout engine."""
    style = getSampleStyleSheet()["BodyText"]
    flow: list[Paragraph | PageBreak] = []
    for paragraphs in pages:
        flow += [PageBreak()] * bool(flow) + [Paragraph(paragraph, style) for paragraph in paragraphs]
    drawn = io.BytesIO()
    SimpleDocTemplate(drawn, pagesize=A4, title=title, author=author).build(flow)
    writer = PdfWriter(clone_from=PdfReader(drawn))
    writer.add_metadata({"/CreationDate": created, "/ModDate": created})
    finished = io.BytesIO()
    writer.write(finished)
    return finished.getvalue()


def word(sections: Sequence[tuple[str, str]], title: str, author: str, created: datetime, modified: datetime) -> bytes:
    """A Word document: its title, then sections of a heading and a paragraph."""
    document = WordDocument()
    document.add_heading(title, 0)
    for heading, paragraph in sections:
        document.add_heading(heading, 1)
        document.add_paragraph(paragraph)
    properties = document.core_properties
    properties.title, properties.author = title, author
    properties.created, properties.modified = created, modified
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def message(subject: str, author: str, date: str, id_: str, text: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"], made["Date"] = author, "desk@tolm.example", subject, date
    made["Message-ID"] = f"<{id_}>"
    made.set_content(text)
    return made


def mbox(path: Path, *messages: EmailMessage) -> None:
    box = mailbox.mbox(path)
    for each in messages:
        box.add(each)
    box.close()


def web_page(
    headline: str,
    paragraphs: Sequence[str],
    sections: Sequence[tuple[str, str]] = (),
    *,
    outlet: str | None = None,
    url: str | None = None,
    lang: str | None = None,
    **said: str,
) -> bytes:
    """A page of a news site, with its menu and cookie banner; `said` is what its JSON-LD says of the article."""
    linked = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": headline, **said}
    head = f"<title>{escape(headline)}</title><script type='application/ld+json'>{json.dumps(linked)}</script>"
    head += f"<meta property='og:site_name' content='{outlet}'>" if outlet else ""
    head += f"<link rel=canonical href='{url}'>" if url else ""
    story = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    for name, paragraph in sections:
        story += f"<h2 id='{name.lower().replace(' ', '-')}'>{escape(name)}</h2><p>{escape(paragraph)}</p>"
    language = f" lang={lang}" if lang else ""
    return (
        f"<!DOCTYPE html><html{language}><head><meta charset=utf-8>{head}</head><body>{BANNER}<header>{MENU}</header>"
        f"<main><article><h1>{escape(headline)}</h1>{story}</article></main>"
        "<footer><p>Subscribe to our newsletter. © 2024 The Saltmarsh Gazette</p></footer></body></html>"
    ).encode()


def wiki_export(title: str, markup: str, author: str, time: str) -> str:
    """An export of one page, as MediaWiki writes it."""
    return f"""<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
  <siteinfo>
    <sitename>Fenpedia</sitename>
    <dbname>fen</dbname>
    <base>https://fen.example/wiki/Main_Page</base>
    <generator>MediaWiki 1.39.17</generator>
    <case>first-letter</case>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="1" case="first-letter">Talk</namespace>
      <namespace key="6" case="first-letter">File</namespace>
      <namespace key="14" case="first-letter">Category</namespace>
    </namespaces>
  </siteinfo>
  <page>
    <title>{escape(title)}</title>
    <ns>0</ns>
    <id>12</id>
    <revision>
      <id>90</id>
      <timestamp>{time}</timestamp>
      <contributor><username>{escape(author)}</username><id>3</id></contributor>
      <model>wikitext</model>
      <format>text/x-wiki</format>
      <text bytes="{len(markup.encode())}" xml:space="preserve">{escape(markup)}</text>
      <sha1>x</sha1>
    </revision>
  </page>
  <page>
    <title>Talk:{escape(title)}</title>
    <ns>1</ns>
    <id>13</id>
    <revision>
      <id>91</id>
      <timestamp>{time}</timestamp>
      <contributor><username>{escape(author)}</username><id>3</id></contributor>
      <model>wikitext</model>
      <format>text/x-wiki</format>
      <text bytes="20" xml:space="preserve">Is this page right?</text>
      <sha1>y</sha1>
    </revision>
  </page>
</mediawiki>
"""


def feed(*items: str) -> bytes:
    """An RSS feed, as blogs write it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Tolm notes</title>'
        f"<link>https://tolm.example/</link><description>Notes</description>{''.join(items)}</channel></rss>"
    ).encode()


def item(url: str, title: str, author: str, date: str, content: str = "") -> str:
    """An entry of a feed; without `content` it only names its page."""
    carried = f"<content:encoded><![CDATA[{content}]]></content:encoded>" if content else ""
    return (
        f"<item><title>{escape(title)}</title><link>{escape(url)}</link><dc:creator>{escape(author)}</dc:creator>"
        f"<pubDate>{date}</pubDate><description>In short.</description>{carried}</item>"
    )


def sitemap(*urls: str) -> bytes:
    pages = "".join(f"<url><loc>{escape(url)}</loc></url>" for url in urls)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{pages}</urlset>'.encode()
