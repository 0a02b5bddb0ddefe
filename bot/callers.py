"""Who asks, once it is known: the one thing that labels, limits, the log and kept conversations go by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

Kind = Literal["anyone", "key", "origin", "user"]


@dataclass(frozen=True, slots=True)
class Caller:
    """One who asks. `name` is that of the key, the verified origin, or the user; `labels` are those of their own,
    beside FOOTNOTE_LABELS; `address` is where they are, as far as it can be known."""

    kind: Kind = "anyone"
    name: str = ""
    labels: tuple[str, ...] = ()
    address: str = ""

    @property
    def counted(self) -> str:
        """What limits are counted by: the key, the origin's reader by address, the user, else the address."""
        if self.kind in ("key", "user"):
            return f"{self.kind} {self.name}"
        return f"{self.kind} {self.name} {_network(self.address)}"

    @property
    def told(self) -> str:
        """For the log: what they are, and a name that is no person's."""
        if self.kind == "anyone":
            return "anyone"
        return f"{self.kind}:{digest_of(self.name)[:12] if self.kind == 'user' else self.name}"

    @property
    def owner(self) -> str | None:
        """What conversations of a user are kept under; None for who is no user."""
        return f"user-{digest_of(self.name)[:32]}" if self.kind == "user" else None  # no cookie is of this form


ANYONE = Caller()


def digest_of(name: str) -> str:
    """A name as 64 digits, told from others and not readable."""
    return hashlib.sha256(f"footnote user {name}".encode("utf-8", "surrogateescape")).hexdigest()


def _network(address: str) -> str:
    """An address to count by: of IPv6 the network of 64 bits, as one reader has all of it."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or f"{found.exploded[:19]}::/64")
