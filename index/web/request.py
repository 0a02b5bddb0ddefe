"""One request and its answer: what is sent, how much of an answer is read, and what its failures are called."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING

from index.errors import SourceError
from index.web.address import Target, shown
from index.web.inflate import read_bounded

if TYPE_CHECKING:
    import httpcore

    from index.web.dial import Resolve, TimeBudget
    from index.web.fetch import Limits


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` has the first of each name, names in lower case; `data` is empty unless the status is 200."""

    status: int
    headers: dict[str, str]
    data: bytes


class Requests:
    """Makes requests, each over a connection of its own, with the same headers for all: no cookies, no credentials."""

    def __init__(
        self,
        *,
        allow_private: bool,
        limits: Limits,
        user_agent: str,
        resolve: Resolve | None,
        tls: ssl.SSLContext | None,
    ) -> None:
        self._allow_private = allow_private
        self._limits = limits
        self._user_agent = user_agent
        self._resolve = resolve
        self._given_tls = tls

    def ask(self, here: Target, time: TimeBudget, most_bytes: int) -> Answer:
        """Raises SourceError if there is no whole answer within the limits."""
        import httpcore

        from index.web.dial import connection, look_up

        headers = {
            "Host": here.authority,
            "User-Agent": self._user_agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        url = httpcore.URL(
            scheme=here.scheme.encode(), host=here.host.encode(), port=here.port, target=here.path.encode()
        )
        resolve = self._resolve or look_up
        tls = self._tls if here.scheme == "https" else None
        name = shown(here.url)
        try:
            with (
                time,
                connection(here, resolve, time, tls, allow_private=self._allow_private) as line,
                line.stream("GET", url, headers=list(headers.items())) as response,
            ):
                return self._read(name, response, most_bytes)
        except (TimeoutError, httpcore.TimeoutException) as error:
            raise SourceError(f"{name} took over {self._limits.seconds:g} seconds; try again later") from error
        except httpcore.NetworkError as error:
            raise SourceError(f"{name} cannot be reached ({shown(str(error))}); check address and network") from error
        except httpcore.ProtocolError as error:
            raise SourceError(f"{name} gives no valid answer ({shown(str(error))}); try again later") from error

    def _read(self, name: str, response: httpcore.Response, most_bytes: int) -> Answer:
        size = sum(len(key) + len(value) for key, value in response.headers)
        if size > (limit := self._limits.header_bytes):
            raise SourceError(f"{name} sends {size:,} bytes of headers (limit {limit:,}); save the page, give the file")
        headers: dict[str, str] = {}
        for key, value in response.headers:
            headers.setdefault(key.decode("ascii", "replace").lower(), _text(value))
        if response.status != HTTPStatus.OK:
            return Answer(response.status, headers, b"")
        # A length that is announced is believed only if it is too much; what is read is counted.
        announced = headers.get("content-length", "")
        if announced.isdigit() and int(announced[:18]) > most_bytes:
            raise SourceError(f"{name} is over the limit of {most_bytes / 2**20:.3g} MB; give a part of it")
        encoding = headers.get("content-encoding", "").strip().lower()
        try:
            data = read_bounded(response.iter_stream(), encoding, most_bytes=most_bytes, most_ratio=self._limits.ratio)
        except SourceError as error:
            raise SourceError(f"{name} {error}") from error
        return Answer(response.status, headers, data)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        from index.web.dial import public_certificates

        return self._given_tls or public_certificates()


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
