"""Documents to passages: windows of whole sentences that fit the encoder, overlapping, with exact offsets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.schema import Document, Passage, content_id
from index.sentences import Span, split_sentences

TokenCounter = Callable[[Sequence[str]], list[int]]

# Most of a window stays for the text, whatever the title's length.
_TITLE_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class ChunkSettings:
    """Window and overlap in tokens of the encoder. The window is cut down to what the encoder takes."""

    window: int = 180
    overlap: int = 40


def context_title(title: str, limit: int, count: TokenCounter) -> str:
    """The title as context for the encoder, its end cut off where it would crowd out the text."""
    words = title.split()
    while words and count([" ".join(words)])[0] > _allowed(limit):
        words = words[: max(1, len(words) * 3 // 4)] if len(words) > 1 else []
    return " ".join(words)


def context_titles(titles: Sequence[str], limit: int, count: TokenCounter) -> list[str]:
    """The `context_title` of each; they are counted together, which takes far less time."""
    plain = [" ".join(title.split()) for title in titles]
    sizes = count(plain)
    return [
        title if size <= _allowed(limit) else context_title(title, limit, count)
        for title, size in zip(plain, sizes, strict=True)
    ]


def _allowed(limit: int) -> int:
    return max(1, int(limit * _TITLE_SHARE))


def embedding_text(title: str, text: str) -> str:
    """What the encoder reads for a passage: the title as context, then the passage."""
    return f"{title}\n{text}" if title else text


def split_document(document: Document, count: TokenCounter, limit: int, settings: ChunkSettings) -> list[Passage]:
    """The passages of a document, in order; together they cover every sentence.

    `count` counts tokens without special ones; `limit` is the encoder's window without special tokens. No
    passage with its title exceeds `limit`: a longer sentence is cut between words (or within an endless word).
    """
    text = document.text
    title = context_title(document.title, limit, count)
    room = min(settings.window, limit - count([title])[0] - 1 if title else limit)
    spans = split_sentences(text)
    sizes = count([text[s:e] for s, e in spans])
    units: list[tuple[Span, int]] = []
    for span, size in zip(spans, sizes, strict=True):
        units.extend([(span, size)] if size <= room else _cut_long(text, span, count, room))
    return [_passage(document, start, end) for start, end in _windows(units, room, settings.overlap)]


def _windows(units: list[tuple[Span, int]], room: int, overlap: int) -> list[Span]:
    windows: list[Span] = []
    first = 0
    while first < len(units):
        last, used = first, units[first][1]
        while last + 1 < len(units) and used + units[last + 1][1] <= room:
            last += 1
            used += units[last][1]
        windows.append((units[first][0][0], units[last][0][1]))
        if last + 1 >= len(units):
            break
        following = last + 1
        shared = 0
        while following - 1 > first and shared + units[following - 1][1] <= overlap:
            following -= 1
            shared += units[following][1]
        first = following
    return windows


def _cut_long(text: str, span: Span, count: TokenCounter, room: int) -> list[tuple[Span, int]]:
    """A sentence too long for the window, cut between words into pieces that fit."""
    pieces: list[tuple[Span, int]] = []
    start, end = span
    while start < end:
        # A token is at least one character except for rare symbols, so this guess seldom needs many halvings.
        stop = min(end, start + room * 6)
        size = count([text[start:stop]])[0]
        while size > room and stop - start > 1:
            stop = start + max(1, int((stop - start) * min(0.9, room / size)))
            size = count([text[start:stop]])[0]
        if stop < end:
            space = text.rfind(" ", start, stop)
            if space > start:
                stop = space
                size = count([text[start:stop]])[0]
        pieces.append(((start, stop), size))
        start = stop
        while start < end and text[start].isspace():
            start += 1
    return pieces


def _passage(document: Document, start: int, end: int) -> Passage:
    return Passage(content_id(document.id, str(start), str(end)), document.id, start, end, document.text[start:end])
