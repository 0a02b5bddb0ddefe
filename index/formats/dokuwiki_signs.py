"""By what a DokuWiki page is told from other text."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from index.formats.dokuwiki import MAX_CHARS

# Signs of DokuWiki, each of another kind; what Markdown has too (**, lists) is none. The first four are its alone.
_SIGNS = (
    re.compile(r"\[\[[^\[\]]*[|:>][^\[\]]*\]\]"),
    re.compile(r"\{\{ ?[\w:./-]+\.\w{2,4}[^{}]*\}\}|\{\{rss>"),
    re.compile(r"^~~[A-Z]{2,}(?::\w+)?~~$"),
    re.compile(r"^\^ .*[|^]$"),
    re.compile(r"(?<![:/\w])//\w[^/]*//(?![/\w])"),
    re.compile(r"(?<!')''[^']+''(?!')"),
    re.compile(r"\(\([^()]+\)\)"),
    re.compile(r"</(?:code|file)>|%%[^%]+%%"),
    re.compile(r"\S\\\\(?: |$)"),
)
_ALONE = frozenset(range(4))
_ENOUGH = 100_000  # characters, to tell by
_MARKDOWN = re.compile(r"#{1,6} \S|```|~~~$|={3,}$|.*\]\(\S")


def looks_like_dokuwiki(text: str, name: str) -> bool:
    """True if a text is a DokuWiki page beyond doubt: by its headings, or by several of its marks.

    In DokuWiki's own folder of pages (data/pages/) it is one without any. Any sign of Markdown says no.
    """
    if len(text) > MAX_CHARS or PurePosixPath(name).suffix.lower() in (".md", ".markdown"):
        return False
    levels: list[int] = []
    signs: set[int] = set()
    inside = ""  # of a block of code, the tag that ends it
    for line in (line[:2000].rstrip() for line in text[:_ENOUGH].split("\n")):
        if inside:
            inside = "" if inside in line else inside
        elif line.startswith("  ") and line.lstrip()[:1] not in ("*", "-"):
            continue
        elif _MARKDOWN.match(line):
            return False
        else:
            levels.append(_level(line.strip()))
            signs.update(i for i, sign in enumerate(_SIGNS) if i not in signs and sign.search(line))
            if (code := re.search(r"<(code|file)\b(?!.*</\1>)", line)) is not None:
                inside = f"</{code[1]}>"
    headings = sum(level > 0 for level in levels)
    if re.search(r"(?:^|/)data/pages/", name):
        return bool(text.strip())
    if headings:
        return headings > 1 or bool(signs) or 6 in levels
    return len(signs) > 2 and bool(signs & _ALONE)


def _level(line: str) -> int:
    """How many signs of equality stand on both sides of a heading; 0 if the line is none."""
    count = len(line) - len(line.lstrip("="))
    matched = 2 <= count <= 6 and len(line) - len(line.rstrip("=")) == count
    return count if matched and any(c.isalnum() for c in line) else 0
