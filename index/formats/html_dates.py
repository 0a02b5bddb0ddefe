"""When a web page says that it was published and last changed, as it writes it. A bare year or month is no date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from index.formats.html_pieces import tidy
from index.formats.html_tree import is_furniture

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_PUBLISHED_TAGS = (
    "article:published_time article:published datepublished og:published_time og:article:published_time "
    "parsely-pub-date sailthru.date citation_publication_date citation_date citation_online_date pubdate publishdate "
    "publish-date publish_date publication_date dc.date.issued dcterms.issued dcterms.created dc.date dc:date "
    "dcterms.date date datecreated"
).split()
_UPDATED_TAGS = (
    "article:modified_time article:modified datemodified og:updated_time og:modified_time dcterms.modified dc.modified "
    "last-modified lastmod lastmodified revised"
).split()
_SPEAKS_OF_DATES = re.compile(
    r"(?<!candi)date|datum|fecha|time(?!line)|publi(?:sh|cat)|posted|byline|meta|created|submitted|lastmod|docinfo",
    re.I,
)
_OF_LISTS = frozenset("li td th dt dd caption figcaption blockquote".split())
_OF_CHANGE = re.compile(
    r"updat|modif|lastmod|(?:last|latest) (?:edit|change|revis)|edited|aktualisiert|geändert|bearbeitet|"
    r"mise? à jour|actualizad|aggiornat",
    re.I,
)
_WIKIS_LAST = re.compile(r"\b(?:footer-info-lastmod|docInfo)\b")  # the lines under the pages of wikis
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-])")
_LONGEST = 64
_LONGEST_LINE = 120
_WORDS_IN_LINE = 14
_MOST = 50
_MOST_LINES = 200


def find_dates(
    tree: HtmlElement, tags: dict[str, str], story: dict[str, Any], url: str | None
) -> tuple[str | None, str | None]:
    """When the page was published and last changed: by its linked data, its <meta> and <time> elements, its address,
    or a line of its own for it. As written, but what htmldate reads from such a line is an ISO date."""
    published = _dated(story.get("datePublished")) or _first(tags, _PUBLISHED_TAGS)
    updated = _dated(story.get("dateModified")) or _first(tags, _UPDATED_TAGS)
    times = list(_times(tree)) if not (published and updated) else []
    published = published or next((when for when, is_change in times if not is_change), None) or _in_address(url)
    updated = updated or next((when for when, is_change in times if is_change), None)
    if not (published and updated):
        lines = list(_lines(tree))
        published = published or _read([line for line in lines if not _OF_CHANGE.search(line)])
        updated = updated or _read([line for line in lines if _OF_CHANGE.search(line)])
    return published, updated


def _dated(value: object) -> str | None:
    """A date as written; None if it has no day, or is none of our times."""
    text = tidy(value) if isinstance(value, str) and len(value) <= _LONGEST else ""
    numbers = re.findall(r"\d+", text)
    if re.search(r"(?<!\d)(?:1[89]|20)\d{6}(?!\d)", text):
        return text
    if text.startswith("1970-01-01"):
        return None  # zero, as computers count time
    has_year = any(re.fullmatch(r"(?:1[5-9]|20)\d\d", number) for number in numbers)
    has_month = len(numbers) > 2 or (len(numbers) == 2 and re.search(r"[^\W\d_]{3}", text))
    return text if has_year and has_month else None


def _first(tags: dict[str, str], names: list[str]) -> str | None:
    return next((when for name in names if (when := _dated(tags.get(name)))), None)


def _times(tree: HtmlElement) -> Iterator[tuple[str, bool]]:
    """The dates of <time> elements and of those marked as the page's dates, and whether they are of a change.

    A <time> inside a sentence tells of the story, not of the page. Those in the article come first.
    """
    stories = islice(tree.iter("article", "main"), _MOST)
    inside = (time for story in stories for time in story.iter("time"))
    marked = (e for e in tree.iter() if (e.get("itemprop") or "").lower() in ("datepublished", "datemodified"))
    for element in chain.from_iterable(islice(found, _MOST) for found in (marked, inside, tree.iter("time"))):
        when = _dated(element.get("datetime") or element.get("content") or element.text)
        if (
            when is None
            or element.getparent() is None
            or any(is_furniture(around) for around in element.iterancestors())
        ):
            continue
        parent = element.getparent()
        signs = f"{_signs(element)} {_signs(parent)}"
        if _SPEAKS_OF_DATES.search(signs) or _is_dateline(parent):
            yield when, bool(_OF_CHANGE.search(tidy(f"{signs} {parent.text or ''} {element.text or ''}")))


def _is_dateline(element: HtmlElement) -> bool:
    """True for a short line that stands alone, and is no sentence but one that says when the page came out."""
    if any(around.tag in _OF_LISTS for around in (element, *islice(element.iterancestors(), 3))):
        return False
    line = _text(element)
    says_when = _SPEAKS_OF_DATES.match(line) or _OF_CHANGE.match(line)
    return len(line.split()) <= _WORDS_IN_LINE and (bool(says_when) or not line.endswith((".", "!", "?")))


def _text(element: HtmlElement) -> str:
    """The text of an element, as far as one line may go."""
    return tidy(" ".join(islice(element.itertext(), _MOST)))


def _signs(element: HtmlElement) -> str:
    return " ".join(element.get(name) or "" for name in ("class", "id", "itemprop", "pubdate"))


def _in_address(url: str | None) -> str | None:
    """The day in an address such as /2024/03/05/."""
    found = _IN_ADDRESS.search(url or "")
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return None


def _lines(tree: HtmlElement) -> Iterator[str]:
    """The short lines of a page that, by their class or id, speak of dates."""
    elements = tree.iter("p", "div", "span", "li", "abbr", "em", "small", "td", "dd")
    for element in islice((e for e in elements if _SPEAKS_OF_DATES.search(_signs(e))), _MOST_LINES):
        line = _text(element)
        is_short = 6 <= len(line) <= _LONGEST_LINE and any(c.isdigit() for c in line)
        is_last_line = bool(_WIKIS_LAST.search(_signs(element)))
        if is_short and (is_last_line or not any(is_furniture(around) for around in element.iterancestors())):
            yield line


def _read(lines: list[str]) -> str | None:
    """The ISO date that htmldate reads from lines; None unless its day and year stand in one of them, in an order that
    can be no other day's."""
    from htmldate import find_date
    from lxml import html

    for line in lines[:_MOST]:
        document = html.document_fromstring("<html><head></head><body><p class='date'></p></body></html>")
        document.find(".//p").text = line
        try:
            found = find_date(document, extensive_search=False, original_date=True)
        except (ValueError, OverflowError):
            continue  # figures that are no date of the calendar
        if found and _is_written(date.fromisoformat(found), line):
            return found
    return None


def _is_written(day: date, line: str) -> bool:
    numbers = {int(number) for number in re.findall(r"\d{1,9}", line)}
    if not ({day.year, day.year % 100} & numbers and day.day in numbers) and f"{day:%Y%m%d}" not in line:
        return False
    if day.day == day.month or day.day > 12:
        return True
    first, second, year = f"0?{day.day}", f"0?{day.month}", f"(?:\\d\\d)?{day.year % 100:02}"
    either = rf"(?<!\d)(?:{first}[/-]{second}|{second}[/-]{first})[/-]{year}(?!\d)"
    return not re.search(either, line)  # 3/4/2024 is two days
