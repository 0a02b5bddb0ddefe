"""What a site lets programs read: the robots.txt of each origin, fetched once and kept to."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

from index.errors import SourceError
from index.web.address import shown, target
from index.web.fetch import Fetcher, StatusError

if TYPE_CHECKING:
    from protego import Protego

AGENT = "FootnoteBot"
MAX_BYTES = 500_000
_MAX_ORIGINS = 100

_AGENT_LINE = re.compile(r"\s*user(?:-|\s*)agent(?![\w-])\s*:?\s*([^#]*)", re.I)
_TOKEN = re.compile(r"[a-z_-]+", re.I)


class _Origin:
    """The rules of one origin, once they are known; `problem` says why they are not. Both None: all is allowed."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.is_known = False
        self.rules: Protego | None = None
        self.problem: str | None = None


class Robots:
    """Says what FootnoteBot may read. Threads may share it. Passes a site's crawl-delay on to the fetcher."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._origins: dict[str, _Origin] = {}
        self._lock = threading.Lock()

    def allowed(self, url: str) -> bool:
        """True if the site lets us read the URL. Raises SourceError if its robots.txt cannot be had, or the URL may
        not be fetched at all."""
        goal = target(url, allow_private=self._fetcher.allow_private)
        origin = self._origin(goal.origin)
        with origin.lock:
            if not origin.is_known:
                self._learn(origin, goal.origin, goal.host)
        if origin.problem is not None:
            raise SourceError(
                f"{shown(goal.url)} is left out, as the site does not say what may be read: {origin.problem}"
            )
        return origin.rules is None or origin.rules.can_fetch(goal.url, AGENT)

    def check(self, url: str) -> None:
        """Raises SourceError if the site does not let us read the URL; for `Fetcher.get(url, check=...)`."""
        if not self.allowed(url):
            raise SourceError(
                f"{shown(url)} may not be read by programs (robots.txt of the site); save the page and give the file"
            )

    def _origin(self, name: str) -> _Origin:
        with self._lock:
            if name not in self._origins:
                while len(self._origins) >= _MAX_ORIGINS:
                    del self._origins[next(iter(self._origins))]
                self._origins[name] = _Origin()
            return self._origins[name]

    def _learn(self, origin: _Origin, name: str, host: str) -> None:
        from protego import Protego

        try:
            data = self._fetcher.get(f"{name}/robots.txt", most_bytes=MAX_BYTES).data
        except StatusError as error:
            # No rules, or none for us: all may be read (RFC 9309, 2.3.1.3). Being asked to slow down is no such answer.
            if not 400 <= error.status < 500 or error.status == 429:
                origin.problem = str(error)
        except SourceError as error:
            origin.problem = str(error)
        else:
            origin.rules = Protego.parse(_only_us(data.decode("utf-8-sig", "replace")))
            if (delay := origin.rules.crawl_delay(AGENT)) is not None:
                self._fetcher.slow_down(host, delay)
        origin.is_known = True


def _only_us(text: str) -> str:
    """The rules, with every other program's name put the same. Protego keeps a copy of each rule for each name in its
    group: thousands of names over thousands of rules would fill the memory."""
    return "\n".join(map(_renamed, text.splitlines()))


def _renamed(line: str) -> str:
    if not (found := _AGENT_LINE.match(line)):
        return line
    name = found[1].strip()
    token = _TOKEN.match(name)
    if token and token[0].lower() == AGENT.lower():
        return f"User-agent: {AGENT}"
    return "User-agent: *" if name == "*" else "User-agent: other"
