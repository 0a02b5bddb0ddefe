"""Which file has which name in the index, and which of them was moved or renamed since."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Mapping

from index.load import SourceFile
from index.origins import Origin


class Names:
    """The names that sources are cited by: of those read before, and of those given out now."""

    def __init__(self, holders: Mapping[str, str], origins: Iterable[Origin]) -> None:
        """`holders` are the origins of the documents by their names, `origins` what was read before."""
        before = list(origins)
        self._holders = {**holders, **{o.source: o.origin for o in before}}
        self._by_source = {o.source: o for o in before}
        self._by_checksum = {o.checksum: o for o in before}

    def free(self, file: SourceFile) -> str:
        """A name for a file that has none yet: a free one, since two folders may each hold a notes.txt.

        Where the file that had the name is gone, the article was moved and keeps it.
        """
        names = (file.source, f"{file.root.absolute().name}/{file.source}", file.origin)
        name = next((name for name in names if self._is_free(name, file.origin)), file.origin)
        self._holders[name] = file.origin
        return name

    def _is_free(self, name: str, origin: str) -> bool:
        holder = self._holders.get(name)
        return holder is None or holder == origin or is_gone(holder)

    def moved(self, source: str, checksum: str, among: Container[str]) -> Origin | None:
        """Of the origins `among` those read before, that of a file that is gone and had this name or these bytes."""
        found = (self._by_source.get(source), self._by_checksum.get(checksum))
        return next((o for o in found if o and o.origin in among and is_gone(o.origin)), None)


def is_gone(origin: str) -> bool:
    """True if an origin was a file and is no more; False for one that may be there but cannot be looked at."""
    if not origin or "://" in origin:
        return False
    try:
        os.lstat(origin)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
