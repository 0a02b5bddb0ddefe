"""A web server on loopback that says exactly what a test has it say, and a fetcher that finds it by made-up names."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from index.web.fetch import Fetcher, Limits

AGENT = "FootnoteBot/1.0 (test)"
# No pause between requests, and short waits where one is asked for.
QUICK = Limits(seconds=60, delay=0, backoff=0.01, longest_wait=0.5)

Reply = bytes | Callable[[socket.socket], None]


@dataclass
class Site:
    """What runs at 127.0.0.1:port. `asked` has the head of every request, `connections` how often it was called."""

    port: int
    replies: Mapping[str, Reply]
    asked: list[str] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [head.split(" ", 2)[1] for head in self.asked]


def page(
    body: bytes = b"<p>Hello</p>", *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8"
) -> bytes:
    """A whole answer, its length announced as it is."""
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers)
    return "\r\n".join((*lines, "", "")).encode() + body


def redirect(to: str, status: str = "302 Found") -> bytes:
    return page(b"", f"Location: {to}", status=status)


@contextmanager
def site(replies: Mapping[str, Reply], tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """A server that answers each path with its reply, and the others with 404. A reply that can be called is given
    the connection, and may write to it what and for as long as it likes."""
    listener = socket.create_server(("127.0.0.1", 0))
    running = Site(listener.getsockname()[1], replies)
    threads: list[threading.Thread] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            running.connections += 1
            thread = threading.Thread(target=answer, args=(connection,), daemon=True)
            threads.append(thread)
            thread.start()

    def answer(connection: socket.socket) -> None:
        # The other side may hang up whenever it has seen enough.
        with contextlib.suppress(OSError), connection:
            connection.settimeout(20)
            line = tls.wrap_socket(connection, server_side=True) if tls else connection
            with line:
                head = b""
                while b"\r\n\r\n" not in head:
                    if not (data := line.recv(65536)):
                        return
                    head += data
                running.asked.append(head.decode("latin-1"))
                reply = replies.get(head.split(b" ", 2)[1].decode("latin-1"), page(b"none", status="404 Not Found"))
                if callable(reply):
                    reply(line)
                else:
                    line.sendall(reply)
                    line.shutdown(socket.SHUT_WR)
                    line.recv(1)

    accepting = threading.Thread(target=serve, daemon=True)
    accepting.start()
    try:
        yield running
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(5)
        for thread in threads:
            thread.join(5)


def local(host: str) -> list[str]:
    """Every name is this computer's."""
    return ["127.0.0.1"]


def fetcher(
    limits: Limits = QUICK, resolve: Callable[[str], list[str]] = local, tls: ssl.SSLContext | None = None
) -> Fetcher:
    """One that may fetch from this computer."""
    return Fetcher(allow_private=True, limits=limits, user_agent=AGENT, resolve=resolve, tls=tls)
