"""Connects to a host: looks its name up once, checks every address, and connects to the very address it checked."""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import httpcore

from index.errors import SourceError
from index.web.address import Target, check_address, shown

Resolve = Callable[[str], Sequence[str]]
_MAX_ADDRESSES_TRIED = 4


class TimeBudget:
    """The seconds that one fetch may spend on the network; they run only inside `with`, not while it waits its turn."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._started: float | None = None

    def __enter__(self) -> None:
        self._started = time.monotonic()

    def __exit__(self, *_: object) -> None:
        if self._started is not None:
            self._seconds -= time.monotonic() - self._started
            self._started = None

    def left(self) -> float:
        """Seconds left, more than none. Raises TimeoutError if there are none."""
        running = time.monotonic() - self._started if self._started is not None else 0.0
        if (left := self._seconds - running) <= 0:
            raise TimeoutError
        return left


def look_up(host: str) -> list[str]:
    """The addresses that the system knows for a name. Raises OSError if there are none."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


class Dialer(httpcore.NetworkBackend):
    """Makes the connections for one target, all within its time budget (httpcore's own timeouts are not used)."""

    def __init__(self, goal: Target, resolve: Resolve, budget: TimeBudget, *, allow_private: bool) -> None:
        self._goal = goal
        self._resolve = resolve
        self._budget = budget
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address that answers. Raises SourceError if any address may not be fetched from,
        httpcore's errors if none answers, TimeoutError if the time is up."""
        found = self._addresses(host)
        for address in found:
            check_address(address, self._goal.url, allow_private=self._allow_private)
        tried = found[:_MAX_ADDRESSES_TRIED]
        for i, address in enumerate(tried, 1):
            share = self._budget.left() / (len(tried) - i + 1)
            try:
                stream = httpcore.SyncBackend().connect_tcp(str(address), port, share, None, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if i == len(tried):
                    raise
            else:
                return _TimedStream(stream, self._budget)
        raise SourceError(f"{shown(self._goal.url)} names a host without an address; check its spelling")

    def _addresses(self, host: str) -> list[IPv4Address | IPv6Address]:
        """The addresses of a host, each once, in the order given."""
        try:
            return [ip_address(host)]
        except ValueError:
            pass  # a name
        try:
            answer = self._in_time(host)
        except (OSError, UnicodeError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise SourceError(
                f"{shown(self._goal.url)} names a host that is not known ({host}); check its spelling and the network"
            ) from error
        try:
            return [ip_address(address) for address in dict.fromkeys(answer)]
        except ValueError as error:
            raise SourceError(
                f"{shown(self._goal.url)} names a host with no valid address; check the network"
            ) from error

    def _in_time(self, host: str) -> Sequence[str]:
        """What the resolver says; on a thread that is left alone when the time is up, as a lookup cannot be stopped."""
        answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._resolve(host))
            except Exception as error:
                answers.put(error)

        threading.Thread(target=ask, daemon=True, name="footnote-lookup").start()
        try:
            answer = answers.get(timeout=self._budget.left())
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(answer, Exception):
            raise answer
        return answer


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every step must end within the time budget: a server that drips gains nothing by it."""

    def __init__(self, stream: httpcore.NetworkStream, budget: TimeBudget) -> None:
        self._stream = stream
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._budget.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._budget.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            left = self._budget.left()
        except TimeoutError:
            self.close()
            raise
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._budget)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def public_certificates() -> ssl.SSLContext:
    """Checks servers against the authorities that come with certifi, whatever the environment says."""
    import certifi

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certifi.where())
    return context


def connection(
    goal: Target, resolve: Resolve, budget: TimeBudget, tls: ssl.SSLContext | None, *, allow_private: bool
) -> httpcore.HTTPConnection:
    """A connection for one request to the target, not yet made; through no proxy."""
    return httpcore.HTTPConnection(
        origin=httpcore.Origin(goal.scheme.encode(), goal.host.encode(), goal.port),
        ssl_context=tls,
        network_backend=Dialer(goal, resolve, budget, allow_private=allow_private),
        http1=True,
        http2=False,
    )
