"""The document view as HTML: a whole article with the spans cited of it marked, on a page of its own without Streamlit.

Pure functions. Ids: c2 is where citation 2 begins, p2 the second of the nearest passages, which have no numbers. What
belongs to one of them has its id as a class too, as one citation may be many elements. Right behind the element with
the id stand the steps to the citations before and after, shown while the address names it (`:target`): so that they
work without a script.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from urllib.parse import quote

from babel import Locale, UnknownLocaleError

from bot.ui.html.markup import DOT, dated, is_web_link, linked, text
from bot.ui.view.cards import Card, Cited, Location
from bot.ui.view.document import Paragraph, Stretch, paragraphs_of
from bot.ui.words import Words
from index.schema import Document

STYLE, SCRIPT, ICON = "footnote/document.css", "footnote/document.js", "footnote/icon.svg"
THEMES = ("light", "dark")
_MOST_IN_ADDRESS = 100


def document_address(card: Card, n: int | None = None) -> str:
    """Where the card's document opens at citation `n` of it, else at its first, seen from the page ("document/ID?...").

    At most 100 of the card's spans are in it, that one among them. Raises ValueError if the card has no such citation.
    """
    address = f"document/{quote(card.document_id, safe='')}"
    if not card.spans and n is None:
        return address
    wanted = next((span for span in card.spans if n is None or span.n == n), None)
    if wanted is None:
        raise ValueError(f"citation {n} is not in the card; it has {[span.n for span in card.spans]}")
    spans = card.spans[:_MOST_IN_ADDRESS]
    if wanted not in spans:
        spans = (*spans[:-1], wanted)
    cites = "&".join(f"cite={span.n}:{span.start}-{span.end}" for span in spans)
    return f"{address}?{cites}#{f'c{wanted.n}' if wanted.n else 'p1'}"


def document_html(words: Words, document: Document, cited: Sequence[Cited], theme: str = "") -> str:
    """The page of an article. `cited` is as `cited_of` gives it; `theme` is one of THEMES, else the reader's own."""
    ids = _ids(cited)
    paragraphs = paragraphs_of(document, cited)
    body = "".join(_paragraph(words, paragraph, cited, ids) for paragraph in paragraphs)
    language = f' lang="{text(document.language)}"' if document.language else ""
    count = f'<a class="count" href="#{ids[0]}">{words.count("document.citations", len(ids))}</a>' if ids else ""
    original = ""
    if (link := document.link(cited[0].start if cited else 0)) and is_web_link(link):
        inner = f'{text(words("document.original"))} <span aria-hidden="true">↗</span>'
        original = f'<span class="original">{linked(inner, link)}</span>'
    return _page(
        words,
        document.title,
        theme,
        count + original,
        f'<article aria-labelledby="title"><header><h1 id="title" dir="auto">{text(document.title)}</h1>'
        f'<p class="byline">{_byline(words, document)}</p></header><div class="text"{language}>{body}</div></article>'
        '<p id="live" class="unseen" role="status"></p>',
        _highlights(paragraphs, ids),
    )


def problem_html(words: Words, title: str, message: str, theme: str = "") -> str:
    """The page that says why there is no article to show."""
    said = f'<h1 id="title">{text(title)}</h1><p class="problem" dir="auto">{text(message)}</p>'
    return _page(words, title, theme, "", said)


def _page(words: Words, title: str, theme: str, bar: str, body: str, style: str = "") -> str:
    themed = f' data-theme="{text(theme)}"' if theme else ""
    back = f'<a class="back" href="./../"><span aria-hidden="true">←</span> {text(words("document.back"))}</a>'
    return (
        f'<!doctype html><html lang="{text(words.language)}"{themed}><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{text(words('document.page', title=title))}</title>"
        f'<link rel="icon" href="../{ICON}"><link rel="stylesheet" href="../{STYLE}">{style}'
        f'<script src="../{SCRIPT}" defer></script></head><body>'
        f'<a class="skip" href="#article">{text(words("document.skip"))}</a>'
        f'<header class="bar"><nav aria-label="{text(words("document.bar"))}">{back}{bar}</nav></header>'
        f'<main id="article" tabindex="-1">{body}</main></body></html>'
    )


def _ids(cited: Sequence[Cited]) -> list[str]:
    """The id of each citation."""
    ids, nearest = [], 0
    for one in cited:
        nearest += not one.n
        ids.append(f"c{one.n}" if one.n else f"p{nearest}")
    return ids


def _highlights(paragraphs: Sequence[Paragraph], ids: Sequence[str]) -> str:
    """Of a citation that is many elements the address names the first only. These rules mark the others with it where
    no script does; a browser needs long to follow a thousand of them."""
    parts = Counter(i for paragraph in paragraphs for stretch in paragraph.stretches for i in stretch.within)
    rules = ",".join(f":root:has(#{ids[i]}:target) mark.{ids[i]}" for i in sorted(parts) if parts[i] > 1)
    style = f"<style>{rules}{{--mark:var(--mark-on);text-decoration-line:underline}}</style>"
    return f"<noscript>{style}</noscript>" if rules else ""


def _byline(words: Words, document: Document) -> str:
    author, outlet = document.author, document.outlet
    published, updated = document.published or "", document.updated or ""
    is_later = bool(updated) and updated[:10] != published[:10]
    parts = [
        _isolated(author or ""),
        _isolated(outlet or "") if outlet != author else "",
        dated(published, words) or _isolated(document.dated or ""),
        text(words("document.updated")).format(day=dated(updated, words)) if is_later else "",
        text(_language(words, document.language)),
        f"<code>{_isolated(document.source)}</code>",
    ]
    return DOT.join(part for part in parts if part)


def _language(words: Words, tag: str | None) -> str:
    """The language's name; the tag itself if it names none that is known."""
    try:
        return (tag and Locale.parse(tag, sep="-").get_display_name(words.language)) or tag or ""
    except (UnknownLocaleError, ValueError):
        return tag or ""


def _isolated(value: str) -> str:
    """So that its direction does not reorder what stands beside it."""
    return f"<bdi>{text(value)}</bdi>" if value else ""


def _paragraph(words: Words, paragraph: Paragraph, cited: Sequence[Cited], ids: Sequence[str]) -> str:
    place = paragraph.stretches[0].place
    tag = "h2" if paragraph.is_heading else "p"
    before = f'<p class="place">{_place(place)}</p>' if place and not paragraph.is_heading else ""
    parts = []
    for at, stretch in enumerate(paragraph.stretches):
        if stretch.place and at:
            parts.append(f'<span class="place">{_place(stretch.place)}</span>')
        parts.append(_stretch(words, stretch, ids))
        parts += [_number(words, cited[i].n, ids[i]) for i in stretch.closes if cited[i].n]
    return f'{before}<{tag} dir="auto">{"".join(parts)}</{tag}>'


def _place(place: Location) -> str:
    return linked(_isolated(place.label), place.link)


def _number(words: Words, n: int, id_: str) -> str:
    name = text(words("document.citation", n=n))
    return f'<bdi><a class="number" href="#{id_}" aria-label="{name}">[{n}]</a></bdi>'


def _stretch(words: Words, stretch: Stretch, ids: Sequence[str]) -> str:
    if not stretch.within:
        return text(stretch.text)
    # One stretch may open several citations; each needs an element of its own to be jumped to.
    anchors = [f' id="{ids[i]}" tabindex="-1"' for i in stretch.opens]
    classes = " ".join(ids[i] for i in stretch.within)
    marked = f'<mark class="{classes}"{anchors[0] if anchors else ""}>{text(stretch.text)}</mark>'
    for at, i in enumerate(stretch.opens):
        marked = f"<span{anchors[at]}>{marked}</span>" if at else marked
        marked += _steps(words, i, ids)
    return marked


def _steps(words: Words, at: int, ids: Sequence[str]) -> str:
    """Which of the citations this is, and the ways to the one before and the one after, round and round."""
    total = len(ids)
    position = text(words("document.position", number=words.number(at + 1), total=words.number(total)))
    links = [""] * 2
    if total > 1:
        for slot, (rel, arrow, there) in enumerate((("prev", "↑", at - 1), ("next", "↓", (at + 1) % total))):
            name = text(words(f"document.{rel}"))
            links[slot] = f'<a rel="{rel}" href="#{ids[there]}" aria-label="{name}" title="{name}">{arrow}</a>'
    group = text(words("document.citation_steps"))
    return f'<span class="steps" role="group" aria-label="{group}">{links[0]}<span>{position}</span>{links[1]}</span>'
