"""Word files and other archives: bombs, lies about sizes, entities, and parts that are not there or lead out."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from random import Random

from tests.hostile.case import STORY, TEXT, Case, usable, useless

_BODY = "word/document.xml"
_LAUGHS = b'<!ENTITY a0 "ha">' + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
_RELATIONS = "word/_rels/document.xml.rels"
_IS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


@cache
def _word() -> Mapping[str, bytes]:
    """The members of a sound Word file."""
    from docx import Document

    document = Document()
    document.add_heading("The bell", 1)
    for line in STORY:
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2023, 3, 3, 10, 0, 0)), content, method)
    return file.getvalue()


def _with(**changed: bytes) -> bytes:
    """The sound file with changed members: body, relations, types, properties, styles."""
    names = {
        "body": _BODY,
        "relations": _RELATIONS,
        "types": "[Content_Types].xml",
        "properties": "docProps/core.xml",
        "styles": "word/styles.xml",
    }
    return _zipped({**_word(), **{names[key]: content for key, content in changed.items()}})


def _in_body(xml: bytes) -> bytes:
    return _word()[_BODY].replace(b"<w:body>", b"<w:body>" + xml, 1)


def archives(chance: Random) -> Iterator[Case]:
    yield from _bombs()
    yield from _parts()
    yield from _bodies()
    yield from _broken(chance)
    yield from _others()


def _bombs() -> Iterator[Case]:
    yield useless("a zip bomb in a docx", "bomb.docx", _with(body=_in_body(b" " * 40_000_000)))
    size = 8_000_000
    lying = _with(body=_in_body(b" " * size)).replace(
        struct.pack("<L", size + len(_word()[_BODY])), struct.pack("<L", 99)
    )
    yield useless("a docx with a part that is larger than it says", "lying.docx", lying)
    yield usable(
        "a docx with a zip bomb for a picture",
        "picture.docx",
        _zipped({**_word(), "word/media/a.png": bytes(40_000_000)}),
    )
    inner = _zipped({"a": bytes(9_000_000)})
    yield usable(
        "a docx with archives in archives",
        "inner.docx",
        _zipped({**_word(), **{f"word/{n}.zip": inner for n in range(99)}}),
    )
    yield useless(
        "a docx with 3,000 parts",
        "parts.docx",
        _zipped({**_word(), **{f"word/{n}.xml": b"<a/>" for n in range(3_000)}}),
    )
    yield useless(
        "a docx with 21,000 parts",
        "entries.docx",
        _zipped({**_word(), **{f"word/{n}": b"" for n in range(21_000)}}, zipfile.ZIP_STORED),
    )
    yield useless("a docx with 4 million tags", "tags.docx", _with(body=_in_body(b"<w:p/>" * 4_000_000)))
    yield useless("a docx with parts that overlap", "overlap.docx", _overlapping())


def _overlapping() -> bytes:
    """Many entries in the directory for the same bytes."""
    sound = _zipped({"word/document.xml": b"<a>" + b" " * 900_000 + b"</a>"})
    at = sound.index(b"PK\x01\x02")
    end = sound.index(b"PK\x05\x06")
    entry, count = sound[at:end], 1_500
    closing = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, count, count, len(entry) * count, at, 0)
    return sound[:at] + entry * count + closing


def _parts() -> Iterator[Case]:
    sound = _word()
    yield useless(
        "a docx whose document.xml is absent", "absent.docx", _zipped({k: v for k, v in sound.items() if k != _BODY})
    )
    yield useless(
        "a docx whose list of types is absent",
        "types.docx",
        _zipped({k: v for k, v in sound.items() if k != "[Content_Types].xml"}),
    )
    yield useless("a docx whose list of types is empty", "no-types.docx", _with(types=b"<Types/>"))
    for kind, name, target in (
        ("with a path leading out", "out.docx", b"../../../../../outside/secret.txt"),
        ("with a path from the root", "root.docx", b"/etc/hostname"),
        ("with a path of 9,000 letters", "long.docx", b"a/" * 4_500),
    ):
        relation = b'<Relationship Id="rId99" Type="%sfootnotes" Target="%s"/></Relationships>' % (_IS, target)
        yield useless(f"a docx {kind}", name, _with(relations=sound[_RELATIONS].replace(b"</Relationships>", relation)))
    outside = (
        b'<Relationship Id="rId99" Type="%sattachedTemplate" TargetMode="External" Target="outside/secret.txt"/>' % _IS
    )
    yield usable(
        "a docx with a template on this computer",
        "template.docx",
        _with(relations=sound[_RELATIONS].replace(b"</Relationships>", outside + b"</Relationships>")),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        twice = io.BytesIO(_zipped(sound))
        with zipfile.ZipFile(twice, "a") as archive:
            archive.writestr(zipfile.ZipInfo(_BODY), b"<a/>")
            archive.writestr(zipfile.ZipInfo("../../out.xml"), b"<a/>")
    yield usable("a docx with its text twice, and a part that leads out", "twice.docx", twice.getvalue())
    yield useless(
        "a docx with a part named in 60,000 letters",
        "name.docx",
        _zipped({**sound, "word/" + "a" * 60_000 + ".xml": b"<a/>" + bytes(9)}),
    )


def _bodies() -> Iterator[Case]:
    sound = _word()[_BODY]
    text = b"<w:p><w:r><w:t>The bell rang.</w:t></w:r></w:p>"

    def declared(inside: bytes) -> bytes:
        return b'<?xml version="1.0"?><!DOCTYPE a [' + inside + b"]>" + sound.partition(b"?>")[2]

    yield useless("billion laughs in a docx", "laughs.docx", _with(body=declared(_LAUGHS)))
    yield useless(
        "a file of this computer in a docx",
        "file.docx",
        _with(body=declared(b'<!ENTITY a SYSTEM "outside/secret.txt">')),
    )
    yield useless(
        "billion laughs in a docx in UTF-16", "utf16.docx", _with(body=declared(_LAUGHS).decode().encode("utf-16"))
    )
    yield useless("a docx in UTF-7", "utf7.docx", _with(body=sound.replace(b"UTF-8", b"utf-7")))
    yield useless("a docx with NULs", "nuls.docx", _with(body=sound.replace(b"rope", b"ro\x00pe")))
    yield useless("a docx nested 100,000 deep", "deep.docx", _with(body=_in_body(b"<w:sdt><w:sdtContent>" * 50_000)))
    tables = b"<w:tbl><w:tr><w:tc>" * 60 + text + b"</w:tc></w:tr></w:tbl>" * 60
    yield usable("a docx with tables in tables", "tables.docx", _with(body=_in_body(tables)))
    boxes = b"<w:p><w:r><w:txbxContent>" * 60 + text + b"</w:txbxContent></w:r></w:p>" * 60
    yield usable("a docx with boxes in boxes", "boxes.docx", _with(body=_in_body(boxes)))
    yield usable(
        "a docx with 8,000 paragraphs of one letter",
        "short.docx",
        _with(body=_in_body(b"<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 8_000)),
    )
    yield usable(
        "a docx with a word of 1 million letters",
        "word.docx",
        _with(body=_in_body(b"<w:p><w:r><w:t>" + b"a" * 1_000_000 + b"</w:t></w:r></w:p>")),
    )
    notes = b'<w:p><w:r><w:footnoteReference w:id="9"/></w:r></w:p>' * 9_000
    yield usable("a docx with 9,000 notes that are not there", "notes.docx", _with(body=_in_body(notes)))
    orders = b'<w:p><w:r><w:instrText>INCLUDETEXT "outside/secret.txt"</w:instrText></w:r></w:p>'
    yield usable("a docx with orders to Word", "orders.docx", _with(body=_in_body(orders)))
    yield useless("a docx whose text is HTML", "html.docx", _with(body=b"<html><p>" + TEXT + b"</p></html>"))
    yield useless("a docx whose text is no XML", "text.docx", _with(body=TEXT))
    empty = sound[: sound.index(b"<w:body>")] + b"<w:body/></w:document>"
    yield useless("a docx without text", "empty.docx", _with(body=empty))
    dates = b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dcterms="http://purl.org/dc/terms/"><dcterms:created>99999-99-99T99:99:99Z</dcterms:created></cp:coreProperties>'
    yield usable("a docx with a date that never was", "dates.docx", _with(properties=dates))
    style = b'<w:style w:styleId="%s"><w:name w:val="a"/><w:basedOn w:val="%s"/></w:style></w:styles>'
    loop = _word()["word/styles.xml"].replace(b"</w:styles>", style % (b"x", b"x"))
    yield usable(
        "a docx with a style based on itself",
        "styles.docx",
        _with(styles=loop, body=_in_body(b'<w:p><w:pPr><w:pStyle w:val="x"/></w:pPr></w:p>')),
    )


def _broken(chance: Random) -> Iterator[Case]:
    sound = _zipped(_word())
    yield useless("half a docx", "half.docx", sound[: len(sound) // 2])
    yield useless("a docx and no more than its beginning", "begin.docx", b"PK\x03\x04")
    yield useless("a docx of nothing", "nothing.docx", _zipped({}))
    yield useless(
        "a docx that is encrypted",
        "locked.docx",
        _locked(sound),
    )
    yield useless("a docx with a password", "password.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9_000))
    for kind, name, method in (("LZMA", "lzma.docx", zipfile.ZIP_LZMA), ("bzip2", "bzip2.docx", zipfile.ZIP_BZIP2)):
        yield useless(f"a docx packed with {kind}", name, _zipped(_word(), method))
    yield useless("a docx whose end is said to be elsewhere", "end.docx", sound[:-6] + b"\xff\xff\xff\xff\x00\x00")
    for number in range(12):
        damaged = bytearray(sound)
        for _ in range(40):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        yield usable("a docx with 40 bytes changed at random", f"damaged-{number}.docx", bytes(damaged))


def _locked(sound: bytes) -> bytes:
    """The archive with every entry said to be encrypted."""
    locked = bytearray(sound)
    at = sound.find(b"PK\x01\x02")
    while at >= 0:
        locked[at + 8] |= 1
        at = sound.find(b"PK\x01\x02", at + 1)
    return bytes(locked)


def _others() -> Iterator[Case]:
    for kind, name, member in (
        ("a table (xlsx) named as a Word file", "table.docx", "xl/workbook.xml"),
        ("an OpenDocument file named as a Word file", "open.docx", "content.xml"),
        ("a book (EPUB) named as a Word file", "book.docx", "META-INF/container.xml"),
        ("a program (jar) named as a Word file", "program.docx", "META-INF/MANIFEST.MF"),
    ):
        yield useless(kind, name, _zipped({member: b"<a>" + TEXT + b"</a>"}))
    yield useless("an archive named as text", "archive.txt", _zipped({"bell.txt": TEXT}))
    yield useless("an archive behind other bytes", "behind.docx", b"MZ" + bytes(99) + _zipped(_word()))
    yield usable("a Word file named as text", "word.txt", _zipped(_word()))
