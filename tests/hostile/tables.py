"""Tables: CSV that goes on to the right, JSON that goes on inwards, and values that are no values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random

from tests.hostile.case import STORY, TEXT, Case, usable, useless

_LINE = " ".join(STORY)
_ROW = json.dumps({"title": "Bell", "text": _LINE}).encode()


def tables(chance: Random) -> Iterator[Case]:
    yield from _csv()
    yield from _values()
    yield from _json()


def _csv() -> Iterator[Case]:
    quoted = b'"' + _LINE.encode() + b'"'
    yield useless("CSV of one line of 4 MB", "line.csv", b"text\n" + b"a" * 4_000_000)
    yield useless("CSV with a million columns", "columns.csv", b",".join(b"%x" % n for n in range(10**6)) + b"\ntext\n")
    header = b"text," + b",".join(b"c%d" % number for number in range(100_000))
    yield useless("CSV with 100,000 columns in 5 rows", "wide.csv", header + (b"\n" + quoted + b"," * 100_000) * 5)
    yield useless("CSV with a quotation mark that never closes", "quote.csv", b'text\n"' + TEXT * 3_000)
    yield useless("CSV with rows longer than its header", "ragged.csv", b"title,text\n" + b"a,b,c\n" * 99)
    yield useless("CSV with NULs", "nuls.csv", b"text\n" + quoted + b"\x00\x00\n")
    yield useless("CSV with no column of text", "columnless.csv", b"a,b\n1,2\n" * 99)
    yield useless("CSV of a header and nothing else", "header.csv", b"title,text,author\n")
    yield useless("CSV with 120,000 empty rows", "empty.csv", b"title,text\n" + b",\n" * 120_000)
    yield usable(
        "CSV with 400 columns of one name", "same.csv", b",".join([b"text"] * 400) + b"\n" + b",".join([quoted] * 400)
    )
    yield usable("CSV with formulas", "formulas.csv", b"title,text\n\"=cmd|' /C calc'!A0\"," + quoted)
    yield usable("CSV in UTF-16", "utf16.csv", f"title,text\nBell,{_LINE}\n".encode("utf-16"))
    yield usable("CSV with line ends of old computers", "returns.csv", b"title,text\rBell," + quoted + b"\r")
    yield usable("CSV of nothing but delimiters and quotation marks", "marks.csv", b'text\n"",;|\t"""";\n' * 99)
    same = b"".join(b"x,The bell rang %d times in the night of the storm.\n" % n for n in range(1_000))
    yield usable("CSV with 1,000 rows of one id", "ids.csv", b"id,text\n" + same)
    yield usable(
        "TSV with quotation marks at random", "marks.tsv", b'title\ttext\n"Bell\t"' + TEXT.replace(b"\n", b" ") + b"\n"
    )
    yield useless("a picture named as a table", "picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(999))


def _values() -> Iterator[Case]:
    """Rows that are in order but for one of their values."""

    def row(kind: str, name: str, **values: object) -> Case:
        return usable(
            f"a row with {kind}", name, json.dumps({"title": "Bell", "text": _LINE} | values).encode() + b"\n"
        )

    yield row("an address that is none", "address.jsonl", url="http://[x")
    yield row("an address that is none when it is normalised", "nfkc.jsonl", url="http://a\u2100b/")
    yield row("an address that is a program", "program.jsonl", url="javascript:alert(1)")
    yield row("a name that leads out of the folder", "id.jsonl", id="../../outside")
    yield row("a name of several lines", "lines.jsonl", id="a\n\x1b[2J\u2028\u202eb")
    yield row("a name of 900,000 letters", "long.jsonl", id="a" * 900_000)
    yield row("a title of 900,000 letters", "title.jsonl", title="a " * 450_000)
    yield row("half letters", "letters.jsonl", title="a\ud800", author="\udc00", published="\ud800", url="\ud800")
    yield row("dates that never were", "dates.jsonl", published="99999-99-99T99:99:99+99:99", date="0000-00-00")
    yield row("a date of 500,000 digits", "digits.jsonl", published="1" * 500_000)
    yield row("an author nested in lists", "author.jsonl", author=[[[{"name": [{"name": "a"}]}]]])
    yield row("a text that is a map", "map.jsonl", text={"name": _LINE})
    yield row("a text of 15,000 pieces", "pieces.jsonl", text=["a"] * 15_000)
    yield row("a language and a section that are none", "odd.jsonl", language="x" * 9_000, section=[None, {}])


def _json() -> Iterator[Case]:
    yield useless("JSON nested 200,000 deep", "deep.json", b"[" * 200_000 + b"]" * 200_000)
    yield useless("JSON maps nested 200,000 deep", "maps.jsonl", b'{"text":' * 200_000 + b"1" + b"}" * 200_000)
    for depth in (300, 940, 960, 980, 990, 996):
        inner = b"[" * depth + b"]" * depth
        yield usable(
            f"a row with a value nested {depth} deep", f"deep-{depth}.jsonl", b'{"a": ' + inner + b", " + _ROW[1:]
        )
        yield useless(f"a row that is a list nested {depth} deep", f"list-{depth}.jsonl", inner)
    yield useless(
        "a row of 2.8 million empty lists", "lists.jsonl", b'{"a": [' + b"[]," * 2_810_000 + b"1], " + _ROW[1:]
    )
    yield useless(
        "a list with an item of 2.8 million empty lists",
        "lists.json",
        b'[{"a": [' + b"[]," * 2_810_000 + b"1], " + _ROW[1:] + b"]",
    )
    keys = b"".join(b'"k%d": 1, ' % number for number in range(200_000))
    yield usable("a row of 200,000 keys", "keys.jsonl", b"{" + keys + _ROW[1:])
    huge = b"9" * 200_000
    yield usable(
        "JSONL with huge numbers", "huge.jsonl", b'{"id": ' + huge + b', "date": -1e' + huge + b", " + _ROW[1:]
    )
    yield usable("JSONL with numbers that are none", "nan.jsonl", b'{"id": NaN, "date": -Infinity, ' + _ROW[1:])
    yield usable("JSONL with keys said twice", "twice.jsonl", b'{"text": "a", "text": [], ' + _ROW[1:])
    yield usable("JSONL with half a row", "half.jsonl", _ROW + b"\n" + _ROW[:40])
    yield useless("JSON of one number", "number.json", b"1")
    yield useless("JSON of one text", "text.json", json.dumps(_LINE * 999).encode())
    yield useless("JSON of a list of lists", "rows.json", json.dumps([["text", "title"], [_LINE, "Bell"]]).encode())
    yield useless("JSON that never ends", "endless.json", b"[" + (_ROW + b",") * 999)
    yield useless("JSON of commas", "commas.json", b"[" + b"," * 99_999 + b"]")
    yield useless("JSON that is a program", "program.json", b"while(1);[" + _ROW + b"]")
    yield useless("JSON with more after its end", "more.json", b"[" + _ROW + b"]" + _ROW)
    yield usable("JSON with a mark before it", "mark.json", b"\xef\xbb\xbf[" + _ROW + b"]")
    yield useless("JSON with a mark of each kind before it", "marks.json", b"\xef\xbb\xbf\xff\xfe[" + _ROW + b"]")
    yield usable("JSON in UTF-16", "utf16.json", ("[" + _ROW.decode() + "]").encode("utf-16"))
    yield useless("JSON in UTF-16 without its mark", "bare16.json", _ROW.decode().encode("utf-16-le"))
