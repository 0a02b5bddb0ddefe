"""Web addresses to pages: an address is a page, or a list of pages (a feed, a sitemap) that are fetched in turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from index.errors import SourceError
from index.formats.detect import Given
from index.formats.text import web_address
from index.load import Skipped
from index.web.fetch import Fetched, Fetcher, StatusError
from index.web.listing import MAX_ENTRIES, Listed, links
from index.web.robots import AGENT, Robots

_DEEPEST = 2  # a feed or sitemap, or a sitemap of sitemaps


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page as it was fetched, or as a feed carries it; `url` is what it is cited by."""

    url: str
    name: str
    data: bytes
    given: Given


class Web:
    """Reads from the web, as `Fetcher` and `Robots` let it."""

    def __init__(self, *, allow_private: bool = False, fetcher: Fetcher | None = None) -> None:
        self._fetcher = fetcher or Fetcher(allow_private=allow_private, user_agent=AGENT)
        self._robots = Robots(self._fetcher)

    def read(self, url: str) -> Iterator[WebPage | Skipped]:
        """The page at an address, or the pages that are listed there, at most 10,000. What cannot be had is skipped."""
        yield from self._read(Listed(url), 0, set())

    def read_list(self, listed: Iterable[Listed]) -> Iterator[WebPage | Skipped]:
        """The pages that a file lists."""
        seen: set[str] = set()
        for one in listed:
            yield from self._read(one, 1, seen)

    def is_gone(self, url: str) -> bool:
        """True if the server says that there is no such page any more. Raises SourceError if that cannot be told."""
        try:
            self._fetcher.get(url, check=self._robots.check)
        except StatusError as error:
            if error.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
                return True
            raise
        return False

    def _read(self, listed: Listed, depth: int, seen: set[str]) -> Iterator[WebPage | Skipped]:
        if listed.url in seen:
            return
        if len(seen) == MAX_ENTRIES:
            seen.add(listed.url)
            yield Skipped(
                listed.url, f"and what follows: more than {MAX_ENTRIES:,} pages; give the lists in it one by one"
            )
        if len(seen) > MAX_ENTRIES:
            return
        seen.add(listed.url)
        if listed.content_html:
            if web_address(listed.url):
                yield _carried(listed)
            else:
                yield Skipped(ascii(listed.url)[1:-1], "no address of a web page; correct it in the feed")
            return
        try:
            fetched = self._fetcher.get(listed.url, check=self._robots.check)
            inside = links(fetched.data, fetched.media_type, fetched.url)
        except SourceError as error:
            yield Skipped(listed.url, str(error))
            return
        if inside is None:
            yield _fetched(listed, fetched)
        elif depth >= _DEEPEST:
            yield Skipped(listed.url, "a list in a list in a list; give its own address")
        else:
            for one in inside:
                yield from self._read(one, depth + 1, seen)


def _given(listed: Listed, media_type: str, charset: str | None, url: str) -> Given:
    return Given(
        media_type=media_type or None,
        charset=charset,
        url=url,
        title=listed.title,
        author=listed.author,
        published=listed.published,
        updated=listed.updated,
    )


def _carried(listed: Listed) -> WebPage:
    data = f"<html><body>{listed.content_html}</body></html>".encode()
    return WebPage(listed.url, "entry.html", data, _given(listed, "text/html", "utf-8", listed.url))


def _fetched(listed: Listed, fetched: Fetched) -> WebPage:
    name = urlsplit(fetched.url).path.rsplit("/", 1)[-1]
    return WebPage(listed.url, name, fetched.data, _given(listed, fetched.media_type, fetched.charset, fetched.url))
