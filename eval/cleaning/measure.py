"""What a cleaner removes: precision and recall by block, and the share of the story's words that it loses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import numpy.typing as npt

from eval.cleaning.pages import LabelledPage, SitePage, read_pages
from eval.errors import EvalError
from eval.interval import statistic_interval
from eval.match import words
from eval.results import Figure

# (all pages) -> the lines kept of each, in the same order: a cleaner may learn from what the pages of a site repeat
Cleaner = Callable[[Sequence[SitePage]], list[list[str]]]

_TELLING = 5  # words that make a line worth matching as a whole
_EDGE, _MATCHED_BEFORE, _MATCHED_BEHIND = "\n", "\n<", "\n>"  # no words


@dataclass(frozen=True, slots=True)
class PageCounts:
    """One page: blocks of chrome (`inner`: of those, the ones with story before and behind), of story, story words.

    A block is gone if under half of its words are kept.
    """

    site: str
    name: str
    chrome: int
    chrome_gone: int
    inner: int
    inner_gone: int
    story: int
    story_gone: int
    story_words: int
    story_words_lost: int


@dataclass(frozen=True, slots=True)
class Rates:
    """Of the blocks removed, the share that is chrome (`precision`); of the chrome blocks, the share removed (`recall`,
    and `inner_recall` over those inside the story); of the story's words, the share lost. NaN where nothing counts.

    Each with a 95 % interval over pages; pages of one site are alike, so for unseen sites it is wider than shown.
    """

    precision: Figure
    recall: Figure
    inner_recall: Figure
    story_loss: Figure


@dataclass(frozen=True, slots=True)
class Scores:
    """The rates over all pages and by site, and the counts that they come from."""

    overall: Rates
    sites: Mapping[str, Rates]
    pages: tuple[PageCounts, ...]


def measure(cleaner: Cleaner, pages: Sequence[LabelledPage] | None = None) -> Scores:
    """The scores of a cleaner on `pages` (default: the stored ones).

    Raises EvalError if it does not return the lines of each page.
    """
    labelled = read_pages() if pages is None else pages
    kept = cleaner([page.page for page in labelled])
    if len(kept) != len(labelled):
        raise EvalError(f"the cleaner returned {len(kept)} pages of {len(labelled)}; return the lines of each page")
    counts = tuple(count(page, lines) for page, lines in zip(labelled, kept, strict=True))
    sites = dict.fromkeys(found.site for found in counts)
    return Scores(
        _rates(counts),
        {site: _rates([found for found in counts if found.site == site]) for site in sites},
        counts,
    )


def count(page: LabelledPage, kept: Iterable[str]) -> PageCounts:
    """What of one page's blocks the kept lines hold."""
    survived = _surviving(page, kept)
    sizes = [len(words(block.text)) for block in page.blocks]
    gone = [2 * survives < size for survives, size in zip(survived, sizes, strict=True)]
    story = [i for i, block in enumerate(page.blocks) if block.story]
    chrome = [i for i, block in enumerate(page.blocks) if not block.story]
    inner = [i for i in chrome if story and story[0] < i < story[-1]]
    return PageCounts(
        site=page.page.site,
        name=page.page.name,
        chrome=len(chrome),
        chrome_gone=sum(gone[i] for i in chrome),
        inner=len(inner),
        inner_gone=sum(gone[i] for i in inner),
        story=len(story),
        story_gone=sum(gone[i] for i in story),
        story_words=sum(sizes[i] for i in story),
        story_words_lost=sum(sizes[i] - survived[i] for i in story),
    )


def _surviving(page: LabelledPage, kept: Iterable[str]) -> list[int]:
    """How many words of each block the kept lines hold in the order of the page.

    Lines that are whole blocks are matched first, where a block is not short and stands on the page once; between them
    words are. The headline takes part, lest its words count as those of a link to the page.
    """
    blocks = [words(block.text) for block in page.blocks]
    blocks.insert(page.title_at, words(page.title))
    lines = [words(line) for line in kept]
    known = {text for text, n in Counter(map(tuple, blocks)).items() if n == 1 and len(text) >= _TELLING}
    whole = SequenceMatcher(None, _keys(blocks, known, "block"), _keys(lines, known, "line"), False)
    survived = [0] * len(blocks)
    block_end = line_end = 0
    for match in whole.get_matching_blocks():
        gap, left = blocks[block_end : match.a], lines[line_end : match.b]
        survived[block_end : match.a] = _surviving_words(gap, left, block_end > 0, match.size > 0)
        block_end, line_end = match.a + match.size, match.b + match.size
        survived[match.a : block_end] = map(len, blocks[match.a : block_end])
    del survived[page.title_at]
    return survived


def _keys(texts: list[list[str]], known: Collection[tuple[str, ...]], kind: str) -> list[tuple[object, ...]]:
    """The texts as something that only known ones share with equal ones."""
    return [tuple(text) if tuple(text) in known else (kind, i) for i, text in enumerate(texts)]


def _surviving_words(blocks: list[list[str]], lines: list[list[str]], after: bool, before: bool) -> list[int]:
    """How many words of each block the lines hold, in order, where both stand `after` or `before` a matched block.

    The longest common run is matched first, then what stands on either side of it, so that words kept with their
    neighbours, or as a whole line, count where those stand.
    """
    survived = [0] * len(blocks)
    owners, whole = _tokens(blocks, after, before)
    _, left = _tokens(lines, after, before)
    for match in SequenceMatcher(None, whole, left, False).get_matching_blocks():
        for owner in owners[match.a : match.a + match.size]:
            if owner is not None:
                survived[owner] += 1
    return survived


def _tokens(texts: list[list[str]], after: bool, before: bool) -> tuple[list[int | None], list[str]]:
    """The words of all texts with the number of the text that each is from, and marks (from none) where texts meet."""
    found: list[tuple[int | None, str]] = [(None, _MATCHED_BEFORE)] if after else []
    for i, text in enumerate(texts):
        found += [(None, _EDGE), *((i, word) for word in text)]
    found += [(None, _EDGE), (None, _MATCHED_BEHIND)] if before else [(None, _EDGE)]
    return [owner for owner, _ in found], [token for _, token in found]


def _rates(counts: Sequence[PageCounts]) -> Rates:
    removed = [found.chrome_gone + found.story_gone for found in counts]
    return Rates(
        precision=_ratio([found.chrome_gone for found in counts], removed),
        recall=_ratio([found.chrome_gone for found in counts], [found.chrome for found in counts]),
        inner_recall=_ratio([found.inner_gone for found in counts], [found.inner for found in counts]),
        story_loss=_ratio([found.story_words_lost for found in counts], [found.story_words for found in counts]),
    )


def _ratio(parts: Sequence[int], wholes: Sequence[int]) -> Figure:
    """The sum of the parts over that of the wholes, pages drawn anew for the interval; `n` is the sum of wholes."""
    part, whole = np.array(parts, np.float64), np.array(wholes, np.float64)

    def ratio(rows: npt.NDArray[np.intp]) -> float:
        total = whole[rows].sum()
        return float(part[rows].sum() / total) if total else float("nan")

    return Figure(*statistic_interval(len(part), ratio), n=sum(wholes))
