"""Where a connection comes from, and whom a trusted proxy speaks for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

_FORWARDED = "x-forwarded-for"
_LOOPBACK = ("127.0.0.1", "::1")
Address = IPv4Address | IPv6Address


def peer_of(scope: Scope) -> str | None:
    """The address of who has connected to this server; None if it cannot be told for certain.

    uvicorn believes X-Forwarded-For of peers on this machine, and puts the address that it finds there in the peer's
    place, with the port written beside it or else 0. No connection has the port 0, so that one is known to be of this
    machine. An address that stands in the header with the very port may be either, and is nobody's.
    """
    if not scope.get("client"):
        return ""  # a socket of the file system, which has no address
    host, port = scope["client"]
    forwarded = _forwarded(scope)
    if not forwarded:
        return str(host)
    if port == 0:
        return _LOOPBACK[0]
    return None if any(_names(entry, host, port) for entry in forwarded) else str(host)


def is_trusted(scope: Scope, proxies: Sequence[str]) -> bool:
    """True if the connection comes from one of the proxies."""
    peer = peer_of(scope)
    return peer is not None and _among(peer, proxies)


def address_of(scope: Scope, proxies: Sequence[str]) -> str:
    """Where the client is: the last address forwarded that is no trusted proxy's, if one of these is the peer; else the
    peer's own."""
    peer = peer_of(scope)
    if peer is None:
        return _LOOPBACK[0]  # as nobody else can have written the header
    if not _among(peer, proxies):
        return peer
    for entry in reversed(_forwarded(scope)):
        found = _address(entry)
        if found is None:
            return peer  # beyond what cannot be read, nothing can be believed
        if not _among(str(found), proxies):
            return str(found)
    return peer


def is_loopback(address: str) -> bool:
    """True for an address of this machine that no other can have."""
    found = _address(address)
    return found is not None and found.is_loopback


def _forwarded(scope: Scope) -> list[str]:
    given = ",".join(Headers(scope=scope).getlist(_FORWARDED))
    return [entry.strip() for entry in given.split(",")] if given.strip() else []


def _names(entry: str, host: str, port: int) -> bool:
    name, _, rest = entry.rpartition(":")
    try:
        return int(rest) == port and name.strip("[]") == host
    except ValueError:
        return False


def _address(entry: str) -> Address | None:
    """An address with or without a port; None for what is none."""
    bare = entry[1:].partition("]")[0] if entry.startswith("[") else entry
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        return ip_address(bare)
    except ValueError:
        return None


def _among(address: str, networks: Sequence[str]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in network for network in _networks(tuple(networks)))


@lru_cache(maxsize=4)
def _networks(given: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(one) for one in given)
