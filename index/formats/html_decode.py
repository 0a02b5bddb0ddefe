"""The bytes of a web page to text: byte order marks, UTF-8, the charset that is named, else the likeliest one."""

from __future__ import annotations

import codecs
import re

from index.errors import SourceError
from index.formats.text import guess

_HEAD = 4096
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_IN_XML = re.compile(rb"\A\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']\s*([\w.:-]{1,40})")
_IN_META = re.compile(rb"<meta\b[^>]{0,400}?\bcharset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
# Python's names of the encodings that the web uses. Others (utf-7, punycode ...) are no way to write a page.
_OF_THE_WEB = re.compile(
    r"utf-8|utf-16(?:-[lb]e)?|iso8859-\d+|cp125\d|cp874|cp866|cp932|cp949|koi8-[rut]|mac-\w+|tis-620|gb18030|"
    r"big5hkscs|euc_jp|iso2022_jp"
)
# What browsers take a name to mean, where they take more than it says.
_BROAD = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "windows-874": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs", "euc_kr": "cp949",
    "shift_jis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932", "iso-8859-8-i": "iso8859-8",
}  # fmt: skip
_MANY_BYTES = frozenset("gb18030 big5hkscs cp932 cp949 euc_jp iso2022_jp".split())
# What no XML tree can hold, and libraries fail at.
_NOT_IN_TREES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def decode_page(data: bytes, encoding: str | None = None) -> str:
    """The text of a page, without control characters. `encoding` is the charset that the server names, if it names one.

    UTF-8 wins over a one-byte charset that the bytes contradict. Raises SourceError for what is not text.
    """
    text = _decoded(data, encoding).replace("\x00", "").replace("\x0c", " ")
    controls = sum(1 for c in text[:65536] if ord(c) < 32 and c not in "\n\r\t\f")
    if controls > 0.05 * min(len(text), 65536):
        raise SourceError("a binary file (it is full of control characters); give the page as HTML in UTF-8")
    return _NOT_IN_TREES.sub("", text)


def _decoded(data: bytes, encoding: str | None) -> str:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace")
    for start, name in ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be")):
        if data.startswith(start):
            return data.decode(name, "replace")
    names = [name for name in (_codec(encoding), *_named_by_page(data)) if name]
    order = [*names, "utf-8"] if names and names[0] in _MANY_BYTES else ["utf-8", *names]
    for name in order:
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    for name in order:
        text = data.decode(name, "replace")
        if _is_mostly_sound(text):
            return text
    return guess(data)


def _named_by_page(data: bytes) -> list[str | None]:
    found = _IN_XML.search(data[:_HEAD]) or _IN_META.search(data[:_HEAD])
    name = _codec(found.group(1).decode("ascii", "replace")) if found else None
    return ["utf-8" if name and name.startswith("utf-16") else name]  # a name read byte by byte is not in UTF-16


def _codec(label: str | None) -> str | None:
    """Python's name of an encoding of the web; None for any other."""
    label = (label or "").strip("\"' \t").lower()
    if not label or not label.isascii() or not label.isprintable() or len(label) > 40:
        return None
    if label in _BROAD:
        return _BROAD[label]
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    name = _BROAD.get(name, name)
    return name if _OF_THE_WEB.fullmatch(name) else None


def _is_mostly_sound(text: str) -> bool:
    """True if few of the letters beyond ASCII are broken: a cut-off page, not another encoding."""
    bad = text.count("\ufffd")
    sound = sum(1 for c in text if c > "\x7f") - bad
    return bad * 20 <= sound + 17  # one alone is likely where a page was cut off
