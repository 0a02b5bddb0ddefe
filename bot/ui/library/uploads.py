"""Where uploaded files are kept: beside the index, each in a folder of its own.

INDEX-uploads/<hash of name and content>/NAME. In a folder of its own a file is cited by its name alone and can be read
without those uploaded before; what two indexes beside each other are given stays apart.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import Path, PurePath
from uuid import uuid4

from filelock import FileLock

from bot.settings import Settings
from bot.ui.library.errors import LibraryError
from index.address import MilvusAddress
from index.load import MAX_FILE_BYTES
from index.schema import content_id

MAX_NAME_BYTES = 120
_MAX_SUFFIX_BYTES = 12
# Control characters, line ends, halves of characters; and of the format characters those that turn what is read.
_FORBIDDEN = ("Cc", "Cs", "Zl", "Zp")
_TURNS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


def uploads_of(settings: Settings) -> Path:
    """The folder of the uploads to this index; it need not be there."""
    place = settings.index
    if isinstance(place, MilvusAddress):
        place = Path(place.uri) if place.is_file else Path(".footnote") / place.name
    index = place.absolute()
    return index.with_name(f"{index.name}-uploads")


def safe_name(given: str) -> str:
    """A file's name as it may be written and cited: no folders, control characters or dots before it, at most 120
    bytes; "upload" if nothing is left."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if unicodedata.category(c) not in _FORBIDDEN)
    kept = "".join(c for c in kept if unicodedata.bidirectional(c) not in _TURNS)
    return _numbered(" ".join(kept.split()).lstrip(". ").rstrip(), 1)


def _numbered(name: str, number: int) -> str:
    """The name, from the second on with its number before the suffix, as short as it has to be."""
    path = PurePath(name)
    short = len(path.suffix.encode()) <= _MAX_SUFFIX_BYTES
    stem, suffix = (path.stem, path.suffix) if short else (name, "")
    ending = (f" ({number})" if number > 1 else "") + suffix
    room = MAX_NAME_BYTES - len(ending.encode())
    return (stem.encode()[:room].decode(errors="ignore").rstrip() or "upload") + ending


def save(folder: Path, given: str, data: bytes, cited: Collection[str] = ()) -> Path:
    """Writes an upload, whole or not at all, and returns where it is. The same name and content is the same file;
    a name that other content has, here or among those `cited`, gets " (2)".

    Raises LibraryError for a file over 32 MiB, or if it cannot be written.
    """
    name = safe_name(given)
    if len(data) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 2**20
        raise LibraryError(f"{len(data) / 2**20:.1f} MB is over the limit of {limit} MB; split the file")
    home = folder / content_id(name, hashlib.sha256(data).hexdigest())
    try:
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            if there := _files([home]):
                return there[0]
            taken = {path.name for path in _files(folder.iterdir())}.union(cited)
            path = home / next(n for i in range(1, len(taken) + 2) if (n := _numbered(name, i)) not in taken)
            part = home / f".{uuid4().hex}"
            try:
                with part.open("xb") as stream:
                    stream.write(data)
                    stream.flush()
                    os.fsync(stream.fileno())
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
    except OSError as error:
        raise LibraryError(
            f"it cannot be saved ({error.strerror or error}); free disk space or check the permissions beside the index"
        ) from error
    return path


def forget(folder: Path, origin: str) -> None:
    """Deletes an upload and its folder; a path that is none of an upload is left alone. Raises LibraryError."""
    path = Path(origin)
    if not is_upload(folder, origin):
        return
    try:
        path.unlink(missing_ok=True)
        path.parent.rmdir()
    except FileNotFoundError:
        return
    except OSError as error:
        raise LibraryError(f"the uploaded file cannot be deleted ({error.strerror or error}); delete it") from error


def is_upload(folder: Path, origin: str) -> bool:
    """True for the path of a file that was uploaded."""
    return "://" not in origin and Path(origin).parent.parent == Path(os.path.realpath(folder))


def unread(folder: Path, held: Collection[str]) -> list[Path]:
    """The uploads that no document was read from, as the ingest was cut off: `held` are the origins of documents."""
    return [path for path in _files(folder.glob("*")) if os.path.realpath(path) not in held]


def _files(homes: Iterable[Path]) -> list[Path]:
    # No hidden ones: those are the lock, and what is still being written.
    return sorted(path for home in homes if home.is_dir() for path in home.iterdir() if not path.name.startswith("."))
