"""Raw text to an article: title, author, date and the cleaned body. Boilerplate goes, the story stays.

Works block by block (a block is a paragraph or a line). The rules for a single block are in `boilerplate` and
`teasers`; here is what needs the whole page: the head, the author's biography, repetitions, lines broken by hard
wrapping.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from index import boilerplate, teasers
from index.markup import read_markdown

_HEAD_BLOCKS = 8
_TITLE_MAX_WORDS = 40
_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    rf"(?P<iso>\b\d{{4}}-\d{{2}}-\d{{2}}\b)|\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m1>{_MONTHS})\.?,?\s+(?P<y1>\d{{4}})\b"
    rf"|\b(?P<m2>{_MONTHS})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})\b",
    re.I,
)
_BY = r"^(?i:(?:(?:words|text|story|report|written|reported)\s+)?by|(?:words|text|story|report):)\s+"
_PARTICLE = r"(?:(?:al|bin|da|de|del|della|den|der|di|dos|du|el|la|le|ter|van|von|y|zu)\s+)"
_PERSON = rf"{_PARTICLE}{{0,2}}[A-ZÀ-ÞĀ-Ž][\w.'’-]*(?:\s+{_PARTICLE}{{0,2}}[A-ZÀ-ÞĀ-Ž][\w.'’-]*){{0,3}}"
_BYLINE = re.compile(
    rf"{_BY}({_PERSON}(?:(?:\s*,\s*|\s+and\s+){_PERSON}){{0,5}})(?=\s*$|\s*[,|–—·•(]|\s+(?:in|for|at)\b|\s+\d)"
)
# "By our staff reporter", "By agencies": a byline that names no one.
_NAMELESS_BYLINE = re.compile(
    rf"{_BY}(?i:(?:(?:a|our|the|own|\w+)\s+){{0,3}}(?:staff|agenc(?:y|ies)|reporters?|correspondents?|writers?|desk|editors?|wires?))"
    r"(?=\s*$|\s*[,|–—·•(]|\s+\d)"
)
_WORDS_FOR_METADATA = 14
_TAIL_WORDS = 15
_LIST_ITEM = re.compile(r"^(?:[-*•·–]|\d+[.)])\s")


@dataclass(frozen=True, slots=True)
class CleanText:
    """What cleaning found. `title` is None if the text has no headline; `published` is an ISO date or None."""

    title: str | None
    text: str
    author: str | None = None
    published: str | None = None
    url: str | None = None


def clean(raw: str, *, markdown: bool = False) -> CleanText:
    """The article in a raw text. Never invents: what the text does not give is None."""
    raw = unicodedata.normalize("NFC", raw)
    meta: dict[str, str] = {}
    title: str | None = None
    if markdown:
        page = read_markdown(raw)
        blocks, title, meta = page.blocks, meta_title(page.meta) or page.title, page.meta
        if title and page.title and page.title != title:
            blocks = [page.title, *blocks]
    else:
        blocks = _blocks(raw)
    blocks = [tidy for block in blocks if (tidy := _tidy(block))]
    if title is None:
        title, blocks = _take_title(blocks)
    blocks, author, published = _take_metadata(blocks)
    body, signed = _story(blocks, title, author)
    return CleanText(
        title=title,
        text="\n\n".join(body),
        author=meta.get("author") or author or signed,
        published=_iso_date(meta.get("date") or meta.get("published") or "") or published,
        url=meta.get("url"),
    )


def meta_title(meta: dict[str, str]) -> str | None:
    """The title that front matter gives, if any."""
    return meta.get("title") or None


def _blocks(raw: str) -> list[str]:
    """Lines as blocks, but hard-wrapped paragraphs (lines cut at a column) joined again."""
    blocks: list[str] = []
    for group in re.split(r"\n[ \t]*\n", raw):
        lines = [line.strip() for line in group.split("\n") if line.strip()]
        blocks.extend([" ".join(lines)] if _is_wrapped(lines) else lines)
    return blocks


def _is_wrapped(lines: list[str]) -> bool:
    if len(lines) < 2:
        return False
    inner = lines[:-1]
    at_column = sum(50 <= len(line) <= 110 for line in inner)
    unfinished = sum(not boilerplate.is_sentence(line) for line in inner)
    return at_column >= 0.8 * len(inner) and unfinished >= 0.5 * len(inner) and max(map(len, lines)) <= 110


def _tidy(block: str) -> str:
    block = re.sub(r"[ \t\n]+", " ", block)
    return _mend_backticks(boilerplate.INLINE_CREDIT.sub("", block).strip())


def _mend_backticks(block: str) -> str:
    """Backticks that stand for quotation marks become curly ones, one character for one."""
    block = block.replace("``", "“").replace("''", "”")

    def mark(match: re.Match[str]) -> str:
        before = block[match.start() - 1] if match.start() else " "
        return "“" if before.isspace() or before in "([“—–" else "”"

    return re.sub("`", mark, block)


def _take_title(blocks: list[str]) -> tuple[str | None, list[str]]:
    """The headline and the blocks without it and without what stood above it."""
    for i, block in enumerate(blocks[:_HEAD_BLOCKS]):
        words = len(block.split())
        if boilerplate.is_section_label(block) or boilerplate.operates_page(block):
            continue
        if teasers.opens_with_teaser(block) or _metadata_line(block):
            continue
        if words > _TITLE_MAX_WORDS or (block.endswith(".") and words > 12):
            return None, blocks
        return block, blocks[i + 1 :]
    return None, blocks


def _take_metadata(blocks: list[str]) -> tuple[list[str], str | None, str | None]:
    """Author and date from the lines at the head, and the blocks without those lines."""
    author: str | None = None
    published: str | None = None
    kept: list[str] = []
    head = blocks[:_HEAD_BLOCKS]
    lines = [_metadata_line(block) for block in head]
    for i, block in enumerate(blocks):
        if i < len(lines) and (line := lines[i]):
            author, published = author or line[0], published or line[1]
        elif not (i < len(lines) and _is_outlet(block) and any(lines[max(0, i - 1) : i + 2])):
            kept.append(block)
    return kept, author, published


def _is_outlet(block: str) -> bool:
    """True for a line that can only be a publication's name beside a byline or a date: short, all in title case."""
    words = block.split()
    small = {"the", "of", "and", "&", "for", "in"}
    return (
        len(words) <= 6
        and not boilerplate.is_sentence(block)
        and all(w[0].isupper() or w.lower() in small for w in words)
    )


def _metadata_line(block: str) -> tuple[str | None, str | None] | None:
    """(author, ISO date) of a line that holds nothing but those; None for any other line."""
    if len(block.split()) > _WORDS_FOR_METADATA or boilerplate.is_sentence(block):
        return None
    byline, nameless = _BYLINE.match(block), _NAMELESS_BYLINE.match(block)
    found = _DATE.search(block)
    if not byline and not nameless and not found:
        return None
    rest = block
    for match in (nameless or byline, found):
        if match:
            rest = rest.replace(match.group(0), " ")
    left = [w for w in boilerplate.words_of(rest) if w not in _DATE_LINE_WORDS]
    announced = re.match(r"(?:published|posted|updated|first published|last updated)\b", block, re.I)
    if len(left) > (6 if byline or announced or _is_outlet(block.split(",")[0]) else 2):
        return None
    author = byline.group(1).strip() if byline and not nameless else None
    return author, (_iso_date(found.group(0)) if found else None)


_DATE_LINE_WORDS = frozenset(
    "published updated last first posted on at am pm gmt utc cet cest est edt bst msk date monday tuesday "
    "wednesday thursday friday saturday sunday mon tue wed thu fri sat sun by and".split()
)


def _iso_date(text: str) -> str | None:
    found = _DATE.search(text)
    if not found:
        return None
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"]).isoformat()
        month = (found["m1"] or found["m2"])[:3]
        day, year = found["d1"] or found["d2"], found["y1"] or found["y2"]
        return datetime.strptime(f"{day} {month} {year}", "%d %b %Y").date().isoformat()
    except ValueError:
        return None


def _story(blocks: list[str], title: str | None, author_line: str | None) -> tuple[list[str], str | None]:
    """The blocks that tell the story, and the author's name if a biography gives it."""
    kept: list[str] = []
    author: str | None = None
    seen = {_fingerprint(title)} if title else set()
    pending_name: str | None = None  # a line that is only a name: an author's, if a biography follows
    for i, block in enumerate(blocks):
        late = i >= len(blocks) // 2
        name = pending_name or (author_line if author_line and author_line.split()[0] in block[:40] else None)
        if late and boilerplate.is_biography(block, name, "\n".join(kept[:-1] if pending_name else kept)):
            if pending_name:
                kept.pop()
                author = author or pending_name
            pending_name = None
            continue
        pending_name = boilerplate.person_line(block)
        if _is_furniture(block):
            continue
        block = teasers.without_teasers(block)
        mark = _fingerprint(block)
        if not block or (len(mark) > 20 and mark in seen):
            continue
        seen.add(mark)
        kept.append(block)
    while kept and boilerplate.is_section_label(kept[0]):
        kept.pop(0)
    return _without_tail(kept), author


def _without_tail(blocks: list[str]) -> list[str]:
    """The blocks up to the last running paragraph: what trails after it is links, forms and appeals.

    A list at the end of a story is story, and a text of nothing but short lines is left alone.
    """
    end = len(blocks)
    while end and not _LIST_ITEM.match(blocks[end - 1]):
        block = blocks[end - 1]
        short = len(block.split()) < _TAIL_WORDS
        if not (short and not boilerplate.is_sentence(block)) and not boilerplate.addresses_reader(block):
            break
        end -= 1
    return blocks[:end] if end else blocks


def _is_furniture(block: str) -> bool:
    return boilerplate.operates_page(block) or boilerplate.is_headline_run(block)


def _fingerprint(block: str) -> str:
    """What two copies of a line share: letters only, so that counters and punctuation do not tell them apart."""
    return "".join(re.findall(r"[^\W\d_]", block.casefold()))
