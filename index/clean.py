"""Raw text to an article: title, author, date and the cleaned body. Boilerplate goes, the story stays.

Works block by block (a block is a paragraph or a line). The rules for a single block are in `boilerplate` and
`teasers`; here is what needs the whole page: the head, the author's biography, repetitions, lines broken by hard
wrapping.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from index import boilerplate, teasers
from index.byline import HEAD_BLOCKS, iso_date, metadata_line, take_metadata
from index.markup import read_markdown

_TITLE_MAX_WORDS = 40
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
        blocks, title, meta = page.blocks, page.meta.get("title") or page.title, page.meta
        if title and page.title and page.title != title:
            blocks = [page.title, *blocks]
    else:
        blocks = _blocks(raw)
    blocks = [tidy for block in blocks if (tidy := _tidy(block))]
    if title is None:
        title, blocks = _take_title(blocks)
    blocks, author, published = take_metadata(blocks)
    body, signed = _story(blocks, title, author)
    return CleanText(
        title=title,
        text="\n\n".join(body),
        author=meta.get("author") or author or signed,
        published=iso_date(meta.get("date") or meta.get("published") or "") or published,
        url=meta.get("url"),
    )


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
    for i, block in enumerate(blocks[:HEAD_BLOCKS]):
        words = len(block.split())
        if boilerplate.is_section_label(block) or boilerplate.operates_page(block):
            continue
        if teasers.opens_with_teaser(block) or metadata_line(block):
            continue
        if words > _TITLE_MAX_WORDS or (block.endswith(".") and words > 12):
            return None, blocks
        return block, blocks[i + 1 :]
    return None, blocks


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
