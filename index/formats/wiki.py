"""What the readers of wikis share: the ids that wikis give their headings, rows of tables, raised figures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


def raised(figures: str) -> str:
    """Digits and signs as they stand above the line: without that, 10 to the power of 6 would read 106."""
    return figures.translate(_RAISED)


def table_row(cells: Iterable[str]) -> str:
    """The row of a table on one line; empty cells at its ends are left out. Empty if no cell holds anything."""
    row = list(cells)
    filled = [i for i, cell in enumerate(row) if cell]
    return " ".join(" | ".join(row[filled[0] : filled[-1] + 1]).split()) if filled else ""


class _Numbers:
    """Tells repeated ids apart by a number at their end."""

    def __init__(self, separator: str, first: int) -> None:
        self._separator = separator
        self._first = first
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def ending(self, key: str) -> str:
        """What to put after an id, for it to be a new one; `key` is what counts as the same."""
        ending, number = "", self._next.get(key, self._first)
        while key + ending in self._taken:
            ending = f"{self._separator}{number}"
            number += 1
        self._next[key] = number
        self._taken.add(key + ending)
        return ending


class MediaWikiIds:
    """The ids that MediaWiki gives the headings of one page, in their order, as a link to them writes them (its
    "html5" mode, the default since MediaWiki 1.31)."""

    def __init__(self) -> None:
        self._numbers = _Numbers("_", 2)

    def take(self, heading: str) -> str:
        """The id of the next heading, given its text with no markup and its entities decoded."""
        plain = re.sub("[ _]+", " ", heading).strip(" ")
        plain = re.sub(r"[\u200e\u200f\u202a-\u202e]+", "", plain)
        plain = re.sub(r"[ _\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+", " ", plain).rstrip(" ")
        plain = re.sub(r"[\t\n\f\r ]", "_", plain[:1024])
        same = plain.encode().lower().decode()  # only ASCII letters lose their case
        return re.sub("%(?=[0-9A-Fa-f]{2})", "%25", plain) + self._numbers.ending(same)


class DokuWikiIds:
    """The ids that DokuWiki gives the headings of one page, in their order."""

    def __init__(self) -> None:
        self._numbers = _Numbers("", 1)

    def take(self, heading: str) -> str:
        """The id of the next heading, given its text as it is written."""
        plain = unicodedata.normalize("NFC", heading.strip(" \t\n\r\0\v").lower())
        plain = plain.replace(";", ":").replace("/", "_").translate(_LETTERS)
        plain = re.sub(r"_+", "_", _SPECIAL.sub("_", plain))
        plain = re.sub(r":+", ":", plain).strip(":._-")
        plain = re.sub(r"[:._-]+:", ":", re.sub(r":[:._-]+", ":", plain)).replace(":", "").replace(".", "")
        plain = plain.lstrip("0123456789_-") or "section" + re.sub(r"[^0-9]+", "", plain)
        return plain + self._numbers.ending(plain)


# What is neither letter nor digit to DokuWiki, measured character by character; it knows no more of them.
_SPECIAL = re.compile(
    r"[\0-,/;-@\[-^`{-\xbf\u00d7\u00f7\u02c7\u02d8-\u02dd\u0300\u0301\u0303\u0309\u0323\u0384\u0385\u0387\u05b0-\u05b9"
    r"\u05bb-\u05c3\u05f3\u05f4\u060c\u061b\u061f\u0640\u064b-\u0652\u066a\u0e3f\u200c-\u200f\u2013-\u2015\u2017-\u201a"
    r"\u201c-\u201e\u2020-\u2022\u2026\u2030\u2032\u2033\u2039\u203a\u2044\u20a7\u20aa-\u20ac\u2116\u2118\u2122\u2126"
    r"\u2135\u2190-\u2195\u21b5\u21d0-\u21d4\u2200\u2202\u2203\u2205-\u2209\u220b\u220f\u2211\u2212\u2215\u2217\u2219"
    r"\u221a\u221d\u221e\u2220\u2227-\u222b\u2234\u223c\u2245\u2248\u2260\u2261\u2264\u2265\u2282-\u2284\u2286\u2287"
    r"\u2295\u2297\u22a5\u22c5\u2310\u2320\u2321\u2329\u232a\u2469\u2500\u2502\u250c\u2510\u2514\u2518\u251c\u2524"
    r"\u252c\u2534\u253c\u2550-\u256c\u2580\u2584\u2588\u258c\u2590-\u2593\u25a0\u25b2\u25bc\u25c6\u25ca\u25cf\u25d7"
    r"\u2605\u260e\u261b\u261e\u2660\u2663\u2665\u2666\u2701-\u2704\u2706-\u2709\u270c-\u2727\u2729-\u274b\u274d"
    r"\u274f-\u2752\u2756\u2758-\u275e\u2761-\u2767\u277f\u2789\u2793\u2794\u2798-\u27af\u27b1-\u27be\u3000-\u3003"
    r"\u3008-\u3012\u3014-\u301b\u3036\uc2a0\uf6d9-\uf6db\uf8d7-\uf8fe\ufe7c\ufe7d\uff01-\uff0f\uff1a-\uff20"
    r"\uff3b-\uff3e\uff40\uff5b-\uff65\uffe0-\uffe6\uffe8-\uffee\U0001d6fc-\U0001d71b]"
)
_ACCENTED = "àáâãåçèéêëìíîïñòóôõùúûýÿāăąćĉċčďēĕėęěĝğġģĥĩīįĵķĺļľńņňōőŕŗřśŝşšţťũūŭůűųŵŷźżžơưșțḃḋḟṁṗṡṫẁẃẅỳ"
_LETTERS = str.maketrans(
    {letter: unicodedata.normalize("NFD", letter)[0] for letter in _ACCENTED}
    | {"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ð": "dh", "þ": "th", "ł": "l"}
    | {"ħ": "h", "ı": "i", "ŧ": "t", "ƒ": "f", "µ": "u"}
)
