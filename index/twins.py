"""Documents that tell the same story in nearly the same words: copies that must not count as sources of their own.

A signature is 256 MinHash values over the word triples of a text, and a bitmap of its numbers. Two documents are twins
if at least `THRESHOLD` of the values agree and their numbers do not contradict one another, for reports made from one
template share most of their words and none of their facts: the one with fewer numbers (four at least) must have half
of them in common with the other.

Measured with `python -m benchmarks.twins` on twelve invented stories of 134 to 189 words and rewrites by hand; true
Jaccard similarity of the triples, its estimate, and how many pairs were joined:

                                Jaccard     estimate    joined
    another headline            0.88-0.96   0.89-0.96   12 of 12
    light copy-edit             0.72-0.84   0.69-0.85   12 of 12
    one paragraph cut           0.66-0.87   0.63-0.87   55 of 55
    two paragraphs added        0.69-0.78   0.68-0.80   12 of 12
    local lead before           0.77-0.88   0.75-0.85   12 of 12
    local lead instead          0.61-0.81   0.60-0.80   12 of 12   (in place of the first paragraph and the headline)
    same template, other facts  0.16-0.69   0.16-0.72   0 of 6     (1 of 6 if numbers are left out of account)
    every sentence rewritten    0.01-0.04   0.01-0.04   0 of 3
    told anew                   0.00-0.01   0.00-0.02   0 of 3
    cut to its first half       0.47-0.52   0.43-0.51   0 of 12
    cut to its first third      0.30-0.36   0.25-0.35   0 of 12

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
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from index.errors import IndexCorruptError

Signature: TypeAlias = npt.NDArray[np.uint32]

THRESHOLD = 0.55

_PERMUTATIONS = 256
_NUMBER_WORDS = 32  # 1,024 bits: the numbers of an article seldom meet in one bit by chance
_FEWEST_WORDS = 30
_FEWEST_NUMBERS = 4
_MISSED = 0.001  # of the pairs whose estimate is just the threshold, as many may be overlooked
_MAX_CHARS = 1_000_000
_BATCH = 4096
_SEEDS = np.frombuffer(hashlib.shake_256(b"the same on every machine").digest(8 * (2 * _PERMUTATIONS + 4)), "<u8")
_FACTORS, _TERMS = _SEEDS[:_PERMUTATIONS] | np.uint64(1), _SEEDS[_PERMUTATIONS : 2 * _PERMUTATIONS]
_MIX = _SEEDS[2 * _PERMUTATIONS :] | np.uint64(1)

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
    """The same 288 values for the same text, in every process and on every machine: 256 minima (MinHash), then
    the numbers' bitmap.

    A text of fewer than 30 words stands for itself as a whole, so that it is like another only if their text_key is
    the same. A very long one is told by its first million characters.
    """
    plain = _normalised(text[:_MAX_CHARS])[:_MAX_CHARS]
    words = _WORD.findall(plain)
    bitmap = np.zeros(_NUMBER_WORDS, np.uint32)
    if len(words) < _FEWEST_WORDS:
        words = [text_key(text)] * 3
    else:
        for number in set(_NUMBER.findall(plain)):
            bit = zlib.crc32(re.sub(r"\D", "", number).encode()) % (32 * _NUMBER_WORDS)
            bitmap[bit // 32] |= np.uint32(1 << bit % 32)
    return np.concatenate([_minima(words), bitmap])


def similarity(one: Signature, other: Signature) -> float:
    """The estimated Jaccard similarity of two texts' word triples, 0 to 1; its standard error is 0.031 at most."""
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
    """For each of the signatures, all different, a number that its twins have too. Shape (documents, 288)."""
    values = distinct[:, :_PERMUTATIONS]
    numbers = distinct[:, _PERMUTATIONS:]
    amounts = np.bitwise_count(numbers).sum(axis=1, dtype=np.int64)
    order, after, end = _buckets(values, _rows(threshold))
    above = np.arange(len(distinct))  # a forest: each document points to one of its twins, or to itself
    for i in np.flatnonzero((after < end).any(axis=0)):
        bands = np.flatnonzero(after[:, i] < end[:, i])
        others = _each_once([order[band, after[band, i] : end[band, i]] for band in bands], len(distinct))
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


def _each_once(parts: list[npt.NDArray[np.int32]], count: int) -> npt.NDArray[np.int64]:
    """The numbers in the parts, each of them below `count`, in order."""
    if sum(map(len, parts)) < count // 16:
        return np.unique(np.concatenate(parts)).astype(np.int64)
    near = np.zeros(count, np.bool_)
    for part in parts:
        near[part] = True
    return np.flatnonzero(near)


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


def _minima(words: list[str]) -> Signature:
    """For each permutation, the least value of any triple of the words (MinHash; Broder 1997). A triple's value is the
    upper half of a * x + b (multiply-shift; Dietzfelbinger 1996), x being mixed from its words' checksums."""
    each = np.array([zlib.crc32(word.encode()) for word in words], np.uint64)
    mixed = each[:-2] * _MIX[0] + each[1:-1] * _MIX[1] + each[2:] * _MIX[2]
    triples = np.unique((mixed ^ (mixed >> np.uint64(29))) * _MIX[3] >> np.uint64(32))
    least = np.full(_PERMUTATIONS, np.iinfo(np.uint32).max, np.uint32)
    for start in range(0, len(triples), _BATCH):
        some = triples[start : start + _BATCH, None] * _FACTORS + _TERMS
        least = np.minimum(least, (some >> np.uint64(32)).min(axis=0).astype(np.uint32))
    return least


def _normalised(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
