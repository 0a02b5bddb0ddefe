"""Keys of the API: who has one, hashed at rest in a file that only its owner can read.

A key is 256 random bits, so its SHA-256 tells nothing that helps to find it: there is nothing to guess that a slow hash
would have to protect. It is looked up by that digest, which takes no longer for one that is nearly right.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from typing import Any

from filelock import FileLock, Timeout

from bot.errors import FootnoteError, InputError
from index.access import check_labels
from index.errors import LabelError

PREFIX = "fnk_"
_BYTES = 32
_FORMAT = 1
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,59}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_WAIT_S = 10.0


class KeysError(FootnoteError):
    """The file of keys cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Key:
    """One who may ask: a name, the access labels, when the key was made, and the digest that it is known by."""

    name: str
    digest: str
    labels: tuple[str, ...]
    made: str


def digest_of(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def read_keys(path: Path) -> tuple[Key, ...]:
    """The keys in a file, oldest first; none if there is no such file. Raises KeysError if it cannot be used."""
    try:
        raw = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise KeysError(f"the keys in {path} cannot be read ({type(error).__name__}); restore the file") from error
    try:
        if raw["format"] != _FORMAT:
            raise ValueError("format")
        return tuple(_key(one) for one in raw["keys"])
    except (ValueError, KeyError, TypeError, AttributeError, LabelError) as error:
        raise KeysError(f"{path} is no file of keys of this version; restore it, or remove it and add keys") from error


def add_key(path: Path, name: str, labels: tuple[str, ...] = ()) -> str:
    """Adds a key and returns it, the only time that it is known. Raises InputError for a bad name or one that is taken,
    KeysError if the file cannot be used."""
    if not _NAME.fullmatch(name):
        raise InputError(f"{name[:80]!r} is no name for a key; give 1 to 60 letters, digits and . _ @ -")
    with _changing(path) as keys:
        if name in keys:
            raise InputError(f"there is a key {name!r} already; revoke it first, or give another name")
        key = PREFIX + secrets.token_urlsafe(_BYTES)
        keys[name] = Key(name, digest_of(key), labels, datetime.now(UTC).isoformat(timespec="seconds"))
    return key


def revoke_key(path: Path, name: str) -> None:
    """Takes a key away. Raises InputError if there is none of this name, KeysError if the file cannot be used."""
    with _changing(path) as keys:
        if keys.pop(name, None) is None:
            raise InputError(f"there is no key {name[:80]!r}; python -m bot keys list names them")


class Keyring:
    """The keys of a file that may change at any time. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: tuple[Any, ...] = ()
        self._keys: Mapping[str, Key] = {}

    def find(self, path: Path, key: str) -> Key | None:
        """Whose key this is, None if nobody's. Raises KeysError if the file cannot be used."""
        return self._read(path).get(digest_of(key))

    def _read(self, path: Path) -> Mapping[str, Key]:
        seen = _stamp(path)
        with self._lock:
            if seen != self._seen:
                # The stamp is from before the reading, so that a change in between is noticed at the next request.
                self._keys = {key.digest: key for key in read_keys(path)}
                self._seen = seen
            return self._keys


def _stamp(path: Path) -> tuple[Any, ...]:
    """What is another after a change, also of one that keeps the size and sets the time back."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return (path,)
    except OSError as error:
        raise KeysError(f"the keys in {path} cannot be read ({type(error).__name__}); restore the file") from error
    return (path, found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)


@contextmanager
def _changing(path: Path) -> Iterator[dict[str, Key]]:
    """The keys by name, to be changed; written if nothing is raised. One at a time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=_WAIT_S, mode=0o600):
            keys = {key.name: key for key in read_keys(path)}
            yield keys
            _write(path, keys)
    except Timeout as error:
        raise KeysError(f"{path} is being changed by somebody else; try again") from error
    except OSError as error:
        raise KeysError(f"the keys in {path} cannot be written ({error.strerror}); set FOOTNOTE_KEYS") from error


def _write(path: Path, keys: Mapping[str, Key]) -> None:
    text = json.dumps({"format": _FORMAT, "keys": [asdict(key) for key in keys.values()]}, indent=1) + "\n"
    # Of mode 0600 from the first byte on, as all of its kind.
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _key(raw: Mapping[str, Any]) -> Key:
    name, digest, made = str(raw["name"]), str(raw["digest"]), str(raw["made"])
    if not _NAME.fullmatch(name) or not _DIGEST.fullmatch(digest):
        raise ValueError("name or digest")
    return Key(name, digest, check_labels([str(label) for label in raw["labels"]]), made)
