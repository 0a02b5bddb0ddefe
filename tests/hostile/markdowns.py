"""Markdown: what makes parsers of it slow, and front matter that is more than it seems."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.hostile.case import TEXT, Case, usable, useless

_MANY = 4_000
# A mark that is said so often takes a careless parser time that grows with its square.
_REPEATED = {
    "quotes in quotes": b"> ", "lists in lists": b"- ", "brackets": b"[", "pictures that never close": b"![",
    "links that never close": b"[a](", "links with half an address": b"[a](<b", "stars": b"*", "underscores": b"_",
    "emphasis that never ends": b"*a ", "two kinds of emphasis that cross": b"*_a ", "emphasis between letters": b"a*",
    "backticks": b"`a``", "angle brackets": b"<a:", "entities that are none": b"&#x;", "backslashes": b"\\",
    "links in links": b"[a[", "titles that never end": b'[a](b "c', "headings": b"# a\n", "rules": b"***\n",
    "underlined headings": b"a\n=\n", "fences that never close": b"```\n", "tags on lines of their own": b"<a>\n",
    "lines of quotes in quotes": b">>>>>>>>>> a\n", "line breaks": b"a  \n", "definitions of one link": b"[a]: /b\n",
}  # fmt: skip
_FRONT = {
    "aliases that double": b"a0: &a0 [x]\n"
    + b"".join(b"a%d: &a%d [*a%d, *a%d]\n" % (i, i, i - 1, i - 1) for i in range(1, 60)),
    "lists nested deep": b"a: " + b"[" * 2_000,
    "maps nested deep": b"a: " + b"{a: " * 2_000,
    "an object of Python's": b'title: !!python/object/apply:os.system ["exit"]\n',
    "a letter beyond all letters": b'title: "\\UFFFFFFFF"\n',
    "half a letter": b'title: "The bell \\uD800"\nauthor: "\\uDC00"\n',
    "an address that is none": b'url: "http://[x"\n',
    "an address that is none when it is normalised": 'url: "http://a\u2100b/"\n'.encode(),
    "an address that is a program": b'url: "javascript:alert(1)"\n',
    "a day that never was": b"date: 2023-02-31\nupdated: 99999999999-01-01\n",
    "a key that is a list": b"? [a, b]\n: c\n",
    "keys merged into themselves": b"a: &a {b: c}\n<<: [*a, *a]\n",
    "an alias of itself": b"a: &a [*a]\n",
    "a title of 500,000 letters": b"title: " + b"a" * 500_000 + b"\n",
    "9,000 keys": b"".join(b"k%d: v\n" % number for number in range(9_000)),
    "tabs": b"\ta:\n\t\t- b\n",
    "orders to a terminal": b'title: "\\e[2J\\u202Ebell"\nauthor: "\\a\\b"\n',
    "numbers without end": b"date: " + b"9" * 9_000 + b"\n",
}


def markdowns(chance: Random) -> Iterator[Case]:
    for number, (kind, mark) in enumerate(_REPEATED.items()):
        yield usable(
            f"Markdown of {_MANY:,} {kind}", f"marks-{number}.md", TEXT + b"\n\n" + mark * _MANY + b"\n\n" + TEXT
        )
    for number, (kind, front) in enumerate(_FRONT.items()):
        yield usable(f"front matter with {kind}", f"front-{number}.md", b"---\n" + front + b"\n---\n# Bell\n\n" + TEXT)
    yield usable("front matter that never ends", "endless.md", b"---\n" + b"title: Bell\n" * 9_000)
    yield useless("front matter and nothing else", "only.md", b"---\ntitle: Bell\n---\n")
    yield useless("Markdown of 1.4 million paragraphs", "paragraphs.md", b"a\n\n" * 1_400_000)
    yield useless("Markdown of 500,000 lists", "lists.md", b"- - - - - - - - a\n" * 50_000)
    yield useless("Markdown of a paragraph of 1.1 MB", "paragraph.md", b"*aaa aaa* " * 10_000 + b"*a* b\n" * 170_000)
    wide = 1_000
    table = b"|a" * wide + b"|\n" + b"|-" * wide + b"|\n" + b"|b|\n" * wide
    yield usable("a Markdown table of a million cells", "cells.md", TEXT + b"\n\n" + table)
    steps = b"".join(b"  " * depth + b"- a\n" for depth in range(1_000))
    yield usable("a Markdown list of 1,000 steps", "steps.md", TEXT + b"\n\n" + steps)
    names = b"".join(b"[r%d]: /u\n" % number for number in range(9_000))
    yield usable("9,000 definitions of links", "definitions.md", TEXT + b"\n\n" + names)
