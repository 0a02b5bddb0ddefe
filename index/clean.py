"""Pages to articles: title, author, dates and the cleaned body. Boilerplate goes, the story stays.

Works block by block (a block is a paragraph or a line). The rules for a single block are in `boilerplate` and
`teasers`; here is what needs the whole page: the head, the author's biography, repetitions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index import boilerplate, teasers
from index.byline import HEAD_BLOCKS, metadata_line, take_metadata
from index.dates import parse_date
from index.formats import Block, Page
from index.formats.markdown import markdown_page
from index.formats.plain import plain_page
from index.schema import Spot

_TITLE_MAX_WORDS = 40
_TAIL_WORDS = 15
_LIST_ITEM = re.compile(r"^(?:[-*•·–]|\d+[.)])\s")
_TABLE_ROW = re.compile(r"\s\|\s")


@dataclass(frozen=True, slots=True)
class CleanText:
    """What cleaning found. `title` is None if the text has no headline; `published` and `updated` are ISO dates or
    None, `dated` is the date of publication as written. `spots` tell where in the source the text stands."""

    title: str | None
    text: str
    author: str | None = None
    published: str | None = None
    url: str | None = None
    updated: str | None = None
    dated: str | None = None
    outlet: str | None = None
    language: str | None = None
    section: str | None = None
    spots: tuple[Spot, ...] = ()


def clean(raw: str, *, markdown: bool = False) -> CleanText:
    """The article in a raw text. Never invents: what the text does not give is None."""
    return clean_page(markdown_page(raw) if markdown else plain_page(raw))


def clean_page(page: Page) -> CleanText:
    """The article on a page. Never invents: what the page does not give is None."""
    blocks = [replace(block, text=tidy) for block in page.blocks if (tidy := _tidy(block.text))]
    title = _tidy(page.title) if page.title else None
    if not title:
        title, blocks = _take_title(blocks)
    if page.is_bare and page.title:
        body, author, published, signed = blocks, None, None, None
    else:
        kept, author, published = take_metadata([block.text for block in blocks])
        body, signed = _story([blocks[i] for i in kept], title, author)
    written = page.published or ""
    return CleanText(
        title=title,
        text="\n\n".join(block.text for block in body),
        author=page.author or author or signed,
        published=parse_date(written, language=page.language) or published,
        url=page.url,
        updated=parse_date(page.updated or "", language=page.language),
        dated=page.published,
        outlet=page.outlet,
        language=page.language,
        section=page.section,
        spots=_spots(body),
    )


def _spots(blocks: Sequence[Block]) -> tuple[Spot, ...]:
    """Where the places change in the text that the blocks make."""
    spots: list[Spot] = []
    start = 0
    for block in blocks:
        if block.place and (not spots or spots[-1].place != block.place):
            spots.append(Spot(start, block.place))
        start += len(block.text) + 2
    return tuple(spots)


def _tidy(block: str) -> str:
    block = re.sub(r"[ \t\n]+", " ", unicodedata.normalize("NFC", block))
    return _mend_backticks(boilerplate.INLINE_CREDIT.sub("", block).strip())


def _mend_backticks(block: str) -> str:
    """Backticks that stand for quotation marks become curly ones, one character for one."""
    block = block.replace("``", "“").replace("''", "”")

    def mark(match: re.Match[str]) -> str:
        before = block[match.start() - 1] if match.start() else " "
        return "“" if before.isspace() or before in "([“—–" else "”"

    return re.sub("`", mark, block)


def _take_title(blocks: list[Block]) -> tuple[str | None, list[Block]]:
    """The headline and the blocks without it and without what stood above it."""
    for i, block in enumerate(block.text for block in blocks[:HEAD_BLOCKS]):
        words = len(block.split())
        if boilerplate.is_section_label(block) or boilerplate.operates_page(block):
            continue
        if teasers.opens_with_teaser(block) or metadata_line(block):
            continue
        if words > _TITLE_MAX_WORDS or (block.endswith(".") and words > 12):
            return None, blocks
        return block, blocks[i + 1 :]
    return None, blocks


def _story(blocks: list[Block], title: str | None, author_line: str | None) -> tuple[list[Block], str | None]:
    """The blocks that tell the story, and the author's name if a biography gives it."""
    kept: list[Block] = []
    author: str | None = None
    seen = {_fingerprint(title)} if title else set()
    pending_name: str | None = None  # a line that is only a name: an author's, if a biography follows
    for i, whole in enumerate(blocks):
        block = whole.text
        late = i >= len(blocks) // 2
        name = pending_name or (author_line if author_line and author_line.split()[0] in block[:40] else None)
        if late and _is_biography(block, name, kept):
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
        kept.append(replace(whole, text=block))
    while kept and boilerplate.is_section_label(kept[0].text):
        kept.pop(0)
    return _without_tail(kept), author


def _is_biography(block: str, name: str | None, kept: Sequence[Block]) -> bool:
    """True for a biography of `name`, or of someone whom the story does not mention."""
    if not boilerplate.is_biography(block, name, ""):  # asked first: for every block, the whole story is too much
        return False
    return name is not None or boilerplate.is_biography(block, None, "\n".join(one.text for one in kept))


def _without_tail(blocks: list[Block]) -> list[Block]:
    """The blocks up to the last running paragraph: what trails after it is links, forms and appeals.

    A list or a table of figures at the end of a story is story, and a text of nothing but short lines is left alone.
    """
    end = len(blocks)
    while end and not (_LIST_ITEM.match(blocks[end - 1].text) or _is_figures(blocks[end - 1].text)):
        block = blocks[end - 1].text
        short = len(block.split()) < _TAIL_WORDS
        if not (short and not boilerplate.is_sentence(block)) and not boilerplate.addresses_reader(block):
            break
        end -= 1
    return blocks[:end] if end else blocks


def _is_figures(block: str) -> bool:
    """True for a row of a table with a number in it; links in a row have none."""
    cells = _TABLE_ROW.split(block)
    return len(cells) > 1 and any(cell[:1].isdigit() or cell[:1] in "+-−$€£" for cell in cells if cell)


def _is_furniture(block: str) -> bool:
    return boilerplate.operates_page(block) or boilerplate.is_headline_run(block)


def _fingerprint(block: str) -> str:
    """What two copies of a line share: letters and digits only, so that punctuation does not tell them apart."""
    return "".join(re.findall(r"[^\W_]", block.casefold()))
