"""Where a connection comes from, behind uvicorn's own reading of X-Forwarded-For, and whom a proxy speaks for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot.api.peer import address_of, is_trusted, peer_of

LOCAL, INNER = ("127.0.0.1/32", "::1/128"), ("10.0.0.0/8",)


def arrived(peer: str, *forwarded: str, port: int = 40000) -> dict[str, Any]:
    """The scope as an application gets it of uvicorn, with its own middleware before."""
    scope: dict[str, Any] = {"type": "http", "client": (peer, port), "scheme": "http"}
    scope["headers"] = [(b"x-forwarded-for", one.encode()) for one in forwarded]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        pass

    asyncio.run(ProxyHeadersMiddleware(app, "127.0.0.1,::1")(scope, None, None))  # type: ignore[arg-type]
    return scope


@pytest.mark.parametrize(
    ("scope", "peer"),
    [
        (arrived("192.0.2.1"), "192.0.2.1"),
        (arrived("127.0.0.1"), "127.0.0.1"),
        (arrived("192.0.2.1", "127.0.0.1"), "192.0.2.1"),
        (arrived("127.0.0.1", "192.0.2.1"), "127.0.0.1"),
        (arrived("127.0.0.1", "10.0.0.5"), "127.0.0.1"),
        (arrived("127.0.0.1", "10.0.0.5", "192.0.2.1, 127.0.0.1"), "127.0.0.1"),
        (arrived("127.0.0.1", ""), "127.0.0.1"),
        (arrived("127.0.0.1", "nonsense"), "127.0.0.1"),
        (arrived("127.0.0.1", "10.0.0.5:443"), None),  # uvicorn says 10.0.0.5:443, as if that had connected
        (arrived("127.0.0.1", "[2001:db8::1]:443"), None),
        (arrived("127.0.0.1", "10.0.0.5:0443"), None),
        (arrived("10.0.0.5", "10.0.0.5:40000"), None),
        (arrived("10.0.0.5", "10.0.0.5:40001"), "10.0.0.5"),
    ],
)
def test_the_peer_is_known_or_nobody(scope: dict[str, Any], peer: str | None) -> None:
    assert peer_of(scope) == peer


@pytest.mark.parametrize("forged", ["10.0.0.5", "10.0.0.5:443", "127.0.0.1", "10.0.0.5, 10.0.0.6", "[::1]:1", "::1"])
def test_no_header_makes_a_trusted_proxy_of_a_connection(forged: str) -> None:
    for scope in (arrived("192.0.2.1", forged), arrived("127.0.0.1", forged)):
        assert not is_trusted(scope, INNER)
    assert not is_trusted(arrived("192.0.2.1", forged), LOCAL)


def test_a_proxy_is_known_by_its_network() -> None:
    assert is_trusted(arrived("10.1.2.3", "192.0.2.1"), INNER) and is_trusted(arrived("127.0.0.1", "192.0.2.1"), LOCAL)
    assert is_trusted(arrived("::ffff:10.1.2.3"), INNER) and is_trusted(arrived("::1", "192.0.2.1"), LOCAL)
    assert not is_trusted(arrived("11.1.2.3"), INNER) and not is_trusted(arrived(""), INNER)
    for headers in ([], [(b"x-forwarded-for", b"127.0.0.1")]):
        unix = {"type": "http", "client": None, "headers": headers}
        assert peer_of(unix) == address_of(unix, LOCAL) == "" and not is_trusted(unix, LOCAL)
    assert not is_trusted(arrived("127.0.0.1"), ())


@pytest.mark.parametrize(
    ("scope", "proxies", "address"),
    [
        (arrived("192.0.2.1", "198.51.100.1"), INNER, "192.0.2.1"),  # forged
        (arrived("10.0.0.1", "198.51.100.1"), INNER, "198.51.100.1"),
        (arrived("10.0.0.1", "203.0.113.9, 198.51.100.1"), INNER, "198.51.100.1"),  # what stands before may be forged
        (arrived("10.0.0.1", "203.0.113.9", "198.51.100.1, 10.0.0.2"), INNER, "198.51.100.1"),
        (arrived("10.0.0.1", "198.51.100.1:5555"), INNER, "198.51.100.1"),
        (arrived("10.0.0.1", "[2001:db8::1]:5555"), INNER, "2001:db8::1"),
        (arrived("10.0.0.1", "unknown"), INNER, "10.0.0.1"),
        (arrived("10.0.0.1", "203.0.113.9, x, 10.0.0.2"), INNER, "10.0.0.1"),
        (arrived("10.0.0.1"), INNER, "10.0.0.1"),
        (arrived("10.0.0.1", "10.0.0.2"), INNER, "10.0.0.1"),
        (arrived("127.0.0.1", "198.51.100.1"), LOCAL, "198.51.100.1"),
        (arrived("127.0.0.1", "198.51.100.1"), (), "127.0.0.1"),
        (arrived("127.0.0.1", "198.51.100.1:80"), (), "127.0.0.1"),
    ],
)
def test_the_client_is_the_last_that_is_no_proxy_of_ours(
    scope: dict[str, Any], proxies: tuple[str, ...], address: str
) -> None:
    assert address_of(scope, proxies) == address
