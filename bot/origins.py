"""Origins of web pages: how they are written, and which of them are one and the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ORIGIN = re.compile(r"(https?)://([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?", re.ASCII)
_HOST = re.compile(r"([^:\[\]]+|\[[^\[\]]+\])(?::([0-9]{1,5}))?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SHOWN = 80  # characters of a bad value


def parse_origin(value: str) -> str:
    """An origin as browsers write it: scheme and host in small letters, no default port. Raises ValueError with what
    to give instead: "*" and "null" are none, nor is an address with a path."""
    found = _ORIGIN.fullmatch(value.strip().lower())
    if not found or int(found[3] or 1) not in range(1, 65_536):
        raise ValueError(
            f"{value.strip()[:_SHOWN]!r} is no origin; give scheme://host or scheme://host:port, as https://wiki.example"
        )
    scheme, host, port = found.groups()
    return f"{scheme}://{host}" + ("" if not port or int(port) == _DEFAULT_PORTS[scheme] else f":{int(port)}")


def parse_origins(values: Iterable[str]) -> tuple[str, ...]:
    """Origins, each once, in the order given; what is empty is left out. Raises ValueError."""
    return tuple(dict.fromkeys(parse_origin(value) for value in values if value.strip()))


def is_at(origin: str, host: str) -> bool:
    """True for an origin whose pages come from `host`, a request's Host header. The scheme is not compared: behind a
    proxy the server does not see it."""
    at = _HOST.fullmatch(host.strip().lower())
    try:
        scheme, _, named = parse_origin(origin).partition("://")
    except ValueError:
        return False
    if not at:
        return False
    found = _HOST.fullmatch(named)
    assert found  # it is an origin
    default = _DEFAULT_PORTS[scheme]
    return found[1] == at[1] and int(found[2] or default) == int(at[2] or default)
