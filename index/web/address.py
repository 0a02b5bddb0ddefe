"""Which web addresses may be fetched: http and https, public hosts, no credentials; and how they are written.

A host written as a number in any of the ways that browsers and C libraries read (2130706433, 0x7f.1, 0177.0.0.1) is
put in its one usual form first, so that what is checked is what is connected to. Networks are listed here by name, and
not taken from `ipaddress.is_global`, whose answers differ between versions of Python.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote

from index.errors import SourceError

MAX_URL_CHARS = 4096
_MAX_SHOWN_CHARS = 200
_PORTS = {"http": 80, "https": 443}
# Ports of 1024 and up where other line protocols listen that a forged request could speak to (NFS, SIP, X11, Redis,
# IRC, printers, Memcached); below 1024 only the two of the web are open.
_OTHER_PROTOCOLS = frozenset({2049, 5060, 5061, 6000, 6379, 6665, 6666, 6667, 6668, 6669, 6697, 9100, 11211})

_URL = re.compile(r"(https?)://([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?", re.I | re.S)
_AUTHORITY = re.compile(r"(?:\[([^\[\]]*)\]|([^:\[\]]*))(?::([0-9]*))?")
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# A name and password before the host, also where a slash in the password ends the host too early.
_CREDENTIALS = re.compile(
    r"^(\s*[a-z][a-z0-9+.-]*:[/\\]*)(?:[^/?#]*@|[^/?#:\[]*:(?![0-9]*(?:[/?#]|$)).*@)", re.I | re.S
)
_KEPT = "/%:@!$&'()*+,;=~"

_PRIVATE = tuple(
    (ip_network(network), kind)
    for network, kind in (
        ("10.0.0.0/8", "a private address"),
        ("172.16.0.0/12", "a private address"),
        ("192.168.0.0/16", "a private address"),
        ("100.64.0.0/10", "an address inside a provider's network"),
        ("127.0.0.0/8", "an address of this computer"),
        ("169.254.0.0/16", "a link-local address"),
        ("198.18.0.0/15", "an address for tests of networks"),
        ("::1/128", "an address of this computer"),
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a private address"),
    )
)
_NEVER = tuple(
    (ip_network(network), kind)
    for network, kind in (
        # Where clouds keep the keys of their machines; the last is public by its number.
        ("169.254.169.254/32", "an address of a cloud's own metadata"),
        ("169.254.170.0/24", "an address of a cloud's own metadata"),
        ("100.100.100.200/32", "an address of a cloud's own metadata"),
        ("fd00:ec2::/32", "an address of a cloud's own metadata"),
        ("fd20:ce::254/128", "an address of a cloud's own metadata"),
        ("168.63.129.16/32", "an address of a cloud's own metadata"),
        ("0.0.0.0/8", "an unspecified address"),
        ("192.0.0.0/24", "a reserved address"),
        ("192.0.2.0/24", "an address for examples"),
        ("192.88.99.0/24", "a reserved address"),
        ("198.51.100.0/24", "an address for examples"),
        ("203.0.113.0/24", "an address for examples"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
        ("::/128", "an unspecified address"),
        ("2001::/23", "a reserved address"),
        ("2001:db8::/32", "an address for examples"),
        ("3fff::/20", "an address for examples"),
        ("ff00::/8", "a multicast address"),
    )
)
_GLOBAL_IPV6 = ip_network("2000::/3")
# Networks whose addresses stand for an IPv4 address (mapped, NAT64, 6to4), and how many bits follow it.
_STANDS_FOR_IPV4 = tuple(
    (ip_network(network), after) for network, after in (("::ffff:0:0/96", 0), ("64:ff9b::/96", 0), ("2002::/16", 80))
)


@dataclass(frozen=True, slots=True)
class Target:
    """A web address that may be asked for: its host is an ASCII name or an IP address in its usual form, without
    brackets; `path` has the query with it and is ASCII; there is no fragment."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as they are written in a URL, the port only if it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        return self.origin + self.path

    @property
    def address(self) -> IPv4Address | IPv6Address | None:
        """The host as an IP address; None if it is a name."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None


def shown(url: str) -> str:
    """A URL for a message: one line, not too long, without a name and password."""
    text = _CREDENTIALS.sub(r"\1", url)
    text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[: _MAX_SHOWN_CHARS + 1])
    return text if len(text) <= _MAX_SHOWN_CHARS else text[: _MAX_SHOWN_CHARS - 1] + "…"


def target(url: str, *, allow_private: bool = False) -> Target:
    """What a URL leads to. A name is not looked up here: its addresses are checked with `check_address` when they are
    known. Raises SourceError, naming the URL and the remedy, if it may not be fetched."""
    given = url.strip()
    if len(given) > MAX_URL_CHARS:
        raise SourceError(f"{shown(given)} is longer than {MAX_URL_CHARS} characters; give a shorter address")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in given):
        raise SourceError(f"{shown(given)} holds control characters; write the address without them")
    parts = _URL.fullmatch(given)
    if not parts:
        raise SourceError(f"{shown(given)!r} is no web address; write it as https://host/page")
    scheme, authority = parts[1].lower(), parts[2]
    if "@" in authority:
        raise SourceError(f"{shown(given)} was given with a name or password; take the part up to the @ out of it")
    found = _AUTHORITY.fullmatch(authority)
    if not found:
        raise SourceError(f"{shown(given)} has no valid host and port; write it as https://host/page")
    bracketed, name, port = found.groups()
    host = _name(name, given) if bracketed is None else _ipv6(bracketed, given)
    path = quote(parts[3] or "/", safe=_KEPT) + quote(parts[4] or "", safe=_KEPT + "?")
    result = Target(scheme, host, _port(port or "", scheme, given), path)
    if (address := result.address) is not None:
        check_address(address, given, allow_private=allow_private)
    elif (host == "localhost" or host.endswith(".localhost")) and not allow_private:
        raise SourceError(_refusal(given, host, "a name of this computer", helps=True))
    return result


def check_address(address: IPv4Address | IPv6Address, url: str, *, allow_private: bool) -> None:
    """Raises SourceError if the URL, whose host has this address, may not be fetched.

    `allow_private` lets private, loopback, link-local and provider-internal addresses pass; never those of a cloud's
    metadata, multicast, unspecified and reserved ones, where no article can be.
    """
    found = _kind(address)
    if found is not None and not (found[1] and allow_private):
        raise SourceError(_refusal(url, str(address), found[0], helps=found[1]))


def _refusal(url: str, where: str, kind: str, *, helps: bool) -> str:
    remedy = "give --allow-private to fetch from there" if helps else "no page is fetched from there; give another"
    return f"{shown(url)} leads to {where}, {kind}; {remedy}"


def _kind(address: IPv4Address | IPv6Address) -> tuple[str, bool] | None:
    """What a refused address is, and whether allow_private lets it pass; None for a public one."""
    if isinstance(address, IPv6Address):
        for network, after in _STANDS_FOR_IPV4:
            if address in network:
                return _kind(IPv4Address(int(address) >> after & 0xFFFFFFFF))
    for network, kind in _NEVER:
        if address in network:
            return kind, False
    for network, kind in _PRIVATE:
        if address in network:
            return kind, True
    if isinstance(address, IPv6Address) and address not in _GLOBAL_IPV6:
        return "a reserved address", False
    return None


def _port(written: str, scheme: str, url: str) -> int:
    port = int(written[:6]) if written else _PORTS[scheme]
    if port in _PORTS.values() or (1024 <= port <= 65535 and port not in _OTHER_PROTOCOLS and len(written) <= 5):
        return port
    raise SourceError(f"{shown(url)} names port {written[:6]}, where no web server is; use 80, 443 or one over 1023")


def _ipv6(written: str, url: str) -> str:
    if "%" in written:
        raise SourceError(f"{shown(url)} names a network interface (the part after %); take it out")
    try:
        return str(IPv6Address(written))
    except ValueError as error:
        raise SourceError(f"{shown(url)} has no valid IPv6 address in its brackets; check it") from error


def _name(written: str, url: str) -> str:
    """A host name in lower case and ASCII, without a dot at its end; an IPv4 address in its usual form."""
    host = written.lower() if written.isascii() else _ascii(written, url)
    host = host.removesuffix(".")
    if len(host) > 253 or not _NAME.fullmatch(host):
        raise SourceError(f"{shown(url)} has no valid host name; write it as https://host/page")
    if not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return host
    try:
        return str(_ipv4(host))
    except ValueError as error:
        raise SourceError(f"{shown(url)} names {host[:80]}, neither a name nor an address; check it") from error


def _ascii(written: str, url: str) -> str:
    import idna

    try:
        mapped = idna.uts46_remap(written, std3_rules=False)
        return mapped.lower() if mapped.isascii() else idna.encode(mapped).decode("ascii")
    except UnicodeError as error:
        raise SourceError(f"{shown(url)} has no valid host name; write it as https://host/page") from error


def _ipv4(host: str) -> IPv4Address:
    """The address that numbers with dots stand for: one to four of them, decimal, octal (0...) or hexadecimal (0x...),
    the last of which fills the bytes that are left. Raises ValueError."""
    parts = host.split(".")
    if not all(_NUMBER.fullmatch(part) for part in parts):
        raise ValueError(host)
    *first, last = (
        int(part[2:] or "0", 16) if part.startswith("0x") else int(part, 8 if part.startswith("0") else 10)
        for part in parts
    )
    if len(first) > 3 or any(number > 255 for number in first) or last >= 256 ** (4 - len(first)):
        raise ValueError(host)
    return IPv4Address(sum(number << 8 * (3 - i) for i, number in enumerate(first)) + last)
