"""Which pieces of a web page are its story. trafilatura says; what it lost inside the story is taken back.

trafilatura's own text is not used as text: it drops captions, times and asides of a sentence, joins words where markup
stood between them, and forgets what opens where. Its words only vote for the pieces that the page itself has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.formats.html_pieces import Piece

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MAX_CHARS = 1_000_000  # beyond which trafilatura takes long
_MANY = 2_000  # pieces

Groups = dict[int, tuple[int, int, int]]

_GRAM = 4
_WORD = re.compile(r"\w+")
_BULLET = re.compile(r"\A(?:- |\d+\. )")
_ENDS = re.compile(r"[.!?…。！？:;][\"'”’»)\]]*$")
_MOST_HEADLINES = 20
_HEADLINE_REACH = 12  # how many pieces may stand between a headline and the story under it
_LEAST_COVERED = 0.3
_ENOUGH = 2000  # characters that are a story, however much else the page holds (comments, listings)
_MENU = 3
_LEAST_FOUND = 250  # characters; where it finds less, trafilatura gives the whole page, menus and all


def story_of(pieces: Sequence[Piece], tree: HtmlElement) -> list[Piece] | None:
    """The pieces that are the story, in order; None if trafilatura finds none, or too little of the page's text."""
    if sum(len(piece.text) for piece in pieces) > _MAX_CHARS:
        return None
    voted = _votes(pieces, _main_text(tree, is_long=len(pieces) > _MANY))
    if _takes_menus(pieces, voted):
        return None
    taken = {zone for zone, (against, votes) in _sizes(pieces, voted).items() if votes > against}
    pieces = [replace(piece, zone=0) if piece.zone in taken else piece for piece in pieces]
    groups = _groups(pieces, voted)
    voted = [
        vote and not piece.zone and not _is_stray(piece, groups) for piece, vote in zip(pieces, voted, strict=True)
    ]
    strong = [i for i, piece in enumerate(pieces) if voted[i] and not piece.level and len(_words(piece.text)) > _GRAM]
    if sum(len(pieces[i].text) for i in strong) < _LEAST_FOUND:
        return None
    kept = _kept(pieces, voted, strong, groups)
    text = sum(len(piece.text) for piece in pieces if _is_text(piece))
    covered = sum(len(piece.text) for piece, keep in zip(pieces, kept, strict=True) if keep and _is_text(piece))
    if covered < min(_LEAST_COVERED * text, _ENOUGH):
        return None
    return [piece for piece, keep in zip(pieces, kept, strict=True) if keep]


def _main_text(tree: HtmlElement, *, is_long: bool) -> str:
    from trafilatura import bare_extraction
    from trafilatura.settings import Extractor

    # On a long page without its second opinions: one of them (jusText) takes the square of the number of paragraphs.
    options = Extractor(output_format="python", comments=False, tables=True, fast=is_long)
    try:
        found = bare_extraction(tree, options=options)
    except Exception:  # whatever a page does to it: the page's own pieces are there without it
        return ""
    text = getattr(found, "text", None)
    return text if isinstance(text, str) else ""


def _votes(pieces: Sequence[Piece], text: str) -> list[bool]:
    """Which pieces stand in the text, by their words."""
    words = _words(text)
    grams = {tuple(words[i : i + _GRAM]) for i in range(len(words) - _GRAM + 1)}
    lines = {tuple(_words(_BULLET.sub("", line))) for line in text.split("\n")}
    return [_stands(_words(_BULLET.sub("", piece.text)), grams, lines) for piece in pieces]


def _takes_menus(pieces: Sequence[Piece], voted: Sequence[bool]) -> bool:
    """True if most of what is nothing but links was voted for: that is the whole page, not its story."""
    votes = [vote for piece, vote in zip(pieces, voted, strict=True) if piece.linked >= 0.8 * len(piece.text)]
    return len(votes) >= _MENU and 2 * sum(votes) > len(votes)


def _sizes(pieces: Sequence[Piece], voted: Sequence[bool]) -> dict[int, tuple[int, int]]:
    """For each zone, how many of its characters were not voted for, and how many were."""
    sizes: dict[int, tuple[int, int]] = {}
    for piece, vote in zip(pieces, voted, strict=True):
        against, votes = sizes.get(piece.zone, (0, 0))
        sizes[piece.zone] = (against + (not vote) * len(piece.text), votes + vote * len(piece.text))
    return sizes


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _stands(words: list[str], grams: set[tuple[str, ...]], lines: set[tuple[str, ...]]) -> bool:
    if len(words) < _GRAM:
        return bool(words) and tuple(words) in lines
    own = [tuple(words[i : i + _GRAM]) for i in range(len(words) - _GRAM + 1)]
    return 2 * sum(gram in grams for gram in own) >= len(own)


def _is_stray(piece: Piece, groups: Groups) -> bool:
    """True for a list or table of which next to nothing was voted for."""
    size, _, taken = groups[piece.group]
    return piece.group > 0 and taken < 0.1 * size


def _kept(pieces: Sequence[Piece], voted: Sequence[bool], strong: Sequence[int], groups: Groups) -> list[bool]:
    """What was voted for, and what was lost: between the first and the last of it, and beside the last."""
    first, last = _reach(pieces, strong)
    kept = list(voted)
    for i, piece in enumerate(pieces):
        inside = first <= i <= last or (i > last and piece.parent == pieces[last].parent)
        if piece.zone or piece.level or kept[i]:
            continue
        if piece.group:
            size, linked, taken = groups[piece.group]
            kept[i] = taken > 0.3 * size or (inside and not taken and linked < 0.5 * size)
        else:
            kept[i] = inside and _is_prose(piece)
    under, next_kept = False, False  # a heading stays with what is kept under it
    for i in range(len(pieces) - 1, -1, -1):
        piece = pieces[i]
        if piece.level:
            is_inside = first < i or (first == i + 1 and piece.parent == pieces[first].parent)
            is_lost = is_inside and not piece.zone and 2 * piece.linked <= len(piece.text)
            is_standfirst = i == first + 1 and pieces[first].level == 1 and _is_prose(piece)
            kept[i] = (kept[i] and under) or (is_lost and (next_kept or is_standfirst))
            under = False
        under, next_kept = under or kept[i], kept[i]
    return kept


def _reach(pieces: Sequence[Piece], strong: Sequence[int]) -> tuple[int, int]:
    """The first and the last piece of the story; its headline is the first, if nearly all of it follows closely."""
    total = sum(len(pieces[i].text) for i in strong)
    headlines = [i for i, piece in enumerate(pieces) if piece.level == 1 and not piece.zone]
    for headline in headlines[:_MOST_HEADLINES]:
        after = [i for i in strong if i > headline]
        is_near = bool(after) and after[0] - headline <= _HEADLINE_REACH
        if is_near and 10 * sum(len(pieces[i].text) for i in after) >= 9 * total:
            return headline, strong[-1]
    return strong[0], strong[-1]


def _groups(pieces: Sequence[Piece], voted: Sequence[bool]) -> Groups:
    """For each list and table: its characters, those that are links, those that were voted for."""
    groups: Groups = {}
    for piece, vote in zip(pieces, voted, strict=True):
        size, linked, taken = groups.get(piece.group, (0, 0, 0))
        groups[piece.group] = (size + len(piece.text), linked + piece.linked, taken + vote * len(piece.text))
    return groups


def _is_prose(piece: Piece) -> bool:
    text = piece.text
    return 2 * piece.linked <= len(text) and (len(text) >= 60 or (len(text) >= 12 and bool(_ENDS.search(text))))


def _is_text(piece: Piece) -> bool:
    is_shown = not piece.zone and not piece.level and 2 * piece.linked <= len(piece.text)
    return is_shown and (piece.group > 0 or _is_prose(piece))
