"""Documents that tell the same story in nearly the same words: copies that must not count as sources of their own.

A signature is 128 MinHash values over the word triples of a text, and a bitmap of its numbers. Two documents are twins
if at least `THRESHOLD` of the values agree and their numbers do not contradict one another, for reports made from one
template share most of their words and none of their facts: the one with fewer numbers (four at least) must have half
of them in common with the other.

Measured with `python -m benchmarks.twins` on twelve invented stories of 134 to 189 words and rewrites by hand; true
Jaccard similarity of the triples, its estimate, and how many pairs were joined:

                                Jaccard     estimate    joined
    another headline            0.88-0.96   0.87-0.98   12 of 12
    light copy-edit             0.72-0.84   0.69-0.84   12 of 12
    one paragraph cut           0.66-0.87   0.60-0.88   55 of 55
    two paragraphs added        0.69-0.78   0.60-0.80   12 of 12
    local lead before           0.77-0.88   0.73-0.89   12 of 12
    local lead instead          0.61-0.81   0.59-0.79   12 of 12   (in place of the first paragraph and the headline)
    same template, other facts  0.16-0.69   0.14-0.66   0 of 6     (1 of 6 if numbers are left out of account)
    every sentence rewritten    0.01-0.04   0.00-0.05   0 of 3
    told anew                   0.00-0.01   0.00-0.03   0 of 3
    cut to its first half       0.47-0.52   0.41-0.54   0 of 12
    cut to its first third      0.30-0.36   0.27-0.34   0 of 12

What this does not find: a text rewritten throughout, whose triples are as strange to the first as those of any other;
and the first third of a text. Its triples are all contained in the longer text, but so are those of each story in a
digest of three (containment 1.00, Jaccard 0.28-0.38, measured as well), and to join by containment would make one
story of the three. With a threshold over 0.5 two stories that share no words are never both twins of a digest that
holds both: each value of the digest is that of only one of them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from index.errors import IndexCorruptError

if TYPE_CHECKING:
    from datasketch import MinHash

Signature: TypeAlias = npt.NDArray[np.uint64]

THRESHOLD = 0.55

_PERMUTATIONS = 128
_NUMBER_WORDS = 16  # 1,024 bits: the numbers of an article seldom meet in one bit by chance
_FEWEST_WORDS = 30
_FEWEST_NUMBERS = 4
_MISSED = 0.001  # of the pairs whose estimate is just the threshold, as many may be overlooked
_MAX_CHARS = 1_000_000
_BATCH = 4096

# Scripts that write no spaces between words are taken letter by letter.
_UNSPACED = r"\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_SAME = {
    **dict.fromkeys(map(ord, "'\"`´‘’‚‛“”„‟‹›«»′″ʼ＇＂\u00ad\u200b\u200c\u200d\u2060\ufeff")),
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
}


def text_key(text: str) -> str:
    """32 hex digits, the same for texts that differ only in white space, quotation marks, dashes or case."""
    digest = hashlib.sha256()
    for line in text.splitlines():
        if words := _normalised(line.translate(_SAME)).split():
            digest.update(f"{' '.join(words)} ".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def signature(text: str) -> Signature:
    """The same 144 values for the same text, in every process and on every machine: 128 below 2**32 (MinHash), then
    the numbers' bitmap.

    A text of fewer than 30 words stands for itself as a whole, so that it is like another only if their text_key is
    the same. A very long one is told by its first million characters.
    """
    plain = _normalised(text[:_MAX_CHARS])[:_MAX_CHARS]
    words = _WORD.findall(plain)
    sketch = _blank().copy()
    bitmap = np.zeros(_NUMBER_WORDS, np.uint64)
    if len(words) < _FEWEST_WORDS:
        sketch.update_batch([text_key(text).encode()])
    else:
        for start in range(0, len(words) - 2, _BATCH):
            piece = words[start : start + _BATCH + 2]
            triples = zip(piece, piece[1:], piece[2:], strict=False)
            sketch.update_batch([" ".join(triple).encode() for triple in triples])
        for number in set(_NUMBER.findall(plain)):
            bit = zlib.crc32(re.sub(r"\D", "", number).encode()) % (64 * _NUMBER_WORDS)
            bitmap[bit // 64] |= np.uint64(1 << bit % 64)
    return np.concatenate([sketch.hashvalues.astype(np.uint64), bitmap])


def similarity(one: Signature, other: Signature) -> float:
    """The estimated Jaccard similarity of two texts' word triples, 0 to 1; its standard error is 0.044 at most."""
    return float(np.count_nonzero(one[:_PERMUTATIONS] == other[:_PERMUTATIONS]) / _PERMUTATIONS)


def groups(signatures: Mapping[str, Signature], *, threshold: float = THRESHOLD) -> list[tuple[str, ...]]:
    """Document ids that are twins of one another, directly or through others; those without a twin are left out.

    Groups and the ids in them are in sorted order, whatever the order of `signatures`. Of the pairs whose estimated
    similarity is just `threshold` one in a thousand is overlooked, of more similar ones fewer. Time grows with the
    pairs that are somewhat alike: ten thousand different stories take well under a second, as many reports of one
    template about ten. Raises ValueError for a threshold that is not over 0 and at most 1, IndexCorruptError for what
    is no signature.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold {threshold!r} is not over 0 and at most 1")
    copies: dict[bytes, list[str]] = {}
    for name, values in signatures.items():
        if values.shape != (_PERMUTATIONS + _NUMBER_WORDS,):
            raise IndexCorruptError(f"the signature of {name!r} has another length; delete the index and ingest again")
        copies.setdefault(values.tobytes(), []).append(name)
    if not copies:
        return []
    distinct = np.stack([signatures[names[0]] for names in copies.values()])
    joined: dict[int, list[str]] = {}
    for names, label in zip(copies.values(), _labels(distinct, threshold), strict=True):
        joined.setdefault(label, []).extend(names)
    return sorted(tuple(sorted(names)) for names in joined.values() if len(names) > 1)


def _labels(distinct: Signature, threshold: float) -> list[int]:
    """For each of the signatures, all different, a number that its twins have too. Shape (documents, 144)."""
    values = distinct[:, :_PERMUTATIONS].astype(np.uint32)
    numbers = distinct[:, _PERMUTATIONS:]
    amounts = np.bitwise_count(numbers).sum(axis=1, dtype=np.int64)
    order, after, end = _buckets(values, _rows(threshold))
    above = np.arange(len(distinct))  # a forest: each document points to one of its twins, or to itself
    for i in np.flatnonzero((after < end).any(axis=0)):
        bands = np.flatnonzero(after[:, i] < end[:, i])
        others = np.unique(np.concatenate([order[band, after[band, i] : end[band, i]] for band in bands]))
        top = _top(above, np.array([i]))
        others = others[_top(above, others) != top]
        if not others.size:
            continue
        shared = np.bitwise_count(numbers[others] & numbers[i]).sum(axis=1, dtype=np.int64)
        fewer = np.minimum(amounts[others], amounts[i])
        others = others[(fewer < _FEWEST_NUMBERS) | (2 * shared >= fewer)]
        alike = np.count_nonzero(values[others] == values[i], axis=1) >= threshold * _PERMUTATIONS
        above[_top(above, others[alike])] = top
    return [int(label) for label in _top(above, np.arange(len(distinct)))]


def _top(above: npt.NDArray[np.int64], some: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The last that each of some documents points to, by way of others; points them there."""
    top = above[some]
    while (higher := above[top]).tolist() != top.tolist():
        top = higher
    above[some] = top
    return top


def _buckets(values: npt.NDArray[np.uint32], rows: int) -> tuple[npt.NDArray[np.int32], ...]:
    """For each band of so many values: the documents, bucket by bucket and each bucket in the order given, then for
    each document where those that follow it in its bucket begin, and where they end. Three of shape (bands, documents).

    Documents whose values agree in all of a band share its bucket; others may, by chance.
    """
    count, bands = len(values), _PERMUTATIONS // rows
    order, after, end = (np.empty((bands, count), np.int32) for _ in range(3))
    for band in range(bands):
        key = np.zeros(count, np.uint64)
        for column in range(band * rows, (band + 1) * rows):
            key = key * np.uint64(0x9E3779B97F4A7C15) + values[:, column]
        order[band] = np.argsort(key, kind="stable")
        after[band, order[band]] = np.arange(1, count + 1)
        end[band] = np.searchsorted(key[order[band]], key, "right")
    return order, after, end


def _rows(threshold: float) -> int:
    """The most values in a band with which a pair at the threshold still shares a bucket, but for one in a thousand."""
    fits = [r for r in range(1, _PERMUTATIONS + 1) if (1 - threshold**r) ** (_PERMUTATIONS // r) <= _MISSED]
    return max(fits, default=1)


@cache
def _blank() -> MinHash:
    from datasketch import MinHash

    return MinHash(num_perm=_PERMUTATIONS, seed=1, scheme="affine32", hashfunc=zlib.crc32)


def _normalised(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
