"""Texts of others made harmless where there is no markup to hold them: what cannot be encoded, controls, directions."""

from __future__ import annotations

import re
import unicodedata

# Controls but the tab and the line's end, and lone surrogates: a terminal obeys the first, no file can hold the others.
_UNSHOWN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
_UNENCODABLE = re.compile("[\x00\ud800-\udfff]")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OPENERS = "\u2066\u2067\u2068"  # left-to-right, right-to-left and first-strong isolates
_CLOSER = "\u2069"
# Classes of characters that act on what stands beside them (Unicode Standard Annex 9).
_TURNING = {"R", "AL", "AN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def encodable(text: str) -> str:
    """The text as a database can hold it: NULs and lone surrogates are replacement characters."""
    return _UNENCODABLE.sub("\ufffd", text)


def lines(text: str) -> list[str]:
    """The lines of a text, whichever way they end, stripped and without controls; empty ones stay."""
    return [_UNSHOWN.sub("\ufffd", line).strip() for line in text.splitlines()]


def one_line(text: str) -> str:
    """The text in one line, without controls, its white space single spaces."""
    return " ".join(" ".join(lines(text)).split())


def undirected(text: str) -> str:
    """The text without embeddings, overrides and isolates."""
    return _DIRECTIONS.sub("", text)


def balanced(line: str) -> str:
    """The line with its isolates closed, and without closers of what it did not open. An embedding or override that is
    left open within an isolate ends with it."""
    if line.isascii():
        return line
    depth, kept = 0, []
    for c in line:
        if c in _OPENERS:
            depth += 1
        elif c == _CLOSER:
            if not depth:
                continue
            depth -= 1
        kept.append(c)
    return "".join(kept) + _CLOSER * depth


def isolated(line: str) -> str:
    """A line that reads in its own direction and turns around nothing that stands beside it: one with letters written
    from right to left, or with controls of direction, stands in an isolate."""
    if line.isascii() or not any(unicodedata.bidirectional(c) in _TURNING for c in line):
        return line
    return f"\u2068{balanced(line)}{_CLOSER}"


def shortened(text: str, longest: int) -> str:
    """The text in one line, cut after a word if it is too long; without controls of direction, which titles stand
    among others with."""
    line = one_line(undirected(text))
    if len(line) <= longest:
        return line
    cut = line[:longest].rpartition(" ")[0]
    if len(cut) < longest // 2:  # of one long word, or of a language that puts no spaces
        cut = line[: longest - 1]
    return f"{cut.rstrip(' ,;:–—-')}…"


def folded(text: str) -> str:
    """The text without case and accents, for comparing."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", encodable(text)).casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))
