"""DokuWiki pages: tags that never close, and marks without end."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.hostile.case import TEXT, Case, usable

_MANY = 3_000
_REPEATED = {
    "tags that never close": b"<nowiki><code><file><html><php>%%",
    "emphasis that never closes": b"**a//__''",
    "links that never close": b"[[a|",
    "pictures that never close": b"{{a?",
    "notes in notes": b"((a",
    "deleted words that never close": b"<del>a",
    "headings of every level": b"\n====== a ======\n",
    "signs of equality": b"=",
    "rows that never end": b"\n| a ^ b ",
    "quotes in quotes": b"\n>>>>>>>> a",
    "list items": b"\n  * a\n    - b",
    "orders to the wiki": b"\n~~NOCACHE~~\n",
    "line breaks": b"\\\\ ",
    "addresses": b"http://a.example/%20",
}


def wikis(chance: Random) -> Iterator[Case]:
    for number, (kind, mark) in enumerate(_REPEATED.items()):
        page = b"====== Bell ======\n\n" + TEXT + b"\n\n" + mark * _MANY + b"\n\n===== After =====\n\n" + TEXT
        yield usable(f"DokuWiki of {kind}", f"data/pages/marks-{number}.txt", page)
    yield usable("DokuWiki of headings without words", "data/pages/empty.txt", b"====== \\\\ ======\n" * 99)
    yield usable(
        "DokuWiki in UTF-16", "data/pages/utf16.txt", ("====== Bell ======\n\n" + TEXT.decode()).encode("utf-16")
    )
