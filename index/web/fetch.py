"""Fetches one web page: within limits, politely, from public addresses only; nothing about the user goes along.

Built on httpcore, the engine under httpx: httpx has no public way to say how a connection is made, and adds cookies,
proxies and unpacking without a limit, all of which must not be here.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.client import responses
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from index.errors import SourceError
from index.web.address import Target, shown, target
from index.web.polite import Turns, retry_after
from index.web.request import Answer, Requests

if TYPE_CHECKING:
    from index.web.dial import Resolve, TimeBudget

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MEDIA_TYPE = re.compile(r"\s*([\w.+-]+/[\w.+-]+)", re.A)
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:+-]{1,40})", re.I | re.A)
_REMEDIES = {
    401: "it needs a login; save the page and give the file",
    403: "it is not given to programs; save the page and give the file",
    404: "there is no such page; check the address",
    410: "the page is gone; take the address out",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may cost, and how politely it goes about it. Times in seconds."""

    seconds: float = 30.0  # on the network, over all redirects and retries; waiting for a turn is not counted
    body_bytes: int = 32 * 1024 * 1024  # unpacked
    header_bytes: int = 64 * 1024  # httpcore itself reads at most 100 kB
    ratio: int = 100  # bytes unpacked from one, once a body is over a megabyte
    redirects: int = 5
    retries: int = 2
    backoff: float = 1.0  # before the first retry, twice that before the second
    delay: float = 0.5  # between two requests to a host
    longest_wait: float = 10.0  # that a host may ask for


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came. `url` is where it was found in the end, `media_type` in lower case, "" if not said."""

    asked: str
    url: str
    media_type: str
    charset: str | None
    data: bytes
    last_modified: str | None
    etag: str | None
    is_downgraded: bool  # a redirect led from https to http


class StatusError(SourceError):
    """The server was reached and answered that there is no page; `status` is its HTTP status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(slots=True)
class _Left:
    """What is left of one fetch's limits."""

    time: TimeBudget
    retries: int
    most_bytes: int


class Fetcher:
    """Fetches pages. Threads may share it. `resolve` gives the addresses of a name, `tls` says whom to trust; both are
    for tests and closed networks."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        limits: Limits = DEFAULT_LIMITS,
        user_agent: str,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.allow_private = allow_private
        self._limits = limits
        self._requests = Requests(
            allow_private=allow_private, limits=limits, user_agent=user_agent, resolve=resolve, tls=tls
        )
        self._turns = Turns(limits.delay, limits.longest_wait)

    def get(self, url: str, *, check: Callable[[str], None] | None = None, most_bytes: int | None = None) -> Fetched:
        """The page at a URL, redirects followed. `check` is called with every URL before it is asked for, and raises
        SourceError to refuse it. Raises SourceError, naming the URL and the remedy, if the page cannot be had."""
        from index.web.dial import TimeBudget

        limits = self._limits
        left = _Left(TimeBudget(limits.seconds), limits.retries, most_bytes or limits.body_bytes)
        here = target(url, allow_private=self.allow_private)
        asked, is_downgraded = here.url, False
        for _ in range(limits.redirects + 1):
            if check is not None:
                check(here.url)
            answer = self._answer(here, left)
            if answer.status == HTTPStatus.OK:
                return _fetched(asked, here, answer, is_downgraded)
            there = self._redirected(here, answer)
            is_downgraded = is_downgraded or (here.scheme == "https" and there.scheme == "http")
            here = there
        raise SourceError(f"{shown(asked)} redirects more than {limits.redirects} times; give the page's own address")

    def slow_down(self, host: str, seconds: float) -> None:
        """From now on so long a pause between two requests to the host, within the usual and the longest wait."""
        self._turns.slow_down(host, seconds)

    def _answer(self, here: Target, left: _Left) -> Answer:
        """A page or a redirect, retried if the server asks for that. Raises SourceError for anything else."""
        while True:
            with self._turns.turn(here.host):
                answer = self._requests.ask(here, left.time, left.most_bytes)
                if answer.status == HTTPStatus.OK or answer.status in _REDIRECTS:
                    return answer
                if (wait := self._wait(answer, left)) is None:
                    raise StatusError(_refused(here, answer), answer.status)
                left.retries -= 1
                self._turns.hold(here.host, wait)

    def _wait(self, answer: Answer, left: _Left) -> float | None:
        """The seconds until the next try; None if there should be none."""
        if left.retries == 0 or not (answer.status == HTTPStatus.TOO_MANY_REQUESTS or answer.status >= 500):
            return None
        asked = retry_after(answer.headers.get("retry-after"))
        if asked is None:
            return min(self._limits.backoff * (1 << self._limits.retries - left.retries), self._limits.longest_wait)
        return asked if asked <= self._limits.longest_wait else None

    def _redirected(self, here: Target, answer: Answer) -> Target:
        location = answer.headers.get("location", "")
        if not location:
            raise SourceError(f"{shown(here.url)} redirects, but not to an address; check it in a browser")
        try:
            there = urljoin(here.url, location)
        except ValueError:
            there = location  # which target() then refuses by name
        try:
            return target(there, allow_private=self.allow_private)
        except SourceError as error:
            raise SourceError(f"{shown(here.url)} redirects to where it may not: {error}") from error


def _fetched(asked: str, here: Target, answer: Answer, is_downgraded: bool) -> Fetched:
    kind = answer.headers.get("content-type", "")
    media_type, charset = _MEDIA_TYPE.match(kind), _CHARSET.search(kind)
    return Fetched(
        asked=asked,
        url=here.url,
        media_type=media_type[1].lower() if media_type else "",
        charset=charset[1].lower() if charset else None,
        data=answer.data,
        last_modified=answer.headers.get("last-modified"),
        etag=answer.headers.get("etag"),
        is_downgraded=is_downgraded,
    )


def _refused(here: Target, answer: Answer) -> str:
    status = answer.status
    name = f" ({responses[status]})" if status in responses else ""
    asked = retry_after(answer.headers.get("retry-after"))
    if asked is not None and (status == HTTPStatus.TOO_MANY_REQUESTS or status >= 500):
        remedy = f"it asks to come back in {asked:.0f} seconds"
    else:
        remedy = _REMEDIES.get(status, "try again later" if status >= 500 or status == 429 else "check the address")
    return f"{shown(here.url)} answers {status}{name}; {remedy}"
