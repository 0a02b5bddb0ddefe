"""The labelled pages as stored: one JSON object a line in pages.jsonl."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from eval.errors import SuiteError

PAGES = Path(__file__).with_name("pages.jsonl")


@dataclass(frozen=True, slots=True)
class SitePage:
    """What a cleaner is given: the site (all pages of one share it), the page's file name, and its HTML."""

    site: str
    name: str
    html: str


@dataclass(frozen=True, slots=True)
class LabelledBlock:
    """A run of visible text that no block boundary interrupts, on one line, and whether it belongs to the story."""

    text: str
    story: bool


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page and all its visible text in order: `title_at` blocks, then the headline, then the rest of the blocks."""

    page: SitePage
    title: str
    title_at: int
    blocks: tuple[LabelledBlock, ...]


def read_pages(path: Path = PAGES) -> tuple[LabelledPage, ...]:
    """The pages in a file. Raises SuiteError with the line that is no page."""
    pages = []
    for n, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            pages.append(_from_record(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise SuiteError(f"{path}, line {n}: no labelled page ({error!r}); make it again") from error
    return tuple(pages)


def to_lines(pages: Iterable[LabelledPage]) -> str:
    """The pages as pages.jsonl holds them."""
    return "".join(f"{json.dumps(_record(page), ensure_ascii=False)}\n" for page in pages)


def _from_record(record: dict[str, object]) -> LabelledPage:
    blocks, title_at = record["blocks"], record["title_at"]
    if not isinstance(blocks, list) or not isinstance(title_at, int):
        raise TypeError("blocks is a list, title_at a number")
    return LabelledPage(
        SitePage(str(record["site"]), str(record["name"]), str(record["html"])),
        str(record["title"]),
        title_at,
        tuple(LabelledBlock(str(block["text"]), bool(block["story"])) for block in blocks),
    )


def _record(page: LabelledPage) -> dict[str, object]:
    return {
        "site": page.page.site,
        "name": page.page.name,
        "title": page.title,
        "title_at": page.title_at,
        "blocks": [{"text": block.text, "story": block.story} for block in page.blocks],
        "html": page.page.html,
    }
