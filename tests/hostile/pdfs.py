"""PDF: loops, bombs, lies about counts and lengths, and structures without end."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from random import Random

from tests.hostile.case import TEXT, Case, usable, useless
from tests.hostile.pdf_by_hand import SHOWN, file_of, packed, sound, stream


def pdfs(chance: Random) -> Iterator[Case]:
    yield from _trees()
    yield from _bombs()
    yield from _contents()
    yield from _objects()
    yield from _tables(chance)


def _trees() -> Iterator[Case]:
    def tree(kind: str, name: str, kids: bytes, *more: bytes) -> Case:
        return usable(kind, name, sound(SHOWN, *more, tree=b"<</Type/Pages " + kids + b">>"))

    yield tree("a PDF that says it has 100,000 pages", "count.pdf", b"/Kids[3 0 R]/Count 100000")
    yield tree("a PDF that says it has fewer than no pages", "negative.pdf", b"/Kids[3 0 R]/Count -5")
    yield tree("a PDF that says it has pages without number", "real.pdf", b"/Kids[3 0 R]/Count 1e99")
    yield tree("a PDF with a loop in its page tree", "loop.pdf", b"/Kids[2 0 R 3 0 R]/Count 2")
    yield tree("a PDF with one page 400 times", "same.pdf", b"/Kids[" + b"3 0 R " * 400 + b"]/Count 400")
    yield useless(
        "a PDF with one page 20,000 times",
        "many.pdf",
        sound(b"", tree=b"<</Type/Pages/Kids[" + b"3 0 R " * 20_000 + b"]/Count 20000>>"),
    )
    yield tree("a PDF with pages that are not there", "absent.pdf", b"/Kids[99 0 R 98 0 R]/Count 2")
    yield tree("a PDF with pages that are numbers", "kids.pdf", b"/Kids[1 2 3 null (a)]/Count 5")
    deep = [b"<</Type/Pages/Kids[%d 0 R]/Count 1/Parent %d 0 R>>" % (n + 7, n + 5) for n in range(3_000)]
    yield tree("a PDF with a page tree 3,000 deep", "deep.pdf", b"/Kids[6 0 R]/Count 1", *deep)
    double = [b"<</Type/Pages/Kids[%d 0 R %d 0 R]/Count 9>>" % (n + 7, n + 7) for n in range(40)]
    yield tree("a PDF with a page tree that doubles 40 times", "double.pdf", b"/Kids[6 0 R]/Count 9", *double)
    yield usable(
        "a PDF with a page that is its own parent",
        "parent.pdf",
        sound().replace(b"/Parent 2 0 R", b"/Parent 3 0 R").replace(b"/MediaBox[0 0 600 800]", b""),
    )
    yield usable("a PDF whose catalogue is absent", "catalogue.pdf", sound().replace(b"/Root 1 0 R", b"/Root 9 0 R"))
    yield useless("a PDF whose tree of pages is the catalogue", "self.pdf", file_of([b"<</Type/Catalog/Pages 1 0 R>>"]))


def _bombs() -> Iterator[Case]:
    zeros = zlib.compress(bytes(60_000_000), 9)
    yield useless(
        "a PDF with a bomb for a page",
        "bomb.pdf",
        sound().replace(stream(SHOWN), stream(zeros, b"/Filter/FlateDecode")),
    )
    twice = zlib.compress(zeros, 9)
    yield useless(
        "a PDF with a bomb in a bomb for a page",
        "twice.pdf",
        sound().replace(stream(SHOWN), stream(twice, b"/Filter[/FlateDecode/FlateDecode]")),
    )
    yield usable(
        "a PDF with a stream through 500 filters",
        "filters.pdf",
        sound().replace(stream(SHOWN), stream(SHOWN, b"/Filter[" + b"/ASCIIHexDecode" * 500 + b"]")),
    )
    runs = bytes((129, 32)) * 300_000
    yield usable(
        "a PDF with a run-length bomb",
        "runs.pdf",
        sound().replace(stream(SHOWN), stream(runs, b"/Filter/RunLengthDecode")),
    )
    inside = b"6 0 " + b"<</Type/Catalog/Pages 2 0 R>>" + b" " * 60_000_000
    objects = packed(inside, b"/Type/ObjStm/N 1/First 4")
    yield usable("a PDF with an object stream bomb", "objects.pdf", _with_objects(objects))
    loop = packed(b"6 0 7 9 (a)      (b)", b"/Type/ObjStm/N 2/First 8/Extends 6 0 R")
    yield usable("a PDF with an object stream that holds itself", "itself.pdf", _with_objects(loop))
    count = packed(b"6 0 (a)", b"/Type/ObjStm/N 2000000000/First 4")
    yield usable("a PDF with an object stream of 2 billion objects", "billion.pdf", _with_objects(count))
    forms = [
        stream(b"/X Do " * 6, b"/Type/XObject/Subtype/Form/Resources<</XObject<</X %d 0 R>>>>" % (n + 7))
        for n in range(12)
    ]
    yield usable(
        "billion laughs in the forms of a PDF",
        "laughs.pdf",
        sound(SHOWN + b" /X Do", *forms, resources=b"/XObject<</X 6 0 R>>"),
    )
    form = stream(b"/X Do " + SHOWN, b"/Type/XObject/Subtype/Form/Resources<</XObject<</X 6 0 R>>/Font<</F1 5 0 R>>>>")
    yield usable(
        "a PDF with a form that shows itself", "form.pdf", sound(b"/X Do", form, resources=b"/XObject<</X 6 0 R>>")
    )
    letters = b"<01> <" + b"0041" * 500 + b">"
    cmap = b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar " + letters + b" endbfchar"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"
    yield usable(
        "a PDF whose font makes 500 letters of one",
        "letters.pdf",
        sound(b"BT /F1 9 Tf (" + b"\x01" * 90_000 + b") Tj ET", packed(cmap), font=font),
    )
    ranges = (
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange 100 beginbfrange "
        + b"<0000> <FFFF> <0000> " * 100
        + b" endbfrange"
    )
    yield usable(
        "a PDF whose font names all letters a hundred times", "ranges.pdf", sound(SHOWN, packed(ranges), font=font)
    )
    endless = b"1 beginbfrange <00000000> <FFFFFFFF> <0000> endbfrange"
    yield usable("a PDF whose font names 4 billion letters", "font.pdf", sound(SHOWN, packed(endless), font=font))


def _with_objects(held: bytes) -> bytes:
    """A PDF whose catalogue is said to be in an object stream, by a table that is a stream."""
    head = b"%PDF-1.7\n"
    begin = head + b"7 0 obj\n" + held + b"\nendobj\n"
    rows = bytes((0, 0, 0, 0)) * 6 + bytes((2, 0, 7, 0)) + bytes((1,)) + len(head).to_bytes(2, "big") + bytes((0,))
    table = stream(rows, b"/Type/XRef/W[1 2 1]/Size 8/Root 6 0 R")
    return begin + b"8 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(begin)


def _contents() -> Iterator[Case]:
    def shown(kind: str, name: str, content: bytes) -> Case:
        return usable(kind, name, sound(content))

    yield shown("a PDF that saves its state 100,000 times", "states.pdf", b"q " * 100_000 + SHOWN)
    yield shown("a PDF that restores a state it never saved", "restore.pdf", b"Q " * 10_000 + SHOWN)
    yield shown("a PDF with lists nested 100,000 deep", "lists.pdf", SHOWN + b" " + b"[" * 100_000)
    yield shown("a PDF with maps nested 100,000 deep", "maps.pdf", SHOWN + b" " + b"<</a" * 100_000)
    yield shown("a PDF with a text that never closes", "open.pdf", SHOWN + b" BT (" + b"((" * 100_000)
    yield shown("a PDF with a picture that never ends", "picture.pdf", SHOWN + b" BI /W 9 ID " + b"EI" * 50_000)
    yield shown(
        "a PDF with operators that lack what they work on",
        "operators.pdf",
        b"Tj TJ Td Tm Tf cm Do ' \" re " * 999 + SHOWN,
    )
    yield shown("a PDF with operators that no one knows", "unknown.pdf", b"zz " * 30_000 + SHOWN)
    yield shown("a PDF with 150,000 numbers", "million.pdf", b"1 " * 150_000 + SHOWN)
    yield shown(
        "a PDF with numbers without end",
        "numbers.pdf",
        b"BT /F1 " + b"9" * 9_000 + b" Tf 1e999 -.-5 Td (The bell) Tj ET " + SHOWN,
    )
    yield shown(
        "a PDF with letters as large as a country", "large.pdf", b"BT 9e30 0 0 9e30 0 0 Tm /F1 9e30 Tf (The bell) Tj ET"
    )
    yield shown("a PDF with letters of no size", "small.pdf", b"BT 0 0 0 0 0 0 Tm /F1 0 Tf (The bell) Tj ET")
    yield shown(
        "a PDF with one letter in each of 9,000 lines", "short.pdf", b"BT /F1 9 Tf 9 TL " + b"(a) ' " * 9_000 + b"ET"
    )
    yield shown("a PDF with 100,000 letters on one spot", "spot.pdf", b"BT /F1 9 Tf (" + b"a" * 100_000 + b") Tj ET")
    yield shown("a PDF whose letters are all hidden", "hidden.pdf", b"BT 3 Tr " + SHOWN[3:])
    yield useless("a PDF with a picture of text", "scan.pdf", sound(b"BI /W 1 /H 1 /BPC 8 /CS /G ID a EI"))
    yield useless("a PDF with an empty page", "empty.pdf", sound(b""))
    fonts = b"".join(b"/G%d 5 0 R" % n for n in range(9_000))
    yield useless("a PDF with 9,000 fonts", "fonts.pdf", sound().replace(b"/F1 5 0 R", b"/F1 5 0 R" + fonts))
    yield usable("a PDF without fonts", "fontless.pdf", sound().replace(b"/Font<</F1 5 0 R>>", b""))
    yield usable("a PDF with a font that is itself", "font-loop.pdf", sound(font=b"5 0 R"))
    parts = b"".join(b"4 0 R " for _ in range(3_000))
    yield usable(
        "a PDF with a page of 3,000 parts",
        "parts.pdf",
        sound().replace(b"/Contents 4 0 R", b"/Contents[" + parts + b"]"),
    )


def _objects() -> Iterator[Case]:
    yield usable(
        "a PDF with an object that is itself",
        "self-object.pdf",
        sound(SHOWN, b"6 0 R", catalogue=b"/Outlines 6 0 R/Names 6 0 R"),
    )
    yield usable(
        "a PDF with a stream as long as itself says",
        "length.pdf",
        sound().replace(b"/Length %d" % len(SHOWN), b"/Length 4 0 R"),
    )
    yield usable(
        "a PDF with a stream of fewer than no bytes",
        "minus.pdf",
        sound().replace(b"/Length %d" % len(SHOWN), b"/Length -99"),
    )
    yield usable(
        "a PDF with a stream of a million million bytes",
        "huge.pdf",
        sound().replace(b"/Length %d" % len(SHOWN), b"/Length 1000000000000"),
    )
    loop = b"<</Title(a)/Next 6 0 R/Prev 6 0 R/First 6 0 R/Last 6 0 R/Parent 6 0 R>>"
    yield usable(
        "a PDF with a loop in its contents list", "outline.pdf", sound(SHOWN, loop, catalogue=b"/Outlines 6 0 R")
    )
    orders = b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>/AA<</WC<</S/Launch/F(/bin/sh)>>>>"
    yield usable("a PDF with programs in it", "program.pdf", sound(catalogue=orders))
    file = b"<</Type/Filespec/F(../../../outside/secret.txt)/EF<</F 4 0 R>>>>"
    yield usable(
        "a PDF with a file that leads out",
        "file.pdf",
        sound(SHOWN, file, catalogue=b"/Names<</EmbeddedFiles<</Names[(a) 6 0 R]>>>>"),
    )
    outside = sound().replace(b"/Length %d" % len(SHOWN), b"/F(outside/secret.txt)/Length %d" % len(SHOWN))
    yield usable("a PDF with a page in a file of this computer", "outside.pdf", outside)
    for kind, name, info in (
        ("half letters", "half-letters.pdf", b"<</Title<FEFFD8000041>/Author<FEFFDC00>>>"),
        ("dates that never were", "dates.pdf", b"<</CreationDate(D:99999999999999)/ModDate(D:20230231)>>"),
        ("a title of 900,000 letters", "title.pdf", b"<</Title(" + b"a " * 450_000 + b")>>"),
        ("values that are lists", "values.pdf", b"<</Title[1 2]/Author<</a 1>>/CreationDate 9>>"),
        ("orders to a terminal", "terminal.pdf", b"<</Title(\x1b[2Jbell\r\nbell)/Author<FEFF202E0041>>>"),
        ("a title that is itself", "info.pdf", b"<</Title 6 0 R>>"),
    ):
        yield usable(f"a PDF whose properties have {kind}", name, sound(SHOWN, info, trailer=b"/Info 6 0 R"))
    laughs = b'<!DOCTYPE a [<!ENTITY a SYSTEM "outside/secret.txt">]><x:xmpmeta>&a;</x:xmpmeta>'
    yield usable(
        "a PDF with a file of this computer in its properties",
        "xmp.pdf",
        sound(SHOWN, stream(laughs, b"/Type/Metadata/Subtype/XML"), catalogue=b"/Metadata 6 0 R"),
    )
    for kind, name, encrypt in (
        ("no one knows", "filter.pdf", b"<</Filter/None/V 99/R 99>>"),
        ("that is itself", "crypt.pdf", b"6 0 R"),
        ("with keys of no length", "keys.pdf", b"<</Filter/Standard/V 5/R 6/O()/U()/OE()/UE()/Perms()/P -4/Length 0>>"),
    ):
        yield useless(
            f"a PDF encrypted in a way {kind}", name, sound(SHOWN, encrypt, trailer=b"/Encrypt 6 0 R/ID[(a)(a)]")
        )


def _tables(chance: Random) -> Iterator[Case]:
    whole = sound()
    start = whole.rindex(b"startxref")
    yield usable(
        "a PDF whose table is its own forerunner", "prev.pdf", sound(trailer=b"/Prev %d" % whole.rindex(b"xref\n0"))
    )
    yield usable("a PDF whose table is beyond its end", "beyond.pdf", whole[:start] + b"startxref\n999999999\n%%EOF\n")
    yield usable("a PDF whose table is before its beginning", "before.pdf", whole[:start] + b"startxref\n-5\n%%EOF\n")
    yield usable("a PDF without a table", "tableless.pdf", whole[: whole.rindex(b"xref\n0")])
    yield usable(
        "a PDF with a table of 2 billion objects", "entries.pdf", whole.replace(b"xref\n0 6", b"xref\n0 2000000000")
    )
    yield usable("a PDF with a table of no objects", "no-entries.pdf", whole.replace(b"xref\n0 6", b"xref\n0 0"))
    wide = stream(b"a" * 99, b"/Type/XRef/W[0 999999999 0]/Size 2000000000/Root 1 0 R")
    yield usable(
        "a PDF with a table of endless columns",
        "columns.pdf",
        b"%PDF-1.7\n1 0 obj\n" + wide + b"\nendobj\nstartxref\n9\n%%EOF\n",
    )
    yield useless("half a PDF", "half.pdf", whole[:200])
    yield useless("a PDF and no more than its beginning", "begin.pdf", b"%PDF-1.7\n")
    yield usable("a PDF behind 900 other bytes", "behind.pdf", b"\n" * 900 + whole)
    yield usable(
        "a PDF and an archive in one", "both.pdf", whole + b"PK\x03\x04" + bytes(99) + b"PK\x05\x06" + bytes(18)
    )
    yield usable("a PDF with 500 KB of NULs behind it", "nuls.pdf", whole + bytes(500_000))
    yield useless("a PDF of nothing but NULs", "only-nuls.pdf", b"%PDF-1.7\n" + bytes(500_000))
    yield useless("a PDF of nothing but objects", "only.pdf", b"%PDF-1.7\n" + b"1 0 obj\n" * 100_000)
    yield usable("a PDF named as text", "pdf.txt", whole)
    yield useless("a web page named as a PDF", "page.pdf", b"<html><p>" + TEXT)
    for number in range(12):
        damaged = bytearray(whole)
        for _ in range(20):
            damaged[chance.randrange(9, len(damaged))] = chance.randrange(256)
        yield usable("a PDF with 20 bytes changed at random", f"damaged-{number}.pdf", bytes(damaged))
