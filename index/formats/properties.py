"""The title and author in the properties of a document (Word, PDF): as a person wrote them, or made up by a program."""

from __future__ import annotations

import re
from pathlib import PurePath

from index.formats.text import without_controls, without_surrogates

_MAX_CHARS = 300
_FILE_NAME = re.compile(r"\.(?:docx?|dotx?|rtf|odt|pdf|pptx?|xlsx?|txt|tex|dvi|ps|indd|qxd|pages|pub|wpd|html?)$", re.I)
_NO_TITLE = re.compile(
    r"(?:untitled|unbenannt|sans titre|sin título|no title|title|document|dokument|presentation|slide|layout|"
    r"powerpoint presentation|word document|microsoft word|print|about:blank|new document)[\s\d()._-]*$",
    re.I,
)
_NO_AUTHOR = re.compile(
    r"\(?(?:anonymous|unknown|unspecified|author|user|owner|admin(?:istrator)?|root|pc|"
    r"(?:microsoft|windows|office|microsoft office)[ -]user|python-docx|(?:apache )?poi|default)\)?$",
    re.I,
)


def sensible_title(written: str, name: str) -> str | None:
    """A title that a program did not make up: no file name, no "untitled"; None otherwise. `name` is the file's."""
    title = _on_one_line(written)
    is_name = title.casefold() in (PurePath(name).name.casefold(), PurePath(name).stem.casefold())
    if _NO_TITLE.match(title) or _FILE_NAME.search(title) or title.startswith("Microsoft ") or is_name:
        return None
    return title if any(c.isalpha() for c in title) and len(title) <= _MAX_CHARS else None


def sensible_author(written: str) -> str | None:
    """An author that is not a program's stand-in ("anonymous", "Microsoft Office User"); None otherwise."""
    author = _on_one_line(written)
    is_name = any(c.isalpha() for c in author) and not _NO_AUTHOR.match(author) and len(author) <= _MAX_CHARS
    return author if is_name else None


def _on_one_line(written: str) -> str:
    return " ".join(without_surrogates(without_controls(written)).split())
