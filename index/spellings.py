"""How often the documents spell each word how, counted once for each set of access labels and written to a folder."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.errors import IndexCorruptError
from index.lines import Lines
from index.schema import Document

_LINES, _TABLE = "spellings.txt", "spellings.npy"
WORD = re.compile(r"[^\W\d_]{2,}")
Tally = dict[str, Counter[str]]
"""By label set, the labels of one document joined by commas: each spelling and how often it stands there."""


def tally(documents: Iterable[Document]) -> Tally:
    """The words of the documents' titles and texts."""
    found: Tally = {}
    for document in documents:
        words = WORD.findall(f"{document.title}\n{document.text}")
        found.setdefault(",".join(document.labels), Counter()).update(words)
    return found


class Spellings:
    """Line i is a word in small letters, a tab, and a spelling of it; the lines are in order. `table`, of shape
    (3, entries), has in its columns a line's number, that of a label set (0 for none, n for the n-th), and how often
    documents with exactly these labels have the spelling; in order of lines."""

    def __init__(self, lines: Lines, table: npt.NDArray[np.int64]) -> None:
        self._lines, self._table = lines, table

    @classmethod
    def of(cls, counts: Tally, labels: Sequence[str] = ()) -> Spellings:
        """What was counted; `labels` are the label sets in the order of their numbers."""
        number = {"": 0, **{joined: n for n, joined in enumerate(labels, start=1)}}
        held: dict[str, list[tuple[int, int]]] = {}
        for joined, words in counts.items():
            for spelling, count in words.items():
                if count > 0:
                    held.setdefault(spelling, []).append((number[joined], count))
        lines = sorted((f"{word.casefold()}\t{word}".encode("utf-8", "surrogatepass"), word) for word in held)
        rows = [(line, *entry) for line, (_, word) in enumerate(lines) for entry in sorted(held[word])]
        return cls(Lines.of(line for line, _ in lines), np.array(rows, np.int64).reshape(-1, 3).T.copy())

    @classmethod
    def load(cls, folder: Path) -> Spellings:
        """The spellings saved in a folder, mapped. Raises IndexCorruptError."""
        try:
            table = np.load(folder / _TABLE, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise IndexCorruptError(f"{folder / _TABLE} cannot be read; ingest again into a new directory") from error
        return cls(Lines.load(folder / _LINES), table)

    def save(self, folder: Path) -> None:
        """Writes the spellings into an existing folder. Raises OSError."""
        self._lines.save(folder / _LINES)
        np.save(folder / _TABLE, self._table, allow_pickle=False)

    def after(self, labels: Sequence[str], added: Tally, gone: Tally) -> Tally:
        """The counts without those of `gone` and with those of `added`; `labels` are these spellings' label sets."""
        names = ["", *labels]
        counts: Tally = {name: Counter() for name in names}
        for line, label, count in self._table.T.tolist():
            counts[names[label]][self._spelling(line)] = count
        for joined, words in gone.items():
            counts[joined].subtract(words)
        for joined, words in added.items():
            counts.setdefault(joined, Counter()).update(words)
        return counts

    def of_word(self, word: str, seen: npt.NDArray[np.bool_] | None = None) -> Mapping[str, int]:
        """The spellings of a word, given in small letters (case folded), and how often each stands in documents whose
        label set is `seen`, all with None."""
        start = f"{word}\t".encode("utf-8", "surrogatepass")
        first = last = bisect_left(self._lines, start)
        while last < len(self._lines) and self._lines[last].startswith(start):
            last += 1
        return {spelling: count for _, spelling, count in self._counted(first, last, seen)}

    def every(self, seen: npt.NDArray[np.bool_] | None = None) -> Iterator[tuple[str, str, int]]:
        """Each word in small letters, a spelling of it, and its count, as `of_word` has it; in order."""
        return self._counted(0, len(self._lines), seen)

    def _counted(self, first: int, last: int, seen: npt.NDArray[np.bool_] | None) -> Iterator[tuple[str, str, int]]:
        begin, end = np.searchsorted(self._table[0], [first, last])
        lines, labels, counts = self._table[:, begin:end]
        admitted = counts if seen is None else counts * seen[labels]
        totals = np.bincount(lines - first, admitted, minlength=last - first)
        for line, total in enumerate(totals.tolist(), start=first):
            if total:
                word, _, spelling = self._lines[line].decode("utf-8", "surrogatepass").partition("\t")
                yield word, spelling, int(total)

    def _spelling(self, line: int) -> str:
        return self._lines[line].decode("utf-8", "surrogatepass").partition("\t")[2]
