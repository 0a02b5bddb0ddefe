"""Who a browser is: an unguessable name in a cookie, so that a reader finds the conversations had in that browser.

It is no login. Who has the cookie has the conversations; scripts cannot read it, and other sites' pages do not send it.
A user who is known by name finds theirs in any browser, and nobody finds those in the browser.
"""

from __future__ import annotations

import re
import secrets

from bot.callers import Caller

COOKIE = "footnote_reader"
_YEAR_S = 365 * 24 * 3600
_NAME = re.compile(r"[0-9a-f]{32}")


def is_visitor(name: str) -> bool:
    """True for a name that `cookie_for_new` could have given."""
    return bool(_NAME.fullmatch(name))


def owner_of(caller: Caller, cookie: str) -> str | None:
    """Whose conversations these are: a user's, wherever they are, else those of the browser with this cookie."""
    return caller.owner or (cookie if is_visitor(cookie) else None)


def cookie_for_new(*, secure: bool) -> str:
    """A Set-Cookie header for a browser that has no name yet; `secure` where it came by HTTPS."""
    attributes = f"Path=/; HttpOnly; SameSite=Lax; Max-Age={_YEAR_S}" + ("; Secure" if secure else "")
    return f"{COOKIE}={secrets.token_hex(16)}; {attributes}"
