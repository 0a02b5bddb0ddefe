"""Lines that stand on many pages of one site: menus, appeals and notices, whatever their words. They are no story."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath
from urllib.parse import urlsplit

from index.boilerplate import is_sentence
from index.formats import Page

# How many pages, and what share of a site's, make a line chrome. Whole sentences need more: reports on one matter
# repeat its background.
_LABELS, _SENTENCES = (4, 0.4), (8, 0.8)
_LONGEST = 600  # characters; what is longer and repeated is a story told again, which is the business of `twins`
_WORDS = re.compile(r"\w+")
_FEWEST_WORDS = 5  # of a sentence that tells something; "Follow us!" does not
_TOLD = "."  # before the hash of a sentence
_LETTER = re.compile(r"[^\W\d_]")


class Chrome:
    """What each site repeats. `known` is what was found before: lines' hashes by site."""

    def __init__(self, known: Mapping[str, Iterable[str]] | None = None) -> None:
        self._known = {site: set(lines) for site, lines in (known or {}).items()}
        self._pages: Counter[str] = Counter()
        self._lines: dict[str, Counter[str]] = {}
        self._found: dict[str, set[str]] = {}  # what `_repeated` said last

    def see(self, site: str, lines: Iterable[str]) -> None:
        """Counts the lines of one page of a site."""
        self._pages[site] += 1
        self._found.pop(site, None)
        self._lines.setdefault(site, Counter()).update({mark for line in lines if (mark := _mark(line))})

    def known(self) -> dict[str, list[str]]:
        """The hashes of all repeated lines by site, in order: what to give the next time."""
        sites = sorted(self._known.keys() | self._lines.keys())
        return {site: sorted(found) for site in sites if (found := self._repeated(site))}

    def without(self, site: str, page: Page) -> Page:
        """The page without what its site repeats; as it was, if nothing else is on it, or if it has no menus."""
        if page.is_bare:
            return page
        repeated = self._repeated(site)
        kept = tuple(block for block in page.blocks if _mark(block.text) not in repeated)
        return replace(page, blocks=kept) if kept else page

    def _repeated(self, site: str) -> set[str]:
        if site not in self._found:
            self._found[site] = self._count(site)
        return self._found[site]

    def _count(self, site: str) -> set[str]:
        pages = self._pages[site]
        labels, sentences = (max(fewest, share * pages) for fewest, share in (_LABELS, _SENTENCES))
        counted = self._lines.get(site, Counter())
        return self._known.get(site, set()) | {
            mark for mark, count in counted.items() if count >= (sentences if mark.startswith(_TOLD) else labels)
        }


def site_of(url: str | None, source: str, origin: str) -> str:
    """What a page's chrome is shared with: the pages fetched from its host; of files, those in the same folder (or the
    same file) that name the same host, as what a file says of its address may be a lie."""
    if "://" in origin:
        return _host(origin)
    return f"{origin if '#' in source else PurePath(origin).parent} {_host(url or '')}".rstrip()


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _mark(line: str) -> str:
    """A hash of a line's words and numbers, marked if it is a sentence; empty for what is no such line."""
    if len(line) > _LONGEST or not _LETTER.search(line):
        return ""
    words = _WORDS.findall(line.casefold())
    kind = _TOLD if is_sentence(line) and len(words) >= _FEWEST_WORDS else ""
    return kind + hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:16]
