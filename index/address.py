"""What names an index: a directory, or a place in Milvus (`milvus:URI`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from index.errors import FootnoteIndexError

_SCHEME = "milvus:"
_DEFAULT = "footnote"
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_REMEDY = "write it as milvus:./wiki.db or milvus:http://HOST:19530, with #NAME at its end for one index of several"


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """An index in Milvus: `uri` is that of a server, or the path of a file that milvus-lite keeps (it ends in .db);
    `name` is what the names of its collections begin with. The token is never shown."""

    uri: str
    name: str = _DEFAULT
    token: str = field(default="", repr=False)

    @classmethod
    def parse(cls, text: str, token: str = "") -> MilvusAddress:
        """The address in `milvus:URI` or `milvus:URI#NAME`. Raises FootnoteIndexError for what is none."""
        uri, _, name = text.removeprefix(_SCHEME).partition("#")
        if name and not _NAME.fullmatch(name):
            raise FootnoteIndexError(f"{name[:60]!r} is no name for collections; give letters, digits and underscores")
        if not uri.endswith(".db"):
            try:
                told = urlsplit(uri)
                sound = told.scheme in ("http", "https") and bool(told.hostname) and (told.port or 1) > 0
            except ValueError:
                sound = False
            if not sound:
                raise FootnoteIndexError(f"{text[:200]!r} is no address of Milvus; {_REMEDY}")
            if told.username is not None or told.password is not None:
                raise FootnoteIndexError(
                    "the address of Milvus holds a user or a password; leave them out, and set FOOTNOTE_MILVUS_TOKEN "
                    "(user:password, or a token)"
                )
        return cls(uri, name or _DEFAULT, token)

    @property
    def is_file(self) -> bool:
        """True if milvus-lite keeps it in a file of this machine."""
        return self.uri.endswith(".db")

    @property
    def shown(self) -> str:
        """What readers may be told of it, who are not the operator."""
        return Path(self.uri).name if self.is_file else "its address"

    def __str__(self) -> str:
        name = "" if self.name == _DEFAULT else f"#{self.name}"
        return f"{_SCHEME}{self.uri}{name}"


IndexPlace: TypeAlias = Path | MilvusAddress


def index_place(text: str, milvus_token: str = "") -> IndexPlace:
    """The directory or the address that `text` names. Raises FootnoteIndexError for an address of another kind."""
    if text.startswith(_SCHEME):
        return MilvusAddress.parse(text, milvus_token)
    if (other := _OTHER_SCHEME.match(text)) and not Path(text).exists():
        raise FootnoteIndexError(
            f"an index cannot be kept at {other.group()!r}...; give a directory, or an address of Milvus: {_REMEDY}"
        )
    return Path(text).expanduser()
