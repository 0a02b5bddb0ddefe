"""Tokens for widgets: short-lived, good for one origin, signed with a secret that stays on this server.

"fnw1.EXPIRY.ID.MAC": the version and with it the algorithm (HMAC-SHA256, no other), when it ends in seconds since 1970,
a random id, and the signature over these and the origin. Nothing is kept of a token that was issued.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
import secrets
import stat
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from bot.api.errors import ApiError
from bot.errors import SettingsError

_VERSION = "fnw1"
_FAMILY = re.compile(r"fnw\d{1,9}\.", re.ASCII)
_TOKEN = re.compile(r"fnw1\.([1-9]\d{0,11})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})", re.ASCII)
_SECRET_BYTES, _MOST_BYTES = 32, 4096
_REMEDY = "get one with POST /api/widget/token"


def is_token(value: str) -> bool:
    """True for what calls itself a token of a widget, of whatever version; anything else is for others to judge."""
    return _FAMILY.match(value) is not None


def issue(secret: bytes, origin: str, expires: int) -> str:
    """A token for pages of the origin, until `expires`, seconds since 1970."""
    signed = f"{_VERSION}.{expires}.{secrets.token_urlsafe(16)}"
    return f"{signed}.{_mac(secret, signed, origin)}"


def check(secret: bytes, token: str, origin: str, now: float) -> None:
    """Raises ApiError (401) unless the token was issued with this secret for this origin and has not ended."""
    found = _TOKEN.fullmatch(token)
    if not found:
        raise ApiError(401, "token_invalid", f"the token is of no form or version that is known here; {_REMEDY}")
    signed, _, mac = token.rpartition(".")
    if not hmac.compare_digest(mac, _mac(secret, signed, origin)):
        raise ApiError(401, "token_invalid", f"the token was not issued here for pages of {origin}; {_REMEDY}")
    if int(found[1]) <= now:
        raise ApiError(401, "token_expired", f"the token has ended; {_REMEDY}")


def _mac(secret: bytes, signed: str, origin: str) -> str:
    code = hmac.digest(secret, f"{signed}\n{origin}".encode(), sha256)
    return base64.urlsafe_b64encode(code).rstrip(b"=").decode()


def secret_of(path: Path) -> bytes:
    """The secret in the file, which is made if there is none: at once and whole, so that of processes that start
    together all get the same. Raises SettingsError, also if others may read it."""
    try:
        try:
            return _read(path)
        except FileNotFoundError:
            _make(path)
            return _read(path)
    except OSError as error:
        raise SettingsError(
            f"the file of FOOTNOTE_SECRET cannot be used ({error.strerror}); name one that can be read and written"
        ) from error


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        content = file.read(_MOST_BYTES) if stat.S_ISREG(mode) else b""
    if mode & 0o077:
        raise SettingsError("the file of FOOTNOTE_SECRET may be read by others; run chmod 600 on it")
    if len(content) < _SECRET_BYTES:
        raise SettingsError(
            f"the file of FOOTNOTE_SECRET holds fewer than {_SECRET_BYTES} bytes; remove it, and a new one is made"
        )
    return content


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # readable by its owner alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first, and its secret counts
            os.link(name, path)
    finally:
        Path(name).unlink()
